"""Coming in with a number: typed in any script, mistyped, guessed."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest

from forms_service.rules.receipts import number_from
from forms_service.world.portal import Portal
from forms_service.world.tables import session
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, main_text, page, sentence, title, typed
from tests.service.http.conftest import SignIn
from tests.service.http.examples import ERROR_WORD, LANGUAGES, VALID
from tests.service.http.ledger import Ledger

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def grouped(number: str, separator: str) -> str:
    return separator.join(number[start : start + 4] for start in range(0, 20, 4))


SPELLINGS: list[Callable[[str], str]] = [
    lambda number: number,
    lambda number: grouped(number, " "),
    lambda number: grouped(number, "-"),
    lambda number: number.translate(ARABIC),
    lambda number: grouped(number.translate(ARABIC), " \u200f"),
    lambda number: grouped(number.translate(PERSIAN), "\xa0–\xa0"),
    lambda number: f"  \u202d{grouped(number, '  ')}\u202c\t",
]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_number_is_read_however_it_is_typed(
    new_browser: Callable[..., Browser], language: str
) -> None:
    # Given somebody with a number
    number = await new_browser().send(f"/{language}/beschwerde/", VALID["complaint"])
    for spell in SPELLINGS:
        # When they type it their way on another phone
        phone = new_browser()
        response = await phone.post(f"/{language}/antwort/", {"number": spell(number)})
        # Then it leads to the conversation, which no cache keeps
        assert response.status_code == 303, spell(number)
        assert response.headers["location"] == f"/{language}/antwort/?open"
        opened = await phone.get(response.headers["location"])
        assert "Niemand hat zugehört." in main_text(opened)
        assert opened.headers["cache-control"] == "no-store"
        assert opened.headers["x-robots-tag"] == "noindex"


MISTAKES: list[Callable[[str], str]] = [
    lambda number: "",
    lambda number: "   ",
    lambda number: "keine Nummer",
    lambda number: number[:-1],
    lambda number: number + "0",
    lambda number: str((int(number[0]) + 5) % 10) + number[1:],
    lambda number: number[:-1] + str((int(number[-1]) + 1) % 10),
    lambda number: "9" * 5000,
]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_can_not_be_a_number_costs_nothing(
    browser: Browser, portal: Portal, language: str
) -> None:
    # Given a number that was written down wrong
    number = await browser.send(f"/{language}/beschwerde/", VALID["complaint"])
    before = portal.key_pool.receipts
    for mistake in MISTAKES:
        wrong = mistake(number)
        # When it is typed
        response = await browser.post(f"/{language}/antwort/", {"number": wrong})
        # Then the page says so at once, leads to the field and keeps what was typed
        assert response.status_code == 422
        assert title(response).startswith(ERROR_WORD[language])
        links = [link.get("href") for link in page(response).one(id="errors").all("a")]
        assert links == ["#number"]
        assert typed(response)["number"] == [wrong.strip()]
        # And nothing was derived
        assert portal.key_pool.receipts == before


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_wrong_number_costs_what_a_right_one_costs(
    browser: Browser, portal: Portal, ledger: Ledger, language: str
) -> None:
    # Given a well-formed number that belongs to nothing
    number = await browser.send(f"/{language}/beschwerde/", VALID["complaint"])
    before = portal.key_pool.receipts
    response = await browser.post(
        f"/{language}/antwort/", {"number": number_from(secrets.randbelow(10**19))}
    )
    # Then the page says what may be wrong: a digit, deleted, or a slip replaced
    assert response.status_code == 422
    shown = page(response).one(id="errors")
    assert shown.one("h2").text == sentence("Wir finden zu dieser Nummer nichts", language)
    assert len(shown.all("li")) == 3
    # And it cost exactly one derivation, as the right one does
    assert portal.key_pool.receipts == before + 1
    await browser.post(f"/{language}/antwort/", {"number": number})
    assert portal.key_pool.receipts == before + 2
    # And left no visit behind
    assert await ledger.count(session) == 1


async def test_thirty_wrong_numbers_are_enough_for_one_address(
    new_browser: Callable[..., Browser], portal: Portal, clock: HandClock
) -> None:
    # Given an address that guessed thirty times this hour; a typing mistake doesn't count
    right = await new_browser().send("/ar/beschwerde/", VALID["complaint"])
    guesser = new_browser("192.0.2.66")
    for _ in range(30):
        await guesser.post("/ar/antwort/", {"number": "12"})
        guess = {"number": number_from(secrets.randbelow(10**19))}
        assert (await guesser.post("/ar/antwort/", guess)).status_code == 422
    before = portal.key_pool.receipts
    # When it guesses once more, even right
    response = await guesser.post("/ar/antwort/", {"number": right})
    # Then it has to wait, and nothing is derived
    assert response.status_code == 429
    said = "Von diesem Anschluss kamen zu viele falsche Nummern."
    assert sentence(f"{said} Bitte versuchen Sie es in einer Stunde wieder.", "ar") in main_text(
        response
    )
    assert portal.key_pool.receipts == before
    # And from elsewhere the right number works all the time
    assert "Niemand" in main_text(await new_browser("192.0.2.67").come_in(right, "ar"))
    # And after an hour from here too
    clock.forward(timedelta(hours=1, seconds=1))
    assert "Niemand" in main_text(await guesser.come_in(right, "ar"))


async def test_guessing_all_at_once_gains_nothing(
    new_browser: Callable[..., Browser], portal: Portal
) -> None:
    # Given somebody who sends many guesses before the first answer comes
    guesser = new_browser("192.0.2.66")
    guesses = [{"number": number_from(secrets.randbelow(10**19))} for _ in range(60)]
    answers = await asyncio.gather(*(guesser.post("/de/antwort/", each) for each in guesses))
    # Then no more than thirty of them are looked up
    assert portal.key_pool.receipts == 30
    assert sorted(each.status_code for each in answers) == [422] * 30 + [429] * 30


async def test_right_numbers_are_never_counted(new_browser: Callable[..., Browser]) -> None:
    # Given an office where many people read their answers at one address
    number = await new_browser().send("/de/beschwerde/", VALID["complaint"])
    office = new_browser("192.0.2.10")
    for _ in range(40):
        await office.come_in(number)


async def test_a_number_of_a_deleted_case_is_like_any_wrong_one(
    browser: Browser, portal: Portal, sign_in: SignIn
) -> None:
    # Given a case that was deleted
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    lena = await sign_in("Lena")
    await lena.post(f"/staff/fall/{await lena.only_case()}/loeschen/", {})
    before = portal.key_pool.receipts
    # When its sender comes, then the page says that it may be deleted
    response = await browser.post("/de/antwort/", {"number": number})
    assert response.status_code == 422
    assert "Die Nummer ist schon gelöscht" in main_text(response)
    assert portal.key_pool.receipts == before + 1
