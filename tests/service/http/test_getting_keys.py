"""Keys of older cases: who gets them when somebody joins, and who comes anew."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.portal import Portal
from forms_service.world.tables import access, owed_key
from forms_service.world.tables import case as case_table
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Colleague, Desk, main_text
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger
from tests.service.http.people import (
    NEW_PASSWORD,
    accept,
    answer,
    enter,
    id_of,
    invite,
    link_on,
)


async def test_in_an_ordinary_inbox_keys_come_when_a_reader_signs_in(
    ada: Desk, browser: Browser, sign_in: SignIn, clock: HandClock, ledger: Ledger
) -> None:
    # Given an application of before, and somebody who joins to read applications
    await browser.send("/de/bewerbung/", VALID["application"])
    link = await invite(ada, **{"role-applications": "reader"})
    newcomer, _ = await accept(browser, link, clock)
    nora = await enter(Desk(ada.app), newcomer, clock, NEW_PASSWORD)
    # Then what is new comes at once, what is older waits, and the list of members says so
    assert await nora.cases() == []
    assert await ledger.count(owed_key) == 1
    shown = await ada.get(f"/staff/menschen/{await id_of(ledger, 'Nora')}/")
    assert "Wartet noch auf 1 älteren Fall." in main_text(shown)
    # When a reader who can't open it signs in, nothing happens
    await sign_in("Mira")
    assert await nora.cases() == []
    # When one who can does, then it is there
    await sign_in("Sam")
    case_id = (await ledger.only_case()).id
    assert await nora.cases() == [case_id]
    assert await ledger.count(owed_key) == 0
    # And the case's log says who let whom in
    assert "Sam hat den Fall für Nora geöffnet." in main_text(await nora.open(case_id))


EXCLUDED = {
    "the joiner's team": ({"not_read_by": "support"}, "reader", []),
    "another team": ({"not_read_by": "housing"}, "reader", ["case"]),
    "somebody in words": ({"not_read_by_other": "Nora"}, "reader", []),
    "somebody in words, outside": ({"not_read_by_other": "Nora"}, "outside", ["case"]),
    "about staff": ({"about_staff": "yes"}, "reader", []),
}


@pytest.mark.parametrize(("said", "name", "finds"), EXCLUDED.values(), ids=EXCLUDED)
async def test_whoever_was_excluded_gets_no_key_by_joining(
    ada: Desk,
    browser: Browser,
    sign_in: SignIn,
    clock: HandClock,
    ledger: Ledger,
    said: dict[str, str],
    name: str,
    finds: list[str],
) -> None:
    # Given a complaint with an exclusion, and somebody of a team who joins
    await browser.send("/de/beschwerde/", {**VALID["complaint"], **said})
    link = await invite(ada, **{"role-complaints": name, "team": "support"})
    newcomer, _ = await accept(browser, link, clock)
    # When all confirm and sign in who could open it
    member_id = await id_of(ledger, "Nora")
    assert await answer(await sign_in("Omid"), member_id, role=name) == 303
    for reader in ("Lena", "Sam", "Omid"):
        await sign_in(reader)
    # Then they find it only if the sender didn't mean them
    nora = await enter(Desk(ada.app), newcomer, clock, NEW_PASSWORD)
    found = await nora.cases()
    assert len(found) == len(finds)
    # And nothing is owed for ever
    assert await ledger.count(owed_key) == 0


async def test_a_joining_deputy_waits_like_the_other_deputies(
    ada: Desk, browser: Browser, sign_in: SignIn, clock: HandClock, ledger: Ledger
) -> None:
    # Given two complaints, of which one was opened in time
    await browser.send("/de/beschwerde/", VALID["complaint"])
    lena = await sign_in("Lena")
    opened = await lena.only_case()
    await lena.open(opened)
    await browser.send("/de/beschwerde/", {"what_happened": "Danach."})
    # When a deputy joins
    newcomer, _ = await accept(browser, await invite(ada, **{"role-complaints": "deputy"}), clock)
    member_id = await id_of(ledger, "Nora")
    assert await answer(lena, member_id, role="deputy") == 303
    nora = await enter(Desk(ada.app), newcomer, clock, NEW_PASSWORD)
    assert await nora.cases() == []
    # Then they have a key of the other, which opens with its promise as Dana's does
    rows = {
        row["member_id"]: (row["case_id"], row["step"], row["opens_at"])
        for row in await ledger.rows(access)
        if row["step"] == "opened"
    }
    assert rows[member_id] == rows[await id_of(ledger, "Dana")]
    clock.moment = rows[member_id][2]
    nora = await enter(Desk(ada.app), newcomer, clock, NEW_PASSWORD)
    assert await nora.cases() == [rows[member_id][0]]
    assert rows[member_id][0] != opened


async def test_many_keys_are_passed_on_in_short_requests(
    ada: Desk, browser: Browser, sign_in: SignIn, clock: HandClock, ledger: Ledger, portal: Portal
) -> None:
    # Given more cases than one request passes on
    for number in range(3):
        await browser.send("/de/bewerbung/", VALID["application"] | {"name": f"A{number}"})
    newcomer, _ = await accept(browser, await invite(ada, **{"role-applications": "reader"}), clock)
    lena = await sign_in("Sam")
    nora = await enter(Desk(ada.app), newcomer, clock, NEW_PASSWORD)
    assert len(await nora.cases()) == 3
    # When one of them is owed again, then a button passes it on
    member_id = await id_of(ledger, "Nora")
    await portal.database.write(lambda each: _owe_again(each, member_id))
    assert await nora.cases() == []
    assert "3" in main_text(await lena.get("/staff/neu/"))
    assert (await lena.post("/staff/neu/schluessel/", {})).status_code == 303
    assert len(await nora.cases()) == 3


async def _owe_again(connection: AsyncConnection, member_id: str) -> None:
    from forms_service.world.store import owed_keys  # noqa: PLC0415

    await owed_keys.owe_again(connection, member_id)


async def test_who_lost_everything_is_invited_anew(
    ada: Desk,
    browser: Browser,
    sign_in: SignIn,
    clock: HandClock,
    ledger: Ledger,
    team: dict[str, Colleague],
) -> None:
    # Given Sam, who reads complaints and applications, and has lost password and telephone
    await browser.send("/de/beschwerde/", VALID["complaint"])
    await browser.send("/de/bewerbung/", VALID["application"])
    old = await sign_in("Sam")
    both = set(await old.cases())
    sam = await id_of(ledger, "Sam")
    response = await ada.post(f"/staff/menschen/{sam}/neu-einladen/", {})
    # Then nothing has changed until he uses the link
    assert set(await old.cases()) == both
    again, _ = await accept(browser, link_on(response.text), clock)
    # When he has, then what was before is over
    assert (await old.get("/staff/")).status_code == 303
    stale = Desk(ada.app)
    clock.forward(timedelta(seconds=30))
    typed = team["Sam"].credentials(clock)
    assert (await stale.post("/staff/anmelden/", typed)).status_code == 422
    # And he waits: for the application until Lena signs in, for complaints until she confirms
    now = await enter(Desk(ada.app), again, clock, NEW_PASSWORD)
    assert await now.cases() == []
    lena = await sign_in("Lena")
    (application,) = await now.cases()
    assert await answer(lena, sam) == 303
    assert set(await now.cases()) == both
    assert application in both
    assert [row["id"] for row in await ledger.rows(case_table) if row["id"] not in both] == []


async def test_a_password_that_is_known_elsewhere_is_locked_at_once(
    ada: Desk, browser: Browser, sign_in: SignIn, clock: HandClock, ledger: Ledger
) -> None:
    # Given Sam at his desk, whose password somebody else may know
    await browser.send("/de/bewerbung/", VALID["application"])
    sam = await sign_in("Sam")
    address = f"/staff/menschen/{await id_of(ledger, 'Sam')}/neu-einladen/"
    # When an administrator invites him anew and locks the account
    response = await ada.post(address, {"lock": "yes"})
    # Then nobody is in it, and nobody gets in with what was right
    assert (await sam.get("/staff/")).status_code == 303
    with pytest.raises(AssertionError, match=r"stimmen nicht"):
        await sign_in("Sam")
    # And by the link he does, and reads again what another reader can open
    again, _ = await accept(browser, link_on(response.text), clock)
    await sign_in("Lena")
    now = await enter(Desk(ada.app), again, clock, NEW_PASSWORD)
    assert len(await now.cases()) == 1
