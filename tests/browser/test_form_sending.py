"""The connection is lost while a form is being sent, and what was typed is still there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from forms_service.rules.catalogues import texts_for
from forms_service.rules.forms import FORMS
from tests.browser.conftest import OpenPage
from tests.browser.journeys import Reader
from tests.browser.lines import Line, line_to
from tests.browser.service import Service
from tests.browser.telephones import ARGUMENTS, WHOLE_CHROMIUM

WORDS = "لم يستمع إليّ أحد.\nEs war kalt."
REQUIRED = {
    "complaint": {"#what_happened": WORDS},
    "contact": {"#message": WORDS},
    "application": {"#background": WORDS, "#name": "أمل"},
}
UNTIL_CONTROLLED = """async () => {
    while (!navigator.serviceWorker.controller) await new Promise(go => setTimeout(go, 50));
}"""

EACH_FORM = [
    "complaint",
    "application",
    pytest.param("contact", marks=pytest.mark.slow),
]


@pytest.fixture
def line(service: Service) -> Iterator[Line]:
    with line_to(service.address) as line:
        yield line


def fill(page: Page, form: str) -> None:
    for field, text in REQUIRED[form].items():
        page.locator(field).fill(text)


def expect_all_there(page: Page, form: str) -> None:
    for field, text in REQUIRED[form].items():
        expect(page.locator(field)).to_have_value(text)


def storage(page: Page) -> int:
    """How much the tab keeps, and anything that would outlive it."""
    return int(page.evaluate("sessionStorage.length + localStorage.length"))


@pytest.mark.parametrize("form", EACH_FORM)
def test_with_script_a_cut_in_the_middle_of_sending_leaves_the_page_as_it_is(
    open_page: OpenPage, line: Line, form: str
) -> None:
    # Given someone who has been on the page long enough for the worker to be there
    page = open_page(service_workers="allow")
    reader = Reader(page, line.address, "ar")
    reader.open(FORMS[form].page)
    page.evaluate(UNTIL_CONTROLLED)
    fill(page, form)
    # When the line breaks while the text is on its way
    line.cut_at = b"POST "
    page.locator("#form button[type=submit]").click()
    # Then the same page says so in its language, beside the button, and nothing is lost
    missing, back = page.locator("#unsent p").all()
    expect(missing).to_be_visible()
    expect(missing).to_be_in_viewport()
    expect(back).to_be_hidden()
    expect_all_there(page, form)
    assert page.url == f"{line.address}/ar/{FORMS[form].page}/"
    # And once the line is there again, it can be sent
    line.mend()
    answer = reader.send()
    assert answer.status == (200 if form == "complaint" else 422)


def test_offline_nothing_is_sent_and_the_page_says_when_it_can_be(
    open_page: OpenPage, service: Service
) -> None:
    page = open_page()
    reader = Reader(page, service.address, "ar")
    reader.open("beschwerde")
    fill(page, "complaint")
    page.context.set_offline(True)
    page.locator("#form button[type=submit]").click()
    missing, back = page.locator("#unsent p").all()
    expect(missing).to_be_visible()
    expect_all_there(page, "complaint")
    page.context.set_offline(False)
    expect(back).to_be_visible()
    expect(missing).to_be_hidden()
    assert reader.send().status == 200


@pytest.fixture
def plain_context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser as people have it: Playwright's own would remember no page to go back to."""
    usual = browser.browser_type.launch(
        executable_path=WHOLE_CHROMIUM,
        args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield usual.new_context(java_script_enabled=False)
    usual.close()


@pytest.mark.parametrize("form", EACH_FORM)
def test_without_script_the_browsers_back_finds_the_text(
    plain_context: BrowserContext, line: Line, form: str
) -> None:
    page = plain_context.new_page()
    page.goto(f"{line.address}/ar/{FORMS[form].page}/")
    fill(page, form)
    line.cut_at = b"POST "
    page.locator("#form button[type=submit]").click()
    page.wait_for_url("chrome-error://**")
    line.mend()
    page.go_back(wait_until="commit")
    expect_all_there(page, form)


def test_a_draft_of_an_application_waits_in_this_tab_alone_until_it_is_sent(
    open_page: OpenPage, service: Service
) -> None:
    page = open_page()
    reader = Reader(page, service.address, "ar")
    reader.open("bewerbung")
    fill(page, "application")
    page.locator("#german-talk").check()
    page.locator("#counsel_languages-ar").check()
    page.locator("#language").select_option("ti")
    # When one reads another page first
    reader.open("datenschutz")
    reader.open("bewerbung")
    expect_all_there(page, "application")
    expect(page.locator("#german-talk")).to_be_checked()
    expect(page.locator("#counsel_languages-ar")).to_be_checked()
    expect(page.locator("#counsel_languages-fa")).not_to_be_checked()
    expect(page.locator("#language")).to_have_value("ti")
    # Then another tab knows nothing of it
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#background")).to_have_value("")
    other.close()
    # And once sent, this one forgets it too
    page.locator("#town").fill("Rostock")
    page.locator("#phone").fill("0151 234567")
    page.locator("#adult").check()
    page.locator("#availability-yes").check()
    assert reader.send().status == 200
    assert storage(page) == 0


@pytest.mark.parametrize("form", ["complaint", "contact"])
def test_nothing_is_kept_of_a_complaint_or_a_request(
    open_page: OpenPage, service: Service, form: str
) -> None:
    page = open_page()
    reader = Reader(page, service.address, "ar")
    reader.open(FORMS[form].page)
    fill(page, form)
    assert storage(page) == 0
    reader.open("datenschutz")
    reader.open(FORMS[form].page)
    for field in REQUIRED[form]:
        expect(page.locator(field)).to_have_value("")
    assert storage(page) == 0


def test_leaving_quickly_forgets_the_draft_too(open_page: OpenPage, service: Service) -> None:
    page = open_page()
    reader = Reader(page, service.address, "ar")
    reader.open("bewerbung")
    fill(page, "application")
    assert storage(page) == 1
    reader.open("beschwerde")
    page.evaluate("document.getElementById('exit').href = '/ar/'")
    page.locator("#exit").click()
    page.wait_for_url(f"{service.address}/ar/")
    assert storage(page) == 0


def test_a_link_to_the_page_in_another_language_takes_the_text_along(
    open_page: OpenPage, service: Service
) -> None:
    page = open_page()
    reader = Reader(page, service.address, "de")
    reader.open("beschwerde")
    fill(page, "complaint")
    page.locator("header summary").last.click()
    page.locator("header a[lang=ar]").click()
    page.wait_for_url(f"{service.address}/ar/beschwerde/#form")
    expect_all_there(page, "complaint")
    page.locator("main a[href='?also=de']").click()
    page.wait_for_url(f"{service.address}/ar/beschwerde/?also=de#form")
    expect_all_there(page, "complaint")
    heading = texts_for("de").gettext("Was ist passiert?")
    expect(page.locator("label[for=what_happened] .twin")).to_have_text(heading)
