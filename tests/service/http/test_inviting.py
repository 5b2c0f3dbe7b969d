"""Somebody is invited, joins, is confirmed by another reader, and gets the keys of older cases."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.portal import Portal
from forms_service.world.tables import asked_role, invitation, member, role
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Desk, main_text, page
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
    joining,
)

NewBrowser = Callable[..., Browser]


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
    assert "Lena hat den Fall für Nora geöffnet." in main_text(await nora.open(case_id))


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
