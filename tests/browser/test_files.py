"""A photo from a telephone, in Arabic and without scripts, until staff have saved it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from forms_service.rules.catalogues import texts_for
from tests.browser.conftest import OpenPage
from tests.browser.journeys import Desk, Reader
from tests.browser.service import Service, Trial
from tests.service.pictures import MAKER, PDF, opened, photo

LENA = "lena@example.org"


def chosen(folder: Path, **files: bytes) -> list[Path]:
    """Files as they lie on a telephone."""
    paths = []
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(content)
        paths.append(path)
    return paths


def fits(page: Page) -> bool:
    """Whether nothing stands outside of the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_photo_and_a_broken_file_with_a_complaint(
    page: Page, service: Service, trial: Trial, open_page: OpenPage, tmp_path: Path
) -> None:
    # Given a telephone of 360 pixels, in Arabic, without scripts
    reader, say = Reader(page, service.address, "ar"), texts_for("ar").gettext
    photo_of_flat = photo("HEIF", orientation=1, size=(3000, 1000))
    files = chosen(tmp_path, IMG0412_heic=photo_of_flat, kaputt_jpg=photo()[:-900])
    # When somebody sends files without saying what happened
    reader.open("beschwerde")
    assert fits(page)
    page.locator("#files").set_input_files(files)
    assert reader.send().status == 422
    # Then the page says which to choose again
    expect(page.locator("#files-again")).to_contain_text("IMG0412.heic")
    page.locator("#errors a[href='#files']").click()
    expect(page.locator("#files")).to_be_focused()
    assert fits(page)
    # And with a text it is taken, and the broken file is named by its place
    page.locator("#what_happened").fill("هذه صورة الغرفة.")
    page.locator("#files").set_input_files(files)
    assert reader.send().status == 200
    number = reader.number()
    missing = "Datei %(place)s konnten wir nicht annehmen: Das Foto ist beschädigt oder zu groß."
    expect(page.locator("#refused li")).to_have_text([say(missing, place=2)])
    assert fits(page)
    # And it can be sent later with the number, without a word
    page.locator("#refused a").click()
    page.locator("#number").fill(number)
    assert reader.send().status == 303
    page.locator("#files").set_input_files(chosen(tmp_path, kaputt_jpg=photo()))
    assert reader.send().status == 303
    expect(page.locator(".files a")).to_have_text(["IMG0412.jpg", "kaputt.jpg"])
    assert fits(page)

    # Then staff find both and save them
    lena = Desk(open_page(javascript=False, accept_downloads=True), service.address)
    lena.sign_in(LENA, trial.passwords[LENA])
    lena.case_with("هذه صورة الغرفة.")
    assert fits(lena.page)
    with lena.page.expect_download() as download:
        lena.page.locator(".files a").first.click()
    saved = Path(download.value.path())
    assert download.value.suggested_filename == "IMG0412.jpg"
    assert opened(saved.read_bytes()).size == (2500, 833)
    assert MAKER.encode() not in saved.read_bytes()


def test_a_document_with_an_application(
    page: Page, service: Service, trial: Trial, open_page: OpenPage, tmp_path: Path
) -> None:
    reader = Reader(page, service.address, "ar")
    reader.open("bewerbung")
    for name, said in (("name", "Amara"), ("town", "Schwerin"), ("phone", "0151 2345678")):
        page.locator(f"#{name}").fill(said)
    page.locator("#background").fill("Hebamme, mit Zeugnis.")
    for ticked in ("adult", "counsel_languages-ar", "german-talk", "availability-yes"):
        page.locator(f"#{ticked}").check()
    page.locator("#files").set_input_files(chosen(tmp_path, Zeugnis_pdf=PDF))
    assert reader.send().status == 200
    expect(page.locator("#refused")).to_have_count(0)

    lena = Desk(open_page(javascript=False, accept_downloads=True), service.address)
    lena.sign_in(LENA, trial.passwords[LENA])
    lena.case_with("Hebamme, mit Zeugnis.")
    with lena.page.expect_download() as download:
        lena.page.locator(".files a").click()
    assert Path(download.value.path()).read_bytes() == PDF
    # The log of the case says so
    lena.page.reload()
    expect(lena.page.locator(".log")).to_contain_text("hat eine Datei geöffnet")
    # The file was saved, not shown: the page is still the case
    assert "/datei/" not in lena.page.url
