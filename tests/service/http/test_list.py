"""The list of the desk: narrowed, a page at a time, taken along; never more than one may read."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from forms_service.usecases import desk as desk_usecase
from forms_service.world.portal import Portal
from forms_service.world.store import cases, members
from forms_service.world.tables import audit
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, main_text, page, part
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID, Said
from tests.service.http.ledger import Ledger


def listed(response: httpx.Response) -> set[str]:
    """The ids of all cases on the page."""
    return {link.get("href").split("/")[3] for link in page(response).classed("cases__open")}


@pytest.fixture
async def three(new_browser: Callable[..., Browser], ledger: Ledger) -> dict[str, str]:
    """A complaint in Arabic, one in German, and an application in German, by name."""
    sent: dict[str, tuple[str, Said]] = {
        "arabic": ("/ar/beschwerde/", VALID["complaint"]),
        "german": ("/de/beschwerde/", {"what_happened": "Es zieht."}),
        "applied": ("/de/bewerbung/", VALID["application"]),
    }
    ids: dict[str, str] = {}
    for name, (path, values) in sent.items():
        await new_browser().send(path, values)
        (ids[name],) = {case.id for case in await ledger.cases()} - set(ids.values())
    return ids


async def test_the_list_is_narrowed_by_codes_in_the_address(
    sign_in: SignIn, three: dict[str, str]
) -> None:
    lena = await sign_in("Lena")
    for query, names in (
        ("", {"arabic", "german", "applied"}),
        ("?form=complaint", {"arabic", "german"}),
        ("?inbox=applications", {"applied"}),
        ("?language=de", {"german", "applied"}),
        ("?language=de&form=complaint&status=new", {"german"}),
        ("?status=answered", set()),
        # What is no code chooses nothing, and does no harm
        ("?form=nonsense&language=' OR 1=1 --", {"arabic", "german", "applied"}),
        ("?part=nonsense&page=x", {"arabic", "german", "applied"}),
        ("?part=new&page=99", {"arabic", "german", "applied"}),
        ("?part=new&page=-1&form=application", {"applied"}),
    ):
        response = await lena.get(f"/staff/{query}")
        assert response.status_code == 200, query
        assert listed(response) == {three[name] for name in names}, query


async def test_the_list_tells_whose_a_case_is_and_shows_mine_or_nobodys(
    sign_in: SignIn, three: dict[str, str], ledger: Ledger, portal: Portal
) -> None:
    # Given a case that Sam has taken
    lena, sam = await sign_in("Lena"), await sign_in("Sam")
    sams = next(
        each.id
        for each in (await portal.database.read(lambda connection: members.everyone(connection)))
        if each.name == "Sam"
    )
    await portal.database.write(
        lambda connection: cases.change(connection, three["german"], taken_by=sams)
    )
    # Then the others see it, he finds it as his, and it is nobody's no more
    assert "Übernommen von Sam" in main_text(await lena.get("/staff/"))
    assert listed(await sam.get("/staff/?whose=mine")) == {three["german"]}
    assert listed(await lena.get("/staff/?whose=mine")) == set()
    assert listed(await lena.get("/staff/?whose=nobody")) == {three["arabic"], three["applied"]}
    # And nobody's list is chosen by a member's id
    assert len(listed(await lena.get(f"/staff/?whose={sams}"))) == 3


async def test_a_long_part_begins_on_today_and_goes_on_a_page_at_a_time(
    browser: Browser,
    sign_in: SignIn,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
    ledger: Ledger,
) -> None:
    # Given more cases than today shows, and than a page holds
    monkeypatch.setitem(desk_usecase.FIRST, "new", 2)
    monkeypatch.setattr(desk_usecase, "A_PAGE", 3)
    for number in range(7):
        clock.forward(timedelta(minutes=1))
        await browser.send("/de/beschwerde/", {"what_happened": f"Nummer {number}"})
    in_order = [case.id for case in await ledger.cases()]
    lena = await sign_in("Lena")
    # When she looks at today, she sees the first ones, how many there are, and the way to all
    today = await lena.get("/staff/?form=complaint")
    assert part(today, "new") == in_order[:2]
    assert page(today).one("section").one("h2").text == "Neu 7"
    # Then each page goes on where the one before ended, still narrowed
    shown: list[str] = []
    (more,) = page(today).classed("more")
    address = more.one("a").get("href")
    pages = 0
    while address:
        assert "form=complaint" in address
        response = await lena.get(address)
        shown += part(response, "new")
        pages += 1
        on = [link for link in page(response).all("a") if link.get("rel") == "next"]
        address = on[0].get("href") if on else ""
    assert shown == in_order
    assert pages == 3


async def test_the_list_as_a_file_holds_nothing_that_anybody_wrote(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given a contact with a name, a number and a text, and a complaint that Sam may not read
    said = {"name": "=Salma()", "phone": "0151 2345678", "message": "Bitte", "consent": "yes"}
    await browser.send("/ar/kontakt/", VALID["contact"] | said | {"topic": "counselling"})
    await browser.send("/de/beschwerde/", VALID["complaint"] | {"not_read_by": "housing"})
    # When Lena saves the list
    lena = await sign_in("Lena")
    response = await lena.get("/staff/liste.csv")
    # Then it is a file of its own that no cache keeps, with a row for each case she may read
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["cache-control"] == "no-store"
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 3
    assert len({len(row) for row in rows}) == 1
    assert {row[2] for row in rows[1:]} == {"Arabisch", "Deutsch"}
    assert {row[5] for row in rows[1:]} == {"2026-11-16"}
    for secret in ("Salma", "2345678", "Bitte", "Niemand hat zugehört."):
        assert secret not in response.text
    # And that she saved it is noted, without a case
    (line,) = [row for row in await ledger.rows(audit) if row["action"] == "exported"]
    assert line["member_id"] is not None
    assert line["case_id"] is None
    # And Sam's holds nothing of what he may not read, and the filters count
    sam = await sign_in("Sam")
    assert len((await sam.get("/staff/liste.csv")).text.splitlines()) == 1
    narrowed = await lena.get("/staff/liste.csv?language=ar")
    assert len(narrowed.text.splitlines()) == 2
    assert "Arabisch" in narrowed.text


async def test_a_call_sheet_holds_what_one_needs_beside_the_telephone(
    browser: Browser, sign_in: SignIn
) -> None:
    await browser.send(
        "/ar/kontakt/",
        VALID["contact"]
        | {
            "topic": "counselling",
            "name": "سلمى",
            "reach_by": "call",
            "phone": "٠١٥١ ٢٣٤٥٦٧٨",
            "speak_with": "woman",
            "good_time": "صباحًا",
            "may_leave_message": "no",
            "message": "أحتاج إلى موعد.",
            "consent": "yes",
        },
    )
    lena = await sign_in("Lena")
    response = await lena.get(f"/staff/fall/{await lena.only_case()}/anruf/")
    text = main_text(response)
    for expected in ("سلمى", "Mit einer Frau", "صباحًا", "Nein", "أحتاج إلى موعد.", "العربية"):
        assert expected in text
    (number,) = page(response).classed("sheet__number")
    assert number.one("bdi").get("dir") == "ltr"
    assert number.text == "01512345678"
    assert len(page(response).classed("sheet__rule")) >= 8
