"""Finding a case again: by its number, a name in any spelling, the end of a telephone number."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.usecases.entries import seal_entry
from forms_service.world.portal import Portal
from forms_service.world.store import cases
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Desk, main_text, page
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID, Said
from tests.service.http.ledger import Ledger
from tests.service.http.test_list import listed


async def search(desk: Desk, typed: str) -> httpx.Response:
    """Look for something."""
    return await desk.post("/staff/suchen/", {"typed": typed})


async def from_somebody(browser: Browser, name: str, phone: str = "", **more: str) -> str:
    """A contact that Lena reads; the number of its receipt."""
    values: Said = {"topic": "counselling", "name": name, "phone": phone, **more}
    return await browser.send("/de/kontakt/", VALID["contact"] | values)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Salma Haddad", "salma"),
        ("Salma Haddad", "HADDAD Salma"),
        ("Salma Haddad", "hadd"),
        ("Jörg Müller", "mueller jorg"),
        ("Amélie", "amelie"),
        ("يوسف الحسيني", "یوسف حسینی"),
        ("علي رضا", "على‌رضا"),
        ("عبد الله", "عبدالله"),
        ("عبدالله", "عبد الله"),
        ("مُحَمَّد", "محمد"),
        ("فاطمة", "فاطمه"),
        ("کریم", "كريم"),
        ("ሐና", "ሀና"),
        ("Al-Hussein", "al hussein"),
        ("Ґанна", "ганна"),
    ],
)
async def test_a_name_is_found_in_any_spelling(
    browser: Browser, sign_in: SignIn, name: str, typed: str
) -> None:
    await from_somebody(browser, name)
    await from_somebody(browser, "Nobody Else")
    lena = await sign_in("Lena")
    response = await search(lena, typed)
    assert [each.text for each in page(response).classed("cases__person")] == [name]


async def test_a_telephone_number_is_found_by_its_last_digits_in_any_script(
    browser: Browser, sign_in: SignIn
) -> None:
    await from_somebody(browser, "Salma", "٠١٥١ / ٢٣٤-٥٦٧٨")
    lena = await sign_in("Lena")
    for typed in ("678", "45678", "٥٦٧٨", "0151 2345678", "2345-678"):
        assert len(listed(await search(lena, typed))) == 1, typed
    for typed in ("234", "5679"):
        assert listed(await search(lena, typed)) == set(), typed


async def test_a_receipt_number_leads_to_its_case_if_one_may_read_it(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given a complaint that Sam's team may not read
    number = await browser.send("/de/beschwerde/", VALID["complaint"] | {"not_read_by": "housing"})
    case_id = (await ledger.only_case()).id
    lena, sam = await sign_in("Lena"), await sign_in("Sam")
    arabic = number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    spaced = " ".join(number[at : at + 4] for at in range(0, 20, 4))
    for typed in (number, spaced, arabic):
        assert listed(await search(lena, typed)) == {case_id}
        # Then for Sam there is none: the same answer as for a number that nobody has
        nobodys = "0" * 20
        theirs, none = await search(sam, typed), await search(sam, nobodys)
        assert listed(theirs) == set()
        assert theirs.text.replace(typed, "") == none.text.replace(nobodys, "")
    # And looking for it has opened nothing
    assert (await ledger.only_case()).opened_at is None


async def test_what_cannot_be_looked_for_is_said(sign_in: SignIn) -> None:
    lena = await sign_in("Lena")
    for typed, said in (
        ("", "Bitte schreiben Sie"),
        (" .- ", "Bitte schreiben Sie"),
        ("12", "mindestens drei Ziffern"),
        ("0" * 19 + "1", "Tippfehler"),
    ):
        response = await search(lena, typed)
        assert response.status_code == 422
        assert said in main_text(response)
        assert page(response).one("input", id="typed").get("value") == typed


async def test_the_search_finds_only_what_one_may_read_now(
    browser: Browser, sign_in: SignIn, clock: HandClock, ledger: Ledger
) -> None:
    # Given a complaint by Salma that only readers may open yet
    await browser.send("/de/beschwerde/", VALID["complaint"] | {"name": "Salma"})
    lena, sam, dana = [await sign_in(name) for name in ("Lena", "Sam", "Dana")]
    case_id = (await ledger.only_case()).id
    assert listed(await search(lena, "Salma")) == {case_id}
    assert listed(await search(sam, "Salma")) == {case_id}
    assert listed(await search(dana, "Salma")) == set()
    # When nobody opens it, the deputy finds it
    clock.forward(timedelta(days=2))
    dana = await sign_in("Dana")
    assert listed(await search(dana, "Salma")) == {case_id}
    # When it is deleted, nobody does, though they did before
    lena = await sign_in("Lena")
    await lena.post(f"/staff/fall/{case_id}/loeschen/", {})
    for desk in (lena, dana):
        response = await search(desk, "Salma")
        assert listed(response) == set()
        assert "keinen Fall gefunden" in main_text(response)


async def test_what_comes_in_later_is_found_too(browser: Browser, sign_in: SignIn) -> None:
    lena = await sign_in("Lena")
    assert listed(await search(lena, "Salma")) == set()
    await from_somebody(browser, "Salma")
    await from_somebody(browser, "سلمى")
    assert len(listed(await search(lena, "Salma"))) == 1
    assert len(listed(await search(lena, "سلمی"))) == 1


async def test_a_corrected_number_counts_and_the_old_one_no_more(
    browser: Browser, sign_in: SignIn, portal: Portal, clock: HandClock
) -> None:
    # Given somebody whom Lena has found by their number, and who has another one since
    number = await from_somebody(browser, "Salma", "0151 2345678", reach_by="call")
    lena = await sign_in("Lena")
    (case_id,) = listed(await search(lena, "5678"))
    keys = await portal.key_pool.receipt_keys(number, "")

    async def correct(connection: AsyncConnection) -> None:
        found = await cases.by_receipt(connection, keys.lookup)
        assert found is not None
        content = {"answers": {"name": "Salma H.", "phone": "0160 7654321"}}
        entry = seal_entry(
            sealing.unseal(keys.wrapping, found[1], f"{case_id}/receipt"),
            case_id=case_id,
            place=1,
            kind=cast(Any, "contact_details"),
            content=content,
            written_at=clock(),
        )
        await cases.add_entry(connection, entry)

    await portal.database.write(correct)
    # Then the new one finds the case, and the sheet for the call says it
    assert listed(await search(lena, "5678")) == set()
    assert listed(await search(lena, "4321")) == {case_id}
    sheet = page(await lena.get(f"/staff/fall/{case_id}/anruf/"))
    assert [each.text for each in sheet.classed("sheet__number")] == ["01607654321"]


async def test_what_is_typed_stands_in_no_address_and_no_log(
    browser: Browser,
    sign_in: SignIn,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    await from_somebody(browser, "Xanthippe", "0151 2345678")
    lena = await sign_in("Lena")
    response = await search(lena, "Xanthippe Unerhört")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert page(response).one("form", role="search").get("method") == "post"
    assert "Unerhört" not in caplog.text
    # And typed into the address it looks for nothing
    assert "2345678" not in (await lena.get("/staff/suchen/?typed=Xanthippe")).text


async def test_somebody_elses_memory_is_of_no_use(
    new_browser: Callable[..., Browser], sign_in: SignIn
) -> None:
    # Given what Lena has found, and then left
    await from_somebody(new_browser(), "Salma")
    lena = await sign_in("Lena")
    assert len(listed(await search(lena, "Salma"))) == 1
    await lena.post("/staff/abmelden/", {})
    # Then Sam finds nothing of it, and Lena again when she is back
    assert listed(await search(await sign_in("Sam"), "Salma")) == set()
    assert len(listed(await search(await sign_in("Lena"), "Salma"))) == 1
