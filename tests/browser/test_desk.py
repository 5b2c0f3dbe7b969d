"""The desk on a small telephone, with script off and by the keyboard; and what it prints."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.journeys import Desk
from tests.browser.service import Service, Trial

LENA = "lena@example.org"
HIDDEN_IN_PRINT = (".bar", "footer", ".skip", "form")


@pytest.fixture
def desk(open_page: OpenPage, service: Service, trial: Trial) -> Desk:
    """Lena at a small telephone with script off."""
    desk = Desk(open_page(javascript=False), service.address)
    desk.sign_in(LENA, trial.passwords[LENA])
    return desk


def go_on(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def too_wide(page: Page) -> bool:
    """Whether one has to scroll sideways."""
    return bool(page.locator("html").evaluate("each => each.scrollWidth > each.clientWidth"))


def test_somebody_who_calls_is_found_by_name_and_by_number(desk: Desk) -> None:
    page = desk.page
    for typed in ("سلمي", "5678"):
        page.goto(f"{desk.address}/staff/")
        page.locator("#typed").focus()
        page.keyboard.type(typed)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator(".cases__person").first).to_have_text("سلمى")
        assert page.url == f"{desk.address}/staff/suchen/"
        assert not too_wide(page)
    # From there one comes to the sheet for the call
    page.locator(".cases__open").click()
    page.get_by_role("link", name="Anrufzettel zum Drucken").click()
    expect(page.locator(".sheet__number")).to_have_text("01512345678")
    page.emulate_media(media="print")
    for hidden in HIDDEN_IN_PRINT:
        for each in page.locator(hidden).all():
            expect(each).to_be_hidden()
    expect(page.locator(".sheet__rule").last).to_be_visible()


def test_the_list_is_narrowed_by_keyboard(desk: Desk) -> None:
    page = desk.page
    desk.cases()
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    page.locator("#only-form").select_option("application")
    page.locator("#only-status").select_option("invited")
    page.locator("#only-whose").focus()
    with page.expect_navigation():
        go_on(page, "Tab", "Enter")
    assert page.locator(".cases__open").count() == 1
    expect(page.get_by_text("Die Liste ist eingegrenzt")).to_be_visible()
    page.get_by_role("link", name="Alle Fälle zeigen").click()
    assert page.locator(".cases__open").count() > 10


def test_a_complaint_told_by_telephone_is_entered_by_keyboard(desk: Desk) -> None:
    page = desk.page
    desk.cases()
    page.get_by_role("link", name="Fall eingeben").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/eingeben/$"))
    # What it is, how it came, the language: by arrow keys and letters
    page.locator("#form-complaint").focus()
    go_on(page, "Space", "Tab")
    go_on(page, "ArrowDown", "Tab")
    page.keyboard.type("Tig")
    with page.expect_navigation():
        go_on(page, "Tab", "Enter")
    assert page.url.endswith("?form=complaint&channel=spoken&spoken=ti")
    # Forgotten at first: everything else stays
    page.locator("#name").fill("ሰላም")
    page.locator("#form > button").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#name")).to_have_value("ሰላም")
    assert not too_wide(page)
    told = f"Niemand kam. {datetime.now(UTC)}"
    page.locator("#errors a").press("Enter")
    expect(page.locator("#what_happened")).to_be_focused()
    page.keyboard.type(told)
    page.locator("#form > button").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    # The slip: only it is printed
    expect(page.locator("#done")).to_be_focused()
    assert not too_wide(page)
    number = "".join(re.findall(r"\d", page.locator(".receipt").inner_text()))
    assert len(number) == 20
    assert number not in page.url
    page.emulate_media(media="print")
    expect(page.locator(".slip__words")).to_have_count(2)
    expect(page.locator(".receipt")).to_be_visible()
    expect(page.get_by_text("Jetzt der Zettel")).to_be_hidden()
    page.emulate_media(media="screen")
    # And the case is there, found by that number
    page.goto(f"{desk.address}/staff/suchen/")
    page.locator("#typed").fill(number)
    with page.expect_navigation():
        page.locator(".find button").click()
    page.locator(".cases__open").click()
    expect(page.get_by_text(told, exact=True)).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("Gespräch")
