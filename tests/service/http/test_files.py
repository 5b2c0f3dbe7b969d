"""Files all the way: sent with a form or later, kept sealed, saved by those who may read the case."""

import gc
import threading

import pytest

from forms_service.rules.catalogues import texts_for
from forms_service.rules.files import MAX_FILE_BYTES, format_of
from forms_service.world import store
from forms_service.world.portal import Portal
from forms_service.world.tables import attachment, attachment_chunk, audit, entry
from tests.service import pictures
from tests.service.http.actors import Browser, main_text, page, receipt_number, title
from tests.service.http.conftest import SignIn
from tests.service.http.examples import ERROR_WORD, VALID, Said, address
from tests.service.http.ledger import Ledger
from tests.service.http.sending_files import BROKEN, PHOTO, links, saved_name, upload
from tests.service.pictures import MAKER, PAGE, PDF, PROGRAM, opened, photo

# What is sent, and the sentence that says why it can't be taken.
REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "Datei %(place)s konnten wir nicht annehmen: Sie ist leer."),
    "a renamed program": (
        PROGRAM,
        "Datei %(place)s konnten wir nicht annehmen: Sie ist kein Foto und kein PDF.",
    ),
    "a page": (PAGE, "Datei %(place)s konnten wir nicht annehmen: Sie ist kein Foto und kein PDF."),
    "a cut off photo": (
        BROKEN[1],
        "Datei %(place)s konnten wir nicht annehmen: Das Foto ist beschädigt oder zu groß.",
    ),
    "a bomb": (
        pictures.bomb(),
        "Datei %(place)s konnten wir nicht annehmen: Das Foto ist beschädigt oder zu groß.",
    ),
    "too large": (
        PDF + bytes(MAX_FILE_BYTES),
        "Datei %(place)s konnten wir nicht annehmen: Sie ist größer als %(megabytes)s MB.",
    ),
}


async def test_staff_save_the_photo_and_the_document_that_came_with_a_form(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given an application with a photo of a certificate and a document
    files = [PHOTO, ("../../Zeugnis سارة.pdf.exe", PDF)]
    response = await upload(browser, address("application", "ar"), VALID["application"], files)
    receipt_number(response)
    assert not page(response).all(id="refused")
    # When staff open the case
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    opened_case = await lena.open(case_id)
    # Then both are there by name, and can be saved
    first, second = links(opened_case)
    assert "Salmas Wohnung.jpg" in main_text(opened_case)
    image, document = await lena.get(first), await lena.get(second)
    assert (image.headers["content-type"], saved_name(image)) == (
        "image/jpeg", "Salmas Wohnung.jpg",
    )  # fmt: skip
    assert opened(image.content).size == (200, 400)
    assert MAKER.encode() not in image.content
    assert (document.headers["content-type"], document.content) == ("application/pdf", PDF)
    assert saved_name(document) == "Zeugnis سارة.pdf.pdf"
    for each in (image, document):
        # And nothing in them may run, be kept by a cache, or be taken for something else
        assert each.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert each.headers["content-disposition"].startswith('attachment; filename="datei.')
        assert each.headers["cache-control"] == "no-store"
        assert each.headers["x-content-type-options"] == "nosniff"
    # And the case says that they were opened
    assert "Lena hat eine Datei geöffnet." in main_text(await lena.open(case_id))
    assert [each["action"] for each in await ledger.rows(audit)].count("file_opened") == 2


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF"])
async def test_photos_of_every_kind_are_kept_as_a_jpeg(
    browser: Browser, sign_in: SignIn, kind: str
) -> None:
    await upload(browser, "/de/beschwerde/", VALID["complaint"], [("x.bin", photo(kind))])
    lena = await sign_in("Lena")
    (link,) = links(await lena.open(await lena.only_case()))
    saved = await lena.get(link)
    assert format_of(saved.content) == "JPEG"
    assert saved_name(saved) == "x.jpg"


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_file_that_cant_be_taken_costs_neither_the_text_nor_the_other_files(
    browser: Browser, sign_in: SignIn, content: bytes, sentence: str
) -> None:
    # Given a complaint with a photo and a file that can't be taken
    files = [PHOTO, ("b.jpg", content)]
    response = await upload(browser, "/ar/beschwerde/", VALID["complaint"], files)
    # Then there is a number, and the page says which file is missing and how to send it later
    number = receipt_number(response)
    refused = page(response).one(id="refused")
    said = " ".join(texts_for("ar").gettext(sentence, place=2, megabytes=10).split())
    assert [each.text for each in refused.all("li")] == [said]
    assert [each.get("href") for each in refused.all("a")] == ["/ar/antwort/"]
    assert "b.jpg" not in response.text
    # And sending once more from this browser shows the same and makes no second case
    again = await upload(browser, "/ar/beschwerde/", VALID["complaint"], files)
    assert receipt_number(again) == number
    assert page(again).one(id="refused").text == refused.text
    # And staff have the text and the photo, and see that something is missing
    lena = await sign_in("Lena")
    case = await lena.open(await lena.only_case())
    assert "Niemand hat zugehört." in main_text(case)
    assert len(links(case)) == 1
    assert texts_for("de").gettext(sentence, place=2, megabytes=10) in main_text(case)
    # And with the number it can be sent later
    assert said in main_text(await browser.come_in(number, "ar"))


async def test_only_three_files_are_taken_and_the_fourth_is_named(browser: Browser) -> None:
    files = [(f"{place}.pdf", PDF + bytes([place])) for place in range(5)]
    response = await upload(browser, "/de/beschwerde/", VALID["complaint"], files)
    refused = [each.text for each in page(response).one(id="refused").all("li")]
    assert len(refused) == 2
    assert refused[0].startswith("Datei 4 konnten wir nicht annehmen: Es können höchstens 3")
    shown = await browser.come_in(receipt_number(response))
    assert [each.text for each in page(shown).classed("files")[0].all("bdi")] == [
        "0.pdf", "1.pdf", "2.pdf",
    ]  # fmt: skip


async def test_other_files_with_the_same_text_are_another_case(
    browser: Browser, ledger: Ledger
) -> None:
    for content in (PDF, PDF + b"other", PDF):
        receipt_number(
            await upload(browser, "/de/beschwerde/", VALID["complaint"], [("a.pdf", content)])
        )
    cases = await ledger.cases()
    assert len(cases) == 2
    # Staff are told that the words are the same
    assert sum(case.perhaps_same for case in cases) == 1


async def test_after_an_error_the_page_says_which_files_to_choose_again(
    browser: Browser, ledger: Ledger
) -> None:
    response = await upload(browser, "/ar/beschwerde/", {"name": "Salma"}, [PHOTO])
    assert response.status_code == 422
    assert title(response).startswith(ERROR_WORD["ar"])
    assert page(response).one(id="name").value == "Salma"
    again = page(response).one(id="files-again")
    assert PHOTO[0] in again.text
    assert "files-again" in page(response).one(id="files").get("aria-describedby").split()
    assert "#files" in [each.get("href") for each in page(response).one(id="errors").all("a")]
    assert await ledger.cases() == []
    # And without files it says nothing of them
    response = await upload(browser, "/ar/beschwerde/", {"name": "Salma"}, [])
    assert not page(response).all(id="files-again")


async def test_when_nothing_can_be_saved_no_file_is_either(
    browser: Browser, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_arguments: object) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(store.attachments, "add", fail)
        response = await upload(browser, "/de/beschwerde/", VALID["complaint"], [PHOTO])
    assert response.status_code == 503
    assert page(response).one(id="what_happened").value.strip() == "Niemand hat zugehört."
    assert PHOTO[0] in page(response).one(id="files-again").text
    for table in (entry, attachment, attachment_chunk):
        assert await ledger.rows(table) == []


async def test_when_no_child_can_be_started_the_text_is_taken(
    browser: Browser, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    response = await upload(browser, "/de/beschwerde/", VALID["complaint"], [PHOTO])
    receipt_number(response)
    assert "Datei 1 konnten wir gerade nicht bearbeiten" in main_text(response)


async def test_files_come_later_with_the_number_with_words_or_without(
    browser: Browser, sign_in: SignIn
) -> None:
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    await browser.come_in(number)
    for message, files in (("Hier ist es.", [PHOTO, BROKEN]), ("", [("b.pdf", PDF)])):
        values: Said = {"action": "write", "message": message}
        response = await upload(browser, "/de/antwort/", values, files)
        assert response.status_code == 303
    shown = await browser.get("/de/antwort/?open")
    assert [link.text for link in page(shown).all("bdi")] == ["Salmas Wohnung.jpg", "b.pdf"]
    assert "Datei 2 konnten wir nicht annehmen" in main_text(shown)
    # And the sender can save them, in the visit
    assert (await browser.get(links(shown)[1])).content == PDF
    # And staff too, and see that there is something new
    lena = await sign_in("Lena")
    case = await lena.open(await lena.only_case())
    assert [(await lena.get(link)).status_code for link in links(case)] == [200, 200]
    assert "Neue Nachricht" in main_text(case)


async def test_with_neither_words_nor_a_good_file_nothing_is_sent(
    browser: Browser, ledger: Ledger
) -> None:
    await browser.come_in(await browser.send("/de/beschwerde/", VALID["complaint"]))
    for files, said in (([BROKEN], "Datei 1 konnten wir nicht"), ([], "Bitte schreiben Sie eine")):
        response = await upload(browser, "/de/antwort/", {"action": "write", "message": ""}, files)
        assert response.status_code == 422
        assert said in page(response).one(id="errors").text
    assert await ledger.count(entry) == 1


async def test_when_the_visit_has_ended_the_text_stays_and_the_files_are_named(
    browser: Browser,
) -> None:
    values: Said = {"action": "write", "message": "Noch etwas."}
    response = await upload(browser, "/de/antwort/", values, [PHOTO])
    assert response.status_code == 422
    assert page(response).one(id="message").value.strip() == "Noch etwas."
    assert PHOTO[0] in page(response).one(id="files-again").text


async def test_staff_forms_take_no_files(sign_in: SignIn, browser: Browser) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    lena = await sign_in("Lena")
    lena.client.headers["sec-fetch-site"] = "same-origin"
    path = f"/staff/fall/{await lena.only_case()}/notiz/"
    assert (await upload(lena, path, {"note": "x"}, [PHOTO])).status_code == 415


async def test_no_thread_or_child_is_left_behind(browser: Browser) -> None:
    await upload(browser, "/de/beschwerde/", VALID["complaint"], [PHOTO, BROKEN])
    gc.collect()
    left = [each.name for each in threading.enumerate() if each.name.startswith("waitpid")]
    assert left == []
