"""The one file per language that holds every page, and the page that offers it."""

import math
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from forms_service.rules.catalogues import texts_for
from forms_service.rules.languages import LANGUAGES
from tests.site.conftest import NOON_DAY, SITE_URL
from tests.site.loading import in_html
from tests.site.markup import Page

FORM_PAGES = ("kontakt", "beschwerde", "bewerbung", "antwort")
NAME = "anlaufstelle-{}.html"


@pytest.fixture(scope="module")
def files(built_site: Path, portal: dict[str, Any]) -> dict[str, Page]:
    """The files by language."""
    paths = {code: built_site / code / NAME.format(code) for code in portal["languages"]}
    return {
        code: Page(path, f"/{code}/{path.name}", path.read_text(encoding="utf-8"))
        for code, path in paths.items()
    }


def test_it_says_its_language_its_day_and_where_the_newest_is(files: dict[str, Page]) -> None:
    for code, file in files.items():
        language = LANGUAGES[code]
        html = file.one("html").attributes
        assert (html["lang"], html["dir"]) == (language.tag, language.direction)
        head = file.one("header").text
        assert language.own_name in head
        assert texts_for(code).date(NOON_DAY) in head
        assert f"{SITE_URL}{code}/" in head


def test_it_holds_every_page_in_the_readers_order(
    files: dict[str, Page], by_address: dict[str, Page], portal: dict[str, Any]
) -> None:
    for code, file in files.items():
        pages = portal["pages"][code]
        parts = [each for each in file.all("section") if each.inside[-1] == "main"]
        assert [each.attributes["id"] for each in parts] == list(pages)
        contents = [each.attributes["href"] for each in file.all("a") if "nav" in each.inside]
        assert contents == [f"#{name}" for name in pages]
        # A page's title became a heading of the file
        titles = [each.text for each in file.all("h2")][1:]
        assert titles == [next(by_address[each].all("h1")).text for each in pages.values()]


def test_it_says_the_same_as_the_pages(
    files: dict[str, Page], by_address: dict[str, Page], portal: dict[str, Any]
) -> None:
    for code, file in files.items():
        said = {each.text for each in file.texts}
        for address in portal["pages"][code].values():
            missing = [
                each.text
                for each in by_address[address].texts
                if "main" in each.inside and "form" not in each.inside and each.text not in said
            ]
            assert not missing, address


def test_a_page_nobody_has_read_says_so_in_the_file_too(
    files: dict[str, Page], by_address: dict[str, Page], portal: dict[str, Any]
) -> None:
    for code, file in files.items():
        notices = [each for each in file.all("p") if "state" in each.attributes.get("class", "")]
        on_pages = [
            each
            for address in portal["pages"][code].values()
            for each in by_address[address].all("p")
            if "state" in each.attributes.get("class", "")
        ]
        assert [each.text.split() for each in notices] == [each.text.split() for each in on_pages]
        assert notices or code == "de"


def test_texts_in_another_language_stay_marked(
    files: dict[str, Page], by_address: dict[str, Page], portal: dict[str, Any]
) -> None:
    for code, file in files.items():
        own = LANGUAGES[code].tag
        foreign = {(each.text, each.lang) for each in file.texts if each.lang != own}
        for address in portal["pages"][code].values():
            for each in by_address[address].texts:
                if "main" in each.inside and "form" not in each.inside and each.lang != own:
                    assert (each.text, each.lang) in foreign, address


def test_ids_are_unique_and_headings_skip_no_level(files: dict[str, Page]) -> None:
    for code, file in files.items():
        assert not [name for name, count in Counter(file.ids).items() if count > 1], code
        levels = [int(heading.tag[1]) for heading in file.all("h1", "h2", "h3", "h4", "h5")]
        assert levels.count(1) == 1
        assert all(below <= above + 1 for above, below in pairwise(levels)), code


def test_links_lead_within_the_file_or_to_a_whole_address(
    files: dict[str, Page], portal: dict[str, Any]
) -> None:
    for code, file in files.items():
        own = {f"{SITE_URL.rstrip('/')}{address}" for address in portal["pages"][code].values()}
        for link in file.all("a"):
            target = link.attributes["href"]
            if target.startswith("#"):
                assert target[1:] in file.ids, f"{code}: {target}"
            else:
                assert re.match(r"(https:|mailto:|tel:)", target), f"{code}: {target}"
                # What the file holds is read there.
                assert target not in own - {f"{SITE_URL}{code}/"}, f"{code}: {target}"


def test_a_form_is_named_with_its_address_on_the_site(files: dict[str, Page]) -> None:
    for code, file in files.items():
        assert not list(file.all("form", "input", "textarea", "select", "button"))
        targets = [each.attributes["href"] for each in file.all("a")]
        for name in FORM_PAGES:
            assert f"{SITE_URL}{code}/{name}/#form" in targets


def test_it_loads_and_runs_nothing(files: dict[str, Page]) -> None:
    for file in files.values():
        assert list(in_html(file.html)) == []
        assert not list(file.all("script"))
        policy = {"http-equiv": "Content-Security-Policy"}
        assert "default-src 'none'" in file.one("meta", **policy).attributes["content"]


def test_the_page_about_it_says_how_large_it_is(
    files: dict[str, Page], by_address: dict[str, Page]
) -> None:
    for code, file in files.items():
        page = by_address[f"/{code}/offline/"]
        link = page.one("a", href=file.address)
        assert "download" in link.attributes
        said = re.search(r"(\d+)\D*$", link.text)
        assert said
        assert int(said[1]) == math.ceil(file.file.stat().st_size / 1000)


def test_every_page_leads_to_the_page_about_reading_offline(real_pages: list[Page]) -> None:
    for page in real_pages:
        own = page.address.split("/")[1]
        assert page.one("a", href=f"/{own}/offline/").inside[-4:] == ("footer", "div", "ul", "li")
