"""A person's right of access: one case as a file that opens anywhere, noted in the log."""

from datetime import date

from forms_service.rules.catalogues import texts_for
from tests.service.http.actors import Browser, main_text, page, sentence
from tests.service.http.conftest import SignIn
from tests.service.http.examples import NASTY, VALID, Said
from tests.service.http.ledger import Ledger
from tests.service.http.sending_files import BROKEN, PHOTO, upload
from tests.service.pictures import PDF


async def test_the_file_holds_everything_but_the_teams_notes_unless_chosen(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given a counselling request in Arabic with a consent, a note and an answer
    values: Said = {"topic": "counselling", "message": NASTY, "consent": "yes"}
    await browser.send("/ar/kontakt/", VALID["contact"] | values)
    case_id = (await ledger.only_case()).id
    lena = await sign_in("Lena")
    await lena.post(f"/staff/fall/{case_id}/notiz/", {"note": "Nur für uns"})
    await lena.answer(case_id, sentence="acknowledged", text="Wir rufen an.")
    # When Lena has the file made
    path = f"/staff/fall/{case_id}/auskunft/"
    assert "nicht verschlüsselt" in main_text(await lena.get(path))
    made = await lena.post(path, {})
    # Then it is a file of its own, in the person's language, loading nothing
    assert made.headers["content-disposition"] == 'attachment; filename="auskunft.html"'
    assert made.headers["cache-control"] == "no-store"
    assert (page(made).one("html").get("lang"), page(made).one("html").get("dir")) == ("ar", "rtl")
    for loading in ("<script", "<link", "<img", "src=", "href="):
        assert loading not in made.text.replace("&lt;", ""), loading
    # And it holds what was written, the consent and the log, without names of colleagues
    said = page(made).one("body").text
    assert "</textarea><script>alert(1)</script>" in said
    assert "Wir rufen an." in said
    assert sentence("Jemand von uns hat Ihr Anliegen geöffnet.", "ar") in said
    assert texts_for("ar").date(date(2026, 11, 16)) in said
    assert "Lena" not in said
    assert "Nur für uns" not in said
    # And with the notes if she chooses so
    assert "Nur für uns" in (await lena.post(path, {"notes": "yes"})).text
    # And the log says that she did
    assert "Lena hat eine Auskunft für die Person erstellt." in main_text(await lena.open(case_id))


async def test_the_log_in_the_file_says_only_what_is_true(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given a complaint that Lena has opened, taken and given back
    await browser.send("/de/beschwerde/", VALID["complaint"])
    case_id = (await ledger.only_case()).id
    lena = await sign_in("Lena")
    await lena.open(case_id)
    for path in ("nehmen", "abgeben"):
        await lena.post(f"/staff/fall/{case_id}/{path}/", {"seen": ""})
    path = f"/staff/fall/{case_id}/auskunft/"
    # Then the file says that it was opened, and not that others read it
    others_read = "Es hat sich geändert, wer von uns Ihr Anliegen liest."
    said = page(await lena.post(path, {})).one("body").text
    assert "Jemand von uns hat Ihr Anliegen geöffnet." in said
    assert others_read not in said
    # And when somebody is excluded it says that
    await lena.post(f"/staff/fall/{case_id}/ausschliessen/", {"who": "team:management"})
    assert others_read in page(await lena.post(path, {})).one("body").text


async def test_the_file_names_every_attachment_where_it_was_sent(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given a complaint with a photo and a document; a third one couldn't be taken
    files = [PHOTO, ("Brief.pdf", PDF), BROKEN]
    await upload(browser, "/de/beschwerde/", VALID["complaint"], files)
    case_id = (await ledger.only_case()).id
    lena = await sign_in("Lena")
    path = f"/staff/fall/{case_id}/auskunft/"
    # Then Lena is told to hand them over, because the file doesn't hold them
    assert "geben Sie sie der Person dazu" in main_text(await lena.get(path))
    # And the file says what they are, under the day they came
    entry = page(await lena.post(path, {})).one("ol").all("li")[0]
    photo, document = [each.text for each in entry.one("ul").all("li")]
    assert entry.one("h3").text == "Sie, 16. November 2026"
    assert photo.startswith("Salmas Wohnung.jpg: Foto, ")
    assert photo.endswith(" kB")
    assert document == f"Brief.pdf: PDF-Datei, {texts_for('de').kilobytes(len(PDF))} kB"
    assert "Datei 3 konnten wir nicht annehmen" in entry.text


async def test_the_file_says_when_an_open_case_is_deleted(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    case_id = (await ledger.only_case()).id
    lena = await sign_in("Lena")
    path = f"/staff/fall/{case_id}/auskunft/"
    # Given an open case, then it says how long after its end; a file doesn't show a day later
    said = page(await lena.post(path, {})).one("body").text
    assert "Wir löschen alles spätestens 6 Monate nach dem Abschluss." in said
    assert "sehen Sie dann hier" not in said
    assert "geben Sie sie der Person dazu" not in main_text(await lena.get(path))
    # Given a closed one, then it says the day
    await lena.answer(case_id, sentence="closed_withdrawn")
    said = page(await lena.post(path, {})).one("body").text
    assert "Am 16. Mai 2027 löschen wir alles" in said
