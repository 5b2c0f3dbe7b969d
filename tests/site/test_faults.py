"""The pages without a source: faults in every language, sitemap.xml and robots.txt.

The page to search on is in test_search.py.
"""

from pathlib import Path
from typing import Any

from forms_service.rules.languages import LANGUAGES
from tests.site.conftest import SITE_URL
from tests.site.markup import Page


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


def test_the_sitemap_lists_what_is_worth_finding(
    twins: dict[str, dict[str, str]],
    real_pages: list[Page],
    search_pages: dict[str, Page],
    offline_pages: dict[str, Page],
) -> None:
    expected = [*real_pages, *search_pages.values(), *offline_pages.values()]
    assert set(twins) == {SITE_URL} | {SITE_URL + page.address.lstrip("/") for page in expected}


def test_robots_txt_names_the_sitemap_and_keeps_out_of_the_staff_page(built_site: Path) -> None:
    lines = (built_site / "robots.txt").read_text(encoding="utf-8").splitlines()
    assert f"Sitemap: {SITE_URL}sitemap.xml" in lines
    assert "Disallow: /staff/" in lines
