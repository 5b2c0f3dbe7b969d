"""What staff do with a case, on a small telephone without scripts, from the screen alone."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.journeys import Desk, Reader, focus_by_keyboard, press, submit
from tests.browser.service import Service, Trial

LENA, SAM, MIRA = "lena@example.org", "sam@example.org", "mira@example.org"


@pytest.fixture
def lena(page: Page, service: Service, trial: Trial) -> Desk:
    """A reader of complaints, at her desk."""
    desk = Desk(page, service.address)
    desk.sign_in(LENA, trial.passwords[LENA])
    return desk


@pytest.fixture
def text(service: Service) -> str:
    """A complaint in Arabic that has just arrived."""
    said = f"لم يأتِ أحد. {datetime.now(UTC)}"
    submit(service.address, "complaint", "ar", what_happened=said)
    return said


def sign_in_beside(open_page: OpenPage, service: Service, trial: Trial, email: str) -> Desk:
    """A colleague with a telephone of their own."""
    desk = Desk(open_page(javascript=False), service.address)
    desk.sign_in(email, trial.passwords[email])
    return desk


def test_a_case_is_taken_and_answered_with_a_sentence_and_a_question(
    lena: Desk, service: Service
) -> None:
    said = f"Der Flur ist kalt. {datetime.now(UTC)}"
    number = submit(service.address, "complaint", "ar", what_happened=said)
    lena.case_with(said)
    page = lena.page
    page.get_by_role("button", name="Ich kümmere mich darum").click()
    expect(page.locator(".whose")).to_contain_text("Sie kümmern sich um diesen Fall.")
    lena.answer(sentence="question", text="Wann waren Sie da?", translation="متى كنت هناك؟")
    expect(page.locator(".facts")).to_contain_text("Wartet auf die Person")
    page.context.clear_cookies()
    Reader(page, service.address, "ar").enter(number)
    expect(page.locator(".talk")).to_contain_text("متى كنت هناك؟")


def test_sentences_own_text_and_preview_stand_in_this_order_and_closing_ones_are_folded(
    lena: Desk, text: str
) -> None:
    # Given a telephone, then nothing stands between the common sentences and one's own text
    lena.case_with(text)
    page = lena.page
    closing = page.locator("#sentence-closed_agreed")
    order = ("#write", "#sentence-none", "#sentence-answer", ".closing", "#text", "[value=preview]")
    tops = [page.locator(each).evaluate("each => each.getBoundingClientRect().y") for each in order]
    assert tops == sorted(tops)
    assert tops[4] - tops[0] < 1.5 * 740
    expect(closing).to_be_hidden()
    # And a day is asked for by the sentence that names one, and by no other
    expect(page.locator("#until")).to_be_hidden()
    page.locator("#sentence-need_time").check()
    expect(page.locator("#until")).to_be_visible()
    # When a closing sentence is chosen by keyboard
    focus_by_keyboard(page, page.locator(".closing summary"))
    page.keyboard.press("Enter")
    closing.focus()
    page.keyboard.press("Space")
    expect(page.locator("#until")).to_be_hidden()
    focus_by_keyboard(page, page.locator("[value=preview]"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("Sie hatten recht. Wir schließen Ihre Beschwerde ab.")).to_be_visible()
    # Then it is shown, chosen, when one goes back
    press(page, page.get_by_role("button", name="Zurück und ändern"))
    expect(closing).to_be_visible()
    expect(closing).to_be_checked()


def test_a_case_is_handed_over_with_a_note(
    lena: Desk, service: Service, trial: Trial, open_page: OpenPage, text: str
) -> None:
    address = lena.case_with(text)
    page = lena.page
    page.get_by_text("An jemanden übergeben").click()
    page.get_by_label("Wer übernimmt den Fall?").select_option("Sam Okafor")
    page.get_by_label("Notiz nur für das Team (freiwillig)").fill("Bitte morgen anrufen.")
    press(page, page.get_by_role("button", name="Jetzt übergeben"))
    expect(page.locator("#uebergeben")).to_be_visible()
    expect(page.locator(".whose")).to_contain_text("Sam Okafor kümmert sich um diesen Fall.")
    sam = sign_in_beside(open_page, service, trial, SAM)
    sam.page.goto(address)
    expect(sam.page.locator(".team-only")).to_contain_text("Bitte morgen anrufen.")
    expect(sam.page.locator(".whose form[action$='abgeben/']")).to_be_visible()


def test_a_hand_over_needs_nothing_but_the_keyboard(lena: Desk, text: str) -> None:
    lena.case_with(text)
    page = lena.page
    focus_by_keyboard(page, page.locator(".whose summary"))
    page.keyboard.press("Enter")
    focus_by_keyboard(page, page.locator("#successor"))
    page.keyboard.type("Sam")
    focus_by_keyboard(page, page.get_by_role("button", name="Jetzt übergeben"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".whose")).to_contain_text("Sam Okafor kümmert sich")


def test_a_session_ends_in_the_middle_of_a_text_and_the_text_is_there_again(
    lena: Desk, trial: Trial, text: str
) -> None:
    address = lena.case_with(text)
    page = lena.page
    page.locator("#sentence-call_us").check()
    page.locator("#text").fill("Guten Tag,\nbitte rufen Sie am Montag an. <b>")
    page.context.clear_cookies()
    press(page, page.locator("button[value=preview]"))
    expect(page.locator("main")).to_contain_text("Ihr Text ist noch da.")
    page.locator("#email").fill(LENA)
    page.locator("#password").fill(trial.passwords[LENA])
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"{address}#entwurf")
    expect(page.locator("#text")).to_have_value("Guten Tag,\nbitte rufen Sie am Montag an. <b>")
    expect(page.locator("#sentence-call_us")).to_be_checked()
    expect(page.locator(".talk__item--ours")).to_have_count(0)


def test_somebody_is_excluded_and_finds_it_no_more(
    lena: Desk, service: Service, trial: Trial, open_page: OpenPage, text: str
) -> None:
    address = lena.case_with(text)
    sam = sign_in_beside(open_page, service, trial, SAM)
    assert address in sam.cases()
    page = lena.page
    page.get_by_role("link", name="Jemanden ausschließen").click()
    page.get_by_label("Sam Okafor").check()
    press(page, page.get_by_role("button", name="Jetzt ausschließen"))
    expect(page.locator(".readers")).to_contain_text("Ausgeschlossen, für immer:")
    assert address not in sam.cases()
    answer = sam.page.goto(address)
    assert answer is not None
    assert answer.status == 404


def test_a_case_goes_to_those_who_protect_and_is_gone_here(
    lena: Desk, service: Service, trial: Trial, open_page: OpenPage, text: str
) -> None:
    address = lena.case_with(text)
    page = lena.page
    page.get_by_role("link", name="Das braucht Schutz").click()
    page.locator("#note").fill("Er wird bedroht.")
    press(page, page.get_by_role("button", name="Ja, an das Schutzteam geben"))
    assert page.url == f"{service.address}/staff/#weitergegeben"
    expect(page.locator("#weitergegeben")).to_be_visible()
    assert address not in lena.cases()
    mira = sign_in_beside(open_page, service, trial, MIRA)
    assert address in mira.cases()
    mira.page.goto(address)
    expect(mira.page.locator(".team-only")).to_contain_text("Er wird bedroht.")
