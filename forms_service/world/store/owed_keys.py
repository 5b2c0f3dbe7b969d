"""Keys of older cases that members are to get from someone who holds them, and who holds what."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules.process import ESCALATION, Role
from forms_service.world.store.cases import CASE_COLUMNS, Case, case_from
from forms_service.world.tables import access, case, member, owed_key, role

_OPENS_AT: dict[str, ColumnElement[datetime]] = {
    "arrival": case.c.arrived_at,
    "opened": case.c.opened_by,
    "acknowledged": case.c.acknowledged_by,
    "answered": case.c.answer_by,
}


@dataclass(frozen=True)
class Owed:
    """A key that a member is to get: of which case, in which step, from when they may read."""

    case_id: str
    member_id: str
    step: str
    opens_at: datetime


async def owe_inbox(connection: AsyncConnection, member_id: str, inbox: str, name: Role) -> None:
    """Owe a member who is new in a role the keys of what the inbox holds already."""
    step = ESCALATION[name]
    there = exists().where(
        access.c.case_id == case.c.id, access.c.member_id == member_id, access.c.step == step
    )
    owed_too = exists().where(
        owed_key.c.case_id == case.c.id, owed_key.c.member_id == member_id, owed_key.c.step == step
    )
    found = select(case.c.id, literal(member_id), literal(step), _OPENS_AT[step]).where(
        case.c.inbox == inbox, ~there, ~owed_too
    )
    await connection.execute(
        insert(owed_key).from_select(["case_id", "member_id", "step", "opens_at"], found)
    )


async def owe_again(connection: AsyncConnection, member_id: str) -> None:
    """Turn all that a member may read into keys they are owed: theirs can't be opened any more."""
    held = select(access.c.case_id, access.c.member_id, access.c.step, access.c.opens_at).where(
        access.c.member_id == member_id
    )
    await connection.execute(delete(owed_key).where(owed_key.c.member_id == member_id))
    await connection.execute(
        insert(owed_key).from_select(["case_id", "member_id", "step", "opens_at"], held)
    )
    await connection.execute(delete(access).where(access.c.member_id == member_id))


async def to_pass(
    connection: AsyncConnection, holder_id: str, now: datetime, limit: int
) -> list[tuple[Owed, Case, bytes]]:
    """Return keys that others are owed and the holder can open now, with the key sealed to them.

    Whoever has no role in the inbox, perhaps because nobody has confirmed it yet, waits.
    """
    has_role = exists().where(
        role.c.member_id == owed_key.c.member_id, role.c.inbox == case.c.inbox
    )
    rows = await connection.execute(
        select(
            owed_key.c.case_id,
            owed_key.c.member_id,
            owed_key.c.step,
            owed_key.c.opens_at,
            access.c.key_sealed,
            *CASE_COLUMNS,
        )
        .join(access, access.c.case_id == owed_key.c.case_id)
        .join(case, case.c.id == owed_key.c.case_id)
        .where(
            owed_key.c.member_id != holder_id,
            access.c.member_id == holder_id,
            access.c.opens_at <= now,
            has_role,
        )
        .order_by(owed_key.c.case_id, owed_key.c.member_id, owed_key.c.step)
        .limit(limit)
    )
    # A holder may have come to a case by two steps, with the same key in both.
    found = {Owed(*row[:4]): (case_from(row[5:]), bytes(row[4])) for row in rows}
    return [(owed, of, key) for owed, (of, key) in found.items()]


async def settle(connection: AsyncConnection, owed: Owed) -> None:
    """A key is no longer owed: it was given, or must not be."""
    await connection.execute(
        delete(owed_key).where(
            owed_key.c.case_id == owed.case_id,
            owed_key.c.member_id == owed.member_id,
            owed_key.c.step == owed.step,
        )
    )


async def forget(
    connection: AsyncConnection,
    member_id: str,
    inbox: str | None = None,
    step: str | None = None,
) -> None:
    """Take from a member what they read or are owed; of one inbox, of one step, or all."""
    for table in (access, owed_key):
        gone = delete(table).where(table.c.member_id == member_id)
        if inbox is not None:
            of_inbox = select(case.c.id).where(case.c.inbox == inbox)
            gone = gone.where(table.c.case_id.in_(of_inbox))
        if step is not None:
            gone = gone.where(table.c.step == step)
        await connection.execute(gone)


async def count_owed(connection: AsyncConnection) -> dict[tuple[str, str], int]:
    """Return how many cases of an inbox a member is owed, by (member, inbox)."""
    rows = await connection.execute(
        select(owed_key.c.member_id, case.c.inbox, func.count(owed_key.c.case_id.distinct()))
        .join(case, case.c.id == owed_key.c.case_id)
        .group_by(owed_key.c.member_id, case.c.inbox)
    )
    return {(member_id, inbox): count for member_id, inbox, count in rows}


async def only_theirs(
    connection: AsyncConnection, member_id: str, now: datetime, inbox: str | None = None
) -> list[Case]:
    """Return the cases that nobody but this member can read now."""
    others = (
        exists()
        .where(
            access.c.case_id == case.c.id,
            access.c.member_id != member_id,
            access.c.opens_at <= now,
            member.c.id == access.c.member_id,
            member.c.disabled_at.is_(None),
        )
        .correlate(case)
    )
    theirs = (
        exists()
        .where(access.c.case_id == case.c.id, access.c.member_id == member_id)
        .where(access.c.opens_at <= now)
        .correlate(case)
    )
    query = select(*CASE_COLUMNS).where(theirs, ~others).order_by(case.c.arrived_at)
    if inbox is not None:
        query = query.where(case.c.inbox == inbox)
    return [case_from(row) for row in await connection.execute(query)]


async def nobodys(connection: AsyncConnection) -> list[Case]:
    """Return the cases that no member can open, now or later; only the recovery sheets do."""
    somebodys = (
        exists()
        .where(
            access.c.case_id == case.c.id,
            member.c.id == access.c.member_id,
            member.c.disabled_at.is_(None),
        )
        .correlate(case)
    )
    rows = await connection.execute(
        select(*CASE_COLUMNS).where(~somebodys).order_by(case.c.arrived_at, case.c.id)
    )
    return [case_from(row) for row in rows]


async def recovery_key_of(connection: AsyncConnection, case_id: str) -> bytes | None:
    """Return a case's team key as it is sealed to the recovery key."""
    query = select(case.c.key_for_recovery).where(case.c.id == case_id)
    return (await connection.execute(query)).scalar_one_or_none()
