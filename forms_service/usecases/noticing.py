"""Tells members that there is something new, from what each may read now.

Whoever causes something needn't think of it: a case that has opened, a message, a missed promise
are found by looking at the state. Each occasion is noted once for each member. Excluded members
have no `access` row and so are never told; those who have left neither.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import deadlines
from forms_service.usecases.deleting import ANNOUNCED_FOR
from forms_service.usecases.desk import next_due
from forms_service.world.mail import Postman
from forms_service.world.portal import Portal
from forms_service.world.store import cases, mails, notices
from forms_service.world.store.mails import Kind
from forms_service.world.store.notices import Occasion, Waiting

_ESCALATIONS = ("opened", "acknowledged", "answered")

Found = list[tuple[Occasion, bool]]
"""What is to be noted, and whether it is urgent."""


async def look_around(portal: Portal) -> int:
    """Note what is new for whom, and write the mails that are due; return how much is new."""
    now = portal.clock()
    found = await portal.database.read(lambda connection: _find(connection, portal, now))
    if found:
        await portal.database.write(lambda connection: notices.add(connection, found))
    if portal.postman is not None:
        await _write_mails(portal, portal.postman, now)
    return len(found)


async def _find(connection: AsyncConnection, portal: Portal, now: datetime) -> Found:
    inboxes = portal.organisation.inboxes

    def protects(inbox: str) -> bool:
        return inbox in inboxes and inboxes[inbox].safeguarding

    found: Found = []
    for occasion, inbox, suspicious in await notices.opened_unnoticed(connection, now):
        urgent = protects(inbox) or occasion.reason in _ESCALATIONS
        found.append((occasion, urgent and not suspicious))
    for occasion, inbox, suspicious in await notices.written_unnoticed(connection, now):
        found.append((occasion, protects(inbox) and not suspicious))
    for case in await notices.perhaps_overdue(connection, now):
        due = next_due(case)
        if due is None or due.by >= now:
            continue
        urgent = (due.what == "answer" or protects(case.inbox)) and not case.suspicious
        told = await notices.readers_unnoticed(connection, case.id, "overdue", due.by, now)
        found += [(occasion, urgent) for occasion in told]
    last_day = deadlines.local_day(now) + ANNOUNCED_FOR
    for case in await cases.to_be_deleted(connection, last_day):
        if case.delete_on is not None:
            since = deadlines.end_of(case.delete_on - ANNOUNCED_FOR - timedelta(days=1))
            told = await notices.readers_unnoticed(connection, case.id, "deletion", since, now)
            found += [(occasion, False) for occasion in told]
    return found + [(occasion, True) for occasion in await notices.roles_unnoticed(connection)]


async def _write_mails(portal: Portal, postman: Postman, now: datetime) -> None:
    today = deadlines.local_day(now)
    digest_at = datetime.combine(today, time(postman.digest_hour), deadlines.ZONE)

    async def find(connection: AsyncConnection) -> list[Waiting]:
        # Before the hour of the day only what is urgent goes.
        since = digest_at if now >= digest_at else digest_at - timedelta(days=36500)
        waiting = await notices.waiting(connection, since, now)
        had_one = await notices.had_digest(connection, digest_at)
        return [
            each
            for each in waiting
            if each.urgent or (each.member_id not in had_one and _works(portal, each, now))
        ]

    async def write(connection: AsyncConnection) -> None:
        by_member: dict[str, list[Waiting]] = defaultdict(list)
        for each in await find(connection):
            by_member[each.member_id].append(each)
        for member_id, waiting in by_member.items():
            told_at = now
            if open_ones := [each for each in waiting if not _is_moot(each)]:
                kind: Kind = "urgent" if any(each.urgent for each in open_ones) else "digest"
                told_at = await mails.add_for_member(
                    connection, member_id, kind, waiting[0].language, now
                )  # fmt: skip
            await notices.mark_mailed(connection, [each.id for each in waiting], told_at)

    if await portal.database.read(find):
        await portal.database.write(write)


def _works(portal: Portal, waiting: Waiting, now: datetime) -> bool:
    """Return whether today is a working day where the notice's inbox is."""
    inbox = portal.organisation.inboxes.get(waiting.case.inbox) if waiting.case else None
    return inbox is None or deadlines.is_working_day(deadlines.local_day(now), inbox.state)


def _is_moot(waiting: Waiting) -> bool:
    """Return whether nobody needs to hear of it any more: seen, settled, or closed to them."""
    case = waiting.case
    if waiting.moot or case is None:
        return waiting.moot
    if waiting.reason == "message":
        return case.unread_since != waiting.opens_at
    if waiting.reason == "overdue":
        due = next_due(case)
        return due is None or due.by != waiting.opens_at
    return False
