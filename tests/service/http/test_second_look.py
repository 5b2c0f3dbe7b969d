"""Who wasn't satisfied with an answer is answered by another person."""

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules.process import SECOND_LOOK
from forms_service.usecases import second_look
from forms_service.world.portal import Portal
from forms_service.world.store import cases
from forms_service.world.tables import member
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, main_text
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID, Said
from tests.service.http.ledger import Ledger

HOUSING: Said = {"not_read_by": "housing"}


async def is_not_satisfied(portal: Portal, ledger: Ledger) -> None:
    """The sender says so: what the page for senders does in the database."""
    case = await ledger.only_case()
    now = portal.clock()

    async def say(connection: AsyncConnection) -> None:
        await cases.change(connection, case.id, status=SECOND_LOOK, dissatisfied_at=now)
        await second_look.begin(connection, portal, case, now)

    await portal.database.write(say)


async def name_of(ledger: Ledger, member_id: str | None) -> str:
    """Whose id that is."""
    return next((row["name"] for row in await ledger.rows(member) if row["id"] == member_id), "")


@pytest.mark.parametrize(
    ("said", "sentence", "taken_by"),
    [({}, "answer", "Sam"), ({}, "closed_not_agreed", "Sam"), (HOUSING, "answer", "Omid")],
    ids=["another reader", "after closing", "the one outside, before their time"],
)
async def test_another_person_gets_the_case(
    browser: Browser,
    sign_in: SignIn,
    ledger: Ledger,
    portal: Portal,
    said: Said,
    sentence: str,
    taken_by: str,
) -> None:
    # Given a complaint that Lena answered
    await browser.send("/de/beschwerde/", VALID["complaint"] | said)
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    await lena.answer(case_id, sentence=sentence, text="So ist es.")
    # When its sender isn't satisfied, then it is somebody else's, who reads it now
    await is_not_satisfied(portal, ledger)
    assert await name_of(ledger, (await ledger.only_case()).taken_by) == taken_by
    other = await sign_in(taken_by)
    assert await other.cases() == [case_id]
    # And Lena reads on, but neither answers, closes, takes it nor has it handed back to her
    for values in ({"text": "Noch einmal dasselbe."}, {"sentence": "closed_not_agreed"}):
        refused = await lena.post(f"/staff/fall/{case_id}/antwort/", values | {"step": "send"})
        assert refused.status_code == 422
        assert "Jetzt antwortet jemand anderes" in main_text(refused)
    seen = (await ledger.only_case()).taken_by or ""
    taking = await lena.post(f"/staff/fall/{case_id}/nehmen/", {"seen": seen})
    assert taking.status_code == 422
    lenas = next(row["id"] for row in await ledger.rows(member) if row["name"] == "Lena")
    handing = await other.post(f"/staff/fall/{case_id}/uebergeben/", {"member": lenas})
    assert handing.status_code == 422
    # And the other one answers
    await other.answer(case_id, sentence="changed", text="Wir haben es geändert.")
    assert (await ledger.only_case()).status == "answered"
    await lena.answer(case_id, text="Danke auch von mir.")


async def test_where_nobody_else_has_the_key_the_next_to_open_it_calls_somebody_in(
    browser: Browser, sign_in: SignIn, ledger: Ledger, portal: Portal, clock: HandClock
) -> None:
    # Given a complaint that Lena alone could read, and closed: nobody is called in any more
    await browser.send("/de/beschwerde/", VALID["complaint"] | HOUSING)
    lena, ruth = await sign_in("Lena"), await sign_in("Ruth")
    case_id = await lena.only_case()
    await lena.answer(case_id, sentence="closed_not_agreed", text="So ist es.")
    # When its sender isn't satisfied, then nobody has it yet
    await is_not_satisfied(portal, ledger)
    assert (await ledger.only_case()).taken_by is None
    assert await ruth.cases() == []
    # And as soon as Lena opens it, management has, since no other reader may
    shown = await lena.open(case_id)
    assert "Für den zweiten Blick kam Ruth dazu." in main_text(await lena.open(case_id))
    assert "Die Person war mit der Antwort nicht zufrieden." in main_text(shown)
    assert await ruth.cases() == [case_id]
    assert await name_of(ledger, (await ledger.only_case()).taken_by) == "Ruth"
