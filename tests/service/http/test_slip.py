"""The number of a slip, which staff have seen, becomes the sender's own at the first visit."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.portal import Portal
from forms_service.world.store import cases
from forms_service.world.tables import case
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, main_text, page, receipt_number, sentence
from tests.service.http.examples import LANGUAGES, VALID
from tests.service.http.ledger import Ledger

SHOW = {"action": "new_number"}


@pytest.fixture
async def slip(new_browser: Callable[..., Browser], portal: Portal, ledger: Ledger) -> str:
    """The number of a case that staff have entered."""
    number = await new_browser().send("/de/beschwerde/", VALID["complaint"])
    only = await ledger.only_case()

    async def entered(connection: AsyncConnection) -> None:
        await cases.change(connection, only.id, slip=True)

    await portal.database.write(entered)
    return number


def opens_nothing(response: httpx.Response) -> bool:
    return response.status_code == 422 and "Niemand hat zugehört." not in response.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_first_visit_gives_a_new_number(
    new_browser: Callable[..., Browser], ledger: Ledger, slip: str, language: str
) -> None:
    # Given somebody who types a slip's number
    browser, here = new_browser(), f"/{language}/antwort/"
    before = await ledger.rows(case)
    first = await browser.come_in(slip, language)
    # Then a page prepares them, nothing of the case is shown and nothing has changed yet
    assert sentence("Sie bekommen jetzt Ihre eigene Nummer", language) in main_text(first)
    assert "Niemand hat zugehört." not in first.text
    await browser.post(here, {"action": "write", "message": "x"})
    assert await ledger.rows(case) == before
    # When they are ready
    shown = await browser.post(here, SHOW)
    number = receipt_number(shown)
    # Then they see a number of their own, which isn't kept by any cache, and go on
    assert number != slip
    assert shown.headers["cache-control"] == "no-store"
    assert "Niemand hat zugehört." in main_text(await browser.get(f"{here}?open"))
    # And the old number opens nothing, while the new one does
    old = await new_browser().post(here, {"number": slip})
    assert opens_nothing(old)
    assert "Niemand hat zugehört." in main_text(await new_browser().come_in(number, language))
    (row,) = await ledger.rows(case)
    assert not row["slip"]
    assert row["receipt_lookup"] != before[0]["receipt_lookup"]
    assert row["key_for_receipt"] != before[0]["key_for_receipt"]


async def test_the_new_number_is_seen_again_for_ten_minutes(
    new_browser: Callable[..., Browser], slip: str, clock: HandClock
) -> None:
    # Given a new number whose page was lost on a bad line
    browser = new_browser()
    await browser.come_in(slip)
    number = receipt_number(await browser.post("/de/antwort/", SHOW))
    # When the same browser asks again, it sees the same number
    clock.forward(timedelta(minutes=9, seconds=59))
    assert receipt_number(await browser.post("/de/antwort/", SHOW)) == number
    # Then no longer
    clock.forward(timedelta(seconds=1))
    assert (await browser.post("/de/antwort/", SHOW)).status_code == 303


async def test_of_two_visits_exactly_one_wins(
    new_browser: Callable[..., Browser], ledger: Ledger, slip: str
) -> None:
    # Given two people who typed the same slip's number before it was replaced
    visitors = [new_browser(f"203.0.113.{place}") for place in range(4)]
    for each in visitors:
        await each.come_in(slip)
    # When they all press at once
    answers = await asyncio.gather(*(each.post("/de/antwort/", SHOW) for each in visitors))
    # Then one sees a number, and the others are told that it was replaced
    assert sorted(each.status_code for each in answers) == [200, 422, 422, 422]
    for visitor, answer in zip(visitors, answers, strict=True):
        read = await visitor.get("/de/antwort/?open")
        if answer.status_code == 200:
            number = receipt_number(answer)
            assert "Niemand hat zugehört." in main_text(read)
        else:
            told = "Die Nummer auf dem Zettel wurde gerade durch eine neue ersetzt."
            assert told in main_text(answer)
            assert told in main_text(read)
            assert "Niemand hat zugehört." not in read.text
    assert "Niemand hat zugehört." in main_text(await new_browser().come_in(number))


async def test_an_impatient_finger_gets_one_number(
    new_browser: Callable[..., Browser], slip: str
) -> None:
    browser = new_browser()
    await browser.come_in(slip)
    answers = await asyncio.gather(*(browser.post("/de/antwort/", SHOW) for _ in range(3)))
    assert len({receipt_number(each) for each in answers}) == 1


async def test_leaving_quickly_forgets_the_new_number(
    new_browser: Callable[..., Browser], slip: str
) -> None:
    browser = new_browser()
    await browser.come_in(slip)
    await browser.post("/de/antwort/", SHOW)
    cookies = dict(browser.client.cookies)
    await browser.get("/de/verlassen/")
    for name, value in cookies.items():
        browser.client.cookies.set(name, value, domain="portal.example.org", path="/")
    after = await browser.post("/de/antwort/", SHOW)
    assert page(after).classed("receipt") == []


async def test_an_ordinary_number_is_never_replaced(browser: Browser, ledger: Ledger) -> None:
    await browser.come_in(await browser.send("/de/beschwerde/", VALID["complaint"]))
    before = await ledger.rows(case)
    assert (await browser.post("/de/antwort/", SHOW)).status_code == 303
    assert await ledger.rows(case) == before
