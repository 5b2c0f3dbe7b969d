"""Members and the roles they have in inboxes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules.process import LEADING, Role
from forms_service.world.tables import absence, case, draft, member, notice, recovery_code, role


@dataclass(frozen=True)
class Member:
    """A member of staff. The private key only opens with the password.

    `leads` is whether they answer for an inbox as a whole; it follows from their roles.
    """

    id: str
    name: str
    email: str
    language: str
    team: str | None
    public_key: bytes
    private_key_sealed: bytes
    password_salt: bytes
    created_at: datetime
    totp_sealed: bytes | None = None
    totp_last_step: int | None = None
    admin: bool = False
    disabled_at: datetime | None = None
    leads: bool = False


@dataclass(frozen=True)
class Reader:
    """A member in a role of an inbox, as far as granting needs it."""

    member_id: str
    role: Role
    team: str | None
    public_key: bytes


_KEPT = tuple(name for name in Member.__dataclass_fields__ if name in member.c)
_MEMBER = (
    *(member.c[name] for name in _KEPT),
    exists().where(role.c.member_id == member.c.id, role.c.role.in_(LEADING)),
)


async def add(connection: AsyncConnection, new: Member, roles: Iterable[tuple[str, Role]]) -> None:
    """Keep a new member with (inbox, role) pairs."""
    await connection.execute(insert(member).values({name: getattr(new, name) for name in _KEPT}))
    for inbox, name in roles:
        await connection.execute(
            insert(role).values(member_id=new.id, inbox=inbox, role=name, since=new.created_at)
        )


async def by_email(connection: AsyncConnection, email: str) -> Member | None:
    """Return the member with that address."""
    row = (await connection.execute(select(*_MEMBER).where(member.c.email == email))).one_or_none()
    return Member(*row) if row else None


async def by_id(connection: AsyncConnection, member_id: str) -> Member | None:
    """Return the member."""
    row = (await connection.execute(select(*_MEMBER).where(member.c.id == member_id))).one_or_none()
    return Member(*row) if row else None


async def everyone(connection: AsyncConnection) -> list[Member]:
    """Return all members by name."""
    return [
        Member(*row) for row in await connection.execute(select(*_MEMBER).order_by(member.c.name))
    ]


async def note_totp_step(connection: AsyncConnection, member_id: str, step: int) -> bool:
    """Note that the code of a time step was used; False if it, or a later one, was used before."""
    changed = await connection.execute(
        update(member)
        .where(
            member.c.id == member_id,
            or_(member.c.totp_last_step.is_(None), member.c.totp_last_step < step),
        )
        .values(totp_last_step=step)
    )
    return changed.rowcount == 1


async def readers(connection: AsyncConnection, inbox: str) -> list[Reader]:
    """Return the members who have a role in the inbox and can sign in, once for each role."""
    rows = await connection.execute(
        select(member.c.id, role.c.role, member.c.team, member.c.public_key)
        .join(role, role.c.member_id == member.c.id)
        .where(role.c.inbox == inbox, member.c.disabled_at.is_(None))
        .order_by(member.c.created_at, member.c.id)
    )
    return [Reader(*row) for row in rows]


async def with_role(connection: AsyncConnection, name: Role) -> list[str]:
    """Return the ids of the members who have a role in any inbox, also of those who are disabled."""
    rows = await connection.execute(
        select(role.c.member_id).where(role.c.role == name).distinct().order_by(role.c.member_id)
    )
    return [row[0] for row in rows]


async def change(connection: AsyncConnection, member_id: str, **columns: object) -> None:
    """Change what is kept of a member."""
    await connection.execute(update(member).where(member.c.id == member_id).values(**columns))


async def leave_cases(
    connection: AsyncConnection, member_id: str, inbox: str | None = None
) -> None:
    """Let go of the cases a member had taken, and delete what they had begun to write in them.

    Of one inbox, or everywhere; then they stand in for nobody either.
    """
    cases = select(case.c.id)
    if inbox is not None:
        cases = cases.where(case.c.inbox == inbox)
    else:
        await connection.execute(
            delete(absence).where(
                or_(absence.c.member_id == member_id, absence.c.deputy_id == member_id)
            )
        )
    for table in (draft, notice):
        await connection.execute(
            delete(table).where(table.c.member_id == member_id, table.c.case_id.in_(cases))
        )
    await connection.execute(
        update(case).where(case.c.taken_by == member_id, case.c.id.in_(cases)).values(taken_by=None)
    )


async def keep_codes(
    connection: AsyncConnection, member_id: str, code_ids: Iterable[bytes]
) -> None:
    """Keep new recovery codes in the place of the old ones; only their keyed hashes come here."""
    await connection.execute(delete(recovery_code).where(recovery_code.c.member_id == member_id))
    for code_id in code_ids:
        await connection.execute(insert(recovery_code).values(member_id=member_id, code_id=code_id))


async def use_code(connection: AsyncConnection, member_id: str, code_id: bytes) -> bool:
    """Use up a recovery code; False if there is none like it."""
    gone = await connection.execute(
        delete(recovery_code).where(
            recovery_code.c.member_id == member_id, recovery_code.c.code_id == code_id
        )
    )
    return gone.rowcount == 1


async def codes_left(connection: AsyncConnection, member_id: str) -> int:
    """Return how many recovery codes a member has left."""
    query = (
        select(func.count())
        .select_from(recovery_code)
        .where(recovery_code.c.member_id == member_id)
    )
    return int((await connection.execute(query)).scalar_one())
