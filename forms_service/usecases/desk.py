"""The list that staff begin their day with: what was promised, and by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import process
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import access, audits, lists, members
from forms_service.world.store.cases import Case
from forms_service.world.store.lists import Chosen, Listed, Part


@dataclass(frozen=True)
class Due:
    """The next promise of a case: what it is and by when; None if it's the sender's turn."""

    what: str
    by: datetime


def next_due(case: Case) -> Due | None:
    """Return the promise that is to be kept next."""
    if case.unread_since is not None:
        return Due("read_message", case.news_by)
    if process.is_closed(case.status):
        return None
    if case.opened_at is None:
        return Due("open", case.opened_by)
    if case.acknowledged_at is None:
        return Due("acknowledge", case.acknowledged_by)
    if not process.owes_news(case.status):
        return None
    if case.news_by < case.answer_by:
        return Due("news", case.news_by)
    return Due("answer", case.answer_by)


@dataclass(frozen=True)
class DeskRow:
    """A case in the list."""

    case: Case
    due: Due | None


@dataclass(frozen=True)
class DeskPart:
    """A part of the list: what is shown of it, how many there are, and which page this is."""

    name: Part
    rows: list[DeskRow]
    count: int
    page: int = 1
    pages: int = 1


FIRST: Mapping[Part, int] = {
    "overdue": 30, "new": 30, "ours": 30, "theirs": 10, "apart": 10, "closed": 10,
}  # fmt: skip
"""How many of each part the list of today begins with."""

A_PAGE = 50


async def today(portal: Portal, at: SignedIn, chosen: Chosen) -> list[DeskPart]:
    """Return the beginning of every part that has cases, the oldest promise first in each."""
    shown = {part: (1, most) for part, most in FIRST.items()}
    return [
        DeskPart(name, _rows(listed), listed.count)
        for name, listed in (await _listed(portal, at, chosen, shown)).items()
    ]


async def whole_part(
    portal: Portal, at: SignedIn, chosen: Chosen, name: Part, page: int
) -> DeskPart:
    """Return one page of a part; a page that isn't there is the first one."""
    first = (page - 1) * A_PAGE + 1
    found = await _listed(portal, at, chosen, {name: (first, first + A_PAGE - 1)})
    if name in found:
        listed = found[name]
        return DeskPart(name, _rows(listed), listed.count, page, -(-listed.count // A_PAGE))
    return DeskPart(name, [], 0) if page == 1 else await whole_part(portal, at, chosen, name, 1)


async def _listed(
    portal: Portal, at: SignedIn, chosen: Chosen, shown: Mapping[Part, tuple[int, int]]
) -> dict[Part, Listed]:
    now = portal.clock()

    async def read(connection: AsyncConnection) -> dict[Part, Listed]:
        return await lists.in_parts(connection, at.member.id, now, chosen, shown)

    return await portal.database.read(read)


def _rows(listed: Listed) -> list[DeskRow]:
    return [DeskRow(case, next_due(case)) for case in listed.cases]


async def names(portal: Portal) -> dict[str, str]:
    """Return the names of all members, by id."""

    async def read(connection: AsyncConnection) -> dict[str, str]:
        return {each.id: each.name for each in await members.everyone(connection)}

    return await portal.database.read(read)


async def take_along(portal: Portal, at: SignedIn, chosen: Chosen) -> list[DeskRow]:
    """Return the whole list, to be taken along as a file; that it was is noted."""
    now = portal.clock()

    async def read(connection: AsyncConnection) -> list[Case]:
        await audits.add(connection, "exported", now, member_id=at.member.id)
        ids = await lists.ids_in_order(connection, at.member.id, now, chosen)
        place = {case_id: number for number, case_id in enumerate(ids)}
        found = await access.readable(connection, at.member.id, now)
        return sorted((case for case in found if case.id in place), key=lambda case: place[case.id])

    return [DeskRow(case, next_due(case)) for case in await portal.database.write(read)]
