"""What a member typed when their session had ended stands, after the sign-in, where it was typed."""

from collections.abc import Mapping
from datetime import timedelta
from unittest.mock import patch

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from forms_service.world.database import Database
from forms_service.world.tables import draft, entry
from tests.service.conftest import HandClock
from tests.service.http.actors import (
    Browser,
    Colleague,
    Desk,
    main_text,
    page,
    receipt_number,
    typed,
)
from tests.service.http.conftest import SignIn
from tests.service.http.examples import NASTY, VALID
from tests.service.http.ledger import Ledger
from tests.service.http.test_deleting_soon import A_WEEK_BEFORE
from tests.service.http.test_entering import open_form

SIGN_IN = "/staff/anmelden/"
NOT_FOR_LONG = timedelta(hours=9)
Values = Mapping[str, str | list[str]]


@pytest.fixture
async def case_id(browser: Browser, ledger: Ledger, clock: HandClock) -> str:
    """A complaint that Lena, Sam and the safeguarding team could have to do with."""
    await browser.send("/ar/beschwerde/", VALID["complaint"])
    return (await ledger.only_case()).id


def hidden(response: httpx.Response) -> dict[str, str]:
    """What the page for signing in carries on."""
    form = next(each for each in page(response).all("form") if each.get("action") == SIGN_IN)
    return {each.get("name"): each.value for each in form.all("input", type="hidden")}


async def come_in_again(
    lena: Desk, clock: HandClock, colleague: Colleague, path: str, values: Values
) -> httpx.Response:
    """Send a form after the session's end, and sign in on the page that answers."""
    clock.forward(NOT_FOR_LONG)
    asked = await lena.post(path, values)
    assert asked.status_code == 403
    assert "Ihr Text ist noch da." in main_text(asked)
    return await lena.post(SIGN_IN, colleague.credentials(clock) | hidden(asked))


async def writer(desk: Desk, path: str) -> str:
    """The hidden field that says to whom a form was shown."""
    return page(await desk.get(path)).all("input", name="writer")[0].value


@pytest.mark.parametrize(
    ("below", "back", "field"),
    [("uebergeben/", "", "hand-over-note"), ("schutz/", "schutz/", "note")],
)
async def test_a_note_that_goes_with_something_comes_back_into_its_own_field(
    sign_in: SignIn,
    case_id: str,
    ledger: Ledger,
    clock: HandClock,
    team: dict[str, Colleague],
    below: str,
    back: str,
    field: str,
) -> None:
    # Given Lena, who writes for a long time what her colleagues should know
    lena = await sign_in("Lena")
    case = f"/staff/fall/{case_id}/"
    values = {"note": NASTY, "step": "protect", "writer": await writer(lena, case + back)}
    entered = await come_in_again(lena, clock, team["Lena"], case + below, values)
    # Then she is back where she wrote, her text stands there and nowhere else, as a draft
    assert entered.headers["location"] == f"{case}{back}#entwurf"
    shown = page(await lena.get(case + back))
    assert shown.one("textarea", id=field).value == NASTY
    assert "Ihr Entwurf vom" in shown.one(id="entwurf").text
    opened = page(await lena.open(case_id))
    assert sum(NASTY in each.value for each in opened.all("textarea")) == (not back)
    assert opened.one(id="entwurf").one("a").get("href") in ("#whose", f"{case}schutz/")
    assert await ledger.count(entry) == 1
    # And Sam sees none of it, nor does it lie readable in the database
    sam = await sign_in("Sam")
    assert NASTY not in [each.value for each in page(await sam.get(case + back)).all("textarea")]
    assert b"alert" not in (await ledger.rows(draft))[0]["sealed"]
    # When she throws it away, then it is gone, and nothing else has happened
    await lena.post(case + below, values | {"step": "discard"})
    assert await ledger.count(draft) == 0
    assert page(await lena.get(case + back)).one("textarea", id=field).value == ""
    assert await ledger.count(entry) == 1


async def test_the_draft_is_gone_once_the_case_is_handed_over_or_protected(
    sign_in: SignIn, case_id: str, ledger: Ledger, clock: HandClock, team: dict[str, Colleague]
) -> None:
    lena = await sign_in("Lena")
    case = f"/staff/fall/{case_id}/"
    values = {"note": "Bitte schnell", "writer": await writer(lena, case)}
    shown = page(await lena.open(case_id)).one("select", id="successor").all("option")
    successors = {each.text: each.get("value") for each in shown}
    await come_in_again(lena, clock, team["Lena"], case + "uebergeben/", values)
    await lena.post(case + "uebergeben/", values | {"member": successors["Sam"]})
    assert await ledger.count(draft) == 0
    clock.forward(timedelta(seconds=30))
    await come_in_again(lena, clock, team["Lena"], case + "schutz/", values)
    assert await ledger.count(draft) == 1
    gone = await lena.post(case + "schutz/", values | {"step": "protect"})
    assert gone.headers["location"] == "/staff/#weitergegeben"
    assert await ledger.count(draft) == 0
    assert (await ledger.only_case()).inbox == "safeguarding"


async def test_why_a_case_is_kept_longer_comes_back_with_its_day(
    browser: Browser,
    sign_in: SignIn,
    ledger: Ledger,
    clock: HandClock,
    team: dict[str, Colleague],
) -> None:
    await browser.send("/de/kontakt/", VALID["contact"] | {"topic": "counselling"})
    clock.moment = A_WEEK_BEFORE
    case_id = (await ledger.only_case()).id
    lena = await sign_in("Lena")
    path = f"/staff/fall/{case_id}/verschieben/"
    said = {"day": "2027-04-30", "reason": "Der Antrag läuft noch."}
    values = said | {"writer": await writer(lena, path)}
    entered = await come_in_again(lena, clock, team["Lena"], path, values)
    assert entered.headers["location"] == f"{path}#entwurf"
    shown = page(await lena.get(path))
    assert shown.one("input", id="day").get("value") == said["day"]
    assert shown.one("textarea", id="reason").value == said["reason"]
    # And it is gone when it is thrown away, or done
    await lena.post(path, said | {"step": "discard"})
    assert await ledger.count(draft) == 0
    clock.forward(timedelta(seconds=30))
    await come_in_again(lena, clock, team["Lena"], path, values)
    await lena.post(path, said)
    assert await ledger.count(draft) == 0
    assert str((await ledger.only_case()).delete_on) == said["day"]


async def test_a_form_entered_by_hand_comes_back_filled_in(
    sign_in: SignIn, ledger: Ledger, clock: HandClock, team: dict[str, Colleague]
) -> None:
    # Given Lena, who copies a long letter, with several boxes ticked
    lena = await sign_in("Lena")
    said: dict[str, str | list[str]] = {
        "what_happened": NASTY * 30,
        "not_read_by": ["housing", "management"],
        "name": "سلمى",
    }
    values = typed(await open_form(lena, channel="paper", spoken="ar")) | said
    back = await come_in_again(lena, clock, team["Lena"], "/staff/eingeben/", values)
    # Then the form is there again with all of it, and nothing is stored
    assert back.status_code == 200
    again = typed(back)
    for name, value in said.items():
        assert again[name] == ([value] if isinstance(value, str) else value), name
    assert await ledger.cases() == []
    # When she saves it, twice by an impatient finger, then there is one case
    numbers = {receipt_number(await lena.post("/staff/eingeben/", again)) for _ in range(2)}
    assert len(numbers) == 1
    assert (await ledger.only_case()).channel == "paper"


async def test_a_form_entered_by_hand_comes_back_to_nobody_else(
    sign_in: SignIn, clock: HandClock, team: dict[str, Colleague]
) -> None:
    lena = await sign_in("Lena")
    values = typed(await open_form(lena)) | {"what_happened": "Nur für Lena"}
    for unsigned in (values, {**values, "writer": ""}):
        entered = await come_in_again(lena, clock, team["Sam"], "/staff/eingeben/", unsigned)
        assert entered.headers["location"] == "/staff/"
        clock.forward(timedelta(seconds=30))


async def test_a_sign_in_that_fails_for_our_fault_keeps_the_text_and_is_no_wrong_guess(
    sign_in: SignIn, case_id: str, clock: HandClock, team: dict[str, Colleague]
) -> None:
    # Given Lena, whose session ended while she wrote, and a database that doesn't answer
    lena = await sign_in("Lena")
    path = f"/staff/fall/{case_id}/"
    note = {"note": NASTY, "writer": await writer(lena, path)}
    clock.forward(NOT_FOR_LONG)
    asked = await lena.post(path + "notiz/", note)
    # When she tries to sign in, more often than one may guess
    for _ in range(6):
        with patch.object(Database, "write", side_effect=OperationalError("", {}, OSError())):
            asked = await lena.post(SIGN_IN, team["Lena"].credentials(clock) | hidden(asked))
        assert asked.status_code == 503
        assert "Bei uns ist ein Fehler passiert" in main_text(asked)
        assert page(asked).one("input", id="email").get("value") == team["Lena"].email
        assert page(asked).one("input", id="password").get("value") == ""
    # Then she gets in as soon as it answers, and her text is there
    entered = await lena.post(SIGN_IN, team["Lena"].credentials(clock) | hidden(asked))
    assert entered.headers["location"] == f"{path}#entwurf"
    assert page(await lena.open(case_id)).one("textarea", id="note").value == NASTY
