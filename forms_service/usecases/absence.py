"""While a member is away a colleague reads for them, and ends by itself when they are back."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.rules.deadlines import end_of, local_day
from forms_service.usecases import granting
from forms_service.usecases.sharing import Named, Refused
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import absences, access, audits, members
from forms_service.world.store.absences import Absence
from forms_service.world.store.members import Reader

_LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Deputies:
    """A member's absence if there is one, who could stand in, and for whom they stand in.

    `colleagues` come with the names of the inboxes that both of them have to do with.
    """

    mine: Absence | None
    deputy: str
    colleagues: list[tuple[Named, list[str]]]
    standing_in: list[tuple[str, Absence]]


async def look(portal: Portal, at: SignedIn) -> Deputies:
    """Return what there is to say about a member's absence."""

    async def read(connection: AsyncConnection) -> Deputies:
        names = {each.id: each.name for each in await members.everyone(connection)}
        shared = await _shared_inboxes(connection, portal, at.member.id)
        found = await absences.of(connection, [at.member.id])
        mine = found[0] if found else None
        return Deputies(
            mine=mine,
            deputy=names.get(mine.deputy_id, "") if mine else "",
            colleagues=sorted(
                (((each, names[each]), list(of_both)) for each, of_both in shared.items()),
                key=lambda one: one[0][1],
            ),
            standing_in=[
                (names.get(each.member_id, ""), each)
                for each in await absences.deputised(connection, at.member.id)
            ],
        )

    return await portal.database.read(read)


async def go_away(
    portal: Portal, at: SignedIn, deputy_id: str, starts_on: date, ends_on: date
) -> None:
    """Let a colleague read, from the first day to the last, what the member reads.

    The colleague reads cases of inboxes that both have to do with, and never one that they are
    excluded from. Raises Refused if the days or the colleague are wrong.
    """
    now = portal.clock()
    today = local_day(now)
    if ends_on < starts_on or ends_on < today:
        raise Refused("days_wrong")
    if ends_on - max(starts_on, today) > _LONGEST:
        raise Refused("away_too_long")

    async def leave(connection: AsyncConnection) -> None:
        inboxes = (await _shared_inboxes(connection, portal, at.member.id)).get(deputy_id)
        if inboxes is None:
            raise Refused("deputy_missing")
        for before in await absences.of(connection, [at.member.id]):
            await absences.remove(connection, before)
        absence = Absence(at.member.id, deputy_id, starts_on, ends_on)
        first = end_of(max(starts_on, today) - timedelta(days=1))
        given = await access.read_as_deputy(connection, deputy_id)
        for case, key_sealed, opens_at in await access.held_by(connection, at.member.id):
            deputy = inboxes.get(case.inbox)
            if deputy is None or case.id in given or opens_at > end_of(ends_on):
                continue
            given.add(case.id)
            team_key = sealing.open_with(at.private_key, key_sealed)
            opening: granting.Opening = (deputy, "deputy_while_away", max(opens_at, first))
            await granting.grant(connection, case, [opening], team_key)
        await absences.add(connection, absence)
        who = {"member_id": at.member.id, "about": deputy_id}
        await audits.add(connection, "away", now, **who)

    await portal.database.write(leave)


async def come_back(portal: Portal, at: SignedIn) -> None:
    """End the member's absence now; the deputy reads no longer for them."""
    now = portal.clock()

    async def end(connection: AsyncConnection) -> None:
        for absence in await absences.of(connection, [at.member.id]):
            await absences.remove(connection, absence)
            await audits.add(connection, "returned", now, member_id=at.member.id)

    await portal.database.write(end)


async def end_what_is_over(connection: AsyncConnection, today: date) -> None:
    """End the absences whose last day is past: the deputies' keys go."""
    for absence in await absences.over(connection, today):
        await absences.remove(connection, absence)


async def _shared_inboxes(
    connection: AsyncConnection, portal: Portal, member_id: str
) -> dict[str, dict[str, Reader]]:
    """Return for every colleague the inboxes in which they can stand in, as a reader of each."""
    shared: dict[str, dict[str, Reader]] = {}
    for name in portal.organisation.inboxes:
        for each, reader in (await granting.may_stand_in(connection, name, member_id)).items():
            shared.setdefault(each, {})[name] = reader
    return shared
