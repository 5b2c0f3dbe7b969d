"""PostgreSQL goes away and comes back: people keep their text, and the service goes on by itself."""

import asyncio

import pytest

from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from tests.postgres import Server
from tests.service.http.actors import Browser, page, receipt_number, sentence, typed
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.test_trouble import LONG, NOT_SAVED, lines, pressed

pytestmark = pytest.mark.slow


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


async def test_a_server_that_is_down_costs_nobody_their_text(
    browser: Browser, sign_in: SignIn, portal: Portal, settings: Settings, postgres: Server
) -> None:
    number = await browser.send("/ar/beschwerde/", VALID["complaint"])
    await browser.come_in(number, "ar")
    sam = await sign_in("Sam")
    case_id = await sam.only_case()
    # When the server is down
    await asyncio.to_thread(postgres.shut, settings.database_url)
    assert (await browser.get("/healthz")).status_code == 503
    form = await browser.post("/ar/beschwerde/", {"what_happened": LONG})
    message = await browser.post("/ar/antwort/", {"action": "write", "message": LONG})
    note = await sam.post(f"/staff/fall/{case_id}/notiz/", {"note": LONG})
    # Then all of them keep their text
    for answer in (form, message):
        assert page(answer).one(id="errors").one("h2").text == sentence(NOT_SAVED, "ar")
    assert lines(typed(form)["what_happened"][0]) == lines(LONG)
    assert lines(typed(message)["message"][0]) == lines(LONG)
    assert lines(pressed(note)[1]["note"][0]) == lines(LONG)
    assert [each.status_code for each in (form, message, note)] == [503] * 3
    # When it is there again, then it takes all of it, at the first try
    await asyncio.to_thread(postgres.open, settings.database_url)
    receipt_number(await browser.post("/ar/beschwerde/", typed(form)))
    sent = await browser.post("/ar/antwort/", typed(message))
    assert sent.headers["location"] == "/ar/antwort/?open=sent"
    assert (await sam.post(*pressed(note))).status_code == 303
    assert (await browser.get("/healthz")).status_code == 200


async def test_a_server_that_was_started_again_is_not_noticed(
    browser: Browser, settings: Settings, postgres: Server
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    await asyncio.to_thread(postgres.throw_out, settings.database_url)
    number = await browser.send("/de/beschwerde/", {"what_happened": "Danach."})
    await browser.come_in(number)
