"""What one prints: posters of one sheet each, pages with nothing cut, letters in every script."""

import pytest
from playwright.sync_api import Page

from forms_service.rules.languages import LANGUAGES
from forms_service.world.site import Site
from tests.browser import views
from tests.browser.conftest import OpenPage
from tests.browser.service import Service
from tests.paper import Sheet, sheets

A4_MM = (210, 297)
BROWSERS_MARGIN = "1cm"
"""What browsers leave white where a style sheet doesn't say otherwise."""
# What every printer leaves white, with a little to spare.
EDGE_MM = 8
SITE = "http://127.0.0.1:8000/"
"""The address that the site is built for where nobody has set one."""
LONG_ADDRESS = "anlaufstelle.soziale-arbeit-mittelmark.brandenburg.example/ar/"
SCRIPTS = ["ar", *(pytest.param(code, marks=pytest.mark.slow) for code in ("de", "ps", "ti", "uk"))]
KINDS = ["", "leitbild/", "beschwerde/", "notfall/", "impressum/"]
# As wide as what a page of A4 has between those margins, in CSS pixels.
BETWEEN_MARGINS = 718
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
TOO_TALL = "(each => each.scrollHeight > each.clientHeight)(document.querySelector('.sheet'))"
# Every character of the page that is drawn like one that no font has. The last resort is asked for
# two characters that mean nothing: if they differed, this would find nothing, ever.
BOXES = r"""() => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 48;
    const pen = canvas.getContext("2d", {willReadFrequently: true});
    pen.font = "24px system-ui, sans-serif";
    const drawn = letter => {
        pen.clearRect(0, 0, 48, 48);
        pen.fillText(letter, 8, 32);
        return pen.getImageData(0, 0, 48, 48).data.join();
    };
    const box = drawn("\u0378");
    if (drawn("\u{effff}") !== box) throw new Error("There is no one box to compare with.");
    const letters = new Set(document.body.innerText.replace(/[\p{Z}\p{C}]/gu, ""));
    return [...letters].filter(letter => drawn(letter) === box);
}"""


def printed(page: Page) -> list[Sheet]:
    """Print the page as it stands, on A4."""
    edge = BROWSERS_MARGIN
    pdf = page.pdf(
        format="A4",
        prefer_css_page_size=True,
        margin={"top": edge, "right": edge, "bottom": edge, "left": edge},
    )
    return sheets(pdf)


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page on paper."""
    found = []
    for number, sheet in enumerate(printed(page), 1):
        if max(abs(one - other) for one, other in zip(sheet.size_mm, A4_MM, strict=True)) > 1:
            found.append(f"sheet {number} is {sheet.size_mm} mm")
        if sheet.is_empty:
            found.append(f"sheet {number} is empty")
        elif sheet.margin_mm < EDGE_MM:
            found.append(f"sheet {number} is printed up to {sheet.margin_mm} mm from its edge")
    return found


def is_too_wide(page: Page) -> bool:
    """Whether the browser would have to shrink the page, or cut it."""
    size = page.viewport_size
    assert size is not None
    page.emulate_media(media="print")
    page.set_viewport_size({"width": BETWEEN_MARGINS, "height": size["height"]})
    answer = bool(page.evaluate(TOO_WIDE))
    # Left at "screen", the browser would print what stands on the screen.
    page.emulate_media(media="null")
    page.set_viewport_size(size)
    return answer


def posters(site: Site) -> dict[str, str]:
    """The address of every poster, with the address that its code leads to."""
    return {"/aushang/": SITE} | {f"/{code}/aushang/": f"{SITE}{code}/" for code in site.languages}


def test_a_poster_is_one_sheet_with_a_code_that_telephones_read(
    open_page: OpenPage, static_site: str, site: Site
) -> None:
    page = open_page(javascript=False)
    for poster, address in posters(site).items():
        page.goto(f"{static_site}{poster}")
        assert faults(page) == [], poster
        (sheet,) = printed(page)
        (code,) = sheet.codes
        assert code.text == address
        assert code.width_mm >= 60
        assert address.removeprefix("http://") in sheet.text, poster


def test_a_poster_has_room_for_a_long_address(
    open_page: OpenPage, static_site: str, site: Site
) -> None:
    page = open_page()
    for poster in posters(site):
        page.goto(f"{static_site}{poster}")
        page.locator(".address a").evaluate("(each, text) => each.textContent = text", LONG_ADDRESS)
        page.emulate_media(media="print")
        assert not page.evaluate(TOO_TALL), poster
        assert len(printed(page)) == 1, poster


@pytest.mark.parametrize("colours", ["light", "dark", "forced"])
def test_the_code_is_read_from_a_screen_in_any_colours(
    open_page: OpenPage, static_site: str, colours: str
) -> None:
    page = open_page(
        color_scheme="light" if colours == "light" else "dark",
        forced_colors="active" if colours == "forced" else "none",
    )
    page.goto(f"{static_site}/ti/aushang/")
    page.emulate_media(media="screen")
    (sheet,) = sheets(page.pdf(print_background=True, width="210mm", height="600mm"))
    assert [code.text for code in sheet.codes] == [f"{SITE}ti/"]


def test_posters_lead_to_each_other_and_from_the_page_for_those_who_help(
    page: Page, static_site: str, language: str
) -> None:
    page.goto(f"{static_site}/{language}/mitmachen/")
    page.locator("main a[href$='aushang/']").click()
    page.wait_for_url(f"{static_site}/{language}/aushang/")
    page.locator("a[href='/aushang/']").click()
    page.locator(f"a[href='/{LANGUAGES['ti'].code}/aushang/']").click()
    page.wait_for_url(f"{static_site}/ti/aushang/")


@pytest.mark.parametrize("language", SCRIPTS)
def test_pages_are_printed_whole(open_page: OpenPage, static_site: str, language: str) -> None:
    page = open_page(javascript=False)
    for kind in KINDS:
        page.goto(f"{static_site}/{language}/{kind}")
        assert not is_too_wide(page), kind
        assert faults(page) == [], kind


@pytest.mark.slow
def test_every_page_is_printed_whole(open_page: OpenPage, static_site: str, site: Site) -> None:
    page = open_page(javascript=False)
    wrong = {}
    for address in ["/", *(each for pages in site.pages.values() for each in pages.values())]:
        page.goto(f"{static_site}{address}")
        found = faults(page) + (["too wide"] if is_too_wide(page) else [])
        if found:
            wrong[address] = found
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_conversation_is_printed_whole(
    open_page: OpenPage, service: Service, language: str
) -> None:
    page = open_page()
    for view in views.answer_views(page, service.address, language):
        assert not is_too_wide(page), view
        assert faults(page) == [], view


@pytest.mark.parametrize("language", ["ar", pytest.param("de", marks=pytest.mark.slow)])
def test_a_form_and_its_receipt_are_printed_whole(
    open_page: OpenPage, service: Service, language: str
) -> None:
    page = open_page()
    for view in views.form_views(page, service.address, language):
        assert not is_too_wide(page), view
        assert faults(page) == [], view
        if view == "receipt":
            number = page.locator(".receipt").inner_text()
            assert "".join(number.split()) in "".join(printed(page)[0].text.split())


@pytest.mark.parametrize("language", SCRIPTS)
def test_no_letter_is_a_box(open_page: OpenPage, static_site: str, language: str) -> None:
    page = open_page()
    for kind in (*KINDS, "aushang/"):
        page.goto(f"{static_site}/{language}/{kind}")
        assert page.evaluate(BOXES) == [], kind


@pytest.mark.parametrize("language", SCRIPTS)
@pytest.mark.parametrize("form", ["beschwerde", pytest.param("kontakt", marks=pytest.mark.slow)])
def test_a_form_on_paper_is_printed_whole_and_leaves_room_to_write(
    open_page: OpenPage, static_site: str, form: str, language: str
) -> None:
    page = open_page(javascript=False)
    page.goto(f"{static_site}/{language}/{form}/")
    page.locator("#form a[href$='papier/']").click()
    page.wait_for_url(f"{static_site}/{language}/{form}/papier/")
    assert not is_too_wide(page)
    assert faults(page) == []
    assert len(printed(page)) <= 6
    assert page.evaluate(BOXES) == []
    page.emulate_media(media="print")
    room = page.locator(".line").evaluate_all("all => all.map(each => each.offsetHeight)")
    # A hand needs eight millimetres.
    assert min(room) >= 30
