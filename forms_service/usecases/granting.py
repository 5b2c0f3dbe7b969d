"""The one way to let someone read a case. Every grant, now or later, goes through `grant`."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import process, sealing
from forms_service.rules.deadlines import Promises, end_of
from forms_service.rules.forms import COMPLAINT
from forms_service.rules.organisation import Organisation
from forms_service.rules.process import ESCALATION, Step
from forms_service.world.store import absences, access, cases, members
from forms_service.world.store.access import Grant
from forms_service.world.store.cases import Case
from forms_service.world.store.members import Reader

Opening = tuple[Reader, Step, datetime]
"""A reader, the step they belong to, and the moment from which they may read."""


async def grant(
    connection: AsyncConnection, case: Case, readers: Iterable[Opening], team_key: bytes
) -> int:
    """Seal the team key to each reader who isn't excluded; return how many there are.

    Whoever stands in for one of them who is away reads it too, while they are.
    """
    members_out, teams_out = await cases.excluded(connection, case.id)
    granted: dict[tuple[str, Step], Grant] = {}
    allowed = [
        opening
        for opening in readers
        if opening[0].member_id not in members_out and opening[0].team not in teams_out
    ]
    for reader, step, opens_at in [*allowed, *await _deputies(connection, case, allowed)]:
        if reader.member_id in members_out or reader.team in teams_out:
            continue
        if (reader.member_id, step) not in granted:
            granted[reader.member_id, step] = Grant(
                case.id,
                reader.member_id,
                step,
                opens_at,
                sealing.seal_to(reader.public_key, team_key),
            )
    await access.add(connection, granted.values())
    return len(granted)


async def _deputies(
    connection: AsyncConnection, case: Case, openings: list[Opening]
) -> list[Opening]:
    """Return who stands in for those who are away, of the same inbox and from when.

    An opening after the last day of an absence is the returned member's own again.
    """
    away = {each.member_id: each for each in await absences.of(connection, _ids(openings))}
    if not away:
        return []
    already = {
        each.member_id
        for each in await access.readers_of(connection, case.id)
        if each.step == "deputy_while_away"
    }
    standing_in: list[Opening] = []
    for reader, step, opens_at in sorted(openings, key=lambda opening: opening[2]):
        if step == "deputy_while_away":
            continue
        absence = away.get(reader.member_id)
        if absence is None or absence.deputy_id in already:
            continue
        colleagues = await may_stand_in(connection, case.inbox, reader.member_id)
        if (deputy := colleagues.get(absence.deputy_id)) is None:
            continue
        if opens_at <= end_of(absence.ends_on):
            first = end_of(absence.starts_on - timedelta(days=1))
            standing_in.append((deputy, "deputy_while_away", max(opens_at, first)))
    return standing_in


async def may_stand_in(
    connection: AsyncConnection, inbox_name: str, member_id: str
) -> dict[str, Reader]:
    """Return who can read for a member of an inbox while they are away, by id.

    That is who has to do with the inbox too, on the same side of the line: what only the one
    outside may read never opens to a member who works in it.
    """
    readers = await members.readers(connection, inbox_name)
    inside = {each.member_id: each for each in readers}
    outside = {each.member_id for each in readers if each.role == "outside"}
    if member_id not in inside:
        return {}
    return {
        each: reader
        for each, reader in inside.items()
        if each != member_id and (each in outside) == (member_id in outside)
    }


def _ids(openings: Iterable[Opening]) -> set[str]:
    return {reader.member_id for reader, _, _ in openings}


def at_arrival(readers: Iterable[Reader], case: Case, promised: Promises) -> list[Opening]:
    """Return who reads a new case when: readers now, the others when a promise is missed."""
    opens: dict[Step, datetime] = {
        "arrival": case.arrived_at,
        "opened": promised.opened_by,
        "acknowledged": promised.acknowledged_by,
        "answered": promised.answer_by,
    }
    return [(reader, ESCALATION[reader.role], opens[ESCALATION[reader.role]]) for reader in readers]


def _at_once(readers: Iterable[Reader], now: datetime) -> list[Opening]:
    return [(reader, "arrival", now) for reader in readers]


async def exclude_as_said(
    connection: AsyncConnection, case: Case, answers: Mapping[str, object]
) -> None:
    """Note who must never read a complaint: who was chosen, and the members whom words name."""
    chosen = answers.get("not_read_by") or ()
    for each in chosen if isinstance(chosen, list | tuple) else (chosen,):
        if each == process.OMBUDSPERSON:
            for member_id in await members.with_role(connection, "outside"):
                await cases.exclude(connection, case.id, member_id=member_id)
        else:
            await cases.exclude(connection, case.id, team=str(each))
    if text := str(answers.get("not_read_by_other") or ""):
        for member in await members.everyone(connection):
            if process.is_named(member.name, text):
                await cases.exclude(connection, case.id, member_id=member.id)


async def open_to_first_readers(
    connection: AsyncConnection,
    organisation: Organisation,
    case: Case,
    answers: Mapping[str, object],
    promised: Promises,
    team_key: bytes,
) -> bool:
    """Let those read a case whose inbox it has come to; False if nobody will who isn't excluded.

    Where someone is meant whom no rule can find, the outside reader begins. In danger the
    safeguarding team reads too: help must not wait, and the one outside sees who was meant.
    """
    readers = await members.readers(connection, case.inbox)
    everyday = [each for each in readers if each.role == "reader"]
    now = case.arrived_at
    openings = at_arrival(readers, case, promised)
    if process.starts_outside(answers):
        outside = await outside_readers(connection, case.inbox)
        openings = _at_once(outside or everyday, now)
        if organisation.inboxes[case.inbox].safeguarding:
            openings = _at_once([*everyday, *outside], now)
    if await grant(connection, case, openings, team_key):
        return True
    # Everybody is excluded. Somebody must know, or only the recovery key would ever open it.
    outside = await outside_readers(connection, case.inbox)
    for others in (outside, everyday, readers):
        if await grant(connection, case, _at_once(others, now), team_key):
            return True
    return False


async def outside_readers(connection: AsyncConnection, inbox_name: str) -> list[Reader]:
    """Return the inbox's outside readers, or those of complaints where it has none of its own."""
    for name in (inbox_name, COMPLAINT.inbox):
        if found := [
            each for each in await members.readers(connection, name) if each.role == "outside"
        ]:
            return found
    return []
