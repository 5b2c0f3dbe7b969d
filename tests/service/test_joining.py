"""Keys go from hand to hand: who is owed what, who can pass it on, what only one member reads."""

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules.process import Role
from forms_service.usecases import joining, submit
from forms_service.world.portal import Portal
from forms_service.world.store import access, owed_keys
from tests.service.conftest import HandClock, Staff
from tests.service.submissions import open_by, reads_when, submission
from tests.service.test_recovering import at_desk


async def test_given_a_joiner_in_every_role_then_each_gets_what_the_role_has(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    # Given a complaint, and somebody who joins in two roles at once
    receipt = await submit.receive(portal, submission(portal))
    nora = await staff.join("Nora")

    async def give(connection: AsyncConnection) -> None:
        roles: tuple[Role, ...] = ("deputy", "outside")
        for role in roles:
            await joining._give(connection, nora.id, "complaints", role, clock())

    await portal.database.write(give)
    owed = await portal.database.read(owed_keys.count_owed)
    assert owed == {(nora.id, "complaints"): 1}
    # When somebody signs in who can't open it yet, then nothing moves
    assert not await joining.pass_keys(portal, await at_desk(portal, staff, "Dana"))
    assert await portal.database.read(owed_keys.count_owed) == owed
    # When Lena does, then each role has its step
    assert not await joining.pass_keys(portal, await at_desk(portal, staff, "Lena"))
    assert await portal.database.read(owed_keys.count_owed) == {}
    case = (await open_by(portal, receipt)).case
    held = {
        (row.step, row.opens_at)
        for row in await portal.database.read(
            lambda connection: access.readers_of(connection, case.id)
        )
        if row.member_id == nora.id
    }
    promised = receipt.promised
    assert held == {("opened", promised.opened_by), ("answered", promised.answer_by)}


async def test_given_two_readers_then_neither_alone_reads_a_case(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    receipt = await submit.receive(portal, submission(portal, {"not_read_by": "housing"}))
    shared = await submit.receive(portal, submission(portal, {"what_happened": "beide"}))
    assert set(await reads_when(staff, shared)) >= {"Lena", "Sam"}
    case = (await open_by(portal, receipt)).case

    async def alone(name: str, inbox: str | None = None) -> list[str]:
        found = await portal.database.read(
            lambda connection: owed_keys.only_theirs(
                connection, staff.members[name].id, clock(), inbox
            )
        )
        return [each.id for each in found]

    assert await alone("Lena") == [case.id]
    assert await alone("Lena", "complaints") == [case.id]
    assert await alone("Lena", "counselling") == []
    assert await alone("Sam") == []
    # Once the deputy reads it too, she isn't alone
    clock.moment = receipt.promised.opened_by
    assert await alone("Lena") == []
