"""The list that staff begin their day with: what was promised, and by when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import process
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import access
from forms_service.world.store.cases import Case


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
class Desk:
    """The list of today, the oldest promise first in each part."""

    overdue: list[DeskRow]
    waiting_for_us: list[DeskRow]
    waiting_for_others: list[DeskRow]
    closed: list[DeskRow]
    apart: list[DeskRow]


async def today(portal: Portal, at: SignedIn) -> Desk:
    """Return what the member may see now, sorted by what is due."""
    now = portal.clock()

    async def read(connection: AsyncConnection) -> list[Case]:
        return await access.readable(connection, at.member.id, now)

    parts = Desk([], [], [], [], [])
    for case in await portal.database.read(read):
        row = DeskRow(case, next_due(case))
        if case.suspicious and case.acknowledged_at is None:
            parts.apart.append(row)
        elif row.due is None:
            closed = process.is_closed(case.status)
            (parts.closed if closed else parts.waiting_for_others).append(row)
        elif row.due.by < now:
            parts.overdue.append(row)
        else:
            parts.waiting_for_us.append(row)
    for part in (parts.overdue, parts.waiting_for_us):
        part.sort(key=lambda row: (row.due.by if row.due else now, row.case.arrived_at))
    for part in (parts.waiting_for_others, parts.apart):
        part.sort(key=lambda row: row.case.arrived_at)
    parts.closed.sort(key=lambda row: row.case.arrived_at, reverse=True)
    return parts
