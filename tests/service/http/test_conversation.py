"""The sender's side of the conversation."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from forms_service.rules.fields import TOO_LONG
from forms_service.world.tables import entry
from tests.rules.markup import Element
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, main_text, page, part, sentence, title, typed
from tests.service.http.conftest import SignIn
from tests.service.http.examples import ARABIC_COMPLAINT, ERROR_WORD, LANGUAGES, NASTY, VALID
from tests.service.http.ledger import Ledger

NEED_TIME = "Wir brauchen noch Zeit. Sie hören bis zum %(date)s wieder von uns."
UNTIL = {"de": "30. November 2026", "en": "30 November 2026", "ar": "30 نوفمبر 2026"}


def talk(response: httpx.Response) -> list[Element]:
    """What was said, one after the other."""
    return page(response).classed("talk__item")


async def write(browser: Browser, message: str, language: str = "de") -> httpx.Response:
    """Press the button under the conversation."""
    return await browser.post(f"/{language}/antwort/", {"action": "write", "message": message})


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_sender_reads_where_it_stands_in_their_language(
    browser: Browser, sign_in: SignIn, language: str
) -> None:
    # Given a complaint that nobody has answered
    number = await browser.send(f"/{language}/beschwerde/", {"what_happened": ARABIC_COMPLAINT})
    opened = await browser.come_in(number, language)
    new = "Ihre Nachricht ist bei uns angekommen. Es hat sie noch niemand beantwortet."
    assert sentence(new, language) in main_text(opened)
    # When staff choose a sentence with a date, write a text with its translation, and a note
    sam = await sign_in("Sam")
    case_id = await sam.only_case()
    await sam.answer(
        case_id,
        sentence="need_time",
        until="2026-11-30",
        text="We asked the house.",
        translation="سألنا البيت.",
    )
    await sam.post(f"/staff/fall/{case_id}/notiz/", {"note": "NUR FÜR UNS"})
    # Then the sender reads the stage, the sentence and the date in the page's language
    read = await browser.get(f"/{language}/antwort/?open")
    assert sentence("Wir klären Ihr Anliegen gerade.", language) in main_text(read)
    _, prepared, reply = talk(read)
    assert sentence(NEED_TIME, language, date=UNTIL[language]) in prepared.text
    # And the reply as it was written, with the translation beside it
    first, second = reply.classed("as-written")
    assert (first.text, first.get("lang")) == ("We asked the house.", "en")
    assert (second.text, second.get("lang")) == ("سألنا البيت.", language)
    assert sentence("Unsere Übersetzung", language) in reply.text
    # And no note, no name of a member, no mark of the safeguarding
    assert "NUR FÜR UNS" not in read.text
    assert "Sam" not in main_text(read)


async def test_the_page_may_be_read_in_another_language_than_it_was_written_in(
    browser: Browser,
) -> None:
    number = await browser.send("/ar/beschwerde/", {"what_happened": ARABIC_COMPLAINT})
    for language in LANGUAGES:
        opened = await browser.come_in(number, language)
        assert page(opened).one("html").get("lang") == language
        assert ARABIC_COMPLAINT in main_text(opened)
        assert sentence("Was ist passiert?", language) in main_text(opened)


async def test_a_sentence_about_staffs_next_step_says_when(
    browser: Browser, sign_in: SignIn, clock: HandClock
) -> None:
    # Given an acknowledged complaint
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    clock.forward(timedelta(days=1))
    sam = await sign_in("Sam")
    case_id = await sam.only_case()
    await sam.answer(case_id, sentence="acknowledged")
    # Then the sender hears by when there is news: fourteen days later
    promised = "Spätestens am 1. Dezember 2026 hören Sie wieder von uns."
    assert promised in main_text(await browser.come_in(number))
    # And while it is the sender's turn, nothing is promised
    await sam.answer(case_id, sentence="question", text="Wann war das?")
    read = await browser.get("/de/antwort/?open")
    assert "Wir warten auf eine Antwort von Ihnen." in main_text(read)
    assert "Spätestens am" not in main_text(read)


async def test_writing_back_shows_it_and_marks_it_for_staff(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given a complaint that waits for its sender
    number = await browser.send("/ar/beschwerde/", VALID["complaint"])
    sam = await sign_in("Sam")
    case_id = await sam.only_case()
    await sam.answer(case_id, sentence="question", text="When was it?")
    assert part(await sam.get("/staff/"), "theirs") == [case_id]
    # When the sender writes back
    await browser.come_in(number, "ar")
    response = await write(browser, f"{ARABIC_COMPLAINT}\r\n{NASTY}", "ar")
    # Then it stands at the end of the conversation
    assert (response.status_code, response.headers["location"]) == (303, "/ar/antwort/?open=sent")
    read = await browser.get(response.headers["location"])
    assert talk(read)[-1].classed("as-written")[0].raw_text == f"{ARABIC_COMPLAINT}\n{NASTY}"
    assert "talk__item--yours" in talk(read)[-1].get("class")
    # And staff see that there is something new, and by when to answer it
    desk = await sam.get("/staff/")
    assert part(desk, "ours") == [case_id]
    assert sentence("Neue Nachricht", "en") in main_text(desk)
    assert (await ledger.only_case()).unread_since is not None
    opened = await sam.open(case_id)
    assert ARABIC_COMPLAINT in main_text(opened)
    # And once answered it is no longer new
    await sam.answer(case_id, text="Thank you.")
    assert (await ledger.only_case()).unread_since is None


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_empty_or_endless_message_comes_back(
    browser: Browser, ledger: Ledger, language: str
) -> None:
    # Given somebody in their conversation
    number = await browser.send(f"/{language}/beschwerde/", VALID["complaint"])
    await browser.come_in(number, language)
    long = "ع" * 5001
    expected = {
        "": sentence("Bitte schreiben Sie eine Nachricht.", language),
        " \r\n ": sentence("Bitte schreiben Sie eine Nachricht.", language),
        long: sentence(TOO_LONG, language, limit=5000, count=5001),
    }
    for message, problem in expected.items():
        # When the message is nothing, or too much
        response = await write(browser, message, language)
        # Then the same page says so, leads to the field and keeps the text
        assert response.status_code == 422
        assert title(response).startswith(ERROR_WORD[language])
        (link,) = page(response).one(id="errors").all("a")
        assert (link.get("href"), link.text) == ("#message", problem)
        assert typed(response)["message"] == [message.strip()]
        assert "Niemand hat zugehört." in main_text(response)
    # And nothing was added, while a character less is
    assert await ledger.count(entry) == 1
    assert (await write(browser, long[:-1], language)).status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
async def test_after_a_quarter_of_an_hour_the_message_waits_for_the_number(
    browser: Browser, clock: HandClock, language: str
) -> None:
    # Given a visit that lasts until its last second
    number = await browser.send(f"/{language}/beschwerde/", VALID["complaint"])
    opened = await browser.come_in(number, language)
    cookie = browser.client.cookies["__Host-visit"]
    clock.forward(timedelta(minutes=14, seconds=59))
    assert len(talk(await browser.get(f"/{language}/antwort/?open"))) == len(talk(opened)) == 1
    # When somebody writes a second too long
    clock.forward(timedelta(seconds=1))
    message = f"\n{ARABIC_COMPLAINT}\n\n{NASTY}".strip()
    response = await write(browser, message, language)
    # Then nothing of the conversation is shown, and the message is kept
    assert response.status_code == 422
    assert "Niemand hat zugehört." not in response.text
    said = "Zu Ihrem Schutz endet ein Besuch nach 15 Minuten."
    assert sentence(f"{said} Bitte geben Sie Ihre Nummer noch einmal ein.", language) in main_text(
        response
    )
    assert typed(response)["message"] == [message]
    # And a slip in the number doesn't lose it either
    again = await browser.post(f"/{language}/antwort/", typed(response) | {"number": "12"})
    assert typed(again)["message"] == [message]
    # And with the number it is sent, and the conversation is open again
    entered = await browser.post(f"/{language}/antwort/", typed(again) | {"number": number})
    assert entered.status_code == 303
    read = await browser.get(entered.headers["location"])
    assert talk(read)[-1].classed("as-written")[0].raw_text == message
    assert browser.client.cookies["__Host-visit"] != cookie


async def test_a_kept_message_that_is_too_long_is_not_lost_with_the_right_number(
    browser: Browser, clock: HandClock, ledger: Ledger
) -> None:
    # Given a visit that ended over an endless message
    number = await browser.send("/en/beschwerde/", VALID["complaint"])
    await browser.come_in(number, "en")
    clock.forward(timedelta(minutes=15))
    message = "a" * 5001
    ended = await write(browser, message, "en")
    assert typed(ended)["message"] == [message]
    # When it is sent again with the number
    response = await browser.post("/en/antwort/", typed(ended) | {"number": number})
    # Then the page says that it is too long, and it still stands there
    assert response.status_code == 422
    assert sentence(TOO_LONG, "en", limit=5000, count=5001) in main_text(response)
    assert typed(response)["message"] == [message]
    assert await ledger.count(entry) == 1
    # And shortened it is sent, without the number once more
    assert (await write(browser, message[:-1], "en")).status_code == 303
    assert await ledger.count(entry) == 2


async def test_an_ended_visit_says_so(browser: Browser, clock: HandClock) -> None:
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    await browser.come_in(number)
    clock.forward(timedelta(minutes=15))
    response = await browser.get("/de/antwort/?open")
    assert "Zu Ihrem Schutz endet ein Besuch nach 15 Minuten." in main_text(response)
    assert "Niemand hat zugehört." not in response.text


async def test_without_the_cookie_there_is_nothing_to_see(
    new_browser: Callable[..., Browser], ledger: Ledger
) -> None:
    # Given somebody in their conversation
    browser = new_browser()
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    await browser.come_in(number)
    # When another browser, at the same address, opens the page and writes
    other = new_browser()
    for path in ("/de/antwort/", "/de/antwort/?open", "/ar/antwort/?open"):
        assert "Niemand hat zugehört." not in (await other.get(path)).text
    assert (await write(other, "Ich war's nicht")).status_code == 422
    # Or comes with a cookie that belongs to something else
    other.client.cookies.set(
        "__Host-visit",
        browser.client.cookies["__Host-receipt-again"],
        domain="portal.example.org",
    )
    assert "Niemand hat zugehört." not in (await other.get("/de/antwort/?open")).text
    # Then it sees nothing and adds nothing
    assert await ledger.count(entry) == 1


async def test_two_people_at_one_browser_see_the_case_of_the_number_typed_last(
    browser: Browser,
) -> None:
    first = await browser.send("/de/beschwerde/", {"what_happened": "Der erste Fall."})
    second = await browser.send("/de/beschwerde/", {"what_happened": "Der zweite Fall."})
    assert "Der erste Fall." in main_text(await browser.come_in(first))
    opened = main_text(await browser.come_in(second))
    assert "Der zweite Fall." in opened
    assert "Der erste Fall." not in opened


async def test_the_visits_cookie_ends_with_the_visit(browser: Browser) -> None:
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    response = await browser.post("/de/antwort/", {"number": number})
    (cookie,) = response.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-visit=")
    attributes = {each.strip().lower() for each in cookie.split(";")[1:]}
    assert attributes == {"httponly", "max-age=900", "path=/", "samesite=lax", "secure"}
