"""Pages for every eye and every hand: large text, great zoom, forced colours, the keyboard alone."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.service import Service

LANGUAGES = [
    "ar",
    pytest.param("de", marks=pytest.mark.slow),
    pytest.param("ti", marks=pytest.mark.slow),
]
KINDS = ["", "leitbild/", "beschwerde/", "antwort/", "notfall/", "aushang/"]
# A screen of 1280 × 1024 at 400 %.
ZOOMED_WIDTH, ZOOMED_HEIGHT = 320, 256

TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# Text that stands outside the screen's sides or is cut by its own box.
LOST = """() => [...document.querySelectorAll("body *")]
    .filter(each => each.checkVisibility({visibilityProperty: true})
        && !each.closest(".trap, .skip, .visually-hidden, svg")
        && [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .filter(each => {
        const box = each.getBoundingClientRect(), style = getComputedStyle(each);
        return box.left < -1 || box.right > innerWidth + 1
            || (style.overflowX !== "visible" && each.scrollWidth > each.clientWidth + 1)
            || (style.overflowY === "hidden" && each.scrollHeight > each.clientHeight + 1);
    })
    .map(each => each.outerHTML.slice(0, 120))"""
# What one reads or presses and that lies on something else of this kind. The way out sticks to the
# screen's edge: it may lie on what scrolls below it.
OVERLAPPING = """() => {
    const boxes = [...document.querySelectorAll("a, summary, button, input, textarea, select, label, h1, h2, h3, p")]
        .filter(each => each.checkVisibility({visibilityProperty: true})
            && !each.closest(".trap, .skip, .visually-hidden, .exit"))
        // A link that goes on in the next line is two boxes, with other words between them.
        .flatMap(each => [...each.getClientRects()].map(box => [each, box]))
        .filter(([, box]) => box.width > 1 && box.height > 1);
    const found = [];
    boxes.forEach(([one, a], place) => boxes.slice(place + 1).forEach(([other, b]) => {
        if (one.contains(other) || other.contains(one)) return;
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 2 && high > 2)
            found.push(`${one.outerHTML.slice(0, 80)} on ${other.outerHTML.slice(0, 80)}`);
    }));
    return found;
}"""
# Where the keyboard can go, in the page's order; of a group of radio buttons one.
STOPS = """() => {
    const groups = new Set();
    window.stops = [...document.querySelectorAll("a[href], summary, button, input, textarea, select")]
        .filter(each => (each.checkVisibility({visibilityProperty: true})) && each.tabIndex >= 0
            && each.type !== "hidden")
        .filter(each => {
            if (each.type !== "radio") return true;
            const checked = document.querySelector(`[name="${each.name}"]:checked`);
            if (groups.has(each.name) || (checked && checked !== each)) return false;
            return groups.add(each.name);
        });
    return window.stops.length;
}"""
# Which stop has the focus, and what is wrong with the way it shows it.
FOCUSED = """() => {
    const each = document.activeElement, box = each.getBoundingClientRect();
    const style = getComputedStyle(each), wrong = [];
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) wrong.push("no outline");
    if (box.bottom < 1 || box.top > innerHeight - 1) wrong.push("off the screen");
    const point = document.elementFromPoint(
        box.left + Math.min(box.width / 2, 20), box.top + Math.min(box.height / 2, 20));
    if (point && point.closest(".exit") && !each.closest(".exit")) wrong.push("under the way out");
    return [window.stops.indexOf(each), wrong.map(what => `${what}: ${each.outerHTML.slice(0, 100)}`)];
}"""
# What is told apart by its ground alone unless it has a border.
WITHOUT_A_BORDER = """() => [...document.querySelectorAll(
        ".button, .input, .card, .notice, .exit, .help, .receipt, .error-summary, .talk__item")]
    .filter(each => each.checkVisibility())
    .filter(each => {
        const style = getComputedStyle(each);
        return ["top", "right", "bottom", "left"].every(side =>
            style[`border-${side}-style`] === "none" || !parseFloat(style[`border-${side}-width`]));
    })
    .map(each => each.outerHTML.slice(0, 120))"""


def addresses(language: str) -> list[str]:
    """The pages of one language to look at, and the poster that has all of them."""
    return [f"/{language}/{kind}" for kind in KINDS] + ["/aushang/"]


def open_menu(page: Page, place: int) -> None:
    """Open one of the two menus, if the page has any."""
    for menu in page.locator("header details").all()[place : place + 1]:
        menu.evaluate("each => { each.open = true; }")


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_of_twice_the_size_loses_nothing(
    open_page: OpenPage, static_site: str, language: str
) -> None:
    page = open_page()
    for address in addresses(language):
        page.goto(f"{static_site}{address}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not page.evaluate(TOO_WIDE), address
        assert page.evaluate(LOST) == [], address
        assert page.evaluate(OVERLAPPING) == [], address
        for menu in (0, 1):
            open_menu(page, menu)
            assert not page.evaluate(TOO_WIDE), address
            assert page.evaluate(LOST) == [], address


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_400_percent_the_page_flows_again(
    open_page: OpenPage, static_site: str, language: str
) -> None:
    page = open_page(width=ZOOMED_WIDTH, height=ZOOMED_HEIGHT)
    for address in addresses(language):
        page.goto(f"{static_site}{address}")
        assert not page.evaluate(TOO_WIDE), address
        assert page.evaluate(LOST) == [], address
        assert page.evaluate(OVERLAPPING) == [], address


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_out_leaves_room_to_read_at_400_percent(
    open_page: OpenPage, static_site: str, language: str
) -> None:
    page = open_page(width=ZOOMED_WIDTH, height=ZOOMED_HEIGHT)
    page.goto(f"{static_site}/{language}/beschwerde/")
    box = page.locator(".exit").bounding_box()
    assert box is not None
    assert box["height"] <= ZOOMED_HEIGHT / 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.slow)])
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(
    open_page: OpenPage, static_site: str, language: str, width: int
) -> None:
    page = open_page(width=width)
    for address in addresses(language):
        page.goto(f"{static_site}{address}")
        reached, wrong = [], []
        count = page.evaluate(STOPS)
        for _ in range(count):
            page.keyboard.press("Tab")
            place, found = page.evaluate(FOCUSED)
            reached.append(place)
            wrong += found
        assert reached == list(range(count)), address
        assert wrong == [], address


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_opens_a_menu_and_closes_it_again(
    open_page: OpenPage, static_site: str, language: str
) -> None:
    page = open_page(javascript=False)
    page.goto(f"{static_site}/{language}/leitbild/")
    for place in (0, 1):
        menu = page.locator("header details").nth(place)
        menu.locator("summary").focus()
        for opened in (True, False):
            page.keyboard.press("Enter")
            assert menu.evaluate("each => each.open") is opened
            assert menu.locator("a").first.is_visible() is opened


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_forced_colours_everything_keeps_its_edge(
    open_page: OpenPage, static_site: str, language: str
) -> None:
    page = open_page(forced_colors="active")
    for address in addresses(language):
        page.goto(f"{static_site}{address}")
        assert page.evaluate(WITHOUT_A_BORDER) == [], address


def test_in_forced_colours_the_receipt_keeps_its_edge_and_its_code(
    open_page: OpenPage, service: Service
) -> None:
    page = open_page(forced_colors="active", color_scheme="dark")
    page.goto(f"{service.address}/ar/beschwerde/")
    page.locator("#what_happened").fill("الممر بارد جدًا.")
    page.locator("#form button[type=submit]").click()
    page.locator(".receipt").wait_for()
    assert page.evaluate(WITHOUT_A_BORDER) == []
    ground = page.locator(".receipt__code").evaluate(
        "each => getComputedStyle(each).backgroundColor"
    )
    assert ground == "rgb(255, 255, 255)"
