"""The voluntary mail: kept sealed, changed, removed, shown to nobody in full."""

import logging
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from forms_service.rules import sealing
from forms_service.world.portal import Portal
from forms_service.world.tables import case, session
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, main_text, page, receipt_number, title
from tests.service.http.examples import ERROR_WORD, LANGUAGES, VALID
from tests.service.http.ledger import Ledger

ADDRESS = "salma@posteo.example"
MASKED = "s…@p….example"


async def kept(portal: Portal, ledger: Ledger) -> list[str]:
    """The addresses that the service would write to, as the mails' sender reads them."""
    key = sealing.derive(portal.secrets.mail_key, "note address")
    return [
        sealing.unseal(key, row["note_address_sealed"], f"{row['id']}/note address").decode()
        for row in await ledger.rows(case)
        if row["note_address_sealed"]
    ]


def from_receipt(response: httpx.Response, address: str) -> dict[str, str]:
    """What the receipt page's form sends."""
    fields = page(response).one("form", action=response.request.url.path[:4] + "antwort/")
    return {each.get("name"): each.value for each in fields.all("input")} | {
        "note_address": address
    }


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_receipt_takes_an_address_and_keeps_showing_the_number(
    browser: Browser, portal: Portal, ledger: Ledger, language: str
) -> None:
    # Given somebody who sees their number
    receipt = await browser.post(f"/{language}/beschwerde/", VALID["complaint"])
    number = receipt_number(receipt)
    # When they mistype the address first
    wrong = await browser.post(f"/{language}/antwort/", from_receipt(receipt, "salma"))
    assert wrong.status_code == 422
    assert title(wrong).startswith(ERROR_WORD[language])
    assert page(wrong).one("input", id="note_address").value == "salma"
    assert number in "".join(page(wrong).classed("receipt")[0].text.split())
    assert await kept(portal, ledger) == []
    # And then type it right
    right = await browser.post(f"/{language}/antwort/", from_receipt(receipt, ADDRESS))
    # Then it is kept, sealed for the mails alone, and the number still stands there
    assert receipt_number(right) == number
    assert MASKED in main_text(right)
    assert ADDRESS not in right.text
    assert await kept(portal, ledger) == [ADDRESS]
    assert right.headers["cache-control"] == "no-store"
    # And no visit was begun by it
    assert await ledger.count(session) == 0


async def test_only_the_browser_and_the_receipt_it_stood_on_can_set_it(
    new_browser: Callable[..., Browser], portal: Portal, ledger: Ledger, clock: HandClock
) -> None:
    # Given two people who sent at the same browser, one after the other
    browser = new_browser()
    first = await browser.post("/de/beschwerde/", {"what_happened": "Die erste."})
    await browser.post("/de/beschwerde/", {"what_happened": "Die zweite."})
    # When the first one's page sends an address, it is the first one's
    await browser.post("/de/antwort/", from_receipt(first, ADDRESS))
    rows = sorted(await ledger.rows(case), key=lambda row: bool(row["note_address_sealed"]))
    assert [bool(row["note_address_sealed"]) for row in rows] == [False, True]
    # And from another browser, with another reference, or after ten minutes there is no number
    forged = from_receipt(first, "boese@example.org")
    for other, fields in (
        (new_browser(), forged),
        (browser, forged | {"reference": "00" * 32}),
        (browser, forged | {"reference": "zz"}),
    ):
        refused = await other.post("/de/antwort/", fields)
        assert refused.status_code == 422
        assert page(refused).classed("receipt") == []
    clock.forward(timedelta(minutes=10))
    late = await browser.post("/de/antwort/", forged)
    assert late.status_code == 422
    assert page(late).classed("receipt") == []
    assert await kept(portal, ledger) == [ADDRESS]
    # But the address isn't lost: with the number it comes back on the conversation's page
    hidden = {
        each.get("name"): each.value for each in page(late).one("form", id="form").all("input")
    }
    opened = await browser.post("/de/antwort/", hidden | {"number": receipt_number(first)})
    assert page(opened).one("input", id="note_address").value == "boese@example.org"


async def test_after_leaving_quickly_nobody_sets_it(
    browser: Browser, portal: Portal, ledger: Ledger
) -> None:
    receipt = await browser.post("/de/beschwerde/", VALID["complaint"])
    await browser.get("/de/verlassen/")
    after = await browser.post("/de/antwort/", from_receipt(receipt, ADDRESS))
    assert (after.status_code, after.headers["location"]) == (303, "/de/")
    assert await kept(portal, ledger) == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_changed_and_removed_in_the_conversation(
    browser: Browser, portal: Portal, ledger: Ledger, language: str
) -> None:
    number = await browser.send(f"/{language}/beschwerde/", VALID["complaint"])
    await browser.come_in(number, language)
    here = f"/{language}/antwort/"
    for address in (ADDRESS, "neu@example.org"):
        await browser.post(here, {"action": "note", "note_address": address})
        read = await browser.get(f"{here}?open=noted")
        assert address not in read.text
        assert await kept(portal, ledger) == [address]
    wrong = await browser.post(here, {"action": "note", "note_address": ""})
    assert wrong.status_code == 422
    assert await kept(portal, ledger) == ["neu@example.org"]
    await browser.post(here, {"action": "unnote"})
    assert await kept(portal, ledger) == []
    assert "n…@" not in main_text(await browser.get(f"{here}?open=unnoted"))


async def test_the_address_stands_in_no_log_address_or_row(
    browser: Browser, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receipt = await browser.post("/de/beschwerde/", VALID["complaint"])
    await browser.post("/de/antwort/", from_receipt(receipt, ADDRESS))
    await browser.come_in(receipt_number(receipt))
    answer = await browser.post("/de/antwort/", {"action": "note", "note_address": ADDRESS})
    assert ADDRESS not in answer.headers["location"]
    assert ADDRESS not in caplog.text
    assert "posteo" not in caplog.text
    for row in await ledger.rows(case):
        assert ADDRESS.encode() not in row["note_address_sealed"]
