"""Where people wrote who they are: in what they sent, and in what they corrected later."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.store import access
from forms_service.world.tables import access as access_table
from forms_service.world.tables import entry

_KINDS = ("submission", "contact_details")
_MOST_NAMED = 500
"""More ids than these are not named in the question: it is quicker to ask for all."""


class SealedEntry(NamedTuple):
    """As much of an entry as its unsealing needs."""

    id: str
    case_id: str
    kind: str
    sealed: bytes


class Sealed(NamedTuple):
    """A case's key sealed to a member, and the entries that say who wrote it, oldest first."""

    case_id: str
    key_sealed: bytes
    entries: list[SealedEntry]


async def readable(connection: AsyncConnection, member_id: str, now: datetime) -> dict[str, str]:
    """Return, for each case that a member may read now, the ids of those entries, joined."""
    rows = await connection.execute(
        select(entry.c.case_id, entry.c.id)
        .where(entry.c.kind.in_(_KINDS), entry.c.case_id.in_(access.may_read(member_id, now)))
        .order_by(entry.c.case_id, entry.c.place)
    )
    found: dict[str, str] = {}
    for case_id, entry_id in rows:
        found[case_id] = f"{found[case_id]} {entry_id}" if case_id in found else entry_id
    return found


async def sealed(
    connection: AsyncConnection, member_id: str, now: datetime, case_ids: Sequence[str]
) -> list[Sealed]:
    """Return what is needed to open those entries of the cases, as far as the member may."""
    wanted = set(case_ids)
    named = len(wanted) <= _MOST_NAMED
    keys = select(access_table.c.case_id, access_table.c.key_sealed).where(
        access_table.c.member_id == member_id, access_table.c.opens_at <= now
    )
    parts = (
        select(entry.c.id, entry.c.case_id, entry.c.kind, entry.c.sealed)
        .where(entry.c.kind.in_(_KINDS), entry.c.case_id.in_(access.may_read(member_id, now)))
        .order_by(entry.c.place)
    )
    if named:
        keys = keys.where(access_table.c.case_id.in_(wanted))
        parts = parts.where(entry.c.case_id.in_(wanted))
    entries: defaultdict[str, list[SealedEntry]] = defaultdict(list)
    for row in await connection.execute(parts):
        found = SealedEntry(*row)
        entries[found.case_id].append(found)
    # A member with two roles holds two rows of a case; one of them is enough.
    key_of = {row.case_id: row.key_sealed for row in await connection.execute(keys)}
    return [
        Sealed(case_id, key, entries[case_id])
        for case_id, key in key_of.items()
        if case_id in wanted
    ]
