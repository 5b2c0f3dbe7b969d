"""Roles in inboxes: those that members have, and those that a reader has yet to confirm."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules.process import Role
from forms_service.world.tables import asked_role, member, role


@dataclass(frozen=True)
class Held:
    """A role that a member has; `since` is missing where it is older than such notes."""

    member_id: str
    inbox: str
    role: Role
    since: datetime | None


@dataclass(frozen=True)
class Asked:
    """A role that an administrator asked for; `asked_by` is missing where they have left."""

    member_id: str
    inbox: str
    role: Role
    asked_by: str | None
    asked_at: datetime


async def held(connection: AsyncConnection) -> list[Held]:
    """Return the roles of all who can sign in."""
    rows = await connection.execute(
        select(role.c.member_id, role.c.inbox, role.c.role, role.c.since)
        .join(member, member.c.id == role.c.member_id)
        .where(member.c.disabled_at.is_(None))
        .order_by(role.c.inbox, role.c.role)
    )
    return [Held(*row) for row in rows]


async def give(
    connection: AsyncConnection, member_id: str, inbox: str, name: Role, now: datetime
) -> None:
    """Give a member a role."""
    await connection.execute(
        insert(role).values(member_id=member_id, inbox=inbox, role=name, since=now)
    )


async def take(
    connection: AsyncConnection, member_id: str, inbox: str | None = None, name: Role | None = None
) -> None:
    """Take a role from a member; without a name all of the inbox, without an inbox all."""
    for table in (role, asked_role):
        gone = delete(table).where(table.c.member_id == member_id)
        if inbox is not None:
            gone = gone.where(table.c.inbox == inbox)
        if name is not None:
            gone = gone.where(table.c.role == name)
        await connection.execute(gone)


async def asked(connection: AsyncConnection) -> list[Asked]:
    """Return the roles that wait to be confirmed, the oldest first."""
    rows = await connection.execute(
        select(
            asked_role.c.member_id,
            asked_role.c.inbox,
            asked_role.c.role,
            asked_role.c.asked_by,
            asked_role.c.asked_at,
        ).order_by(asked_role.c.asked_at, asked_role.c.member_id)
    )
    return [Asked(*row) for row in rows]


async def ask(connection: AsyncConnection, new: Asked) -> None:
    """Keep a role that is asked for."""
    await connection.execute(insert(asked_role).values(**new.__dict__))


async def settle(connection: AsyncConnection, member_id: str, inbox: str, name: Role) -> bool:
    """Forget that a role was asked for; False if it wasn't."""
    gone = await connection.execute(
        delete(asked_role).where(
            asked_role.c.member_id == member_id,
            asked_role.c.inbox == inbox,
            asked_role.c.role == name,
        )
    )
    return gone.rowcount == 1
