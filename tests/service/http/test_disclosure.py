"""A person's right of access: one case as a file that opens anywhere, noted in the log."""

from tests.service.http.actors import Browser, main_text, page, sentence
from tests.service.http.conftest import SignIn
from tests.service.http.examples import NASTY, VALID, Said
from tests.service.http.ledger import Ledger


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
    assert "2026-11-16" in said
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
