"""What a sender can do in the conversation besides writing, and what both sides see of it."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta

import httpx
import pytest

from forms_service.usecases.upkeep import delete_due
from forms_service.world.portal import Portal
from forms_service.world.tables import entry
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Desk, main_text, page, part, sentence, title
from tests.service.http.conftest import SignIn
from tests.service.http.examples import ERROR_WORD, LANGUAGES, VALID, Said
from tests.service.http.ledger import Ledger
from tests.service.http.wishes import do

SECOND_LOOK = "Eine andere Person sieht sich Ihr Anliegen noch einmal an."
PROTECTED: Said = {"what_happened": "Es wird geschlagen.", "danger": "yes"}


def buttons(response: httpx.Response) -> set[str]:
    """What the page's forms do."""
    return {each.get("value") for each in page(response).all("input", name="action")}


def links(response: httpx.Response) -> set[str]:
    """Where the page's main part leads within the conversation."""
    hrefs = [link.get("href") for link in page(response).one("main").all("a")]
    return {href.split("?open=")[1] for href in hrefs if "?open=" in href}


async def answered(browser: Browser, sign_in: SignIn, language: str = "de") -> tuple[Desk, str]:
    """A complaint that staff have answered, its sender in the conversation."""
    number = await browser.send(f"/{language}/beschwerde/", VALID["complaint"])
    sam = await sign_in("Sam")
    case_id = await sam.only_case()
    await sam.answer(case_id, sentence="answer", text="So ist es.")
    await browser.come_in(number, language)
    return sam, case_id


@pytest.mark.parametrize("language", LANGUAGES)
async def test_not_satisfied_leads_to_a_second_look(
    browser: Browser, sign_in: SignIn, ledger: Ledger, language: str
) -> None:
    # Given a complaint without an answer: there is nothing to be dissatisfied with
    number = await browser.send(f"/{language}/beschwerde/", VALID["complaint"])
    assert "object" not in buttons(await browser.come_in(number, language))
    await do(browser, "object", language, objection="Zu früh")
    assert (await ledger.only_case()).status == "new"
    # When it has been answered and the sender isn't satisfied
    sam = await sign_in("Sam")
    case_id = await sam.only_case()
    await sam.answer(case_id, sentence="answer", text="So ist es.")
    assert "object" in buttons(await browser.get(f"/{language}/antwort/?open"))
    read = await do(browser, "object", language, objection="Das stimmt nicht.")
    # Then another person looks again within fourteen days, and both sides see why
    assert sentence(SECOND_LOOK, language) in main_text(read)
    assert "Das stimmt nicht." in main_text(read)
    assert "object" not in buttons(read)
    case = await ledger.only_case()
    assert (case.status, case.dissatisfied_at is not None) == ("second_look", True)
    assert case.answer_by.date() == case.news_by.date() == date(2026, 11, 30)
    assert part(await sam.get("/staff/"), "ours") == [case_id]
    opened = main_text(await sam.open(case_id))
    assert sentence("Die Person ist mit der Antwort nicht zufrieden.", "en") in opened
    assert "Das stimmt nicht." in opened
    # And only once for each answer
    await do(browser, "object", language, objection="Noch einmal")
    assert await ledger.count(entry) == 4
    lena = await sign_in("Lena")
    await lena.answer(case_id, sentence="closed_not_agreed", text="Es bleibt dabei.")
    assert "object" in buttons(await browser.get(f"/{language}/antwort/?open"))


async def test_nothing_needs_to_be_written_to_be_dissatisfied_but_it_may_be_too_long(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    await answered(browser, sign_in)
    long = await do(browser, "object", objection="a" * 5001)
    assert long.status_code == 422
    assert title(long).startswith(ERROR_WORD["de"])
    assert page(long).one("textarea", id="objection").value == "a" * 5001
    await do(browser, "object")
    assert (await ledger.only_case()).status == "second_look"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_withdrawing_asks_once_and_ends_the_case(
    browser: Browser, sign_in: SignIn, ledger: Ledger, language: str
) -> None:
    # Given a complaint
    number = await browser.send(f"/{language}/beschwerde/", VALID["complaint"])
    opened = await browser.come_in(number, language)
    assert "withdraw" in links(opened)
    # When its sender follows the link, a page of its own asks and nothing has happened
    asked = await browser.get(f"/{language}/antwort/?open=withdraw")
    assert buttons(asked) == {"withdraw"}
    assert (await ledger.only_case()).status == "new"
    # And when they confirm, twice
    read = await do(browser, "withdraw", language)
    await do(browser, "withdraw", language)
    # Then it is closed, its day of deletion is fixed, and staff read that it was withdrawn
    case = await ledger.only_case()
    assert (case.status, case.delete_on) == ("closed_withdrawn", date(2027, 5, 16))
    assert case.closed_at is not None
    assert await ledger.count(entry) == 2
    assert "withdraw" not in links(read)
    assert sentence("Abgeschlossen: Sie haben es zurückgezogen.", language) in main_text(read)
    lena = await sign_in("Lena")
    assert part(await lena.get("/staff/"), "ours") == [case.id]
    assert "Die Person zieht ihr Anliegen zurück." in main_text(await lena.open(case.id))


async def test_deleting_waits_seven_days_which_nothing_moves(
    browser: Browser, sign_in: SignIn, ledger: Ledger, clock: HandClock, portal: Portal
) -> None:
    # Given a sender who asked for deletion, after being told the day
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    await browser.come_in(number)
    assert "23. November 2026" in main_text(await browser.get("/de/antwort/?open=delete"))
    assert (await ledger.only_case()).delete_on is None
    read = main_text(await do(browser, "delete"))
    assert "Am 23. November 2026 löschen wir alles, weil Sie das möchten." in read
    # When both sides go on writing, and it is asked for again
    sam = await sign_in("Sam")
    case_id = await sam.only_case()
    assert sentence("Die Person möchte, dass alles gelöscht wird.", "en") in main_text(
        await sam.open(case_id)
    )
    clock.forward(timedelta(minutes=1))
    await sam.answer(case_id, sentence="answer", text="Schade.")
    await browser.post("/de/antwort/", {"action": "write", "message": "Trotzdem danke."})
    await do(browser, "delete")
    await do(browser, "object")
    await do(browser, "withdraw")
    # Then the day stays, and on it everything is gone
    assert (await ledger.only_case()).delete_on == date(2026, 11, 23)
    clock.forward(timedelta(days=6))
    assert await delete_due(portal) == 0
    clock.forward(timedelta(days=1))
    assert await delete_due(portal) == 1
    assert (await browser.post("/de/antwort/", {"number": number})).status_code == 422


async def test_a_deletion_is_taken_back_until_its_day(
    browser: Browser, ledger: Ledger, clock: HandClock
) -> None:
    # Given an application that asked to be kept, answered, and then to be deleted
    number = await browser.send("/de/kontakt/", VALID["contact"])
    usual = (await ledger.only_case()).delete_on
    await browser.come_in(number)
    await do(browser, "delete")
    assert (await ledger.only_case()).delete_on == date(2026, 11, 23)
    # When, on the sixth day, somebody with the number wants it to stay
    clock.forward(timedelta(days=6))
    assert "stay" in buttons(await browser.come_in(number))
    read = await do(browser, "stay")
    await do(browser, "stay")
    # Then it is as before: deleted some months after the last activity
    case = await ledger.only_case()
    assert case.deletion_asked_at is None
    assert usual is not None
    assert case.delete_on == date(2027, 2, 22)
    assert "stay" not in buttons(read)
    assert "delete" in links(read)
    assert await ledger.count(entry) == 3


async def test_where_people_are_protected_the_team_decides(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given a case that the protecting team reads
    number = await browser.send("/de/beschwerde/", PROTECTED)
    await browser.come_in(number)
    before = await ledger.only_case()
    # When its sender, or whoever holds the telephone, wants it withdrawn and deleted
    decides = "das Team, das Ihr Anliegen liest"
    assert decides in main_text(await browser.get("/de/antwort/?open=delete"))
    for _ in range(2):
        await do(browser, "withdraw")
    read = await do(browser, "delete")
    # Then nothing ends and no day is set; the page says who decides, and the team reads it
    case = await ledger.only_case()
    assert (case.status, case.delete_on) == (before.status, before.delete_on)
    assert case.deletion_asked_at is not None
    assert decides in main_text(read)
    assert "withdraw" not in links(read)
    mira = await sign_in("Mira")
    opened = main_text(await mira.open(await mira.only_case()))
    assert "Die Person zieht ihr Anliegen zurück." in opened
    assert "Die Person möchte, dass alles gelöscht wird." in opened
    assert await ledger.count(entry) == 3


async def test_the_same_message_twice_is_one(
    browser: Browser, ledger: Ledger, clock: HandClock
) -> None:
    await browser.come_in(await browser.send("/de/beschwerde/", VALID["complaint"]))
    writing = {"action": "write", "message": "Hallo?"}
    await asyncio.gather(*(browser.post("/de/antwort/", writing) for _ in range(3)))
    assert await ledger.count(entry) == 2
    clock.forward(timedelta(minutes=11))
    await browser.post("/de/antwort/", writing)
    assert await ledger.count(entry) == 3


@pytest.mark.parametrize(
    "action",
    [
        "write",
        "object",
        "contact",
        "withdraw",
        "delete",
        "stay",
        "note",
        "unnote",
        "new_number",
        "x",
    ],
)
async def test_without_a_visit_no_act_does_anything(
    new_browser: Callable[..., Browser], ledger: Ledger, action: str
) -> None:
    await new_browser().send("/de/beschwerde/", VALID["complaint"])
    before = await ledger.only_case()
    response = await do(
        new_browser(), action, message="x", phone="0170 1234567", note_address="a@example.org"
    )
    assert response.status_code == 422
    assert await ledger.only_case() == before
    assert await ledger.count(entry) == 1


async def test_an_unknown_act_does_nothing(browser: Browser, ledger: Ledger) -> None:
    await browser.come_in(await browser.send("/de/beschwerde/", VALID["complaint"]))
    before = await ledger.only_case()
    for view in ("x", "delete", "withdraw", "<script>"):
        assert (await browser.get(f"/de/antwort/?open={view}")).status_code == 200
    assert (await do(browser, "drop table")).status_code == 200
    assert await ledger.only_case() == before
