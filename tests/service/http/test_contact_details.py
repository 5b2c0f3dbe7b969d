"""How to reach a sender, corrected in the conversation; and what outlives the end of a visit."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from forms_service.world.tables import entry
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, main_text, page, title
from tests.service.http.conftest import SignIn
from tests.service.http.examples import ERROR_WORD, LANGUAGES, VALID, address
from tests.service.http.ledger import Ledger
from tests.service.http.wishes import do


@pytest.mark.parametrize("language", LANGUAGES)
async def test_contact_details_are_corrected(
    browser: Browser, sign_in: SignIn, ledger: Ledger, language: str
) -> None:
    # Given a sender who gave a number
    number = await browser.send(
        f"/{language}/beschwerde/",
        {"what_happened": "Laut.", "phone": "0151 0000001", "answer_by": "call", "name": "سلمى"},
    )
    await browser.come_in(number, language)
    # When they look, they see what we have; and a slip comes back
    shown = await browser.get(f"/{language}/antwort/?open=contact")
    assert page(shown).one("input", id="phone").value == "0151 0000001"
    assert page(shown).one("input", id="name").value == "سلمى"
    wrong = await do(browser, "contact", language, answer_by="email", email="x", name="سلمى")
    assert wrong.status_code == 422
    assert title(wrong).startswith(ERROR_WORD[language])
    assert page(wrong).one("input", id="email").value == "x"
    # And corrected, twice by an impatient finger
    right = {"answer_by": "call", "phone": "0170 222222", "name": "سلمى", "email": ""}
    for _ in range(2):
        read = await do(browser, "contact", language, **right)
    # Then both sides see the new ones, staff beside the old
    assert await ledger.count(entry) == 2
    assert "0170 222222" in main_text(read)
    lena = await sign_in("Lena")
    opened = await lena.open(await lena.only_case())
    assert "0170 222222" in main_text(opened)
    assert "0151 0000001" in main_text(opened)
    assert "Zu den neuen Kontaktdaten" in main_text(opened)
    again = await browser.get(f"/{language}/antwort/?open=contact")
    assert page(again).one("input", id="phone").value == "0170 222222"
    # And they are sealed like everything else
    assert b"0170 222222" not in b"".join(row["sealed"] for row in await ledger.rows(entry))


@pytest.mark.parametrize("form", VALID)
async def test_every_form_has_contact_details_to_correct(browser: Browser, form: str) -> None:
    await browser.come_in(await browser.send(address(form, "de"), VALID[form]))
    shown = await browser.get("/de/antwort/?open=contact")
    assert {"phone", "email", "name"} <= {each.get("id") for each in page(shown).all("input")}


async def test_an_act_after_the_visit_ended_is_asked_for_again_and_loses_nothing(
    new_browser: Callable[..., Browser], ledger: Ledger, clock: HandClock
) -> None:
    # Given somebody who filled in new contact details for a quarter of an hour
    browser = new_browser()
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    await browser.come_in(number)
    clock.forward(timedelta(minutes=15))
    late = await do(browser, "contact", answer_by="call", phone="0170 333333")
    assert late.status_code == 422
    kept = {
        each.get("name"): each.value
        for each in page(late).one("form", id="form").all("input")
        if each.get("type") == "hidden"
    }
    # When they type the number
    read = await browser.post("/de/antwort/", kept | {"number": number})
    # Then the fields come back as they were, and nothing has been sent for somebody else
    assert page(read).one("input", id="phone").value == "0170 333333"
    assert await ledger.count(entry) == 1
    # And a withdrawal is asked for once more
    clock.forward(timedelta(minutes=15))
    await do(browser, "withdraw")
    response = await browser.post("/de/antwort/", {"number": number, "action": "withdraw"})
    assert response.headers["location"] == "/de/antwort/?open=withdraw"
    assert (await ledger.only_case()).status == "new"
