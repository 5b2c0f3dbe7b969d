"""What is too much, of the wrong kind, or looks like a machine; and what happens when we break."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from starlette.types import ASGIApp

from forms_service.edges.limits import MAX_BODY_BYTES, MAX_FIELDS
from forms_service.rules.catalogues import texts_for
from forms_service.world import store
from forms_service.world.key_pool import Busy
from forms_service.world.portal import Portal
from forms_service.world.tables import access, entry, receipt_copy
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Raw, ask_raw, main_text, page, part, title, typed
from tests.service.http.conftest import SignIn
from tests.service.http.examples import ARABIC_COMPLAINT, ERROR_WORD, NASTY, VALID, Said, address
from tests.service.http.ledger import Ledger

FORM = b"application/x-www-form-urlencoded"


async def send_raw(
    app: ASGIApp, *body: bytes, kind: bytes = FORM, path: str = "/ar/beschwerde/"
) -> Raw:
    headers = [(b"host", b"portal.example.org"), (b"content-type", kind)]
    return await ask_raw(app, path, method="POST", headers=headers, body=body)


@pytest.mark.parametrize("path", ["/ar/beschwerde/", "/ar/kontakt/", "/ar/antwort/"])
async def test_a_body_or_form_that_is_too_large_gets_a_calm_page(
    app: ASGIApp, ledger: Ledger, path: str
) -> None:
    # Given more bytes than any form of ours has, in pieces and without a length; or more fields
    piece = b"what_happened=" + b"x" * 65_522
    bodies = ([piece] * 17, ["&".join(["a=b"] * (MAX_FIELDS + 1)).encode()])
    for body in bodies:
        # When they are sent
        answer = await send_raw(app, *body, path=path)
        # Then a page in the page's language says that it is too much
        assert answer.status == 413
        assert texts_for("ar").gettext("Das ist zu viel auf einmal") in answer.body.decode()
        assert answer.headers["cache-control"] == "no-store"
    assert await ledger.cases() == []


async def test_what_fits_is_taken_to_the_last_byte(app: ASGIApp, ledger: Ledger) -> None:
    body = b"what_happened=x&other=" + b"y" * (MAX_BODY_BYTES - 22)
    assert len(body) == MAX_BODY_BYTES
    assert (await send_raw(app, body)).status == 200
    assert (await send_raw(app, body, b"z")).status == 413
    fields = "&".join(["what_happened=y", *["a=b"] * (MAX_FIELDS - 1)]).encode()
    assert (await send_raw(app, fields)).status == 200
    assert len(await ledger.cases()) == 2


@pytest.mark.parametrize(
    "kind",
    [b"application/json", b"multipart/form-data; boundary=x", b"text/plain", b"", b"x-www-form"],
)
async def test_what_no_form_of_ours_sends_is_refused_calmly(
    app: ASGIApp, ledger: Ledger, kind: bytes
) -> None:
    for path in ("/ar/beschwerde/", "/ar/antwort/"):
        answer = await send_raw(app, b"what_happened=x", kind=kind, path=path)
        assert answer.status == 415
        assert texts_for("ar").gettext("Das konnten wir nicht annehmen") in answer.body.decode()
    assert await ledger.cases() == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"%FF%FE Hallo %C3", "\ufffd\ufffd Hallo \ufffd"),
        (b"\xff Hallo", "\ufffd Hallo"),
        (b"%ED%A0%80!", "\ufffd\ufffd\ufffd!"),
        # Not percent-encoded, as small programs send it
        (ARABIC_COMPLAINT.encode(), ARABIC_COMPLAINT),
        ("Grüße: ".encode() + quote("سلام").encode(), "Grüße: سلام"),
        (b"a+b%2Bc%26d%3De", "a b+c&d=e"),
    ],
)
async def test_a_text_is_never_refused_for_its_encoding(
    app: ASGIApp, sign_in: SignIn, sent: bytes, kept: str
) -> None:
    assert (await send_raw(app, b"what_happened=" + sent)).status == 200
    lena = await sign_in("Lena")
    opened = await lena.open(await lena.only_case())
    assert page(opened).classed("as-written")[0].raw_text == kept


async def test_the_kind_may_name_a_charset_in_any_case(app: ASGIApp) -> None:
    kind = b"Application/X-WWW-Form-URLencoded; charset=UTF-8"
    assert (await send_raw(app, b"what_happened=x", kind=kind)).status == 200


@pytest.mark.parametrize(
    "machine",
    [
        {"website": "https://spam.example"},
        {"what_happened": "https://a HTTP://b http://c https://d"},
    ],
)
async def test_what_looks_like_a_machine_is_kept_apart_not_thrown_away(
    new_browser: Callable[..., Browser],
    ledger: Ledger,
    sign_in: SignIn,
    machine: Said,
) -> None:
    # Given an ordinary complaint, and one that fills the trap or is full of links
    await new_browser().send("/de/beschwerde/", VALID["complaint"])
    browser = new_browser()
    number = await browser.send("/de/beschwerde/", VALID["complaint"] | machine)
    # Then both got a receipt, and the second is marked
    ordinary, odd = sorted(await ledger.cases(), key=lambda case: case.suspicious)
    assert [ordinary.suspicious, odd.suspicious] == [False, True]
    # And staff see it apart, can open it, and the sender can come back
    lena = await sign_in("Lena")
    desk = await lena.get("/staff/")
    assert (part(desk, "new"), part(desk, "apart")) == ([ordinary.id], [odd.id])
    assert (await lena.open(odd.id)).status_code == 200
    assert (await browser.come_in(number)).status_code == 200


async def test_links_in_moderation_are_nothing_odd(browser: Browser, ledger: Ledger) -> None:
    await browser.send("/de/beschwerde/", {"what_happened": "http://a https://b https://c"})
    assert not (await ledger.only_case()).suspicious


async def test_above_the_hourly_limit_it_is_taken_and_kept_apart(
    new_browser: Callable[..., Browser], ledger: Ledger, clock: HandClock
) -> None:
    # Given a shelter, one address for everybody, from which twenty complaints came this hour
    for count in range(20):
        await new_browser("192.0.2.1").send("/de/beschwerde/", {"what_happened": f"{count}"})
    assert not any(case.suspicious for case in await ledger.cases())
    # When one more comes, then it gets a receipt like the others and is marked
    clock.forward(timedelta(minutes=1))
    await new_browser("192.0.2.1").send("/ar/beschwerde/", {"what_happened": "21"})
    assert [case.suspicious for case in await ledger.cases()][20:] == [True]
    # And one from another address isn't
    clock.forward(timedelta(minutes=1))
    await new_browser("192.0.2.2").send("/de/beschwerde/", {"what_happened": "22"})
    assert [case.suspicious for case in await ledger.cases()][21:] == [False]
    # And an hour later all is as before
    clock.forward(timedelta(hours=1))
    await new_browser("192.0.2.1").send("/de/beschwerde/", {"what_happened": "23"})
    assert [case.suspicious for case in await ledger.cases()][22:] == [False]


@pytest.mark.parametrize(
    ("near", "far"), [("2001:db8:1:2::9", "2001:db8:1:3::1"), ("192.0.2.1", "192.0.2.3")]
)
async def test_of_a_long_address_the_household_counts(
    new_browser: Callable[..., Browser], ledger: Ledger, clock: HandClock, near: str, far: str
) -> None:
    first = "2001:db8:1:2::1" if ":" in near else near
    for count in range(20):
        await new_browser(first).send("/de/beschwerde/", {"what_happened": f"{count}"})
    for address_of in (near, far):
        clock.forward(timedelta(minutes=1))
        await new_browser(address_of).send("/de/beschwerde/", {"what_happened": address_of})
    assert [case.suspicious for case in await ledger.cases()][20:] == [True, False]


@pytest.mark.parametrize("form", VALID)
@pytest.mark.parametrize("where", ["cases.add", "cases.add_entry", "receipt_copies.add", "keys"])
async def test_when_nothing_can_be_saved_the_text_goes_back_to_its_writer(
    browser: Browser,
    portal: Portal,
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    form: str,
    where: str,
) -> None:
    # Given a full disk, or too much waiting
    words = VALID[form] | {"name": NASTY, "phone": "0151 23456789"}
    secret = [NASTY, json.dumps(NASTY), "0151 23456789", "23456789"]

    async def fail(*_arguments: object, **_named: object) -> None:
        raise OSError(f"no space left for {words}")

    async def busy(*_arguments: object) -> None:
        raise Busy

    caplog.set_level(logging.DEBUG)
    with monkeypatch.context() as broken:
        if where == "keys":
            broken.setattr(portal.key_pool, "receipt_keys", busy)
        else:
            module, function = where.split(".")
            broken.setattr(getattr(store, module), function, fail)
        # When somebody sends a form
        response = await browser.post(address(form, "ar"), words)
    # Then the page says that nothing was saved, and everything typed still stands there
    assert response.status_code == 503
    assert response.headers["cache-control"] == "no-store"
    assert title(response).startswith(ERROR_WORD["ar"])
    said = texts_for("ar").gettext("Es konnte gerade nicht gespeichert werden")
    assert page(response).one(id="errors").one("h2").text == said
    for name, value in words.items():
        assert typed(response)[name] == ([value] if isinstance(value, str) else value)
    # And indeed nothing is, not even in part
    for table in (entry, access, receipt_copy):
        assert await ledger.rows(table) == []
    assert await ledger.cases() == []
    # And the log tells what broke where, and nothing of what was written
    faults = [each.getMessage() for each in caplog.records if each.name.startswith("forms_service")]
    assert len(faults) == 1
    assert ("Busy" if where == "keys" else "OSError") in faults[0]
    assert not [text for text in secret if text in caplog.text]
    # And the next try works
    await browser.send(address(form, "ar"), typed(response))


async def test_a_fault_elsewhere_gets_a_calm_page_and_a_number_to_tell(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a sender in their conversation, and a database that can't be read
    number = await browser.send("/ar/beschwerde/", VALID["complaint"])
    await browser.come_in(number, "ar")

    async def fail(*_arguments: object) -> None:
        raise OSError("GEHEIM")

    monkeypatch.setattr(store.sessions, "find", fail)
    # When they look for an answer
    response = await browser.get("/ar/antwort/?open")
    # Then the page is calm and names a request, and the log names the same and no more
    assert response.status_code == 500
    assert texts_for("ar").gettext("Bei uns ist ein Fehler passiert") in main_text(response)
    (fault,) = [each.getMessage() for each in caplog.records if "forms_service" in each.name]
    request_id = fault.split()[1].rstrip(":")
    assert request_id in main_text(response)
    assert "GEHEIM" not in response.text + caplog.text
    assert number not in response.text + caplog.text
