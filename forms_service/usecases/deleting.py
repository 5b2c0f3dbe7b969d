"""Deletion: announced a week ahead, postponed with a reason, at once on demand.

Whoever deletes, `remove` does it: of the case nothing stays but a row to be counted by.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import deadlines, sealing
from forms_service.rules.catalogues import texts_for
from forms_service.usecases import drafts
from forms_service.usecases.casework import find_case
from forms_service.usecases.entries import seal_entry
from forms_service.usecases.figures import keep_figure
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import access, audits, cases
from forms_service.world.store import drafts as stored_drafts
from forms_service.world.store.cases import Case

ANNOUNCED_FOR = timedelta(days=7)
"""How long before its day a case is listed."""


class PostponeError(ValueError):
    """The day can't be moved like this; the message is a code for the page."""


@dataclass(frozen=True)
class Deletable:
    """A case that is deleted soon, or whose sender wishes it.

    `wished` by the sender; where that is so only a protecting team may keep it longer. `decides`
    says that this team has to decide, because it isn't deleted by itself. `last_day` is the
    latest day it may be postponed to; None if it may not.
    """

    case: Case
    wished: bool
    decides: bool
    last_day: date | None


async def soon(portal: Portal, at: SignedIn) -> list[Deletable]:
    """Return what the member may read and is deleted within a week, the next one first."""
    now = portal.clock()
    until = deadlines.local_day(now) + ANNOUNCED_FOR

    async def read(connection: AsyncConnection) -> list[Case]:
        return await access.readable(connection, at.member.id, now)

    every = [_deletable(portal, case, now) for case in await portal.database.read(read)]
    listed = [
        each
        for each in every
        if (each.case.delete_on is not None and each.case.delete_on <= until)
        or (each.decides and each.case.delete_on is None)
    ]
    listed.sort(key=lambda each: (each.case.delete_on or date.min, each.case.arrived_at))
    return listed


async def one(portal: Portal, at: SignedIn, case_id: str) -> Deletable:
    """Return what may be done about one case's deletion; NoSuchCase if it isn't the member's."""
    now = portal.clock()

    async def read(connection: AsyncConnection) -> Case:
        return (await find_case(connection, at, case_id, now))[0]

    return _deletable(portal, await portal.database.read(read), now)


def _deletable(portal: Portal, case: Case, now: datetime) -> Deletable:
    inbox = portal.organisation.inboxes[case.inbox]
    wished = case.deletion_asked_at is not None
    decides = waits_for_team(portal, case)
    last_day = None
    if case.delete_on is not None or decides:
        last_day = deadlines.months_after(deadlines.local_day(now), inbox.keeping.months)
    if deadlines.is_deletion_fixed(inbox, case.deletion_asked_at):
        last_day = None
    return Deletable(case, wished, decides, last_day)


def waits_for_team(portal: Portal, case: Case) -> bool:
    """Return whether a sender's wish isn't followed by itself, because a protecting team decides.

    The day that they were promised elsewhere doesn't count here either: a case may have been
    handed to that team after they asked.
    """
    inbox = portal.organisation.inboxes.get(case.inbox)
    if inbox is None or not inbox.safeguarding or case.deletion_asked_at is None:
        return False
    return case.delete_on in (None, deadlines.asked_deletion(case.deletion_asked_at, None))


async def postpone(portal: Portal, at: SignedIn, case_id: str, day: date, reason: str) -> None:
    """Delete a case later, for a reason that the team can read in it.

    Raises NoSuchCase and PostponeError.
    """
    now = portal.clock()

    async def move(connection: AsyncConnection) -> None:
        case, key_sealed = await find_case(connection, at, case_id, now)
        check_postponing(_deletable(portal, case, now), day, reason, deadlines.local_day(now))
        await cases.change(connection, case_id, delete_on=day)
        notes_key = sealing.notes_key_of(sealing.open_with(at.private_key, key_sealed))
        texts = texts_for(at.member.language)
        said = texts.gettext(
            "Wird erst am %(date)s gelöscht. Grund: %(reason)s",
            date=texts.date(day),
            reason=reason,
        )
        note = seal_entry(
            notes_key,
            case_id=case_id,
            place=await cases.next_place(connection, case_id),
            kind="note",
            content={"text": said},
            written_at=now,
            member_id=at.member.id,
        )
        await cases.add_entry(connection, note)
        await stored_drafts.remove(connection, case_id, at.member.id, drafts.POSTPONING)
        await audits.add(connection, "postponed", now, member_id=at.member.id, case_id=case_id)

    await portal.database.write(move)


def check_postponing(found: Deletable, day: date | None, reason: str, today: date) -> None:
    """Refuse a day that isn't later, or too late, and a postponing without a reason."""
    if found.last_day is None:
        raise PostponeError("wished" if found.wished else "not_due")
    earliest = max(today, found.case.delete_on or today)
    if day is None or not earliest < day <= found.last_day:
        raise PostponeError("day_wrong")
    if not reason:
        raise PostponeError("reason_missing")


async def delete_now(portal: Portal, at: SignedIn, case_id: str) -> None:
    """Delete a case with everything that belongs to it; only that one was deleted stays noted."""
    now = portal.clock()

    async def delete(connection: AsyncConnection) -> None:
        await find_case(connection, at, case_id, now)
        await remove(connection, portal, case_id, now, member_id=at.member.id)

    await portal.database.write(delete)
    await portal.database.wipe_log()


async def remove(
    connection: AsyncConnection,
    portal: Portal,
    case_id: str,
    now: datetime,
    *,
    member_id: str | None = None,
) -> None:
    """Delete a case: what is counted stays, and that one was deleted, by whom if by somebody.

    The caller has to wipe the log when the transaction is over.
    """
    await keep_figure(connection, portal, case_id)
    await cases.remove(connection, case_id)
    await audits.add(connection, "deleted", now, member_id=member_id)
