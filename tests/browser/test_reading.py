"""Someone reads: from the bare address to the language, and on through the pages."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from forms_service.rules.catalogues import texts_for
from forms_service.world.site import Site
from tests.browser.conftest import OpenPage
from tests.browser.journeys import ARABIC_LETTER, Reader, focus_by_keyboard
from tests.browser.service import Service

TO_READ = ("leitbild", "projekt", "ausbildung", "beratung")
FIVE_PARTS = ["wer-wir-sind", "unsere-rolle", "ziele", "werte", "qualitaet"]

# Every piece of text with a phone number or an e-mail address in it, and which way it runs.
NUMBERS_AND_MAILS = r"""() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim();
        if (/\S@\S|\d\s\d{2,}\b(?!\.)|\+\d/.test(text)) {
            const style = getComputedStyle(walker.currentNode.parentElement);
            found.push([text, style.direction]);
        }
    }
    return found;
}"""
# Texts that don't begin where their language begins.
AGAINST_THE_LANGUAGE = """() => [...document.querySelectorAll("main :is(h1, h2, h3, p, li, dd)")]
    .filter(each => !["start", "right"].includes(getComputedStyle(each).textAlign)
        || (getComputedStyle(each).direction !== "rtl" && !each.closest("[dir=ltr]")))
    .map(each => each.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize(
    ("wanted", "given"), [("ar-SY", "ar"), ("en-GB", "en"), ("fr-FR", "fr"), ("it-IT", "de")]
)
def test_the_bare_address_leads_to_the_readers_language(
    open_page: OpenPage, service: Service, wanted: str, given: str
) -> None:
    page = open_page(javascript=False, locale=wanted)
    page.goto(f"{service.address}/")
    assert page.url == f"{service.address}/{given}/"
    expect(page.locator("html")).to_have_attribute("lang", given)


def test_without_the_service_the_bare_address_lets_one_choose(
    open_page: OpenPage, static_site: str, site: Site
) -> None:
    page = open_page(javascript=False)
    for language in site.languages:
        page.goto(f"{static_site}/")
        page.locator(f"main a[href='/{language}/']").click()
        assert page.url == f"{static_site}/{language}/"


def test_every_page_is_reached_by_links_and_by_the_menu(
    page: Page, service: Service, language: str
) -> None:
    reader = Reader(page, service.address, language)
    for name in TO_READ:
        reader.open()
        page.locator(f"main a[href$='{name}/']").first.click()
        assert urlsplit(page.url).path == f"/{language}/{name}/"
        page.locator("header summary").first.click()
        page.locator("header details a").first.click()
        assert urlsplit(page.url).path == f"/{language}/"
        page.locator("header summary").first.click()
        page.locator(f"header details a[href$='{name}/']").click()
        assert urlsplit(page.url).path == f"/{language}/{name}/"
        expect(page.locator("html")).to_have_attribute("lang", language)
        heading = page.locator("main h1")
        expect(heading).to_be_visible()
        assert bool(ARABIC_LETTER.search(heading.inner_text())) == (language == "ar")


def test_a_page_is_reached_by_the_keyboard_alone(
    page: Page, service: Service, language: str
) -> None:
    reader = Reader(page, service.address, language)
    reader.open()
    focus_by_keyboard(page, page.locator("header summary").first)
    page.keyboard.press("Enter")
    link = page.locator("header details a[href$='leitbild/']")
    expect(link).to_be_visible()
    focus_by_keyboard(page, link)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{service.address}/{language}/leitbild/")


def test_the_first_tab_offers_to_skip_to_the_content(
    page: Page, service: Service, language: str
) -> None:
    reader = Reader(page, service.address, language)
    reader.open()
    skip = page.locator("a.skip")
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_language_menu_keeps_the_page(page: Page, service: Service) -> None:
    name = "beschwerde"
    Reader(page, service.address, "de").open(name)
    for language in ("ar", "en", "de"):
        page.locator("header summary").nth(1).click()
        page.locator(f"header details a[lang={language}]").click()
        page.wait_for_url(f"{service.address}/{language}/{name}/")
        expect(page.locator("html")).to_have_attribute("lang", language)


def test_the_leitbild_has_its_five_parts(page: Page, service: Service, language: str) -> None:
    Reader(page, service.address, language).open("leitbild")
    headings = page.locator("main h2").evaluate_all("all => all.map(each => each.id)")
    assert [each for each in headings if each in FIVE_PARTS] == FIVE_PARTS
    for part in FIVE_PARTS:
        assert page.locator(f"#{part} ~ p").count()


def test_an_unreviewed_translation_says_so_in_its_own_language(
    page: Page, service: Service
) -> None:
    reader = Reader(page, service.address, "ar")
    reader.open("projekt")
    notice = page.locator("main .state")
    expect(notice).to_be_visible()
    said = texts_for("ar").gettext(
        "Diese Übersetzung hat noch niemand geprüft. Sie kann Fehler enthalten. Es gilt der "
        "deutsche Text."
    )
    assert ARABIC_LETTER.search(said)
    assert said in notice.inner_text()
    notice.locator("a[lang=de]").click()
    page.wait_for_url(f"{service.address}/de/projekt/")
    expect(page.locator("main .state")).to_have_count(0)


def test_arabic_runs_from_right_to_left_in_every_detail(
    open_page: OpenPage, service: Service, site: Site
) -> None:
    page = open_page()
    against: dict[str, list[str]] = {}
    numbers: list[tuple[str, str]] = []
    for address in site.pages["ar"].values():
        page.goto(f"{service.address}{address}")
        assert page.locator("html").evaluate("each => getComputedStyle(each).direction") == "rtl"
        against[address] = page.evaluate(AGAINST_THE_LANGUAGE)
        numbers += page.evaluate(NUMBERS_AND_MAILS)
    assert {address: found for address, found in against.items() if found} == {}
    assert [text for text, direction in numbers if direction != "ltr"] == []
    assert any("@" in text for text, _ in numbers)
    assert any(re.search(r"\d\s\d", text) for text, _ in numbers)


@pytest.mark.parametrize("width", [320, 360])
def test_a_number_to_call_is_never_broken(
    open_page: OpenPage, static_site: str, language: str, width: int
) -> None:
    page = open_page(javascript=False, width=width)
    page.goto(f"{static_site}/{language}/notfall/")
    numbers = page.locator(".number bdi")
    lines = numbers.evaluate_all("all => all.map(each => each.getClientRects().length)")
    assert len(lines) >= 5
    assert set(lines) == {1}


# Every language is looked at by the slow tests, at this width too (test_views.py).
NARROW = ["uk"]


def test_no_page_scrolls_sideways(open_page: OpenPage, static_site: str, site: Site) -> None:
    page = open_page(javascript=False, width=320, height=640)
    too_wide = {}
    addresses = [address for code in NARROW for address in site.pages[code].values()]
    for address in ["/", *addresses, *(f"/{code}/404.html" for code in NARROW)]:
        page.goto(f"{static_site}{address}")
        wide, room = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        if wide > room:
            too_wide[address] = wide
    assert too_wide == {}
