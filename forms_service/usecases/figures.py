"""Counts a year's cases, those still there and those deleted. Protecting inboxes aren't counted."""

import json
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import process, sealing
from forms_service.rules.deadlines import ZONE, local_day
from forms_service.rules.fields import Answers
from forms_service.rules.figures import NONE, UNKNOWN, Figure, Published, language_group, publish
from forms_service.world.portal import Portal
from forms_service.world.store import figures
from forms_service.world.store.cases import Case
from forms_service.world.store.members import Member

_CATEGORY_FIELDS = ("principle", "topic")
_SAYS_WHO = ("name", "phone", "email", "via")


class YearNotOver(ValueError):
    """The difference between two days of a running year would tell of a single case."""


def sealed_for_counting(portal: Portal, case_id: str, answers: Answers) -> bytes:
    """Return what is counted of the answers, for the service alone: at deletion it has no key."""
    category = next((str(answers[name]) for name in _CATEGORY_FIELDS if answers.get(name)), NONE)
    anonymous = not any(answers.get(name) for name in _SAYS_WHO)
    content = json.dumps({"category": category, "anonymous": anonymous}).encode()
    return sealing.seal(_key(portal), content, _context(case_id))


def _key(portal: Portal) -> bytes:
    return sealing.derive(portal.secrets.pepper, "figure")


def _context(case_id: str) -> str:
    return f"{case_id}/figure"


async def keep_figure(connection: AsyncConnection, portal: Portal, case_id: str) -> None:
    """Keep the row of a case that is about to be deleted; none for a protecting inbox."""
    found = await figures.of_case(connection, case_id)
    if found is not None and _is_counted(portal, found[0]):
        await figures.add(connection, _figure(portal, *found))


def _is_counted(portal: Portal, case: Case) -> bool:
    inbox = portal.organisation.inboxes.get(case.inbox)
    return inbox is None or not inbox.safeguarding


def _figure(portal: Portal, case: Case, sealed: bytes | None) -> Figure:
    category, anonymous = UNKNOWN, None
    if sealed is not None:
        content = json.loads(sealing.unseal(_key(portal), sealed, _context(case.id)))
        category, anonymous = str(content["category"]), bool(content["anonymous"])
    arrived = local_day(case.arrived_at)

    def days_until(moment: datetime | None) -> int | None:
        return None if moment is None else (local_day(moment) - arrived).days

    return Figure(
        month=f"{arrived:%Y-%m}",
        form=case.form,
        inbox=case.inbox,
        category=category,
        channel=case.channel,
        language=language_group(case.language),
        anonymous=anonymous,
        days_to_acknowledge=days_until(case.acknowledged_at),
        days_to_close=days_until(case.closed_at) if process.is_closed(case.status) else None,
        outcome=case.status,
        dissatisfied=case.dissatisfied_at is not None,
    )


async def of_year(portal: Portal, year: int) -> Published:
    """Return what may be published of the cases that arrived in a year; YearNotOver too early."""
    if year >= local_day(portal.clock()).year:
        raise YearNotOver
    since, until = (datetime(each, 1, 1, tzinfo=ZONE).astimezone(UTC) for each in (year, year + 1))

    async def read(connection: AsyncConnection) -> list[Figure]:
        living = await figures.of_living(connection, since, until)
        counted = [_figure(portal, *found) for found in living if _is_counted(portal, found[0])]
        return counted + await figures.of_deleted(connection, year)

    return publish(await portal.database.read(read))


async def years(portal: Portal) -> list[int]:
    """Return the years that are over and have cases, the last one first."""

    async def read(connection: AsyncConnection) -> set[int]:
        found = {int(month[:4]) for month in await figures.months(connection)}
        if (oldest := await figures.first_arrival(connection)) is not None:
            found |= set(range(local_day(oldest).year, this_year))
        return found

    this_year = local_day(portal.clock()).year
    found = await portal.database.read(read)
    return sorted((year for year in found if year < this_year), reverse=True)


def may_see(member: Member) -> bool:
    """Return whether a member is told figures: who leads, is outside the line, or administers."""
    return member.admin or member.leads
