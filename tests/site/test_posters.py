"""The posters: in every language's own words, out of the way of search engines."""

from pathlib import Path
from typing import Any

from forms_service.rules.catalogues import texts_for
from forms_service.rules.languages import LANGUAGES
from tests.site.conftest import SITE_URL
from tests.site.markup import Page


def test_every_language_has_a_poster_that_leads_to_its_start_page(
    by_address: dict[str, Page], portal: dict[str, Any]
) -> None:
    for code in portal["languages"]:
        poster, language = by_address[f"/{code}/aushang/"], LANGUAGES[code]
        link = poster.one("a", href=f"{SITE_URL}{code}/")
        assert link.text == f"portal.example/{code}/"
        assert poster.one("html", lang=language.tag).attributes["dir"] == language.direction
        heading = texts_for(code).gettext("Jemand hört Ihnen zu, in Ihrer Sprache.")
        assert poster.one("h1").text == heading


def test_one_poster_names_every_language(
    by_address: dict[str, Page], portal: dict[str, Any]
) -> None:
    poster = by_address["/aushang/"]
    names = {(each.lang, each.text) for each in poster.all("strong")}
    languages = [LANGUAGES[code] for code in portal["languages"]]
    assert names == {(language.tag, language.own_name) for language in languages}
    assert poster.one("a", href=SITE_URL).text == "portal.example/"
    links = {link.attributes["href"] for link in poster.all("a")}
    assert links >= {f"/{code}/aushang/" for code in portal["languages"]}


def test_search_engines_find_no_poster(
    pages: list[Page], portal: dict[str, Any], built_site: Path
) -> None:
    posters = [page for page in pages if page.address.endswith("/aushang/")]
    assert len(posters) == len(portal["languages"]) + 1
    for poster in posters:
        assert poster.one("meta", name="robots").attributes["content"] == "noindex"
    assert "aushang" not in (built_site / "sitemap.xml").read_text(encoding="utf-8")
    assert "aushang" not in str(portal["pages"])


def test_a_link_that_leads_away_shows_its_address_so_that_paper_does_too(
    real_pages: list[Page],
) -> None:
    away = [
        (page.address, link)
        for page in real_pages
        for link in page.all("a")
        if "main" in link.inside and link.attributes["href"].startswith(("http", "mailto:"))
    ]
    assert len(away) > 20
    for address, link in away:
        shown = link.attributes["href"].partition(
            "://" if "://" in link.attributes["href"] else ":"
        )
        assert link.text.strip() == shown[2].removesuffix("/"), address
