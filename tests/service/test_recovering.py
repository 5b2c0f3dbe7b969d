"""The recovery sheets open what no member can, for a member who is named."""

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.usecases import casework, recovery, signing_in, submit
from forms_service.usecases.installation import RecoveryKey, new_recovery_key
from forms_service.usecases.recovery import RecoveryError
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import members
from forms_service.world.tables import access
from tests.service.conftest import PASSWORD, Staff
from tests.service.submissions import SENTENCE, open_by, submission


async def lose_all_keys(portal: Portal) -> None:
    """Let no member open anything, as if all of them had lost their keys."""

    async def lose(connection: AsyncConnection) -> None:
        await connection.execute(delete(access))

    await portal.database.write(lose)


async def at_desk(portal: Portal, staff: Staff, name: str) -> SignedIn:
    """A member with their private key, as the password opens it."""
    found = await portal.database.read(lambda each: members.by_id(each, staff.members[name].id))
    assert found is not None
    key = await portal.key_pool.password_key(PASSWORD, found.password_salt)
    context = f"{found.id}/private key"
    return SignedIn(found, sealing.unseal(key, found.private_key_sealed, context))


async def test_given_no_member_can_open_a_case_then_both_sheets_do(
    portal: Portal, staff: Staff, recovery_key: RecoveryKey
) -> None:
    # Given a complaint that nobody can open any more, and one that somebody can
    lost = (await open_by(portal, await submit.receive(portal, submission(portal)))).case
    assert await recovery.closed_to_all(portal) == []
    await lose_all_keys(portal)
    kept = submission(portal, {"what_happened": "anderes"})
    other = (await open_by(portal, await submit.receive(portal, kept))).case
    assert [case.id for case in await recovery.closed_to_all(portal)] == [lost.id]
    # When both sheets are there, in any order, then Dana reads it now, and only it
    one, two = recovery_key.sheets
    done = await recovery.recover(portal, (two, one.lower()), "DANA@example.org ", [])
    assert (done.opened, done.refused) == (1, [])
    dana = await at_desk(portal, staff, "Dana")
    opened = await casework.open_case(portal, dana, lost.id)
    assert opened.items[0].content["answers"]["what_happened"] == SENTENCE
    assert ("recovered", "Dana") in [(line.action, line.about) for line in opened.log]
    with pytest.raises(casework.NoSuchCase):
        await casework.open_case(portal, dana, other.id)
    # And nothing is left to open
    assert await recovery.closed_to_all(portal) == []
    again = await recovery.recover(portal, (one, two), "dana@example.org", [lost.id])
    assert again.refused == [(lost.id, "the member reads it already")]


async def test_given_wrong_sheets_or_a_stranger_then_nothing_opens(
    portal: Portal, staff: Staff, recovery_key: RecoveryKey
) -> None:
    await submit.receive(portal, submission(portal))
    await lose_all_keys(portal)
    one, two = recovery_key.sheets
    other = new_recovery_key().sheets
    for sheets, says in (
        ((one, one), "can't be read"),
        ((one, two[:-1]), "can't be read"),
        ((one, ""), "can't be read"),
        ((one, other[1]), "another portal"),
        (other, "another portal"),
    ):
        with pytest.raises(RecoveryError, match=says):
            await recovery.recover(portal, sheets, "dana@example.org", [])
    with pytest.raises(RecoveryError, match="no member"):
        await recovery.recover(portal, (one, two), "nobody@example.org", [])
    assert len(await recovery.closed_to_all(portal)) == 1


async def test_given_an_exclusion_then_the_sheets_keep_it(
    portal: Portal, staff: Staff, recovery_key: RecoveryKey
) -> None:
    # Given a complaint that excludes Sam's team, one that excludes in words, one of another inbox
    answers = [{"not_read_by": "housing"}, {"not_read_by_other": "Frau X"}, {"danger": "yes"}]
    team, words, safe = [
        (await open_by(portal, await submit.receive(portal, submission(portal, each)))).case.id
        for each in answers
    ]
    await lose_all_keys(portal)

    async def refused(email: str, *ids: str) -> dict[str, str]:
        done = await recovery.recover(portal, recovery_key.sheets, email, ids)
        return dict(done.refused)

    # Then Sam gets neither: his team is excluded, and words only a person can weigh
    said = await refused("sam@example.org")
    assert said[team] == "the sender excluded this member"
    assert "in words" in said[words]
    assert "no role in safeguarding" in said[safe]
    # And naming the case doesn't help him where his team is excluded
    assert await refused("sam@example.org", team) != {}
    # But it says that somebody has decided, where words were
    assert await refused("sam@example.org", words) == {}
    # And who is outside the line needs no such decision
    assert set(await refused("omid@example.org")) == {safe}
    assert await refused("mira@example.org", safe) == {}
    assert await refused("mira@example.org", "nowhere") == {"nowhere": "there is no such case"}


async def test_given_signed_in_members_then_the_helper_above_is_as_the_door(
    portal: Portal, staff: Staff
) -> None:
    assert sealing.public_key_of((await at_desk(portal, staff, "Lena")).private_key) == (
        staff.members["Lena"].public_key
    )
    assert not await signing_in.sign_in(
        portal, email="lena@example.org", password=PASSWORD, code="", browser_token=b"x" * 32
    )
