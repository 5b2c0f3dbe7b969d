"""On PostgreSQL several processes serve one portal, and nobody notices which one."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.types import ASGIApp

from forms_service.edges.web import create_app
from forms_service.rules.organisation import Organisation
from forms_service.rules.receipts import number_from
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases.installation import close_portal, open_portal
from forms_service.usecases.upkeep import delete_due
from forms_service.world.database import open_database
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site
from forms_service.world.store import cases
from forms_service.world.tables import attempt
from tests.postgres import Server
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Desk, main_text
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger


@pytest.fixture
def database_kind() -> str:
    """SQLite serves one process."""
    return "postgresql"


@pytest.fixture
async def other_portal(
    portal: Portal, settings: Settings, organisation: Organisation, clock: HandClock
) -> AsyncIterator[Portal]:
    """The same portal, opened once more, as a second process does."""
    opened = await open_portal(
        settings, organisation, clock=clock, receipt_cost=CHEAPEST, password_cost=CHEAPEST
    )
    yield opened
    await close_portal(opened)


@pytest.fixture
def other_app(other_portal: Portal, site: Site, settings: Settings) -> ASGIApp:
    return create_app(other_portal, site, settings)


def _guess() -> dict[str, str]:
    return {"number": number_from(secrets.randbelow(10**19))}


async def test_wrong_numbers_are_counted_together(
    app: ASGIApp, other_app: ASGIApp, portal: Portal, other_portal: Portal, clock: HandClock
) -> None:
    # Given somebody who guesses at both processes, all at once
    here, there = (Browser(each, "192.0.2.66") for each in (app, other_app))
    answers = await asyncio.gather(
        *(each.post("/de/antwort/", _guess()) for each in [here, there] * 30)
    )
    # Then thirty are looked up in all, and both processes know it
    assert sorted(each.status_code for each in answers) == [422] * 30 + [429] * 30
    assert portal.key_pool.receipts + other_portal.key_pool.receipts == 30
    for each in (here, there):
        assert (await each.post("/de/antwort/", _guess())).status_code == 429
    # And nobody else has to wait, nor they themselves after an hour
    assert (
        await Browser(other_app, "192.0.2.67").post("/de/antwort/", _guess())
    ).status_code == 422
    clock.forward(timedelta(hours=1, seconds=1))
    assert (await there.post("/de/antwort/", _guess())).status_code == 422


async def test_what_is_counted_names_nobody_and_is_forgotten(
    app: ASGIApp, portal: Portal, ledger: Ledger, clock: HandClock
) -> None:
    # Given somebody who has sent a form, a wrong number and a wrong password
    await Browser(app, "192.0.2.66").send("/de/beschwerde/", VALID["complaint"])
    await Browser(app, "192.0.2.66").post("/de/antwort/", _guess())
    await Desk(app, "192.0.2.66").post("/staff/anmelden/", {"email": "lena@example.org"})
    noted = await ledger.rows(attempt)
    # Then there is nothing but hashes, each of another kind
    assert len(noted) == len({row["key_id"] for row in noted}) == 5
    assert not any(b"192.0.2" in row["key_id"] or b"lena" in row["key_id"] for row in noted)
    # And after a day nothing at all
    clock.forward(timedelta(days=1, seconds=1))
    await delete_due(portal)
    assert await ledger.count(attempt) == 0


async def test_the_number_is_shown_again_by_whichever_process(
    app: ASGIApp, other_app: ASGIApp, ledger: Ledger
) -> None:
    # Given a form that was sent to one process
    browser = Browser(app)
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    # When the page is loaded again, and the other process answers
    browser.move_to(other_app, browser.client.cookies)
    # Then it is the same number, of the same case
    assert await browser.send("/de/beschwerde/", VALID["complaint"]) == number
    assert len(await ledger.cases()) == 1
    # And it opens the case there
    assert "Niemand" in main_text(await Browser(other_app).come_in(number))


async def test_the_same_form_sent_to_both_at_once_is_one_case(
    app: ASGIApp, other_app: ASGIApp, ledger: Ledger
) -> None:
    browser = Browser(app)
    await browser.send("/de/kontakt/", VALID["contact"])
    twin = Browser(other_app)
    twin.move_to(other_app, browser.client.cookies)
    numbers = await asyncio.gather(
        *(each.send("/de/beschwerde/", VALID["complaint"]) for each in [browser, twin] * 4)
    )
    assert len(set(numbers)) == 1
    assert len(await ledger.cases()) == 2


async def test_who_signed_in_at_one_is_signed_in_at_the_other(
    sign_in: SignIn, other_app: ASGIApp, browser: Browser
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    lena = await sign_in("Lena")
    lena.move_to(other_app, lena.client.cookies)
    assert "Niemand" in main_text(await lena.open(await lena.only_case()))


async def test_replies_to_one_case_at_both_get_places_one_after_the_other(
    app: ASGIApp, other_app: ASGIApp, portal: Portal, ledger: Ledger
) -> None:
    # Given a sender with two windows
    browser, twin = Browser(app), Browser(other_app)
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    await browser.come_in(number)
    await twin.come_in(number)
    # When both send a lot at the same moment
    sent = [f"Nachtrag {place}" for place in range(12)]
    answers = await asyncio.gather(
        *(
            [browser, twin][place % 2].post("/de/antwort/", {"action": "write", "message": message})
            for place, message in enumerate(sent)
        )
    )
    # Then all of it is kept
    assert {each.status_code for each in answers} == {303}
    only = await ledger.only_case()
    entries = await portal.database.read(partial(cases.entries, case_id=only.id))
    assert [each.place for each in entries] == list(range(13))
    text = main_text(await browser.get("/de/antwort/?open"))
    assert all(message in text for message in sent)


async def test_one_process_writes_at_a_time(portal: Portal, other_portal: Portal) -> None:
    """What a transaction has asked, exclusions for one, is still true when it writes."""
    inside = most = 0

    async def alone(_: AsyncConnection) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1

    both = [portal.database, other_portal.database]
    await asyncio.gather(*(database.write(alone) for database in both * 16))
    assert most == 1


async def test_one_process_does_the_upkeep(portal: Portal, other_portal: Portal) -> None:
    async with portal.database.upkeep() as ours:
        assert ours
        async with other_portal.database.upkeep() as theirs:
            assert not theirs
    # When the first is done, or gone, then the other one may
    async with other_portal.database.upkeep() as theirs:
        assert theirs


async def test_processes_that_start_at_once_bring_the_schema_up_to_date_once(
    postgres: Server,
) -> None:
    url = postgres.create()
    opened = await asyncio.gather(*(open_database(url) for _ in range(3)))
    for each in opened:
        await each.close()
    postgres.drop(url)
