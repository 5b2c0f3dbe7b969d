"""Whose case it is, and who reads it: take it, hand it over, step back, keep somebody out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.usecases import drafts, granting, second_look
from forms_service.usecases.casework import NoSuchCase, find_case
from forms_service.usecases.entries import write_entry
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import access, audits, cases, members
from forms_service.world.store import drafts as stored_drafts
from forms_service.world.store.cases import Case
from forms_service.world.store.members import Reader

Named = tuple[str, str]
"""A member's id and name."""


class Refused(ValueError):
    """It can't be done like this; the message is a code for the page."""


@dataclass(frozen=True)
class Circle:
    """Who has to do with a case, and with whom its reader can share it.

    `successors` are colleagues of the inbox to hand it to, `may_join` those of them who don't read
    it yet, `may_be_excluded` whoever could be kept out, with the teams.
    """

    taken_by: Named | None
    successors: list[Named]
    may_join: list[Named]
    may_be_excluded: list[Named]
    teams: list[str]
    excluded: list[str]
    excluded_teams: list[str]
    others_read: bool


async def circle_of(portal: Portal, at: SignedIn, case_id: str) -> Circle:
    """Return who has to do with the case; NoSuchCase where the member may not read it."""

    async def read(connection: AsyncConnection) -> Circle:
        return await _circle(connection, portal, at, case_id)

    return await portal.database.read(read)


async def _circle(
    connection: AsyncConnection, portal: Portal, at: SignedIn, case_id: str
) -> Circle:
    now = portal.clock()
    case, _ = await find_case(connection, at, case_id, now)
    everyone = {each.id: each for each in await members.everyone(connection)}
    out, teams_out = await cases.excluded(connection, case.id)
    inbox = await _colleagues(connection, case)
    inside = await access.readers_of(connection, case.id)
    inside_now = {each.member_id for each in inside if each.opens_at <= now}
    outside = {each.member_id for each in await granting.outside_readers(connection, case.inbox)}
    fixed = {at.member.id, *outside}
    fixed_teams = {everyone[each].team for each in fixed}

    def named(ids: Iterable[str]) -> list[Named]:
        return sorted(((each, everyone[each].name) for each in ids), key=lambda one: one[1])

    others = set(inbox) - {at.member.id}
    known = {each.member_id for each in inside} | set(inbox)
    return Circle(
        taken_by=named([case.taken_by])[0] if case.taken_by else None,
        successors=named(others),
        may_join=named(others - inside_now),
        may_be_excluded=named(known - fixed - out),
        teams=[each for each in portal.organisation.teams if each not in teams_out | fixed_teams],
        excluded=[name for _, name in named(out)],
        excluded_teams=sorted(teams_out),
        others_read=bool(inside_now - {at.member.id}),
    )


async def let_in(portal: Portal, at: SignedIn, case_id: str, member_id: str) -> None:
    """Let a colleague of the inbox read the case from now on; the excluded stay out.

    Raises NoSuchCase if either of the two may not, or if the colleague reads it already.
    """
    now = portal.clock()

    async def give(connection: AsyncConnection) -> None:
        case, key_sealed = await find_case(connection, at, case_id, now)
        colleague = (await _colleagues(connection, case)).get(member_id)
        if colleague is None or await access.open_for(connection, case_id, member_id, now):
            raise NoSuchCase
        team_key = sealing.open_with(at.private_key, key_sealed)
        await granting.grant(connection, case, [(colleague, "given", now)], team_key)
        who = {"member_id": at.member.id, "about": member_id}
        await audits.add(connection, "let_in", now, case_id=case_id, **who)

    await portal.database.write(give)


async def take(portal: Portal, at: SignedIn, case_id: str, seen: str) -> None:
    """Take a case on. `seen` is the id of who had it when the member looked, or an empty string.

    Raises NoSuchCase; Refused if somebody else has taken it meanwhile, or if it is a second look
    at the member's own answer.
    """
    now = portal.clock()

    async def change(connection: AsyncConnection) -> None:
        case, _ = await find_case(connection, at, case_id, now)
        if case.taken_by == at.member.id:
            return
        if (case.taken_by or "") != seen:
            raise Refused("taken_meanwhile")
        if await second_look.needs_another(connection, case, at.member.id):
            raise Refused("second_look")
        await cases.change(connection, case_id, taken_by=at.member.id)
        await audits.add(connection, "taken", now, member_id=at.member.id, case_id=case_id)

    await portal.database.write(change)


async def give_back(portal: Portal, at: SignedIn, case_id: str) -> None:
    """Give a case back to all who read it; nothing happens if it's somebody else's."""
    now = portal.clock()

    async def change(connection: AsyncConnection) -> None:
        case, _ = await find_case(connection, at, case_id, now)
        if case.taken_by == at.member.id:
            await cases.change(connection, case_id, taken_by=None)
            await audits.add(connection, "given_back", now, member_id=at.member.id, case_id=case_id)

    await portal.database.write(change)


async def hand_over(
    portal: Portal, at: SignedIn, case_id: str, member_id: str, note: str = ""
) -> None:
    """Hand a case to a colleague of its inbox, who reads it from now on; a note may go with it.

    Raises NoSuchCase if either of the two may not read it; Refused for a second look at the
    colleague's own answer.
    """
    now = portal.clock()

    async def give(connection: AsyncConnection) -> None:
        case, key_sealed = await find_case(connection, at, case_id, now)
        colleague = (await _colleagues(connection, case)).get(member_id)
        if colleague is None or member_id == at.member.id:
            raise NoSuchCase
        if await second_look.needs_another(connection, case, member_id):
            raise Refused("second_look_of_theirs")
        team_key = sealing.open_with(at.private_key, key_sealed)
        if await access.open_for(connection, case_id, member_id, now) is None:
            await granting.grant(connection, case, [(colleague, "given", now)], team_key)
        await cases.change(connection, case_id, taken_by=member_id)
        await write_note(connection, team_key, case_id, at.member.id, note, now)
        await stored_drafts.remove(connection, case_id, at.member.id, drafts.HAND_OVER)
        who = {"member_id": at.member.id, "about": member_id}
        await audits.add(connection, "handed_over", now, case_id=case_id, **who)

    await portal.database.write(give)


async def step_back(portal: Portal, at: SignedIn, case_id: str) -> None:
    """Read a case no longer, for good: no later grant brings it back.

    Raises NoSuchCase; Refused if nobody else reads the case now.
    """
    now = portal.clock()

    async def leave(connection: AsyncConnection) -> None:
        await find_case(connection, at, case_id, now)
        if not await _others_read(connection, case_id, {at.member.id}, now):
            raise Refused("last_reader")
        await cases.exclude(connection, case_id, member_id=at.member.id)
        await access.take_away(connection, case_id, {at.member.id})
        await audits.add(connection, "stepped_back", now, member_id=at.member.id, case_id=case_id)

    await portal.database.write(leave)


async def exclude(
    portal: Portal, at: SignedIn, case_id: str, *, member_id: str = "", team: str = ""
) -> None:
    """Keep a colleague, or a whole team, from a case for good; what they could read they can't now.

    Nobody is excluded who stands outside the line: only the sender can do that, or they step back.
    Raises NoSuchCase if the member may not read the case, or if who is meant can't be excluded.
    """
    now = portal.clock()

    async def keep_out(connection: AsyncConnection) -> None:
        circle = await _circle(connection, portal, at, case_id)
        if member_id not in dict(circle.may_be_excluded) and team not in circle.teams:
            raise NoSuchCase
        who = {"member_id": at.member.id, "case_id": case_id}
        if team:
            gone = {each.id for each in await members.everyone(connection) if each.team == team}
            await cases.exclude(connection, case_id, team=team)
            await audits.add(connection, "excluded_team", now, **who)
        else:
            gone = {member_id}
            await cases.exclude(connection, case_id, member_id=member_id)
            await audits.add(connection, "excluded", now, about=member_id, **who)
        await access.take_away(connection, case_id, gone)

    await portal.database.write(keep_out)


async def write_note(
    connection: AsyncConnection,
    team_key: bytes,
    case_id: str,
    member_id: str,
    text: str,
    now: datetime,
) -> None:
    """Write the note that goes with a hand-over, if there is one."""
    if text:
        key = sealing.notes_key_of(team_key)
        content = {"text": text}
        await write_entry(connection, key, case_id, "note", content, member_id=member_id, now=now)


async def _colleagues(connection: AsyncConnection, case: Case) -> dict[str, Reader]:
    """Return the members of the case's inbox who aren't excluded, by id."""
    out, teams_out = await cases.excluded(connection, case.id)
    return {
        each.member_id: each
        for each in await members.readers(connection, case.inbox)
        if each.member_id not in out and each.team not in teams_out
    }


async def _others_read(
    connection: AsyncConnection, case_id: str, but: Collection[str], now: datetime
) -> bool:
    return any(
        each.opens_at <= now and each.member_id not in but
        for each in await access.readers_of(connection, case_id)
    )
