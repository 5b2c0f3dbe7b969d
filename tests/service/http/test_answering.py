"""What staff do with a case: answer, note, translate, delete."""

from datetime import UTC, datetime

import pytest

from forms_service.world.tables import access, audit, entry
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Desk, main_text, page, part, title
from tests.service.http.conftest import SignIn
from tests.service.http.examples import ARABIC_COMPLAINT, NASTY
from tests.service.http.ledger import Ledger

ACKNOWLEDGED_DE = "Wir haben Ihre Nachricht erhalten und gelesen. Wir kümmern uns darum."
ACKNOWLEDGED_AR = "وصلتنا رسالتكم وقرأناها"


@pytest.fixture
async def number(browser: Browser) -> str:
    """The number of an Arabic complaint."""
    return await browser.send("/ar/beschwerde/", {"what_happened": ARABIC_COMPLAINT})


@pytest.fixture
async def sam(number: str, sign_in: SignIn) -> Desk:
    """Sam, who works in English, with that complaint in the list."""
    return await sign_in("Sam")


async def test_a_preview_shows_both_languages_and_sends_nothing(sam: Desk, ledger: Ledger) -> None:
    # Given an answer of a sentence and words with a translation
    case_id = await sam.only_case()
    typed = {
        "sentence": "need_time",
        "until": "2026-12-01",
        "text": f"{NASTY}\r\nSecond line",
        "translation": "سطر",
    }
    path = f"/staff/fall/{case_id}/antwort/"
    # When Sam looks at it before it is sent
    preview = await sam.post(path, typed | {"step": "preview"})
    # Then it stands there as its reader will see it, and in Sam's language
    assert preview.status_code == 200
    shown = [(each.get("lang"), each.raw_text) for each in page(preview).classed("as-written")]
    theirs, ours, text, translation = shown
    assert theirs[0] == "ar"
    assert "1 ديسمبر 2026" in theirs[1]
    assert "1 December 2026" in ours[1]
    assert text[1] == f"{NASTY}\nSecond line"
    assert translation == ("ar", "سطر")
    # And nothing is sent
    assert await ledger.count(entry) == 1
    assert (await ledger.only_case()).status == "new"
    # When it is to be changed, everything is still there
    form = next(each for each in page(preview).all("form") if each.get("action") == path)
    kept = {each.get("name"): each.value for each in form.all("input", "textarea")}
    assert kept.pop("writer")
    assert kept == typed | {"text": f"{NASTY}\nSecond line"}
    back = await sam.post(path, kept | {"step": "change"})
    assert back.status_code == 200
    assert page(back).one("textarea", id="text").value == f"{NASTY}\nSecond line"
    assert page(back).one("textarea", id="translation").value == "سطر"
    assert page(back).one("input", id="until").value == "2026-12-01"
    assert "checked" in page(back).one("input", id="sentence-need_time").attributes
    assert await ledger.count(entry) == 1
    # And when it is sent, it is three entries and a new stage
    await sam.answer(case_id, **kept)
    kinds = sorted(row["kind"] for row in await ledger.rows(entry))
    assert kinds == ["reply", "sentence", "submission", "translation"]
    assert (await ledger.only_case()).status == "in_clarification"


async def test_a_step_that_nobody_offers_sends_nothing(sam: Desk, ledger: Ledger) -> None:
    case_id = await sam.only_case()
    for step in ({}, {"step": "Send"}, {"step": ""}):
        values = {"sentence": "acknowledged"} | step
        assert (await sam.post(f"/staff/fall/{case_id}/antwort/", values)).status_code == 200
    assert await ledger.count(entry) == 1


TODAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
LATE_EVENING = datetime(2026, 11, 16, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "until", "works"),
    [
        (TODAY, "", False),
        (TODAY, "2026-11-15", False),
        (TODAY, "2026-11-16", True),
        (TODAY, "2027-01-01", True),
        (TODAY, "morgen", False),
        (TODAY, "2026-13-01", False),
        # In Germany it is the 17th already
        (LATE_EVENING, "2026-11-16", False),
        (LATE_EVENING, "2026-11-17", True),
    ],
)
async def test_a_sentence_that_names_a_day_needs_one_from_today_on(
    number: str,
    sign_in: SignIn,
    ledger: Ledger,
    clock: HandClock,
    moment: datetime,
    until: str,
    works: bool,
) -> None:
    clock.moment = moment
    sam = await sign_in("Sam")
    case_id = await sam.only_case()
    for step, status in (("preview", 200), ("send", 303)):
        values = {"sentence": "need_time", "until": until, "text": "Soon.", "step": step}
        response = await sam.post(f"/staff/fall/{case_id}/antwort/", values)
        if works:
            assert response.status_code == status
            continue
        # Then the page says so at the field, and the text is still there
        assert response.status_code == 422
        assert title(response).startswith("Error")
        (link,) = page(response).one(id="errors").all("a")
        assert link.get("href") == "#until"
        assert page(response).one("textarea", id="text").value == "Soon."
        assert await ledger.count(entry) == 1


async def test_a_day_left_in_the_field_promises_nothing_by_itself(
    browser: Browser, number: str, sam: Desk, ledger: Ledger
) -> None:
    # Given a day in the past that was left in its field, and a sentence that names none
    case_id = await sam.only_case()
    await sam.answer(case_id, sentence="acknowledged", until="2020-01-01", text="Hello")
    # Then the next news is due as ever, and the case isn't overdue
    assert (await ledger.only_case()).news_by.date().isoformat() == "2026-11-30"
    assert part(await sam.get("/staff/"), "ours") == [case_id]
    assert "2020" not in main_text(await browser.come_in(number, "en"))


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({}, "#text"),
        ({"text": " \r\n "}, "#text"),
        ({"translation": "ترجمة"}, "#text"),
        ({"sentence": "acknowledged", "translation": "ترجمة"}, "#text"),
        ({"sentence": "place_offered"}, "#sentence-none"),
        ({"sentence": "<script>"}, "#sentence-none"),
    ],
)
async def test_an_answer_that_says_nothing_comes_back(
    sam: Desk, ledger: Ledger, values: dict[str, str], problem: str
) -> None:
    case_id = await sam.only_case()
    for step in ("preview", "send"):
        response = await sam.post(f"/staff/fall/{case_id}/antwort/", values | {"step": step})
        assert response.status_code == 422
        (link,) = page(response).one(id="errors").all("a")
        assert link.get("href") == problem
        assert len(page(response).all(id=problem[1:])) == 1
        kept = page(response).one("textarea", id="translation").value
        assert kept == values.get("translation", "")
    assert await ledger.count(entry) == 1


async def test_a_prepared_sentence_acknowledges_in_both_languages(
    browser: Browser, number: str, sign_in: SignIn
) -> None:
    # Given Lena, who works in German, and a complaint in Arabic
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    assert ACKNOWLEDGED_DE in main_text(await lena.open(case_id))
    # When she chooses a sentence
    await lena.answer(case_id, sentence="acknowledged")
    # Then she reads it in German and the sender in Arabic
    assert page(await lena.open(case_id)).classed("talk__item--ours")[0].text.count(ACKNOWLEDGED_DE)
    read = await browser.come_in(number, "ar")
    said = page(read).classed("talk__item--ours")[0].text
    assert ACKNOWLEDGED_DE not in said
    assert said.count(ACKNOWLEDGED_AR)


async def test_a_note_stays_with_the_team(
    browser: Browser, number: str, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given a note that Lena writes
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    note = f"{NASTY}\n  nur für uns"
    path = f"/staff/fall/{case_id}/notiz/"
    response = await lena.post(path, {"note": note.replace("\n", "\r\n")})
    assert response.status_code == 303
    # Then Sam reads it, as hers
    sam = await sign_in("Sam")
    (shown,) = page(await sam.open(case_id)).classed("note")
    assert shown.classed("as-written")[0].raw_text == note
    assert "Lena" in shown.text
    # And the sender doesn't, nor that there is one
    read = await browser.come_in(number, "de")
    assert "nur für uns" not in read.text
    assert len(page(read).classed("talk__item")) == 1
    # And it is no answer: nothing is acknowledged by it
    assert (await ledger.only_case()).acknowledged_at is None
    # And an empty one isn't kept
    empty = await lena.post(path, {"note": " \r\n"})
    assert empty.status_code == 422
    assert page(empty).one(id="errors").one("a").get("href") == "#note"
    assert await ledger.count(entry) == 2


async def test_a_translation_stands_beside_the_senders_text_on_both_sides(
    browser: Browser, number: str, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given the complaint in Arabic, which Lena can't read and a colleague translates for her
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    opened = await lena.open(case_id)
    (said,) = page(opened).classed("talk__item")
    assert said.classed("as-written")[0].get("lang") == "ar"
    about = said.get("id").removeprefix("eintrag-")
    path = f"/staff/fall/{case_id}/uebersetzung/"
    translation = {"about": about, "translation": "Ich habe drei Stunden gewartet."}
    assert (await lena.post(path, translation)).status_code == 303
    # Then it stands in the same place, named as hers and as German
    (beside,) = page(await lena.open(case_id)).classed("talk__translation")
    assert "Lena" in beside.text
    assert beside.classed("as-written")[0].get("lang") == "de"
    # And the sender sees it too
    read = await browser.come_in(number, "ar")
    (theirs,) = page(read).classed("talk__translation")
    assert theirs.classed("as-written")[0].attributes["lang"] == "de"
    assert "Ich habe drei Stunden gewartet." in theirs.text
    # And an empty one, or one beside something else, isn't kept
    assert (await lena.post(path, {"about": about, "translation": " "})).status_code == 422
    for other in ("", "x", case_id):
        wrong = {"about": other, "translation": "x"}
        assert (await lena.post(path, wrong)).status_code == 404
    assert await ledger.count(entry) == 2


async def test_a_note_can_not_be_translated_for_the_sender(
    number: str, sign_in: SignIn, ledger: Ledger
) -> None:
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    await lena.post(f"/staff/fall/{case_id}/notiz/", {"note": "geheim"})
    about = next(row["id"] for row in await ledger.rows(entry) if row["kind"] == "note")
    wrong = {"about": about, "translation": "secret"}
    assert (await lena.post(f"/staff/fall/{case_id}/uebersetzung/", wrong)).status_code == 404


async def test_deleting_asks_first_and_leaves_one_line(
    browser: Browser, number: str, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given a case with answers and notes
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    await lena.answer(case_id, sentence="acknowledged", text="Ja.")
    await lena.post(f"/staff/fall/{case_id}/notiz/", {"note": "Notiz"})
    await browser.come_in(number, "ar")
    # When Lena asks to delete it, then she is asked back
    asked = await lena.get(f"/staff/fall/{case_id}/loeschen/")
    assert "Das kann niemand rückgängig machen." in main_text(asked)
    assert len(await ledger.cases()) == 1
    # When she says yes
    response = await lena.post(f"/staff/fall/{case_id}/loeschen/", {})
    assert (response.status_code, response.headers["location"]) == (303, "/staff/#geloescht")
    # Then all of it is gone, for everybody, at once
    assert await lena.cases() == []
    assert (await lena.open(case_id)).status_code == 404
    assert ARABIC_COMPLAINT not in (await browser.get("/ar/antwort/?open")).text
    for table in (entry, access):
        assert await ledger.rows(table) == []
    # And of the case only that one was deleted, by whom and when
    lines = await ledger.rows(audit)
    assert not [row for row in lines if row["case_id"] is not None]
    (deleted,) = [row for row in lines if row["action"] == "deleted"]
    assert deleted["member_id"] is not None
