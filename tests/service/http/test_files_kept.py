"""Files are kept sealed, for those who may read the case, and go with it."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from forms_service.usecases.installation import close_portal
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.tables import attachment, attachment_chunk
from tests.service.http.actors import Browser, Desk, receipt_number
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger
from tests.service.http.sending_files import BROKEN, PHOTO, links, upload
from tests.service.http.test_secrecy import found, spellings
from tests.service.pictures import MAKER, PDF, WORDS


async def test_nobody_else_gets_a_file(
    browser: Browser, new_browser: Callable[..., Browser], sign_in: SignIn, app: object
) -> None:
    # Given a complaint with a file that Sam's team must not read
    excluding = VALID["complaint"] | {"not_read_by": "housing"}
    number = receipt_number(await upload(browser, "/de/beschwerde/", excluding, [PHOTO]))
    lena, sam, mira = [await sign_in(name) for name in ("Lena", "Sam", "Mira")]
    case_id = await lena.only_case()
    (link,) = links(await lena.open(case_id))
    (own,) = links(await browser.come_in(number))
    # Then the excluded, and those it isn't for, find what they find for any other address
    for colleague in (sam, mira):
        nowhere = await colleague.get("/staff/fall/none/datei/none/")
        response = await colleague.get(link)
        assert (response.status_code, response.content) == (404, nowhere.content)
    assert (await Desk(browser.app).get(link)).status_code == 303
    # And neither another sender nor anybody without a visit
    stranger = new_browser("203.0.113.8")
    assert (await stranger.get(own)).status_code == 404
    other = {"what_happened": "Ein anderer Fall."}
    await stranger.come_in(await stranger.send("/de/beschwerde/", other))
    assert (await stranger.get(own)).status_code == 404
    # And by the address of another case not even those who may read both
    elsewhere = next(each for each in await lena.cases() if each != case_id)
    assert (await lena.get(link.replace(case_id, elsewhere))).status_code == 404
    assert (await lena.get(link)).status_code == 200
    assert (await browser.get(own)).status_code == 200


def needles(content: bytes) -> Iterator[bytes]:
    """Pieces of a file that would be found wherever it lay."""
    for start in range(0, len(content) - 32, max(len(content) // 40, 1)):
        piece = content[start : start + 24]
        if len(set(piece)) > 8:
            yield piece


async def test_nothing_of_a_file_lies_anywhere_readable(
    browser: Browser,
    sign_in: SignIn,
    portal: Portal,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a folder for temporary files that is watched, and everything ever opened for writing
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)

    def never(*_arguments: object, **_named: object) -> None:
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, never)
    # When a photo, a large document and a broken file are sent, and saved by staff
    large = PDF + bytes(range(256)) * 20_000
    files = [PHOTO, ("Gutachten Krause.pdf", large), BROKEN]
    number = receipt_number(await upload(browser, "/ar/beschwerde/", VALID["complaint"], files))
    lena = await sign_in("Lena")
    saved = [
        (await lena.get(link)).content for link in links(await lena.open(await lena.only_case()))
    ]
    assert saved[1] == large
    await browser.come_in(number)
    # Then neither what was sent nor what was made of it lies in any file, running or stopped
    wanted = [
        piece for each in (*[content for _, content in files], *saved) for piece in needles(each)
    ]
    assert len(wanted) > 100
    for words in (
        "Salmas Wohnung",
        "Gutachten Krause",
        MAKER,
        WORDS,
        "image/jpeg",
        "kaputtes Foto",
    ):
        wanted += spellings(words)
    assert found(settings.data_dir, iter(wanted)) == []
    await close_portal(portal)
    assert found(settings.data_dir, iter(wanted)) == []
    assert list(temporary.rglob("*")) == []


async def test_what_is_deleted_takes_its_files_with_it(
    browser: Browser, sign_in: SignIn, ledger: Ledger, settings: Settings
) -> None:
    await upload(browser, "/de/beschwerde/", VALID["complaint"], [("a.pdf", PDF)])
    (chunk,) = [each["sealed"] for each in await ledger.rows(attachment_chunk)]
    assert found(settings.data_dir, iter([chunk[:64]]))
    lena = await sign_in("Lena")
    await lena.post(f"/staff/fall/{await lena.only_case()}/loeschen/", {})
    assert await ledger.rows(attachment) == await ledger.rows(attachment_chunk) == []
    assert found(settings.data_dir, iter([chunk[:64]])) == []
