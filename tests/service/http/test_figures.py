"""A year's figures: who sees them, what they hold, and that deleting a case changes none."""

import csv
import io
from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.edges.staff.figure_words import as_csv
from forms_service.rules.catalogues import texts_for
from forms_service.rules.figures import LEAST, Cell, Published, Table
from forms_service.usecases.upkeep import delete_due
from forms_service.world.portal import Portal
from forms_service.world.store import figures
from forms_service.world.tables import figure, member
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Desk, main_text, page
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger

VIEW = "/staff/zahlen/"
FILE = "/staff/zahlen/zahlen.csv"
NEXT_YEAR = datetime(2027, 1, 4, 9, tzinfo=UTC)
HIDDEN = "weniger als 5 oder verdeckt"


async def fill(browser: Browser, sign_in: SignIn, clock: HandClock) -> None:
    """Six Arabic complaints, seven German questions, one in danger; two complaints are closed."""
    for number in range(6):
        said = {"what_happened": f"Fall {number}", "principle": "time_to_listen"}
        await browser.send("/ar/beschwerde/", said)
    for number, topic in zip(range(7), cycle(["counselling", "project"]), strict=False):
        values = VALID["contact"] | {"topic": topic, "name": f"Wer {number}"}
        await browser.send("/de/kontakt/", values)
    await browser.send("/de/beschwerde/", VALID["complaint"] | {"danger": "yes"})
    clock.forward(timedelta(days=1))
    lena = await sign_in("Lena")
    for case_id in (await lena.cases())[:2]:
        await lena.answer(case_id, sentence="closed_withdrawn")


async def numbers(desk: Desk, title: str, year: int = 2026) -> dict[str, str]:
    """One table of the view, by its heading."""
    response = await desk.get(f"{VIEW}?jahr={year}")
    for section in page(response).classed("figures"):
        if section.one("h2").text == title:
            return {
                row.one("th").text: row.one("td").text
                for table in section.all("tbody")
                for row in table.all("tr")
            }
    raise KeyError(title)


async def test_who_leads_or_is_outside_or_administers_finds_figures_and_nobody_else(
    sign_in: SignIn, portal: Portal
) -> None:
    for name in ("Ruth", "Omid"):
        desk = await sign_in(name)
        assert f'href="{VIEW}"' in (await desk.get("/staff/")).text, name
        assert (await desk.get(VIEW)).status_code == 200, name
    for name in ("Lena", "Sam", "Dana", "Mira"):
        desk = await sign_in(name)
        for path in (VIEW, f"{VIEW}?jahr=2025", FILE, f"{FILE}?jahr=2025"):
            assert (await desk.get(path)).status_code == 404, (name, path)
        assert VIEW not in (await desk.get("/staff/")).text, name

    async def appoint(connection: AsyncConnection) -> None:
        await connection.execute(update(member).where(member.c.name == "Dana").values(admin=True))

    # When Dana administers, then she does, too
    await portal.database.write(appoint)
    dana = await sign_in("Dana")
    assert (await dana.get(VIEW)).status_code == 200
    assert f'href="{VIEW}"' in (await dana.get("/staff/")).text


async def test_a_running_year_has_no_figures(
    browser: Browser, sign_in: SignIn, clock: HandClock
) -> None:
    await fill(browser, sign_in, clock)
    ruth = await sign_in("Ruth")
    response = await ruth.get(f"{VIEW}?jahr=2026")
    assert "wenn es vorbei ist" in main_text(response)
    assert page(response).classed("figures") == []
    assert (await ruth.get(f"{FILE}?jahr=2026")).status_code == 404


@pytest.mark.parametrize("year", ["", "x", "0000", "9999", "١٩٩٩", "-1", "2026'"])
async def test_a_year_that_is_none_does_no_harm(sign_in: SignIn, year: str) -> None:
    ruth = await sign_in("Ruth")
    assert (await ruth.get(f"{VIEW}?jahr={year}")).status_code == 200
    assert (await ruth.get(f"{FILE}?jahr={year}")).status_code == 404


async def test_figures_are_the_same_before_and_after_deletion(
    browser: Browser, sign_in: SignIn, portal: Portal, ledger: Ledger, clock: HandClock
) -> None:
    # Given a year with thirteen cases, and one that nobody counts
    await fill(browser, sign_in, clock)
    clock.moment = NEXT_YEAR
    ruth = await sign_in("Ruth")
    living = main_text(await ruth.get(VIEW))
    assert "13 Fälle" in living
    assert await numbers(ruth, "Formular") == {"Beschwerde": "6", "Kontakt und Beratung": "7"}
    assert await numbers(ruth, "Sprache") == {"Arabisch": "6", "Deutsch": "7"}
    assert await numbers(ruth, "Mit Namen oder ohne") == {
        "Ohne Namen und ohne Kontakt": "6",
        "Mit Namen oder Kontakt": "7",
    }
    # And the file says the same
    rows = list(csv.reader(io.StringIO((await ruth.get(f"{FILE}?jahr=2026")).text), delimiter=";"))
    assert ["Alle Fälle", "", "13"] in rows
    assert ["Sprache", "Arabisch", "6"] in rows
    # When all questions are deleted by themselves, which nobody answered for months
    clock.moment = datetime(2027, 6, 1, tzinfo=UTC)
    assert await delete_due(portal) > 0
    # Then a row of each stays, and nothing has changed
    ruth = await sign_in("Ruth")
    assert await ledger.count(figure) >= 5
    assert main_text(await ruth.get(VIEW)) == living


async def test_a_row_that_stays_leads_back_to_nobody(
    browser: Browser, sign_in: SignIn, portal: Portal, ledger: Ledger, clock: HandClock
) -> None:
    await browser.send("/ls/beschwerde/", VALID["complaint"] | {"name": "Salma"})
    case = await ledger.only_case()
    clock.forward(timedelta(days=2))
    lena = await sign_in("Lena")
    await lena.answer(case.id, sentence="acknowledged")
    clock.forward(timedelta(days=10))
    lena = await sign_in("Lena")
    await lena.answer(case.id, sentence="closed_partly")
    await lena.post(f"/staff/fall/{case.id}/loeschen/", {})
    (row,) = await ledger.rows(figure)
    assert row.pop("id") != case.id
    assert row == {
        "month": "2026-11",
        "form": "complaint",
        "inbox": "complaints",
        "category": "none",
        "channel": "web",
        "language": "de",
        "anonymous": False,
        "days_to_acknowledge": 2,
        "days_to_close": 12,
        "outcome": "closed_partly",
        "dissatisfied": False,
    }


async def test_of_a_case_that_protects_somebody_nothing_is_counted(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"] | {"danger": "yes"})
    mira = await sign_in("Mira")
    await mira.post(f"/staff/fall/{await mira.only_case()}/loeschen/", {})
    assert await ledger.cases() == []
    assert await ledger.count(figure) == 0


async def test_a_case_that_is_opened_again_is_not_closed(
    browser: Browser, sign_in: SignIn, ledger: Ledger, clock: HandClock
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    await lena.answer(case_id, sentence="closed_agreed")
    closed_at = (await ledger.only_case()).closed_at
    assert closed_at == clock()
    clock.forward(timedelta(minutes=5))
    await lena.answer(case_id, text="Noch ein Wort.")
    assert (await ledger.only_case()).closed_at == closed_at
    await lena.answer(case_id, sentence="clarifying")
    assert (await ledger.only_case()).closed_at is None


async def test_what_is_counted_lies_sealed_while_the_case_lives(
    browser: Browser, portal: Portal, ledger: Ledger
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"] | {"principle": "time_to_listen"})
    case = await ledger.only_case()

    async def sealed(connection: AsyncConnection) -> bytes | None:
        found = await figures.of_case(connection, case.id)
        return found[1] if found else None

    kept = await portal.database.read(sealed)
    assert kept is not None
    assert b"time_to_listen" not in kept


def test_no_cell_of_the_file_is_a_formula() -> None:
    cells = tuple(Cell(value, LEAST) for value in ("=1+1", "+1", "-1", "@x", "\tx", "ganz normal"))
    published = Published(30, (Table("channel", 30, cells),))
    rows = list(csv.reader(io.StringIO(as_csv(published, texts_for("de"))), delimiter=";"))
    assert [row[1] for row in rows[2:]] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "ganz normal"]


def test_what_is_hidden_is_hidden_in_the_file_too() -> None:
    published = Published(8, (Table("channel", 8, (Cell("web", None), Cell("paper", None))),))
    assert as_csv(published, texts_for("de")).count(HIDDEN) == 2
