"""Full disk, lock, lost file: people keep their text, nothing is stored by halves, it goes on."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from sqlalchemy import Table
from sqlalchemy.exc import OperationalError

from forms_service.edges.public import leaving
from forms_service.world.database import Database
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.tables import audit, metadata, session
from tests.service.http.actors import (
    Browser,
    main_text,
    page,
    receipt_number,
    sentence,
    title,
    typed,
)
from tests.service.http.conftest import SignIn
from tests.service.http.examples import ARABIC_COMPLAINT, ERROR_WORD, NASTY, VALID
from tests.service.http.ledger import Ledger
from tests.service.http.test_entering import open_form
from tests.service.http.troubles import TROUBLES, Trouble, locked, moved_away

TIMES = 30
LONG = f"{NASTY}\r\n" * TIMES
"""More than fits into the pages that the database has already; within what a message may hold."""

NOT_SAVED = "Es konnte gerade nicht gespeichert werden"
OUR_FAULT = "Bei uns ist ein Fehler passiert"


_QUICKLY = ("breaks_off", "moved_away")
"""What every run tries; the slow tests try all of them."""


@pytest.fixture(
    params=[
        pytest.param(each, marks=() if each in _QUICKLY else pytest.mark.slow) for each in TROUBLES
    ]
)
def trouble(request: pytest.FixtureRequest) -> Trouble:
    """What happens to the database."""
    return TROUBLES[request.param]


@pytest.fixture
def file(settings: Settings) -> Path:
    """Where the database lies."""
    return settings.database_file


async def stored(ledger: Ledger) -> dict[Table, list[dict[str, Any]]]:
    """Everything but who came and looked."""
    tables = [each for each in metadata.sorted_tables if each not in (audit, session)]
    return {table: await ledger.rows(table) for table in tables}


def lines(text: str) -> str:
    """A text with a browser's line ends."""
    return "\r\n".join(text.strip().splitlines())


async def test_a_sender_keeps_their_text_and_sends_it_afterwards(
    browser: Browser, portal: Portal, ledger: Ledger, file: Path, trouble: Trouble
) -> None:
    # Given somebody in their conversation
    number = await browser.send("/ar/beschwerde/", {"what_happened": ARABIC_COMPLAINT})
    await browser.come_in(number, "ar")
    another = Browser(browser.app, "203.0.113.8")
    before = await stored(ledger)
    sent = [
        (browser, "/ar/beschwerde/", {"what_happened": LONG, "name": "سلمى"}),
        (browser, "/ar/antwort/", {"action": "write", "message": LONG}),
        (another, "/ar/antwort/", {"number": number, "message": LONG}),
    ]
    # When they send something while nothing can be saved
    async with trouble(portal, file):
        answers = [await each.post(path, values) for each, path, values in sent]
    # Then each page says so in their language, and what they typed stands in it
    for answer, (_, _, values) in zip(answers, sent, strict=True):
        assert answer.status_code == 503
        assert answer.headers["cache-control"] == "no-store"
        assert title(answer).startswith(ERROR_WORD["ar"])
        assert page(answer).one(id="errors").one("h2").text == sentence(NOT_SAVED, "ar")
        for name, value in values.items():
            (kept,) = typed(answer)[name]
            assert lines(kept) == lines(value), name
    # And no number is asked for where they are inside already
    assert not page(answers[1]).all("input", id="number")
    assert page(answers[2]).one("input", id="number").get("value") == number
    # And nothing is stored, not even in part
    assert await stored(ledger) == before
    # When they press the same button once the trouble is over, then it works
    receipt_number(await browser.post("/ar/beschwerde/", typed(answers[0])))
    for (each, path, _), answer in zip(sent[1:], answers[1:], strict=True):
        again = await each.post(path, typed(answer))
        assert again.headers["location"] == "/ar/antwort/?open=sent"
    # And their message is there once, though it came from both telephones
    read = main_text(await another.get("/ar/antwort/?open"))
    assert read.count("{{ 7*7 }}") == TIMES


@pytest.mark.parametrize(
    ("values", "done"),
    [
        (
            {"action": "contact", "name": "سلمى", "answer_by": "call", "phone": "0170 1"},
            "corrected",
        ),
        ({"action": "object", "objection": NASTY}, "objected"),
        ({"action": "note", "note_address": "wer@example.net"}, "noted"),
        ({"action": "write", "message": "مساء", "files": "brief.pdf"}, "sent"),
    ],
)
async def test_whatever_is_typed_in_a_conversation_waits_for_the_next_try(
    browser: Browser,
    sign_in: SignIn,
    portal: Portal,
    ledger: Ledger,
    file: Path,
    values: dict[str, str],
    done: str,
) -> None:
    # Given a sender who has got an answer that closes their case
    number = await browser.send("/ar/beschwerde/", {"what_happened": ARABIC_COMPLAINT})
    lena = await sign_in("Lena")
    await lena.answer(await lena.only_case(), sentence="closed_not_agreed", text="Nein.")
    await browser.come_in(number, "ar")
    before = await stored(ledger)
    # When they do something with it while the database is locked
    async with locked(portal, file):
        answer = await browser.post("/ar/antwort/", values)
    assert answer.status_code == 503
    assert await stored(ledger) == before
    # Then the page sends the same again, and says which files have to be chosen once more
    kept = typed(answer)
    assert {name: [value] for name, value in values.items() if name != "files"} == kept
    for name in ("message", "objection", "files"):
        if name in values:
            assert " ".join(values[name].split()) in page(answer).one("form", id="form").text
    again = await browser.post("/ar/antwort/", kept)
    assert again.headers["location"] == f"/ar/antwort/?open={done}"
    assert await stored(ledger) != before


async def test_an_address_left_below_the_number_brings_the_number_back_with_the_next_try(
    browser: Browser, portal: Portal, file: Path
) -> None:
    received = await browser.post("/ar/beschwerde/", {"what_happened": ARABIC_COMPLAINT})
    reference = page(received).one("input", name="reference").get("value")
    values = {"action": "receipt_note", "reference": reference, "note_address": "wer@example.net"}
    async with locked(portal, file):
        answer = await browser.post("/ar/antwort/", values)
    assert answer.status_code == 503
    again = await browser.post("/ar/antwort/", typed(answer))
    assert receipt_number(again) == receipt_number(received)


def pressed(response: httpx.Response) -> tuple[str, dict[str, list[str]]]:
    """Where the page's button leads, and what it sends."""
    form = page(response).one("main").one("form")
    values: dict[str, list[str]] = {}
    for each in form.all("input"):
        values.setdefault(each.get("name"), []).append(each.value)
    return form.get("action"), values


async def test_staff_keep_their_text_and_send_it_afterwards(
    browser: Browser,
    sign_in: SignIn,
    portal: Portal,
    ledger: Ledger,
    file: Path,
    trouble: Trouble,
) -> None:
    # Given Sam, who works in English, with a case open and a form to enter by hand
    await browser.send("/de/beschwerde/", VALID["complaint"])
    sam = await sign_in("Sam")
    case_id = await sam.only_case()
    shown = page(await sam.open(case_id))
    case, writer = f"/staff/fall/{case_id}/", shown.all("input", name="writer")[0].value
    by_hand = typed(await open_form(sam)) | {"what_happened": LONG}
    successor = shown.one("select", id="successor").all("option")[1].get("value")
    before = await stored(ledger)
    sent: list[tuple[str, dict[str, Any]]] = [
        ("notiz/", {"note": LONG, "writer": writer}),
        ("antwort/", {"text": LONG, "sentence": "acknowledged", "step": "send", "until": ""}),
        ("antwort/", {"text": LONG, "step": "save", "translation": LONG}),
        ("uebergeben/", {"member": successor, "note": LONG}),
    ]
    # When he sends something while nothing can be saved
    async with trouble(portal, file):
        answers = [await sam.post(case + below, values) for below, values in sent]
        entered = await sam.post("/staff/eingeben/", by_hand)
    # Then each page says in his language whose fault it is, and holds all of it
    for answer, (below, values) in zip(answers, sent, strict=True):
        assert answer.status_code == 503
        assert answer.headers["cache-control"] == "no-store"
        assert title(answer).startswith("Error")
        assert sentence(OUR_FAULT, "en") in main_text(answer)
        action, kept = pressed(answer)
        assert action == case + below
        assert {name: lines(value) for name, (value,) in kept.items()} == {
            name: lines(value) for name, value in values.items()
        }
        for visible in page(answer).classed("as-written"):
            assert lines(visible.raw_text) == lines(LONG)
    assert entered.status_code == 503
    assert typed(entered)["what_happened"][0].split() == LONG.split()
    # And nothing is stored, not even in part
    assert await stored(ledger) == before
    # When he presses the button once the trouble is over, then it is done, each thing once
    for answer in answers:
        assert (await sam.post(*pressed(answer))).status_code == 303
    receipt_number(await sam.post("/staff/eingeben/", typed(entered)))
    opened = await sam.open(case_id)
    # a note of its own, one that went with the case, an answer; and a draft that isn't sent yet
    said = [lines(each.raw_text) for each in page(opened).classed("as-written")]
    assert said.count(lines(LONG)) == 3
    assert page(opened).one("textarea", id="text").value.strip() == LONG.strip()


async def test_passwords_and_codes_never_come_back_in_a_page(sign_in: SignIn) -> None:
    lena = await sign_in("Lena")
    typed_in = {"password": "altes Geheimnis", "new": "neues Geheimnis", "again": "neues Geheimnis"}
    with patch.object(Database, "read", side_effect=OperationalError("", {}, OSError())):
        response = await lena.post("/staff/ich/passwort/", typed_in)
    assert response.status_code == 500
    assert "Geheimnis" not in response.text


async def test_our_fault_is_nobodys_wrong_number(browser: Browser) -> None:
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    with patch.object(Database, "write", side_effect=OperationalError("", {}, OSError())):
        for _ in range(31):
            assert (await browser.post("/de/antwort/", {"number": number})).status_code == 503
    await browser.come_in(number)


async def test_whoever_leaves_is_elsewhere_at_once_whatever_the_database_does(
    browser: Browser, portal: Portal, file: Path, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "_PATIENCE_SECONDS", 0.2)
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    await browser.come_in(number)
    async with trouble(portal, file):
        response = await browser.get("/de/verlassen/")
    assert response.status_code == 303
    assert not response.headers["location"].startswith("/")
    # And the browser knows neither the visit nor the number any more
    assert "__Host-visit" not in browser.client.cookies
    read = await browser.get("/de/antwort/?open")
    assert "Niemand hat zugehört." not in read.text


async def test_a_monitor_hears_of_a_file_that_is_lost(
    browser: Browser, portal: Portal, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await browser.get("/healthz")).status_code == 200
    async with moved_away(portal, file):
        lost = await browser.get("/healthz")
    assert (lost.status_code, lost.json()) == (503, {"ok": False})
    # And the log says what to do
    assert "Put the same file back" in caplog.text
    assert (await browser.get("/healthz")).json() == {"ok": True}


async def test_a_monitor_hears_of_a_database_that_does_not_answer(browser: Browser) -> None:
    with patch.object(Database, "read", side_effect=OperationalError("", {}, OSError())):
        silent = await browser.get("/healthz")
    assert (silent.status_code, silent.json()) == (503, {"ok": False})


async def test_a_case_that_is_deleted_is_deleted_though_its_traces_can_only_go_later(
    browser: Browser, sign_in: SignIn, portal: Portal
) -> None:
    # Given a log that can't be wiped just now
    await browser.send("/de/beschwerde/", VALID["complaint"])
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    with patch.object(Database, "_wipe_log", side_effect=OperationalError("", {}, OSError())):
        response = await lena.post(f"/staff/fall/{case_id}/loeschen/", {})
    # Then nobody is told that it didn't work; and the upkeep knows that it has to wipe
    assert response.headers["location"] == "/staff/#geloescht"
    assert await lena.cases() == []
    assert not portal.database.log_is_wiped
    assert await portal.database.wipe_log()
