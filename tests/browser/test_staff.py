"""A member of staff: from signing in to the answer that somebody reads with a number."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.journeys import Desk, press, submit
from tests.browser.service import Service, Trial

TOLD = 'قالت لي <b>"غدًا"</b> ثلاث مرات.'
OLDEST_UNANSWERED = "انتظرتُ ثلاث ساعات ولم يتحدث معي أحد."

LENA, SAM, MIRA = "lena@example.org", "sam@example.org", "mira@example.org"


@pytest.fixture
def lena(page: Page, service: Service, trial: Trial) -> Desk:
    """A reader of complaints, at her desk; she reads German."""
    desk = Desk(page, service.address)
    desk.sign_in(LENA, trial.passwords[LENA])
    return desk


def test_a_wrong_password_says_what_may_be_wrong(page: Page, service: Service) -> None:
    desk = Desk(page, service.address)
    assert desk.sign_in(LENA, "das war es nicht").status == 422
    expect(page.locator("#errors")).to_be_focused()
    assert page.title().startswith("Fehler:")
    expect(page.locator("#email")).to_have_value(LENA)
    expect(page.locator("#password")).to_have_value("")
    page.locator("#errors a").click()
    expect(page.locator("#email")).to_be_focused()


def test_whoever_is_not_signed_in_is_asked_to(page: Page, service: Service) -> None:
    for path in ("/staff/", "/staff/fall/abc/"):
        page.goto(f"{service.address}{path}")
        assert page.url.split("?")[0] == f"{service.address}/staff/anmelden/"


def test_signing_out_closes_the_desk(lena: Desk) -> None:
    case = lena.cases()[0]
    press(lena.page, lena.page.locator(".bar__out button"))
    lena.page.goto(case)
    expect(lena.page.locator("#password")).to_be_visible()


def test_the_oldest_unanswered_case_stands_first(lena: Desk) -> None:
    first = lena.cases()[0]
    heading = lena.page.locator("main h2").first
    expect(heading).to_contain_text("Überfällig")
    lena.page.locator(".cases__open").first.click()
    assert lena.page.url == first
    expect(lena.page.get_by_text(OLDEST_UNANSWERED, exact=True)).to_be_visible()


def test_a_new_case_stands_in_the_list_with_its_deadline(
    lena: Desk, service: Service, language: str
) -> None:
    before = set(lena.cases())
    submit(service.address, "complaint", language, what_happened=f"{TOLD} {datetime.now(UTC)}")
    (new,) = set(lena.cases()) - before
    row = lena.page.locator("tr", has=lena.page.locator(f"a[href$='{new.split('/')[-2]}/']"))
    expect(row).to_contain_text("Öffnen bis")
    assert re.search(r"\d{1,2}\. \w+ 20\d\d", row.inner_text())
    expect(row).to_contain_text({"de": "Deutsch", "ar": "Arabisch"}[language])


def test_every_view_says_that_this_is_a_trial(lena: Desk) -> None:
    for address in (f"{lena.address}/staff/", *lena.cases()[:2], f"{lena.address}/staff/fall/x/"):
        lena.page.goto(address)
        expect(lena.page.locator(".trial")).to_be_visible()


def test_a_case_is_read_acknowledged_answered_and_noted(lena: Desk, service: Service) -> None:
    text = f"{TOLD} {datetime.now(UTC)}"
    submit(service.address, "complaint", "ar", what_happened=text, phone="٠١٥١ ٢٣٤٥٦٧٨")
    address = lena.case_with(text)
    page = lena.page

    # The question is in her language, the answer in the original.
    expect(page.locator("dt", has_text="Was ist passiert?")).to_be_visible()
    original = page.get_by_text(text, exact=True)
    assert original.evaluate("each => [each.lang, getComputedStyle(each).direction]") == [
        "ar", "rtl",
    ]  # fmt: skip
    expect(page.locator("a[href='tel:01512345678']")).to_have_text("٠١٥١ ٢٣٤٥٦٧٨")

    # A prepared sentence: seen in both languages before it is sent.
    page.locator("#sentence-acknowledged").check()
    press(page, page.locator("button[value=preview]"))
    ours = "Wir haben Ihre Nachricht erhalten und gelesen. Wir kümmern uns darum."
    theirs = page.locator("main [lang=ar]")
    expect(page.locator("main")).to_contain_text(ours)
    assert theirs.first.evaluate("each => getComputedStyle(each).direction") == "rtl"
    page.locator("button[value=send]").click()
    page.wait_for_url(f"{address}#an-die-person")
    expect(page.locator(".facts")).to_contain_text("Bestätigt")
    expect(page.locator(".talk__item--ours")).to_contain_text(ours)

    # A reply with a translation beside it; going back from the preview loses nothing.
    page.locator("#text").fill("Morgen um 10 ruft Frau Vogt an.\nPasst das?")
    page.locator("#translation").fill("غدًا في العاشرة تتصل بكم السيدة فوغت.")
    press(page, page.locator("button[value=preview]"))
    press(page, page.locator("button[value=change]"))
    expect(page.locator("#text")).to_have_value("Morgen um 10 ruft Frau Vogt an.\nPasst das?")
    lena.answer(
        text=page.locator("#text").input_value(),
        translation=page.locator("#translation").input_value(),
    )
    expect(page.locator(".talk__item--ours").last).to_contain_text("Passt das?")
    translation = page.locator(".talk__translation [lang=ar]").last
    expect(translation).to_have_text("غدًا في العاشرة تتصل بكم السيدة فوغت.")
    assert translation.evaluate("each => getComputedStyle(each).direction") == "rtl"

    # A note is for the team and says so.
    page.locator("#note").fill("Rückruf eingetragen.")
    page.locator("form[action$='notiz/'] button").first.click()
    page.wait_for_url(f"{address}#nur-team")
    expect(page.locator(".team-only")).to_contain_text("Rückruf eingetragen.")
    expect(page.locator(".talk")).not_to_contain_text("Rückruf eingetragen.")


@pytest.mark.parametrize(
    ("button", "field"),
    [("button[value=preview]", "text"), ("form[action$='notiz/'] button >> nth=0", "note")],
)
def test_an_answer_or_a_note_of_nothing_is_not_sent(lena: Desk, button: str, field: str) -> None:
    page = lena.page
    page.goto(lena.cases()[0])
    said = page.locator(".talk__item, .note").count()
    assert press(page, page.locator(button)).status == 422
    expect(page.locator("#errors")).to_be_focused()
    assert page.title().startswith("Fehler:")
    page.locator("#errors a").click()
    expect(page.locator(f"#{field}")).to_be_focused()
    assert page.locator(".talk__item, .note").count() == said


def test_a_translation_stands_beside_what_the_person_wrote(lena: Desk, service: Service) -> None:
    text = f"{TOLD} {datetime.now(UTC)}"
    submit(service.address, "complaint", "ar", what_happened=text)
    lena.case_with(text)
    page = lena.page
    page.locator(".talk__add summary").first.click()
    page.locator(".talk__add textarea").first.fill("Sie sagte mir dreimal „morgen“.")
    press(page, page.locator(".talk__add button").first)
    beside = page.locator(".talk__item--yours .talk__translation")
    expect(beside).to_contain_text("Übersetzung von Lena Vogt")
    expect(beside.locator("[lang=de]")).to_have_text("Sie sagte mir dreimal „morgen“.")


def test_the_desk_speaks_english_to_whom_it_is_set(
    page: Page, service: Service, trial: Trial
) -> None:
    desk = Desk(page, service.address)
    desk.sign_in(SAM, trial.passwords[SAM])
    page.goto(desk.cases()[0])
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("dt", has_text="What happened?")).to_be_visible()
    expect(page.locator("#sentence-acknowledged + label")).to_contain_text("We have")


def test_who_may_not_read_a_case_finds_no_trace_of_it(
    lena: Desk, service: Service, trial: Trial, open_page: OpenPage
) -> None:
    cases = lena.cases()
    mira = Desk(open_page(), service.address)
    mira.sign_in(MIRA, trial.passwords[MIRA])
    assert set(mira.cases()).isdisjoint(cases)
    for address in (cases[0], f"{cases[0]}loeschen/", f"{service.address}/staff/fall/nichts/"):
        answer = mira.page.goto(address)
        assert answer is not None
        assert answer.status == 404
        expect(mira.page.locator("h1")).to_have_text("Diesen Fall gibt es nicht")


def test_a_case_is_deleted_after_asking_once(lena: Desk, service: Service) -> None:
    text = f"Bitte löschen. {datetime.now(UTC)}"
    submit(service.address, "complaint", "de", what_happened=text)
    address = lena.case_with(text)
    page = lena.page
    page.locator(".more a[href$='loeschen/']").click()
    expect(page.locator("h1")).to_contain_text("löschen")
    press(page, page.locator("main button[type=submit]"))
    assert page.url == f"{service.address}/staff/#geloescht"
    expect(page.locator("#geloescht")).to_be_visible()
    assert address not in lena.cases()
