"""How far a page can be trusted: every state is said on the page, in its menu and to machines."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import PluginError

from forms_service.rules.catalogues import N_, texts_for
from forms_service.rules.languages import LANGUAGES
from forms_service.rules.translations import PageState, Translation
from overrides.hooks.contract import NOTICE, _check_notice
from tests.site.conftest import ROOT
from tests.site.markup import Page, read_pages, read_sitemap

UNREVIEWED = N_(
    "Diese Übersetzung hat noch niemand geprüft. Sie kann Fehler enthalten. Es gilt der deutsche Text."
)
MISSING = N_("Diese Seite gibt es in Ihrer Sprache noch nicht. Hier steht der deutsche Text.")
FOLLOWED = N_("Sie folgt dem deutschen Text vom %(date)s.")
CHANGED = N_("Sie folgt dem deutschen Text vom %(date)s. Seitdem hat er sich geändert.")
READ = N_("%(name)s hat diese Übersetzung am %(date)s geprüft.")
DAY = "followed_on: 2026-01-02"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """A site with pages in every state, by their address.

    Of the page of emergencies, the Arabic one is missing, a person has read the English one, and
    the French one follows an older German page. The Arabic complaint is missing too.
    """
    docs = Path(shutil.copytree(ROOT / "docs", tmp_path_factory.mktemp("states") / "docs"))
    for name in ("notfall", "beschwerde"):
        (docs / "ar" / f"{name}.md").unlink()
    state = {"en": "reviewed: {by: Prüfperson, day: 2026-02-03}", "fr": "reviewed: false"}
    for code, reviewed in state.items():
        path = docs / code / "notfall.md"
        text = re.sub(r"followed_on: \S+", DAY, path.read_text(encoding="utf-8"))
        path.write_text(text.replace("reviewed: false", reviewed), encoding="utf-8")
    outdated = docs / "fr" / "notfall.md"
    text = re.sub(r'source: "\w+"', 'source: "000000000000"', outdated.read_text(encoding="utf-8"))
    outdated.write_text(text, encoding="utf-8")
    folder = docs.parent / "site"
    config = load_config(str(ROOT / "mkdocs.yml"), docs_dir=str(docs), site_dir=str(folder))
    config.extra["languages"] = ["de", "en", "fr", "ar"]
    build(config)
    return {page.address: page for page in read_pages(folder)}


def _said(page: Page) -> str:
    """Return what the page says above its text, as one line."""
    _, _, rest = page.html.partition('<main class="wrap" id="main">')
    return " ".join(rest.partition("<!--slot:main-->")[0].split())


def _metas(page: Page) -> dict[str, str]:
    return {
        meta.attributes["name"]: meta.attributes["content"]
        for meta in page.all("meta")
        if "name" in meta.attributes
    }


def test_a_translation_that_nobody_has_read_says_so_in_its_language(site: dict[str, Page]) -> None:
    for code in ("en", "fr", "ar"):
        page = site[f"/{code}/leitbild/"]
        assert texts_for(code).gettext(UNREVIEWED) in _said(page)
        assert NOTICE in page.html
        assert 'href="/de/leitbild/"' in _said(page)
        assert _metas(page)["translation"].startswith("unreviewed ")


def test_it_says_until_when_the_german_text_was_followed(site: dict[str, Page]) -> None:
    french = texts_for("fr")
    assert french.gettext(CHANGED, date=french.date(date(2026, 1, 2))) in _said(
        site["/fr/notfall/"]
    )
    english = texts_for("en")
    said = _said(site["/en/notfall/"])
    assert english.gettext(FOLLOWED, date=english.date(date(2026, 1, 2))) in said
    assert "Seitdem" not in said
    assert _metas(site["/fr/notfall/"])["translation"] == "unreviewed 2026-01-02"


def test_a_translation_that_a_person_has_read_says_who_and_when(site: dict[str, Page]) -> None:
    page, english = site["/en/notfall/"], texts_for("en")
    said = english.gettext(READ, name="Prüfperson", date=english.date(date(2026, 2, 3)))
    assert said in _said(page)
    assert NOTICE not in page.html
    assert _metas(page)["translation"].startswith("reviewed ")


def test_the_german_page_says_nothing_of_the_kind(site: dict[str, Page]) -> None:
    assert _said(site["/de/notfall/"]) == ""
    assert "translation" not in _metas(site["/de/notfall/"])


def test_a_missing_page_is_the_german_text_marked_as_german(site: dict[str, Page]) -> None:
    page = site["/ar/notfall/"]
    assert page.one("html").attributes["lang"] == "ar"
    assert texts_for("ar").gettext(MISSING) in _said(page)
    heading = page.one("h1")
    assert (heading.text.strip(), heading.lang) == ("Hilfe im Notfall", "de")
    for element in page.all("h1", "h2", "p", "li"):
        if "main" in element.inside and NOTICE not in element.text and "div" in element.inside:
            assert element.lang == "de" or element.attributes.get("lang"), element.text
    block = next(each for each in page.all("div") if each.attributes.get("lang") == "de")
    assert block.attributes["dir"] == "ltr"


def test_a_missing_page_with_a_form_keeps_the_form_in_the_readers_language(
    site: dict[str, Page],
) -> None:
    page = site["/ar/beschwerde/"]
    label = texts_for("ar").gettext("Was ist passiert?")
    labels = [each for each in page.all("label", "legend") if label in each.text]
    assert [each.lang for each in labels] == ["ar"]
    assert page.slot("form").count("<form") == 1
    heading = next(each for each in page.all("h2") if "Schritt für Schritt" in each.text)
    assert heading.lang == "de"


def test_links_of_a_missing_page_stay_in_the_readers_language(site: dict[str, Page]) -> None:
    for address in ("/ar/notfall/", "/ar/beschwerde/"):
        links = [each for each in site[address].all("a") if "div" in each.inside]
        within = [each.attributes["href"] for each in links if "main" in each.inside]
        assert within
        assert not [href for href in within if href.startswith("/de/")]


def test_a_missing_page_is_kept_from_search_engines_and_twins(site: dict[str, Page]) -> None:
    assert _metas(site["/ar/notfall/"])["robots"] == "noindex"
    assert "translation" not in _metas(site["/ar/notfall/"])
    twins = read_sitemap(site["/de/"].file.parent.parent)
    for code in ("de", "en", "fr"):
        page = site[f"/{code}/notfall/"]
        assert "robots" not in _metas(page)
        own = page.one("link", rel="canonical").attributes["href"]
        assert set(twins[own]) == {"de", "en", "fr", "x-default"}
    assert not [each for each in twins if each.endswith("/ar/notfall/")]


def test_the_menu_of_languages_groups_them_by_state(site: dict[str, Page]) -> None:
    page = site["/fr/notfall/"]
    said = texts_for("fr").gettext
    groups = [
        (said("Das Original"), "Deutsch"),
        (said("Von einem Menschen geprüft"), "English"),
        (said("Noch nicht von einem Menschen geprüft"), "Français"),
        (said("Noch nicht übersetzt"), LANGUAGES["ar"].own_name),
    ]
    in_menu = [each.text for each in page.texts if "details" in each.inside]
    for heading, language in groups:
        assert in_menu[in_menu.index(heading) + 1] == language


@pytest.mark.parametrize("missing", [True, False])
def test_the_build_refuses_an_unreviewed_page_without_its_notice(
    tmp_path: Path, missing: bool
) -> None:
    page = tmp_path / "index.html"
    page.write_text("<p>Nothing said.</p>")
    state = PageState(missing=True) if missing else _unread()
    with pytest.raises(PluginError, match="must say"):
        _check_notice(page, tmp_path, state)
    page.write_text(NOTICE)
    _check_notice(page, tmp_path, state)


def _unread() -> PageState:
    return PageState(Translation("0" * 12, date(2026, 1, 2)))
