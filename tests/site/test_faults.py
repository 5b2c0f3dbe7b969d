"""The pages without a source: faults in every language, sitemap.xml and robots.txt.

The page to search on is in test_search.py.
"""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from forms_service.rules.languages import LANGUAGES
from tests.site.conftest import SITE_URL
from tests.site.markup import Page

_SITEMAP = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


def test_every_language_has_a_fault_page_whose_links_hold_at_any_address(
    by_address: dict[str, Page], portal: dict[str, Any]
) -> None:
    for code in portal["languages"]:
        page = by_address[f"/{code}/404.html"]
        targets = [
            link.attributes.get("href", "")
            for link in page.all("a", "link")
            if not link.attributes.get("href", "").startswith("#")
        ]
        assert len(targets) > 20
        assert all(target.startswith("/") for target in targets)
        assert page.one("meta", name="robots").attributes["content"] == "noindex"


def test_the_root_names_every_language_in_its_own_words(
    by_address: dict[str, Page], portal: dict[str, Any]
) -> None:
    for address in ("/", "/404.html"):
        links = {link.attributes["href"]: link for link in by_address[address].all("a")}
        assert set(links) == {f"/{code}/" for code in portal["languages"]}
        for code in portal["languages"]:
            language, link = LANGUAGES[code], links[f"/{code}/"]
            assert language.own_name in link.text
            assert (link.lang, link.attributes["dir"]) == (language.tag, language.direction)


def test_the_sitemap_lists_real_pages_with_their_twins(
    built_site: Path,
    by_address: dict[str, Page],
    real_pages: list[Page],
    search_pages: dict[str, Page],
    offline_pages: dict[str, Page],
) -> None:
    tree = ElementTree.fromstring(  # noqa: S314 - our own file
        (built_site / "sitemap.xml").read_text(encoding="utf-8")
    )
    listed = {
        entry.findtext("map:loc", namespaces=_SITEMAP): {
            twin.attrib["hreflang"]: twin.attrib["href"]
            for twin in entry.findall("x:link", _SITEMAP)
        }
        for entry in tree.findall("map:url", _SITEMAP)
    }
    assert listed == {
        SITE_URL + page.address.lstrip("/"): page.alternates
        for page in [
            by_address["/"],
            *real_pages,
            *search_pages.values(),
            *offline_pages.values(),
        ]
    }


def test_robots_txt_names_the_sitemap_and_keeps_out_of_the_staff_page(built_site: Path) -> None:
    lines = (built_site / "robots.txt").read_text(encoding="utf-8").splitlines()
    assert f"Sitemap: {SITE_URL}sitemap.xml" in lines
    assert "Disallow: /staff/" in lines
