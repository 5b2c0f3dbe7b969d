"""What staff have begun to write isn't lost: not by leaving, by a mistake, or by a session's end."""

from datetime import timedelta

import httpx
import pytest

from forms_service.world.tables import draft, entry
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Colleague, Desk, main_text, page
from tests.service.http.conftest import SignIn
from tests.service.http.examples import NASTY, VALID
from tests.service.http.ledger import Ledger

SIGN_IN = "/staff/anmelden/"
TYPED = {"sentence": "need_time", "until": "2026-12-01", "text": NASTY, "translation": "سطر"}


@pytest.fixture
async def case_id(browser: Browser, ledger: Ledger) -> str:
    """A complaint in Arabic."""
    await browser.send("/ar/beschwerde/", VALID["complaint"])
    return (await ledger.only_case()).id


def fields(case: httpx.Response) -> dict[str, str]:
    """What stands in the fields of a case's page."""
    shown = page(case)
    chosen = [
        each.get("value")
        for each in shown.all("input", name="sentence")
        if "checked" in each.attributes
    ]
    return {
        "sentence": "".join(chosen),
        "until": shown.one("input", id="until").get("value"),
        "text": shown.one("textarea", id="text").value,
        "translation": shown.one("textarea", id="translation").value,
    }


@pytest.mark.parametrize("how", ["save", "preview", "send"])
async def test_a_draft_is_there_when_the_case_is_opened_again(
    sign_in: SignIn, case_id: str, ledger: Ledger, how: str
) -> None:
    # Given an answer that Lena saves, looks at, or can't send as it is
    lena, sam = await sign_in("Lena"), await sign_in("Sam")
    typed = TYPED | ({"until": "2026-01-01"} if how == "send" else {})
    await lena.post(f"/staff/fall/{case_id}/antwort/", typed | {"step": how})
    assert await ledger.count(entry) == 1
    # When she opens the case another day, then it stands in its fields
    again = await (await sign_in("Lena")).open(case_id)
    assert fields(again) == typed
    assert "Ihr Entwurf vom 16. November 2026" in main_text(again)
    # And nobody else sees it, nor does it lie readable in the database
    assert fields(await sam.open(case_id))["text"] == ""
    (kept,) = await ledger.rows(draft)
    assert b"alert" not in kept["sealed"]
    # And when it is sent, it is gone
    await lena.answer(case_id, sentence="acknowledged", text="Fertig.")
    assert await ledger.count(draft) == 0
    assert fields(await lena.open(case_id))["text"] == ""


async def test_drafts_of_notes_and_translations_wait_in_their_own_places(
    sign_in: SignIn, case_id: str, ledger: Ledger
) -> None:
    lena = await sign_in("Lena")
    about = (await ledger.rows(entry))[0]["id"]
    place = f"/staff/fall/{case_id}/"
    await lena.post(place + "notiz/", {"note": "Nur ein Entwurf", "step": "save"})
    beside = {"about": about, "translation": "Halb übersetzt", "step": "save"}
    await lena.post(place + "uebersetzung/", beside)
    shown = page(await lena.open(case_id))
    assert shown.one("textarea", id="note").value == "Nur ein Entwurf"
    assert shown.one("textarea", id=f"translation-{about}").value == "Halb übersetzt"
    assert shown.one("textarea", id="text").value == ""
    # And each goes when it is sent
    await lena.post(place + "notiz/", {"note": "Fertig"})
    await lena.post(place + "uebersetzung/", {"about": about, "translation": "Übersetzt"})
    assert await ledger.count(draft) == 0


async def test_a_draft_can_be_thrown_away(sign_in: SignIn, case_id: str, ledger: Ledger) -> None:
    lena = await sign_in("Lena")
    path = f"/staff/fall/{case_id}/antwort/"
    await lena.post(path, TYPED | {"step": "save"})
    await lena.post(path, TYPED | {"step": "discard"})
    assert await ledger.count(draft) == 0


async def expire(lena: Desk, clock: HandClock, path: str, typed: dict[str, str]) -> httpx.Response:
    """Send a form of the page that is still open when the session has ended."""
    shown = page(await lena.open(path.split("/")[3]))
    writer = shown.all("input", name="writer")[0].value
    clock.forward(timedelta(hours=9))
    return await lena.post(path, typed | {"writer": writer})


def hidden(response: httpx.Response) -> dict[str, str]:
    """What the page for signing in carries on."""
    form = next(each for each in page(response).all("form") if each.get("action") == SIGN_IN)
    return {each.get("name"): each.value for each in form.all("input", type="hidden")}


@pytest.mark.parametrize("step", ["preview", "send", "save"])
async def test_a_session_that_ends_loses_no_text(
    sign_in: SignIn,
    case_id: str,
    ledger: Ledger,
    clock: HandClock,
    team: dict[str, Colleague],
    step: str,
) -> None:
    # Given Lena, who writes for longer than her session lasts
    lena = await sign_in("Lena")
    path = f"/staff/fall/{case_id}/antwort/"
    asked = await expire(lena, clock, path, TYPED | {"step": step})
    # Then she is asked to sign in, and told that her text is there; nothing is kept anywhere else
    assert asked.status_code == 403
    assert asked.headers["cache-control"] == "no-store"
    assert "Ihr Text ist noch da." in main_text(asked)
    assert await ledger.count(draft) == 0
    # When she mistypes her password first, and then signs in
    right = team["Lena"].credentials(clock)
    wrong = await lena.post(SIGN_IN, right | {"password": "falsch"} | hidden(asked))
    assert wrong.status_code == 422
    entered = await lena.post(SIGN_IN, right | hidden(wrong))
    # Then she is back at the case, and her text is a draft in its fields, not sent
    assert entered.headers["location"] == f"/staff/fall/{case_id}/#entwurf"
    assert fields(await lena.open(case_id)) == TYPED
    assert await ledger.count(entry) == 1


async def test_another_member_who_signs_in_there_gets_no_text(
    sign_in: SignIn, case_id: str, ledger: Ledger, clock: HandClock, team: dict[str, Colleague]
) -> None:
    lena = await sign_in("Lena")
    asked = await expire(lena, clock, f"/staff/fall/{case_id}/notiz/", {"note": "Meins"})
    entered = await lena.post(SIGN_IN, team["Sam"].credentials(clock) | hidden(asked))
    assert entered.headers["location"] == "/staff/"
    assert await ledger.count(draft) == 0


async def test_a_text_for_a_case_that_one_may_not_read_goes_nowhere(
    sign_in: SignIn, case_id: str, ledger: Ledger, clock: HandClock, team: dict[str, Colleague]
) -> None:
    lena, mira = await sign_in("Lena"), await sign_in("Mira")
    asked = await expire(lena, clock, f"/staff/fall/{case_id}/notiz/", {"note": "Meins"})
    forged = hidden(asked)
    own = [row["id"] for row in await ledger.rows(draft)]
    entered = await mira.post(SIGN_IN, team["Mira"].credentials(clock) | forged)
    assert entered.headers["location"] == "/staff/"
    assert own == [row["id"] for row in await ledger.rows(draft)]


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/staff/fall/abc/", "/staff/fall/abc/"),
        ("/staff/abwesend/", "/staff/abwesend/"),
        ("https://evil.example/staff/", "/staff/"),
        ("//evil.example/", "/staff/"),
        ("/staff//evil.example/", "/staff/"),
        ("/staff/../de/", "/staff/"),
        ("/staff/\r\nX: y/", "/staff/"),
        ("/staff/\\evil.example/", "/staff/"),
        ("/de/", "/staff/"),
        ("", "/staff/"),
    ],
)
async def test_signing_in_leads_back_to_where_one_came_from_and_never_elsewhere(
    desk: Desk, clock: HandClock, team: dict[str, Colleague], asked: str, led: str
) -> None:
    shown = await desk.client.get(SIGN_IN, params={"weiter": asked})
    for carried in (hidden(shown), {"weiter": asked}):
        clock.forward(timedelta(seconds=30))
        entered = await desk.post(SIGN_IN, team["Lena"].credentials(clock) | carried)
        assert entered.headers["location"] == led


@pytest.mark.parametrize(("below", "field"), [("antwort", "text"), ("notiz", "note")])
async def test_nothing_is_written_in_the_name_of_who_signed_in_meanwhile(
    sign_in: SignIn, case_id: str, ledger: Ledger, below: str, field: str
) -> None:
    # Given a page that was shown to Lena, in a browser where Sam has signed in since
    lena, sam = await sign_in("Lena"), await sign_in("Sam")
    writer = page(await lena.open(case_id)).all("input", name="writer")[0].value
    typed = {field: "Von Lena", "writer": writer, "step": "send"}
    refused = await sam.post(f"/staff/fall/{case_id}/{below}/", typed)
    # Then it isn't sent, and stands in its field
    assert refused.status_code == 422
    assert page(refused).one("textarea", id=field).value == "Von Lena"
    assert (await ledger.count(entry), await ledger.count(draft)) == (1, 0)
