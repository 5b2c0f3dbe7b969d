"""Letting a colleague in to a case: only by those inside, only of the inbox, never the excluded."""

from collections.abc import Callable

import httpx
import pytest

from forms_service.world.tables import access, audit, member
from tests.service.http.actors import Browser, Desk, main_text, page
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID, Said
from tests.service.http.ledger import Ledger

ABOUT_STAFF: Said = {"not_read_by_other": "Sams Chefin", "not_read_by": ["management"]}


@pytest.fixture
async def ids(ledger: Ledger) -> dict[str, str]:
    """The members' ids by name."""
    return {row["name"]: row["id"] for row in await ledger.rows(member)}


def offered(case: httpx.Response) -> list[str]:
    """The names that a case's page offers to let in."""
    first, *names = page(case).one("select", id="member").all("option")
    # Nobody is chosen beforehand
    assert first.get("value") == ""
    return [option.text for option in names]


async def let_in(desk: Desk, case_id: str, member_id: str) -> int:
    """Choose a colleague and press the button; the status of the answer."""
    response = await desk.post(f"/staff/fall/{case_id}/dazuholen/", {"member": member_id})
    return response.status_code


async def test_the_one_outside_lets_a_colleague_in(
    browser: Browser, sign_in: SignIn, ledger: Ledger, ids: dict[str, str]
) -> None:
    # Given a complaint that only Omid may open, with a note of his
    await browser.send("/de/beschwerde/", VALID["complaint"] | ABOUT_STAFF)
    case_id = (await ledger.only_case()).id
    omid, lena = await sign_in("Omid"), await sign_in("Lena")
    await omid.post(f"/staff/fall/{case_id}/notiz/", {"note": "Notiz von vorher"})
    assert await lena.cases() == []
    # When he looks whom he can let in, then the excluded and other inboxes' members aren't named
    assert offered(await omid.open(case_id)) == ["Dana", "Lena", "Sam"]
    # When he lets Lena in, then she reads all of it from now on
    assert await let_in(omid, case_id, ids["Lena"]) == 303
    assert await lena.cases() == [case_id]
    opened = main_text(await lena.open(case_id))
    assert "Niemand hat zugehört." in opened
    assert "Notiz von vorher" in opened
    assert "Omid hat Lena dazugeholt." in opened
    # And nobody else does, and she isn't offered again
    assert await (await sign_in("Sam")).cases() == []
    assert offered(await omid.open(case_id)) == ["Dana", "Sam"]


async def test_nobody_is_let_in_who_must_not_be(
    browser: Browser, sign_in: SignIn, ledger: Ledger, ids: dict[str, str]
) -> None:
    # Given the same complaint, and somebody who forges the choice
    await browser.send("/de/beschwerde/", VALID["complaint"] | ABOUT_STAFF)
    case_id = (await ledger.only_case()).id
    omid = await sign_in("Omid")
    before = await ledger.rows(access)
    # Then neither the excluded nor members of other inboxes, who is inside or nobody at all
    for name in ("Ruth", "Mira", "Omid"):
        assert await let_in(omid, case_id, ids[name]) == 404, name
    for unknown in ("x", case_id):
        assert await let_in(omid, case_id, unknown) == 404
    assert await let_in(omid, case_id, "") == 422
    assert await ledger.rows(access) == before
    assert "let_in" not in {row["action"] for row in await ledger.rows(audit)}


async def test_nobody_lets_themselves_in(
    browser: Browser, sign_in: SignIn, ledger: Ledger, ids: dict[str, str]
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"] | ABOUT_STAFF)
    case_id = (await ledger.only_case()).id
    before = await ledger.rows(access)
    for name in ("Lena", "Sam", "Dana", "Ruth", "Mira"):
        desk = await sign_in(name)
        for wanted in ids.values():
            assert await let_in(desk, case_id, wanted) == 404
    assert await ledger.rows(access) == before


async def test_whoever_waits_for_a_missed_promise_can_be_let_in_before(
    new_browser: Callable[..., Browser], sign_in: SignIn, ledger: Ledger, ids: dict[str, str]
) -> None:
    await new_browser().send("/de/beschwerde/", VALID["complaint"])
    case_id = (await ledger.only_case()).id
    lena, ruth = await sign_in("Lena"), await sign_in("Ruth")
    assert await let_in(lena, case_id, ids["Ruth"]) == 303
    assert await ruth.cases() == [case_id]
    # And she stays when the promise that she waited for is kept
    await lena.answer(case_id, sentence="acknowledged")
    assert await ruth.cases() == [case_id]


async def test_the_readers_are_named_in_the_case_and_the_excluded_are_not(
    browser: Browser, sign_in: SignIn
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"] | {"not_read_by": "housing"})
    lena = await sign_in("Lena")
    opened = await lena.open(await lena.only_case())
    (readers,) = page(opened).classed("readers")
    assert "Lena" in readers.text
    assert "Omid" in readers.text
    assert "Sam" not in readers.text
