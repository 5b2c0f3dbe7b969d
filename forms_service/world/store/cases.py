"""Cases, the entries in them, and who must not read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.tables import case, entry, exclusion


def new_id() -> str:
    """Return a random id; ids tell nothing of order or number."""
    return uuid4().hex


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is in clear of a case."""

    id: str
    form: str
    inbox: str
    language: str
    channel: str
    status: str
    suspicious: bool
    perhaps_same: bool
    arrived_at: datetime
    opened_by: datetime
    acknowledged_by: datetime
    news_by: datetime
    answer_by: datetime
    opened_at: datetime | None
    acknowledged_at: datetime | None
    unread_since: datetime | None
    delete_on: date | None
    taken_by: str | None = None
    closed_at: datetime | None = None
    dissatisfied_at: datetime | None = None
    deletion_asked_at: datetime | None = None
    slip: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseKeys:
    """How a case is found and opened by its number, and by the recovery key; what is counted."""

    likeness: bytes
    receipt_lookup: bytes
    key_for_receipt: bytes
    key_for_recovery: bytes
    figure_sealed: bytes | None = None


@dataclass(frozen=True)
class Entry:
    """A sealed part of a case; `place` counts from 0 in the order of writing.

    `about` is the entry that a translation belongs to.
    """

    id: str
    case_id: str
    place: int
    kind: str
    member_id: str | None
    written_at: datetime
    sealed: bytes
    about: str | None = None


CASE_COLUMNS = tuple(case.c[name] for name in Case.__dataclass_fields__)
_ENTRY_COLUMNS = tuple(entry.c[name] for name in Entry.__dataclass_fields__)


async def add(connection: AsyncConnection, new: Case, keys: CaseKeys) -> None:
    """Keep a new case."""
    await connection.execute(insert(case), new.__dict__ | keys.__dict__)


async def is_like_another(connection: AsyncConnection, likeness: bytes, since: datetime) -> bool:
    """Return whether the same text arrived since a moment."""
    found = await connection.execute(
        select(case.c.id).where(case.c.likeness == likeness, case.c.arrived_at >= since).limit(1)
    )
    return found.first() is not None


async def forget_likeness(connection: AsyncConnection, before: datetime) -> None:
    """Forget what texts were like that arrived before a moment; it would confirm a guess."""
    await connection.execute(
        update(case).where(case.c.arrived_at < before, case.c.likeness != b"").values(likeness=b"")
    )


async def by_receipt(connection: AsyncConnection, lookup: bytes) -> tuple[Case, bytes] | None:
    """Return the case that a number belongs to, and its wrapped key."""
    row = (
        await connection.execute(
            select(*CASE_COLUMNS, case.c.key_for_receipt).where(case.c.receipt_lookup == lookup)
        )
    ).one_or_none()
    return (case_from(row[:-1]), row[-1]) if row else None


async def by_id(
    connection: AsyncConnection, case_id: str, *, to_change: bool = False
) -> Case | None:
    """Return the case, for its sender; what staff may see is asked of `store.access`.

    With `to_change` nobody else changes it before this transaction ends.
    """
    query = select(*CASE_COLUMNS).where(case.c.id == case_id)
    row = (await connection.execute(query.with_for_update() if to_change else query)).one_or_none()
    return case_from(row) if row else None


def case_from(row: Sequence[Any]) -> Case:
    """Return the case of a row that was selected with `CASE_COLUMNS`."""
    return Case(**dict(zip(Case.__dataclass_fields__, row, strict=True)))


async def change(connection: AsyncConnection, case_id: str, **columns: object) -> None:
    """Change what is in clear of a case."""
    await connection.execute(update(case).where(case.c.id == case_id).values(**columns))


async def renumber(
    connection: AsyncConnection, case_id: str, lookup: bytes, key_for_receipt: bytes
) -> bool:
    """Give a case that came with a slip its sender's own number; False if it has one already."""
    changed = await connection.execute(
        update(case)
        .where(case.c.id == case_id, case.c.slip.in_([True]))
        .values(receipt_lookup=lookup, key_for_receipt=key_for_receipt, slip=False)
    )
    return changed.rowcount == 1


async def note_address(connection: AsyncConnection, case_id: str) -> bytes | None:
    """Return the sealed address that gets a mail when there is something new."""
    found = await connection.execute(select(case.c.note_address_sealed).where(case.c.id == case_id))
    return found.scalar_one_or_none()


async def to_be_deleted(connection: AsyncConnection, until: date) -> list[Case]:
    """Return the cases whose day of deletion comes until a day."""
    rows = await connection.execute(select(*CASE_COLUMNS).where(case.c.delete_on <= until))
    return [case_from(row) for row in rows]


async def remove(connection: AsyncConnection, case_id: str) -> None:
    """Delete a case with all that belongs to it."""
    await connection.execute(delete(case).where(case.c.id == case_id))


async def add_entry(connection: AsyncConnection, new: Entry) -> None:
    """Keep a part of a case."""
    await connection.execute(insert(entry), new.__dict__)


async def next_place(connection: AsyncConnection, case_id: str) -> int:
    """Return the place of the next entry."""
    last = await connection.execute(
        select(func.max(entry.c.place)).where(entry.c.case_id == case_id)
    )
    place = last.scalar_one()
    return 0 if place is None else int(place) + 1


async def entries(connection: AsyncConnection, case_id: str) -> list[Entry]:
    """Return the parts of a case in the order they were written."""
    rows = await connection.execute(
        select(*_ENTRY_COLUMNS).where(entry.c.case_id == case_id).order_by(entry.c.place)
    )
    return [Entry(*row) for row in rows]


async def exclude(
    connection: AsyncConnection,
    case_id: str,
    *,
    member_id: str | None = None,
    team: str | None = None,
) -> None:
    """Note that a member or a team must never read the case."""
    members, teams = await excluded(connection, case_id)
    if member_id in members or team in teams:
        return
    await connection.execute(
        insert(exclusion).values(id=new_id(), case_id=case_id, member_id=member_id, team=team)
    )


async def excluded(connection: AsyncConnection, case_id: str) -> tuple[set[str], set[str]]:
    """Return the members and the teams that must not read the case."""
    rows = (
        await connection.execute(
            select(exclusion.c.member_id, exclusion.c.team).where(exclusion.c.case_id == case_id)
        )
    ).all()
    return {one for one, _ in rows if one}, {team for _, team in rows if team}
