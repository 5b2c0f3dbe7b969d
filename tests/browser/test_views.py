"""Every page and every view, looked at by machines that find nothing to complain about.

axe in light and in dark, the Nu HTML checker (what was sent, before the browser mended anything),
and a ruler: nothing scrolls sideways, and a finger finds its aim.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response

from forms_service.world.site import Site
from tests.browser import staff_views, views
from tests.browser.conftest import OpenPage
from tests.browser.member_views import member_views
from tests.browser.service import FOUNDERS_PASSWORD, Service, Trial
from tests.checkers import html_findings

Look = Callable[[Page, Iterator[str]], dict[str, list[str]]]
LanguageViews = Callable[[Page, str, str], Iterator[str]]

SENDER_VIEWS = [
    views.form_views, views.answer_views, views.wish_views, views.search_views, views.fault_views,
]  # fmt: skip
LENA, SAM, OMID = "lena@example.org", "sam@example.org", "omid@example.org"
RUTH = "ruth@example.org"

# At least one page of each kind; with scripts, menus open.
OF_EACH_KIND = [
    "/", "/404.html", "/ar/404.html", "/ar/", "/ar/leitbild/", "/ar/beschwerde/", "/ar/notfall/", "/ar/offline/",
    "/ar/antwort/", "/ar/suche/", "/de/impressum/", "/de/bewerbung/", "/en/kontakt/", "/en/ausbildung/",
]  # fmt: skip

# WCAG 2.2 asks for 24 px (2.5.8); what is pressed in forms is as high as a fingertip, 44 px.
# A link inside a sentence is as high as its line; a box to tick is hit by its label too.
TOO_SMALL = """() => {
    const seen = each => each.checkVisibility({visibilityProperty: true})
        && !each.closest(".trap, .skip") && each.getClientRects().length;
    const inSentence = each => each.matches(":is(p, li) a:not(.button, .card, nav a)")
        && each.parentElement.textContent.trim() !== each.textContent.trim();
    const small = (selector, height) => [...document.querySelectorAll(selector)]
        .filter(each => seen(each) && !inSentence(each))
        .map(each => [each.getBoundingClientRect(), each])
        .filter(([box]) => box.width < 24 || box.height < height)
        .map(([box, each]) => `small: ${box.width}x${box.height} ${each.outerHTML.slice(0, 160)}`);
    return [
        ...small("a, summary", 24),
        ...small("button, .button, select, .choice, textarea:not([hidden]), "
            + "input:not([type=radio], [type=checkbox], [type=hidden])", 44),
    ];
}"""
OPEN_WHAT_IS_FOLDED = "document.querySelectorAll('main details').forEach(each => each.open = true)"
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def look(axe: Callable[[Page], list[str]]) -> Look:
    """Looks at one view after the other; returns what was found, of the views where there was."""

    def look(page: Page, all_views: Iterator[str]) -> dict[str, list[str]]:
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))
        sources: dict[str, str] = {}
        findings: dict[str, list[str]] = {}
        for view in all_views:
            page.evaluate(OPEN_WHAT_IS_FOLDED)
            findings[view] = axe(page) + page.evaluate(TOO_SMALL)
            if page.evaluate(TOO_WIDE):
                findings[view].append("scrolls sideways")
            pages = [each for each in answers if each.request.resource_type == "document"]
            sources[view] = [each for each in pages if not 300 <= each.status < 400][-1].text()
            answers.clear()
        findings["sources"] = html_findings(sources)
        return {view: found for view, found in findings.items() if found}

    return look


@pytest.mark.parametrize(
    "patterns",
    [
        pytest.param(("*.html", "ar/**/*.html", "aushang/*.html", "**/*.svg"), id="one language"),
        pytest.param(("**/*.html", "**/*.svg"), id="every language", marks=pytest.mark.slow),
    ],
)
def test_every_page_is_valid(built_site: Path, patterns: tuple[str, ...]) -> None:
    documents = {
        str(path.relative_to(built_site)): path.read_text(encoding="utf-8")
        for pattern in patterns
        for path in built_site.glob(pattern)
    }
    assert len(documents) > 20
    assert html_findings(documents) == []


def walk(page: Page, origin: str, addresses: list[str]) -> Iterator[str]:
    for place, address in enumerate(addresses):
        page.goto(f"{origin}{address}")
        # One of the two menus, because each closes the other.
        if menus := page.locator("header details").all():
            menus[place % len(menus)].evaluate("each => { each.open = true; }")
        yield address


def test_a_page_of_each_kind(open_page: OpenPage, look: Look, static_site: str) -> None:
    page = open_page()
    assert look(page, walk(page, static_site, OF_EACH_KIND)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_every_page_at_every_width(
    open_page: OpenPage, look: Look, static_site: str, site: Site, width: int
) -> None:
    page = open_page(javascript=False, width=width, height=900)
    every = [address for pages in site.pages.values() for address in pages.values()]
    others = [
        f"/{language}/{name}" for language in site.languages for name in ("404.html", "suche/")
    ]
    assert look(page, walk(page, static_site, ["/", "/404.html", *every, *others])) == {}


@pytest.mark.parametrize(
    "sender_views",
    [
        *SENDER_VIEWS[:2],
        *(pytest.param(each, marks=pytest.mark.slow) for each in SENDER_VIEWS[2:]),
    ],
)
def test_the_senders_side(
    open_page: OpenPage, look: Look, service: Service, sender_views: LanguageViews
) -> None:
    page = open_page()
    assert look(page, sender_views(page, service.address, "ar")) == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "width"), [("de", 360), ("en", 360), ("de", 320), ("en", 768), ("ar", 1280)]
)
def test_the_senders_side_in_every_language_at_every_width(
    open_page: OpenPage, look: Look, own_service: Service, language: str, width: int
) -> None:
    page = open_page(width=width, height=900)
    for sender_views in (*SENDER_VIEWS, views.too_many_view):
        assert look(page, sender_views(page, own_service.address, language)) == {}


def test_the_staff_page(
    open_page: OpenPage, look: Look, own_service: Service, trial: Trial
) -> None:
    page, address = open_page(), own_service.address
    assert look(page, staff_views.staff_views(page, address, LENA, trial.passwords[LENA])) == {}
    page.context.clear_cookies()
    assert look(page, staff_views.empty_list_view(page, address, trial.passwords[OMID])) == {}


@pytest.mark.slow
def test_deleting_and_figures(
    open_page: OpenPage, look: Look, own_service: Service, trial: Trial
) -> None:
    page, address = open_page(width=360, height=740), own_service.address
    assert look(page, staff_views.deleting_views(page, address, LENA, trial.passwords[LENA])) == {}
    page.context.clear_cookies()
    assert look(page, staff_views.figures_views(page, address, trial.passwords[RUTH])) == {}


@pytest.mark.slow
def test_the_pages_about_members(open_page: OpenPage, look: Look, real_service: Service) -> None:
    page, address = open_page(), real_service.address
    assert look(page, member_views(page, address, FOUNDERS_PASSWORD)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_about_members_at_every_width(
    open_page: OpenPage, look: Look, real_service: Service, width: int
) -> None:
    page, address = open_page(width=width, height=900), real_service.address
    assert look(page, member_views(page, address, FOUNDERS_PASSWORD)) == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("email", "locale", "width"),
    [(SAM, "en", 360), (LENA, "de", 320), (SAM, "en", 768), (LENA, "de", 1280)],
)
def test_the_staff_page_in_both_languages_at_every_width(
    open_page: OpenPage,
    look: Look,
    own_service: Service,
    trial: Trial,
    email: str,
    locale: str,
    width: int,
) -> None:
    page = open_page(locale=locale, width=width, height=900)
    address = own_service.address
    assert look(page, staff_views.staff_views(page, address, email, trial.passwords[email])) == {}
