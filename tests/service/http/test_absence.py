"""While somebody is away a colleague reads for them, and no longer."""

from datetime import timedelta

import httpx
import pytest

from forms_service.usecases import upkeep
from forms_service.world.portal import Portal
from forms_service.world.tables import access, member
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Desk, main_text, page
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger

DAY = timedelta(days=1)


@pytest.fixture
async def ids(ledger: Ledger) -> dict[str, str]:
    """The members' ids by name."""
    return {row["name"]: row["id"] for row in await ledger.rows(member)}


async def go_away(desk: Desk, deputy: str, first: str, last: str) -> httpx.Response:
    """Say that one is away, and who stands in."""
    values = {"deputy": deputy, "from": first, "to": last}
    return await desk.post("/staff/abwesend/", values)


async def test_the_deputy_reads_what_is_there_and_what_arrives_until_the_last_day(
    browser: Browser,
    sign_in: SignIn,
    ledger: Ledger,
    clock: HandClock,
    portal: Portal,
    ids: dict[str, str],
) -> None:
    # Given a complaint, and Sam who is away from tomorrow for two days; Dana stands in
    await browser.send("/de/beschwerde/", VALID["complaint"])
    first = (await ledger.only_case()).id
    lena, sam, dana = await sign_in("Lena"), await sign_in("Sam"), await sign_in("Dana")
    await lena.open(first)
    assert (await go_away(sam, ids["Dana"], "2026-11-17", "2026-11-18")).status_code == 303
    assert "Dana" in main_text(await sam.get("/staff/abwesend/"))
    assert "Sie vertreten Sam" in main_text(await dana.get("/staff/abwesend/"))
    # Then she reads nothing today
    assert await dana.cases() == []
    # And tomorrow the complaint, and the next one that arrives, but none that excludes her
    clock.forward(DAY)
    await browser.send("/de/beschwerde/", {"what_happened": "Zweite."})
    await browser.send("/de/beschwerde/", {"what_happened": "Dritte.", "not_read_by_other": "Dana"})
    second = next(each.id for each in await ledger.cases() if each.id != first)
    dana = await sign_in("Dana")
    assert set(await dana.cases()) == {first, second}
    shown = main_text(await dana.open(first))
    assert "Niemand hat zugehört." in shown
    assert "Dana, als Vertretung" in shown
    # And applications, which Sam reads and she has nothing to do with, stay closed to her
    await browser.send("/de/bewerbung/", VALID["application"])
    assert len(await dana.cases()) == 2
    # When the last day is past, then it ends by itself, and what she took goes back to Sam
    await dana.post(f"/staff/fall/{first}/nehmen/", {"seen": ""})
    clock.forward(2 * DAY)
    await upkeep.delete_due(portal)
    assert await (await sign_in("Dana")).cases() == [second]  # unopened: her own turn by now
    assert "deputy_while_away" not in {row["step"] for row in await ledger.rows(access)}
    taken = {each.id: each.taken_by for each in await ledger.cases()}
    assert taken[first] == ids["Sam"]


async def test_whoever_comes_back_early_ends_it(
    browser: Browser, sign_in: SignIn, ids: dict[str, str]
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    sam, dana = await sign_in("Sam"), await sign_in("Dana")
    await go_away(sam, ids["Dana"], "2026-11-16", "2026-11-30")
    assert len(await dana.cases()) == 1
    await sam.post("/staff/abwesend/", {"step": "back"})
    assert await dana.cases() == []


async def test_who_stands_in_for_two_reads_on_for_the_one_still_away(
    browser: Browser, sign_in: SignIn, ids: dict[str, str]
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    lena, sam, dana = await sign_in("Lena"), await sign_in("Sam"), await sign_in("Dana")
    for desk in (lena, sam):
        await go_away(desk, ids["Dana"], "2026-11-16", "2026-11-30")
    await sam.post("/staff/abwesend/", {"step": "back"})
    assert len(await dana.cases()) == 1
    await lena.post("/staff/abwesend/", {"step": "back"})
    assert await dana.cases() == []


@pytest.mark.parametrize(
    ("deputy", "first", "last"),
    [
        ("Dana", "2026-11-20", "2026-11-17"),
        ("Dana", "2026-11-01", "2026-11-15"),
        ("Dana", "gestern", ""),
        ("Dana", "2026-11-16", "2029-11-16"),
        ("Mira", "2026-11-16", "2026-11-17"),
        ("Lena", "2026-11-16", "2026-11-17"),
        ("", "2026-11-16", "2026-11-17"),
    ],
)
async def test_wrong_days_and_strangers_are_refused_and_stay_in_their_fields(
    sign_in: SignIn, ids: dict[str, str], deputy: str, first: str, last: str
) -> None:
    lena = await sign_in("Lena")
    refused = await go_away(lena, ids.get(deputy, ""), first, last)
    assert refused.status_code == 422
    assert page(refused).one("input", id="from").get("value") == first
    assert page(refused).one("input", id="to").get("value") == last


async def test_whoever_was_away_since_the_first_day_of_all_is_so_from_today(
    browser: Browser, sign_in: SignIn, ids: dict[str, str]
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    lena, dana = await sign_in("Lena"), await sign_in("Dana")
    saved = await go_away(lena, ids["Dana"], "0001-01-01", "2026-11-17")
    assert saved.status_code == 303
    assert len(await dana.cases()) == 1


async def test_nobody_in_the_line_stands_in_for_the_one_outside(
    browser: Browser, sign_in: SignIn, ledger: Ledger, ids: dict[str, str]
) -> None:
    # Given a complaint that only Omid may open, who wants Lena to read for him
    await browser.send("/de/beschwerde/", VALID["complaint"] | {"about_staff": "yes"})
    omid, lena = await sign_in("Omid"), await sign_in("Lena")
    refused = await go_away(omid, ids["Lena"], "2026-11-16", "2026-11-30")
    # Then it is refused, and she isn't offered to him either
    assert refused.status_code == 422
    assert "Gerade kann Sie niemand vertreten." in main_text(await omid.get("/staff/abwesend/"))
    assert await lena.cases() == []
    assert {row["member_id"] for row in await ledger.rows(access)} == {ids["Omid"]}
