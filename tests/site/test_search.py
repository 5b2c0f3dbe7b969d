"""The page to search on, which also serves without the service, and what the service searches."""

import json
from pathlib import Path
from typing import Any

import pytest

from forms_service.rules.catalogues import texts_for
from forms_service.rules.rendering import render_search_form
from overrides.hooks.search import _Reader
from tests.site.conftest import SITE_URL
from tests.site.markup import Page


@pytest.fixture(scope="module")
def sections(built_site: Path) -> list[dict[str, Any]]:
    """Return what the service searches."""
    lines = (built_site / "search.jsonl").read_text(encoding="utf-8").splitlines()
    first, *listed = map(json.loads, lines)
    assert first == {"format": 1}
    return listed


def test_the_form_is_what_the_service_would_render(search_pages: dict[str, Page]) -> None:
    for code, page in search_pages.items():
        assert render_search_form(texts_for(code)) in page.slot("main")


def test_without_the_service_every_page_and_every_part_of_it_is_named(
    search_pages: dict[str, Page], by_address: dict[str, Page], portal: dict[str, Any]
) -> None:
    for code, page in search_pages.items():
        named = {link.attributes["href"] for link in page.all("a") if "h3" in link.inside}
        assert named == set(portal["pages"][code].values())
        parts = {link.attributes["href"] for link in page.all("a") if link.inside[-1] == "li"}
        for address in portal["pages"][code].values():
            text = by_address[address]
            for heading in text.all("h2"):
                # The headings in a form belong to its questions.
                if "form" not in heading.inside and "main" in heading.inside:
                    assert f"{address}#{heading.attributes['id']}" in parts


def test_the_page_names_itself_and_says_what_it_is(search_pages: dict[str, Page]) -> None:
    for code, page in search_pages.items():
        own = f"{SITE_URL}{code}/suche/"
        assert page.one("link", rel="canonical").attributes["href"] == own
        assert page.one("meta", name="description").attributes["content"].strip()


def test_every_page_leads_to_the_search(pages: list[Page], portal: dict[str, Any]) -> None:
    for page in pages:
        code = page.address.split("/")[1]
        # A sheet of paper leads nowhere.
        is_paper = page.address.endswith(("/aushang/", "/papier/"))
        if code in portal["languages"] and not is_paper:
            leading = [
                link
                for link in page.all("a")
                if link.attributes["href"] == f"/{code}/suche/" and "details" not in link.inside
            ]
            assert len(leading) == 1, page.address


def test_a_missing_page_has_the_search_form(
    by_address: dict[str, Page], portal: dict[str, Any]
) -> None:
    for code in portal["languages"]:
        form = by_address[f"/{code}/404.html"].one("form", role="search")
        assert form.attributes["action"] == f"/{code}/suche/"


def test_every_part_of_every_page_can_be_found(
    sections: list[dict[str, Any]], by_address: dict[str, Page], portal: dict[str, Any]
) -> None:
    listed = {each["address"] for each in sections}
    assert len(listed) == len(sections)
    for addresses in portal["pages"].values():
        assert set(addresses.values()) <= listed
    for address in listed:
        path, _, anchor = address.partition("#")
        assert not anchor or anchor in by_address[path].ids


def test_languages_and_pages_stand_in_readers_order(
    sections: list[dict[str, Any]], portal: dict[str, Any]
) -> None:
    assert list(dict.fromkeys(each["language"] for each in sections)) == portal["languages"]
    german = dict.fromkeys(each["page"] for each in sections if each["language"] == "de")
    assert list(german) == list(portal["pages"]["de"])


def test_what_stands_on_many_pages_is_not_searched(sections: list[dict[str, Any]]) -> None:
    german = [
        each["text"]
        for each in sections
        if each["language"] == "de" and each["page"] != "impressum"
    ]
    assert not [text for text in german if "Das haben wir versprochen" in text]
    assert not [text for text in german if "Verantwortlich für das Leitbild, die" in text]


def test_a_page_is_cut_at_its_headings() -> None:
    reader = _Reader()
    reader.feed(
        '<h1 id="a">Titel <em>hier</em></h1><p>Eins<br>zwei</p><ul><li>drei</li><li>vier</li></ul>'
        '<p class="promise"><a href="#"><b>nie</b></a></p><p class="x responsible">nie<p>nie</p></p>'
        '<p>f&uuml;nf</p><h3 id="b">Teil</h3><svg><path d=""/></svg>sechs'
    )
    reader.close()
    assert [(each.anchor, each.level, each.heading, each.text) for each in reader.sections()] == [
        ("a", 1, "Titel hier", "Eins zwei drei vier fünf"),
        ("b", 3, "Teil", "sechs"),
    ]
