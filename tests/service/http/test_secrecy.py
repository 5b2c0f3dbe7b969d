"""Whoever takes a copy of the data directory reads nothing that anybody wrote."""

import base64
import json
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from forms_service.rules import sealing
from forms_service.usecases.installation import close_portal
from forms_service.usecases.upkeep import delete_due
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.tables import access, case, entry, member, session
from tests.service.conftest import PASSWORD
from tests.service.http.actors import Browser, Colleague, Desk
from tests.service.http.conftest import SetUp, SignIn
from tests.service.http.examples import ARABIC_COMPLAINT
from tests.service.http.ledger import Ledger

SENDER = {
    "what_happened": ARABIC_COMPLAINT,
    "place": "other",
    "place_other": "Haus Regenbogenallee",
    "when": "Anfang November abends",
    "not_read_by": ["housing"],
    "good_solution": "Eine Entschuldigung wäre schön.",
    "name": "Salma Müller-Özdemir",
    "phone": "+49 151 23456789",
    "email": "salma.geheim@example.net",
}
REPLY = "Wir haben mit dem Haus gesprochen, es tut uns leid."
TRANSLATION = "تحدثنا مع إدارة السكن، ونحن آسفون."
THEIR_TRANSLATION = "Ich habe drei Stunden gewartet, niemand sprach mit mir."
NOTE = "Rückfrage beim Hausmeister Krause steht aus."
ADDITION = "شكرًا، لكن الأمر تكرر البارحة. Bitte helfen Sie!"


def spellings(text: str) -> Iterator[bytes]:
    """Every way in which a text might lie somewhere by accident."""
    for form in {text, unicodedata.normalize("NFD", text), text.casefold()}:
        yield form.encode()
        yield form.encode("utf-16-le")
        yield form.encode("utf-16-be")
        yield json.dumps(form)[1:-1].encode()
        yield form.encode().hex().encode()
        for offset in range(3):
            # In base64 the first and last letters depend on what stands beside them.
            yield base64.b64encode(b"\0" * offset + form.encode())[4:-4]


def needles_of_number(number: str) -> Iterator[bytes]:
    groups = [number[start : start + 4] for start in range(0, 20, 4)]
    for separator in ("", " ", "-", "\xa0", "&nbsp;</span><span>"):
        yield from spellings(separator.join(groups))
    yield int(number).to_bytes(9, "big")
    yield int(number).to_bytes(9, "little")


def needles_of_key(key: bytes) -> Iterator[bytes]:
    yield key
    yield key.hex().encode()
    yield base64.b64encode(key)[:40]
    yield base64.urlsafe_b64encode(key)[:40]


def found(folder: Path, needles: Iterator[bytes]) -> list[tuple[str, bytes]]:
    """Where any of the needles lies in the files of a folder, byte by byte."""
    files = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert files
    return [
        (name, needle) for needle in needles for name, content in files.items() if needle in content
    ]


def words(text: str) -> list[str]:
    """The text as a whole, and its longer words."""
    return [text, *(word for word in text.split() if len(word) > 6)]


async def play(browser: Browser, sign_in: SignIn, portal: Portal, ledger: Ledger) -> list[bytes]:
    """Play a whole conversation, then close the case; everything that must lie nowhere."""
    number = await browser.send("/ar/beschwerde/", SENDER)
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    path = f"/staff/fall/{case_id}/"
    said = (await ledger.rows(entry))[0]["id"]
    await lena.answer(case_id, sentence="acknowledged", text=REPLY, translation=TRANSLATION)
    translation = {"about": said, "translation": THEIR_TRANSLATION}
    assert (await lena.post(path + "uebersetzung/", translation)).status_code == 303
    assert (await lena.post(path + "notiz/", {"note": NOTE})).status_code == 303
    assert THEIR_TRANSLATION in (await browser.come_in(number, "ar")).text
    written = await browser.post("/ar/antwort/", {"action": "write", "message": ADDITION})
    assert written.status_code == 303
    assert ADDITION in (await lena.open(case_id)).text
    await lena.answer(case_id, sentence="closed_agreed")
    # A text that couldn't be taken in leaves nothing behind either
    refused = SENDER | {"what_happened": "VERWORFENER ENTWURF", "place": "forged"}
    assert (await browser.post("/de/beschwerde/", refused)).status_code == 422

    texts = [value for name, value in SENDER.items() if isinstance(value, str) and name != "place"]
    texts += [REPLY, TRANSLATION, THEIR_TRANSLATION, NOTE, ADDITION, "VERWORFENER", PASSWORD]
    needles = [bytes_ for text in texts for word in words(text) for bytes_ in spellings(word)]
    needles += needles_of_number(number)
    for key in await keys(portal, ledger, browser, lena):
        needles += needles_of_key(key)
    return needles


async def keys(portal: Portal, ledger: Ledger, browser: Browser, lena: Desk) -> list[bytes]:
    """All keys in clear, got with Lena's password; tokens of cookies, and the secrets."""
    (row,) = [each for each in await ledger.rows(member) if each["name"] == "Lena"]
    password_key = await portal.key_pool.password_key(PASSWORD, row["password_salt"])
    private_key = sealing.unseal(
        password_key, row["private_key_sealed"], f"{row['id']}/private key"
    )
    totp = sealing.unseal(password_key, row["totp_sealed"], f"{row['id']}/totp")
    (right,) = [each for each in await ledger.rows(access) if each["member_id"] == row["id"]]
    team_key = sealing.open_with(private_key, right["key_sealed"])
    tokens = [
        base64.urlsafe_b64decode(value)
        for each in (browser, lena)
        for value in each.client.cookies.values()
    ]
    assert len(tokens) == 3
    return [
        password_key,
        private_key,
        totp,
        base64.b32decode(totp),
        team_key,
        sealing.case_key_of(team_key),
        sealing.notes_key_of(team_key),
        *tokens,
        *(sealing.token_key(token) for token in tokens),
        portal.secrets.pepper,
        portal.secrets.mail_key,
    ]


async def test_a_copy_of_the_data_shows_nothing_that_was_written(
    browser: Browser, sign_in: SignIn, portal: Portal, ledger: Ledger, settings: Settings
) -> None:
    # Given a whole conversation, in production settings
    assert not settings.trial
    needles = await play(browser, sign_in, portal, ledger)
    # When somebody copies the data while the service runs, then nothing of it lies there
    assert found(settings.data_dir, iter(needles)) == []
    # And after it was stopped neither
    await close_portal(portal)
    assert found(settings.data_dir, iter(needles)) == []
    # Though what lies there in clear by design is found by the same search
    assert found(settings.data_dir, spellings("lena@example.org"))
    assert found(settings.data_dir, spellings("closed_agreed"))


async def test_what_is_deleted_is_gone_from_the_files(
    browser: Browser, sign_in: SignIn, portal: Portal, ledger: Ledger, settings: Settings
) -> None:
    # Given a whole conversation, of which all sealed parts are known
    needles = await play(browser, sign_in, portal, ledger)
    (row,) = await ledger.rows(case)
    sealed = [row["receipt_lookup"], row["key_for_receipt"], row["key_for_recovery"]]
    sealed += [each["sealed"] for each in await ledger.rows(entry)]
    sealed += [each["key_sealed"] for each in await ledger.rows(access)]
    ids = [row["id"], *(each["id"] for each in await ledger.rows(entry))]
    needles += [each[:24] for each in sealed] + [each.encode() for each in ids]
    assert len(found(settings.data_dir, iter(needles))) >= len(sealed) + len(ids)
    # When it is deleted and the upkeep has run
    lena = await sign_in("Lena")
    await lena.post(f"/staff/fall/{row['id']}/loeschen/", {})
    await delete_due(portal)
    # Then not even the sealed parts and the ids are left, running or stopped
    assert found(settings.data_dir, iter(needles)) == []
    assert not [each for each in await ledger.rows(session) if each["case_id"]]
    await close_portal(portal)
    assert found(settings.data_dir, iter(needles)) == []


async def test_the_secrets_lie_elsewhere_and_for_their_owner_alone(
    settings: Settings, portal: Portal, set_up: SetUp
) -> None:
    assert settings.data_dir not in settings.secrets_dir.parents
    for folder in (set_up.settings.secrets_dir, settings.secrets_dir):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert sorted(path.name for path in folder.iterdir()) == ["mail_key", "pepper"]
        for path in folder.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = {(settings.secrets_dir / name).read_text().strip() for name in ("pepper", "mail_key")}
    assert kept == {portal.secrets.pepper.hex(), portal.secrets.mail_key.hex()}


async def test_the_folder_of_the_data_is_for_its_owner_alone(set_up: SetUp) -> None:
    assert stat.S_IMODE(set_up.settings.data_dir.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["Sam", "Dana", "Ruth", "Omid", "Mira"])
async def test_no_other_member_holds_a_key_before_their_time(
    browser: Browser, ledger: Ledger, portal: Portal, team: dict[str, Colleague], name: str
) -> None:
    # Given a complaint that Sam's team must not read, and a copy of the database
    await browser.send("/de/beschwerde/", SENDER)
    (row,) = [each for each in await ledger.rows(member) if each["name"] == team[name].name]
    key = await portal.key_pool.password_key(PASSWORD, row["password_salt"])
    private_key = sealing.unseal(key, row["private_key_sealed"], f"{row['id']}/private key")
    # When a colleague tries their own key on every row of it
    opened = []
    for right in await ledger.rows(access):
        try:
            sealing.open_with(private_key, right["key_sealed"])
        except sealing.CannotUnseal:
            continue
        opened.append(right["step"])
    # Then only their own step of the escalation opens, and to the excluded nothing does
    steps = {"Dana": ["opened"], "Ruth": ["acknowledged"], "Omid": ["answered"]}
    assert opened == steps.get(name, [])
