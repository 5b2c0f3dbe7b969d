"""Letting a colleague in to a case: what the one who was let in alone needs first."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.usecases import granting
from forms_service.usecases.casework import NoSuchCase, find_case
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import access, audits, cases, members
from forms_service.world.store.cases import Case
from forms_service.world.store.members import Reader


async def may_join(portal: Portal, at: SignedIn, case_id: str) -> list[tuple[str, str]]:
    """Return id and name of the colleagues of the inbox who could be let in to the case.

    Raises NoSuchCase where the member may not read it themselves.
    """
    now = portal.clock()

    async def read(connection: AsyncConnection) -> list[tuple[str, str]]:
        case, _ = await find_case(connection, at, case_id, now)
        outside = await _not_yet_inside(connection, case, now)
        names = {each.id: each.name for each in await members.everyone(connection)}
        return sorted(((each, names[each]) for each in outside), key=lambda found: found[1])

    return await portal.database.read(read)


async def let_in(portal: Portal, at: SignedIn, case_id: str, member_id: str) -> None:
    """Let a colleague of the inbox read the case from now on; the excluded stay out.

    Raises NoSuchCase if either of the two may not.
    """
    now = portal.clock()

    async def give(connection: AsyncConnection) -> None:
        case, key_sealed = await find_case(connection, at, case_id, now)
        colleague = (await _not_yet_inside(connection, case, now)).get(member_id)
        if colleague is None:
            raise NoSuchCase
        team_key = sealing.open_with(at.private_key, key_sealed)
        await granting.grant(connection, case, [(colleague, "given", now)], team_key)
        await audits.add(connection, "let_in", now, member_id=at.member.id, case_id=case_id)

    await portal.database.write(give)


async def _not_yet_inside(
    connection: AsyncConnection, case: Case, now: datetime
) -> dict[str, Reader]:
    inside = {
        each.member_id
        for each in await access.readers_of(connection, case.id)
        if each.opens_at <= now
    }
    shut_out, teams = await cases.excluded(connection, case.id)
    return {
        each.member_id: each
        for each in await members.readers(connection, case.inbox)
        if each.member_id not in inside | shut_out and each.team not in teams
    }
