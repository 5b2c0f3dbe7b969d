"""axe finds nothing, on no page in no language, in light and in dark; every touch finds its aim."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from forms_service.world.site import Site
from tests.browser import views
from tests.browser.conftest import OpenPage, Trial
from tests.browser.service import Service

Axe = Callable[[Page], list[str]]

# Where a finger has to meet something: the two sizes are WCAG 2.2's (2.5.8) and our own, 44 px.
# A link inside a sentence is as high as its line; a box to tick is hit by its label too.
TOO_SMALL = """() => {
    const seen = each => each.checkVisibility({visibilityProperty: true})
        && !each.closest(".trap, .skip") && each.getClientRects().length;
    const inSentence = each => each.matches("p a:not(.button), li a:not(nav a, .card)")
        && each.parentElement.textContent.trim() !== each.textContent.trim();
    const small = (selector, side, height) => [...document.querySelectorAll(selector)]
        .filter(each => seen(each) && !inSentence(each))
        .filter(each => {
            const box = each.getBoundingClientRect();
            return box.width < side || box.height < Math.max(side, height);
        })
        .map(each => {
            const box = each.getBoundingClientRect();
            return `${Math.round(box.width)}x${Math.round(box.height)} ${each.outerHTML.slice(0, 160)}`;
        });
    return [
        ...small("nav a, summary, header a, form a, main a, .exit a", 24, 0),
        ...small("button, .button, input:not([type=radio], [type=checkbox], [type=hidden]), "
            + "select, textarea:not([hidden])", 24, 44),
        ...small(".choice", 24, 44),
    ];
}"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def addresses(site: Site) -> list[str]:
    """Every built page of every language, the choice of language and each 404."""
    pages = [address for pages in site.pages.values() for address in pages.values()]
    faults = [f"/{language}/404.html" for language in site.languages]
    return ["/", "/404.html", *pages, *faults]


def look_at(page: Page, all_views: Iterator[str], axe: Axe) -> dict[str, list[str]]:
    """Return what axe and a ruler find at each view; nothing where they find nothing."""
    findings = {}
    for view in all_views:
        found = axe(page) + [f"small: {each}" for each in page.evaluate(TOO_SMALL)]
        if page.evaluate(TOO_WIDE):
            found.append("scrolls sideways")
        findings[view] = found
    assert findings, "There was no view to look at."
    return {view: found for view, found in findings.items() if found}


def test_every_built_page(open_page: OpenPage, axe: Axe, static_site: str, site: Site) -> None:
    page = open_page(javascript=False)

    def built_pages() -> Iterator[str]:
        for address in addresses(site):
            page.goto(f"{static_site}{address}")
            for menu in page.locator("header details").all():
                menu.evaluate("each => { each.open = true; }")
            yield address

    assert look_at(page, built_pages(), axe) == {}


@pytest.mark.parametrize("language", ["de", "en", "ar"])
@pytest.mark.parametrize(
    "language_views", [views.form_views, views.answer_views, views.fault_views]
)
def test_every_view_of_the_senders_side(
    open_page: OpenPage,
    axe: Axe,
    service: Service,
    language: str,
    language_views: Callable[[Page, str, str], Iterator[str]],
) -> None:
    page = open_page()
    assert look_at(page, language_views(page, service.address, language), axe) == {}


@pytest.mark.parametrize("language", ["de", "ar"])
def test_too_many_tries(
    open_page: OpenPage, axe: Axe, own_service: Service, language: str
) -> None:
    page = open_page()
    assert look_at(page, views.too_many_view(page, own_service.address, language), axe) == {}


@pytest.mark.parametrize(("email", "locale"), [("lena@example.org", "de"), ("sam@example.org", "en")])
def test_every_view_of_the_staff_page(
    open_page: OpenPage, axe: Axe, own_service: Service, trial: Trial, email: str, locale: str
) -> None:
    page = open_page(locale=locale)
    staff = views.staff_views(page, own_service.address, email, trial.passwords[email])
    assert look_at(page, staff, axe) == {}


def test_the_empty_list(
    open_page: OpenPage, axe: Axe, service: Service, trial: Trial
) -> None:
    page = open_page()
    empty = views.empty_list_view(page, service.address, trial.passwords["omid@example.org"])
    assert look_at(page, empty, axe) == {}


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_every_built_page_at_every_width(
    open_page: OpenPage, axe: Axe, static_site: str, site: Site, width: int
) -> None:
    page = open_page(width=width, height=900)

    def built_pages() -> Iterator[str]:
        for address in addresses(site):
            page.goto(f"{static_site}{address}")
            yield address

    assert look_at(page, built_pages(), axe) == {}


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_every_view_of_the_service_at_every_width(
    open_page: OpenPage, axe: Axe, own_service: Service, trial: Trial, width: int
) -> None:
    page = open_page(width=width, height=900)
    address = own_service.address
    findings = {}
    for language in ("de", "en", "ar"):
        for each in (views.form_views, views.answer_views, views.fault_views):
            findings[f"{language} {each.__name__}"] = look_at(page, each(page, address, language), axe)
    for email in ("lena@example.org", "sam@example.org"):
        staff = views.staff_views(page, address, email, trial.passwords[email])
        findings[email] = look_at(page, staff, axe)
    assert {name: found for name, found in findings.items() if found} == {}
