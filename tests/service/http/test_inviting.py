"""Somebody is invited, joins, is confirmed by another reader, and gets the keys of older cases."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.portal import Portal
from forms_service.world.tables import access, asked_role, invitation, member, owed_key, role
from forms_service.world.tables import case as case_table
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Colleague, Desk, main_text, page
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
    join_as_admin,
    joining,
    link_on,
)

NewBrowser = Callable[..., Browser]


@pytest.fixture
async def ada(portal: Portal, desk: Desk, clock: HandClock) -> Desk:
    """An administrator at her desk, who reads no inbox."""
    return await enter(desk, await join_as_admin(portal), clock)


async def test_an_invited_person_joins_and_signs_in(
    ada: Desk, browser: Browser, clock: HandClock, ledger: Ledger
) -> None:
    # Given an invitation to an ordinary inbox
    link = await invite(ada, **{"role-counselling": "reader", "team": "housing"})
    # Then only a hash of the link is kept
    (kept,) = await ledger.rows(invitation)
    token = link.split("/")[3]
    assert token not in repr(kept)
    # And its page is for nobody's cache, and tells no other site its address
    shown = await browser.get(link)
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert (await ada.get("/staff/")).headers["referrer-policy"] == "same-origin"
    # When the person follows it, under the name they want, and signs in
    nora, codes = await accept(browser, link, clock, name="Norah")
    assert len(set(codes)) == 10
    hers = await enter(Desk(ada.app), nora, clock, NEW_PASSWORD)
    # Then they are a member with that role, and nothing more
    assert "Norah" in main_text(await hers.get("/staff/ich/")) + (await hers.get("/staff/")).text
    (joined,) = [row for row in await ledger.rows(member) if row["name"] == "Norah"]
    assert (joined["team"], joined["admin"], joined["email"]) == (
        "housing", False, "nora@example.org",
    )  # fmt: skip
    held = [row for row in await ledger.rows(role) if row["member_id"] == joined["id"]]
    assert [(row["inbox"], row["role"]) for row in held] == [("counselling", "reader")]
    # And the code that proved the app works isn't taken once more
    assert await ledger.count(invitation) == 0


async def test_a_link_works_once_and_for_seven_days(
    ada: Desk, new_browser: NewBrowser, clock: HandClock, ledger: Ledger
) -> None:
    # Given a link that somebody has used
    link = await invite(ada, admin="yes")
    secret = page(await new_browser().get(link)).one("input", name="secret").value
    await accept(new_browser(), link, clock)
    # When it is used again, then it leads nowhere, and nobody joins
    before = await ledger.count(member)
    for response in (
        await new_browser().get(link),
        await new_browser().post(link, joining(secret, clock)),
        await new_browser().get("/staff/einladung/" + "a" * 24 + "/"),
        await new_browser().get("/staff/einladung/ü/"),
    ):
        assert response.status_code == 404
        assert "gilt nicht mehr" in main_text(response)
    assert await ledger.count(member) == before
    # And one of a week ago neither
    link = await invite(ada, "Nils", admin="yes")
    clock.forward(timedelta(days=7) - timedelta(seconds=1))
    assert (await new_browser().get(link)).status_code == 200
    clock.forward(timedelta(seconds=1))
    assert (await new_browser().get(link)).status_code == 404


async def test_a_link_can_be_withdrawn_and_is_replaced_by_a_newer_one(
    ada: Desk, browser: Browser, ledger: Ledger
) -> None:
    first, second = await invite(ada, admin="yes"), await invite(ada, admin="yes")
    assert (await browser.get(first)).status_code == 404
    assert (await browser.get(second)).status_code == 200
    (kept,) = await ledger.rows(invitation)
    typed = {"invitation": kept["token_id"].hex()}
    assert (await ada.post("/staff/menschen/zurueckziehen/", typed)).status_code == 303
    assert (await browser.get(second)).status_code == 404
    assert (
        await ada.post("/staff/menschen/zurueckziehen/", {"invitation": "x"})
    ).status_code == 404


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": "  "}, "Bitte schreiben Sie einen Namen"),
        ({"new": "kurz", "again": "kurz"}, "zu kurz"),
        ({"new": "aaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaa"}, "leicht zu erraten"),
        ({"new": "qwertzuiopasdf", "again": "qwertzuiopasdf"}, "leicht zu erraten"),
        ({"new": "nora@example.org", "again": "nora@example.org"}, "ohne Ihren Namen"),
        ({"again": "etwas anderes ganz"}, "verschieden"),
        ({"code": "000000"}, "Der Code stimmt nicht"),
        ({"code": ""}, "Der Code stimmt nicht"),
        ({"secret": "KURZ"}, "Der Code stimmt nicht"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_lost(
    ada: Desk,
    browser: Browser,
    clock: HandClock,
    ledger: Ledger,
    values: dict[str, str],
    says: str,
) -> None:
    link = await invite(ada, admin="yes")
    secret = page(await browser.get(link)).one("input", name="secret").value
    before = await ledger.count(member)
    # When something is wrong on the page of an invitation
    response = await browser.post(link, joining(secret, clock, "Norah") | values)
    # Then it says what, keeps the name and the app's secret, and never a password
    assert response.status_code == 422
    assert says in main_text(response)
    shown = page(response)
    assert shown.one("title").text.startswith("Fehler")
    assert shown.one("input", id="name").value == values.get("name", "Norah").strip()
    assert (shown.one("input", name="secret").value == secret) == ("secret" not in values)
    assert NEW_PASSWORD not in response.text
    # And nobody has joined; the link still works
    assert await ledger.count(member) == before
    await accept(browser, link, clock)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": ""}, "Bitte schreiben Sie einen Namen"),
        ({"email": "nora"}, "eine E-Mail-Adresse"),
        ({"email": "LENA@example.org"}, "arbeitet schon jemand"),
        ({"role-complaints": ""}, "mindestens eine Aufgabe"),
    ],
)
async def test_an_invitation_that_cant_be_says_why_and_keeps_what_was_typed(
    ada: Desk, ledger: Ledger, values: dict[str, str], says: str
) -> None:
    typed = {"name": "Nora", "email": "nora@example.org", "role-complaints": "deputy"} | values
    response = await ada.post("/staff/menschen/einladen/", typed)
    assert response.status_code == 422
    assert says in main_text(response)
    assert page(response).one("input", id="email").value == typed["email"]
    assert await ledger.count(invitation) == 0


async def test_a_new_reader_of_complaints_is_confirmed_by_another_reader(
    ada: Desk, browser: Browser, sign_in: SignIn, clock: HandClock, ledger: Ledger
) -> None:
    # Given a complaint, and somebody invited to read complaints
    await browser.send("/de/beschwerde/", VALID["complaint"])
    case_id = (await ledger.only_case()).id
    newcomer, _ = await accept(browser, await invite(ada, **{"role-complaints": "reader"}), clock)
    nora = await enter(Desk(ada.app), newcomer, clock, NEW_PASSWORD)
    member_id = await id_of(ledger, "Nora")
    # Then they read nothing yet: they are only asked for
    assert await nora.cases() == []
    (asked,) = await ledger.rows(asked_role)
    assert (asked["member_id"], asked["asked_by"]) == (member_id, await id_of(ledger, "Ada"))
    # And neither they themselves, nor who asked, nor a reader of another inbox can confirm it
    mira = await sign_in("Mira")
    for stranger in (nora, ada, mira):
        assert await answer(stranger, member_id) == 404
        assert "Nora" not in main_text(await stranger.get("/staff/neu/"))
    assert await nora.cases() == []
    # And every reader of the inbox is told
    for name in ("Sam", "Dana", "Ruth", "Omid", "Lena"):
        told = await sign_in(name)
        assert "jemand neu" in main_text(await told.get("/staff/")) or name == "Sam"
        assert "Nora" in main_text(await told.get("/staff/neu/"))
    # When Lena confirms it
    assert await answer(told, member_id) == 303
    # Then Nora reads the complaint of before, and the next one
    assert await nora.cases() == [case_id]
    assert "Niemand hat zugehört." in (await nora.open(case_id)).text
    await browser.send("/de/beschwerde/", {"what_happened": "Danach."})
    assert len(await nora.cases()) == 2
    # And once is enough
    assert await answer(told, member_id) == 404
    # And the case says who opened it to somebody
    assert "Lena hat einem neuen Mitglied den Fall geöffnet." in main_text(await nora.open(case_id))


async def test_a_declined_reader_reads_nothing(
    ada: Desk, browser: Browser, sign_in: SignIn, clock: HandClock, ledger: Ledger
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    newcomer, _ = await accept(browser, await invite(ada, **{"role-complaints": "reader"}), clock)
    assert await answer(await sign_in("Sam"), await id_of(ledger, "Nora"), "decline") == 303
    nora = await enter(Desk(ada.app), newcomer, clock, NEW_PASSWORD)
    assert await nora.cases() == []
    assert await ledger.count(asked_role) == 0
    assert await answer(await sign_in("Lena"), await id_of(ledger, "Nora")) == 404


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
    assert await nora.cases() == [(await ledger.only_case()).id]
    assert await ledger.count(owed_key) == 0


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


async def test_an_old_link_makes_no_administrator_of_who_came_otherwise(
    ada: Desk, browser: Browser, portal: Portal, clock: HandClock, ledger: Ledger
) -> None:
    # Given a link, and a member who got the same address meanwhile
    link = await invite(ada, admin="yes")
    secret = page(await browser.get(link)).one("input", name="secret").value

    async def rename(connection: AsyncConnection) -> None:
        taken = update(member).where(member.c.name == "Lena").values(email="nora@example.org")
        await connection.execute(taken)

    await portal.database.write(rename)
    assert (await browser.post(link, joining(secret, clock))).status_code == 404
    assert not any(row["admin"] for row in await ledger.rows(member) if row["name"] != "Ada")
