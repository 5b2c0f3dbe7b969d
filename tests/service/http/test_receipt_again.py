"""The number is shown to one browser, for ten minutes, and stands nowhere else."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from forms_service.rules.organisation import Organisation
from forms_service.usecases.upkeep import delete_due
from forms_service.world.portal import Portal
from forms_service.world.tables import case, receipt_copy, session
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, main_text, page, receipt_number
from tests.service.http.examples import LANGUAGES, VALID, address
from tests.service.http.ledger import Ledger


@pytest.mark.parametrize("form", VALID)
async def test_a_reload_shows_the_same_number_and_makes_no_second_case(
    browser: Browser, ledger: Ledger, portal: Portal, clock: HandClock, form: str
) -> None:
    # Given a form that was sent
    number = await browser.send(address(form, "de"), VALID[form])
    # When the same browser sends the same again, up to the last second of ten minutes
    for minutes in (0, 5, 4):
        clock.forward(timedelta(minutes=minutes))
        assert await browser.send(address(form, "de"), VALID[form]) == number
    clock.forward(timedelta(seconds=59))
    assert await browser.send(address(form, "de"), VALID[form]) == number
    # Then there is one case, and its number was stretched once
    assert len(await ledger.cases()) == 1
    assert portal.key_pool.receipts == 1


async def test_after_ten_minutes_the_same_text_is_a_new_case(
    browser: Browser, ledger: Ledger, clock: HandClock
) -> None:
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    clock.forward(timedelta(minutes=10))
    assert await browser.send("/de/beschwerde/", VALID["complaint"]) != number
    first, second = await ledger.cases()
    assert (first.perhaps_same, second.perhaps_same) == (False, True)


async def test_nobody_else_ever_gets_the_number(
    new_browser: Callable[..., Browser], ledger: Ledger
) -> None:
    # Given a text that was sent, and the same text from another browser, even at one address
    number = await new_browser().send("/de/beschwerde/", VALID["complaint"])
    other = await new_browser().send("/de/beschwerde/", VALID["complaint"])
    # Then that is a case of its own, marked for staff
    assert other != number
    assert sorted(case.perhaps_same for case in await ledger.cases()) == [False, True]
    # Not even with a cookie that somebody made up
    forger = new_browser()
    forger.client.cookies.set("__Host-receipt-again", "A" * 43 + "=", domain="portal.example.org")
    assert await forger.send("/de/beschwerde/", VALID["complaint"]) not in (number, other)


async def test_another_text_of_the_same_browser_gets_its_own_number(browser: Browser) -> None:
    first = await browser.send("/de/beschwerde/", {"what_happened": "Eins."})
    second = await browser.send("/de/beschwerde/", {"what_happened": "Zwei."})
    assert first != second
    # And both can still be seen
    assert await browser.send("/de/beschwerde/", {"what_happened": "Eins."}) == first
    assert await browser.send("/de/beschwerde/", {"what_happened": "Zwei."}) == second


async def test_two_requests_at_once_are_one_case(browser: Browser, ledger: Ledger) -> None:
    # Given a browser that has its cookie already
    await browser.send("/de/kontakt/", VALID["contact"])
    # When an impatient finger sends twice before the first answer comes
    numbers = await asyncio.gather(
        *(browser.send("/de/beschwerde/", VALID["complaint"]) for _ in range(5))
    )
    # Then all show one number
    assert len(set(numbers)) == 1
    assert len(await ledger.cases()) == 2


async def test_the_cookie_holds_nothing_but_chance(browser: Browser) -> None:
    response = await browser.post("/de/beschwerde/", VALID["complaint"])
    (cookie,) = response.headers.get_list("set-cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-receipt-again=")
    assert sorted(each.lower() for each in attributes) == [
        "httponly",
        "max-age=600",
        "path=/",
        "samesite=lax",
        "secure",
    ]
    assert receipt_number(response) not in cookie


@pytest.mark.parametrize("language", LANGUAGES)
async def test_leaving_quickly_forgets_number_and_visit(
    new_browser: Callable[..., Browser],
    ledger: Ledger,
    organisation: Organisation,
    language: str,
) -> None:
    # Given a browser that saw its number and opened the conversation with it
    browser, elsewhere = new_browser(), new_browser()
    await elsewhere.send("/de/kontakt/", VALID["contact"])
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    opened = await browser.come_in(number, language)
    leave = f"/{language}/verlassen/"
    assert [link.get("href") for link in page(opened).all("a")].count(leave) == 1
    kept = dict(browser.client.cookies)
    assert len(kept) == 2
    # When somebody comes in at the door and the link is pressed
    response = await browser.get(leave)
    # Then it leads away at once, to a harmless page, and the browser forgets
    assert (response.status_code, response.headers["location"]) == (303, organisation.leave_to)
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["clear-site-data"] == '"cache", "storage"'
    assert list(browser.client.cookies) == ["__Host-receipt-again"]
    # And the portal forgets too: the old cookies open nothing, and what others saw stays
    hidden = [row for row in await ledger.rows(receipt_copy) if not row["sealed"]]
    assert len(hidden) == 1
    assert await ledger.rows(session) == []
    for name, value in kept.items():
        browser.client.cookies.set(name, value, domain="portal.example.org", path="/")
    again = await browser.get(f"/{language}/antwort/?open")
    assert "Niemand hat zugehört." not in again.text
    # And going back and sending once more shows no number and makes no second case
    cases = len(await ledger.rows(case))
    repeated = await browser.post("/de/beschwerde/", VALID["complaint"])
    assert (repeated.status_code, repeated.headers["location"]) == (303, "/de/")
    assert len(await ledger.rows(case)) == cases


async def test_leaving_works_for_whoever_has_nothing_to_forget(
    browser: Browser, organisation: Organisation
) -> None:
    browser.client.cookies.set("__Host-visit", "no token", domain="portal.example.org")
    response = await browser.get("/ar/verlassen/")
    assert (response.status_code, response.headers["location"]) == (303, organisation.leave_to)


async def test_time_removes_what_could_be_shown_again(
    browser: Browser, ledger: Ledger, portal: Portal, clock: HandClock
) -> None:
    # Given a browser that saw its number and visited
    await browser.come_in(await browser.send("/de/beschwerde/", VALID["complaint"]))
    # When nothing more comes, and the hourly upkeep runs
    clock.forward(timedelta(hours=1))
    await delete_due(portal)
    # Then neither the sealed copy of the number nor the visit is left
    assert await ledger.rows(receipt_copy) == []
    assert await ledger.rows(session) == []


async def test_the_number_stands_in_no_address_header_cookie_or_log(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    # Given everything the portal says while somebody sends, reloads, reads, mistypes and leaves
    caplog.set_level(logging.DEBUG)
    said: list[httpx.Response] = []

    async def note(response: httpx.Response) -> None:
        said.append(response)

    browser.client.event_hooks["response"].append(note)
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    assert await browser.send("/de/beschwerde/", VALID["complaint"]) == number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    await browser.post("/ar/antwort/", {"number": wrong})
    await browser.come_in(number)
    written = await browser.post("/de/antwort/", {"action": "write", "message": "Danke"})
    assert written.status_code == 303
    await browser.get("/de/verlassen/")
    # Then the number is only in the body of the receipt
    spaced = " ".join(number[start : start + 4] for start in range(0, 20, 4))
    assert len(said) >= 7
    for response in said:
        for form in (number, spaced, spaced.replace(" ", "%20"), spaced.replace(" ", "\xa0")):
            assert form not in str(response.request.url)
            assert form not in str(response.headers.multi_items())
    for record in caplog.records:
        assert number not in record.getMessage()
        assert number[:8] not in record.getMessage()
    assert "Niemand hat zugehört." not in caplog.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_receipt_says_how_to_keep_the_number(browser: Browser, language: str) -> None:
    response = await browser.post(f"/{language}/beschwerde/", VALID["complaint"])
    links = [link.get("href") for link in page(response).one("main").all("a")]
    assert f"/{language}/antwort/" in links
    # The one way to leave quickly is the bar above, where it stood before
    leave = f"/{language}/verlassen/"
    assert [link.get("href") for link in page(response).all("a")].count(leave) == 1
    assert leave not in links
    # What was written isn't shown to whoever looks over the shoulder
    assert "Niemand hat zugehört." not in main_text(response)
