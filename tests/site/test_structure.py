"""What every page must be made of: for screen readers, for keyboards, for a strict policy."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

from tests.site.markup import Page


def test_every_page_has_one_main_heading_and_a_title(pages: list[Page]) -> None:
    for page in pages:
        assert len(list(page.all("h1"))) == 1, page.address
        assert page.one("title").text.strip(), page.address


def test_headings_skip_no_level(pages: list[Page]) -> None:
    for page in pages:
        levels = [int(heading.tag[1]) for heading in page.all("h1", "h2", "h3", "h4")]
        for above, below in pairwise(levels):
            assert below <= above + 1, f"{page.address}: h{below} after h{above}"


def test_every_heading_of_a_text_has_an_id(real_pages: list[Page]) -> None:
    for page in real_pages:
        own = [each for each in page.all("h1", "h2", "h3") if "form" not in each.inside]
        assert all(re.fullmatch(r"[a-z0-9_-]+", each.attributes.get("id", "")) for each in own), (
            page.address
        )


def test_ids_are_unique(pages: list[Page]) -> None:
    for page in pages:
        assert not [name for name, count in Counter(page.ids).items() if count > 1], page.address


def test_every_page_describes_itself(real_pages: list[Page]) -> None:
    for page in real_pages:
        assert page.one("meta", name="description").attributes["content"].strip()


def test_the_skip_link_comes_first_and_leads_to_the_content(real_pages: list[Page]) -> None:
    for page in real_pages:
        first = next(page.all("a", "button", "summary"))
        assert first.attributes["href"] == "#main", page.address
        assert page.one("main").attributes["id"] == "main"


def test_icons_stand_beside_words(pages: list[Page]) -> None:
    for page in pages:
        for control in page.all("a", "button", "summary"):
            assert control.text.strip(), f"{page.address}: {control.attributes}"
        for drawing in page.all("svg"):
            assert drawing.attributes.get("aria-hidden") == "true", page.address


def test_nothing_is_styled_or_scripted_inside_a_page(pages: list[Page]) -> None:
    for page in pages:
        assert not list(page.all("style"))
        assert all(script.attributes.get("src") for script in page.all("script"))
        for element in page.elements:
            assert "style" not in element.attributes, page.address
            assert not [name for name in element.attributes if name.startswith("on")]


def test_styles_know_no_left_or_right() -> None:
    css = Path(__file__).parent.parent.parent / "overrides" / "css"
    for path in css.glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        physical = re.findall(
            r"(?<![-\w])(?:[a-z]+-)?(?:left|right)\b|(?<![-\w])(?:min-|max-)?(?:width|height)\s*:",
            _rules(text),
        )
        assert not physical, path.name


def _rules(css: str) -> str:
    """Return the declarations without media queries, which know no logical names."""
    return re.sub(r"@media[^{]*\{", "", css)


def test_pages_with_a_quick_exit_show_it_before_their_content(real_pages: list[Page]) -> None:
    hasty = {"kontakt", "beschwerde", "antwort", "beratung"}
    for page in real_pages:
        name = page.address.split("/")[2]
        exits = [each for each in page.all("a") if each.attributes.get("id") == "exit"]
        assert bool(exits) == (name in hasty), page.address
        for link in exits:
            assert link.attributes["rel"] == "noreferrer nofollow"
            assert "main" not in link.inside
