"""Languages: right `lang` and `dir`, twins that point to each other, no German left in between."""

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from forms_service.rules.catalogues import LOCALE_DIR, texts_for
from forms_service.rules.languages import LANGUAGES
from tests.site.conftest import ROOT, SITE_URL
from tests.site.markup import Page


def _chrome_sentences() -> set[str]:
    """Return every German sentence of the theme's templates."""
    templates = (ROOT / "overrides").rglob("*.html")
    found = [
        re.findall(r"""\b_\(\s*(["'])(.+?)\1""", path.read_text(encoding="utf-8"))
        for path in templates
    ]
    return {sentence for matches in found for _, sentence in matches}


def test_every_page_says_its_language_and_direction(
    pages: list[Page], portal: dict[str, Any]
) -> None:
    for page in pages:
        code = page.address.split("/")[1]
        language = LANGUAGES[code if code in portal["languages"] else "de"]
        html = page.one("html")
        assert html.attributes["lang"] == language.tag, page.address
        assert html.attributes["dir"] == language.direction, page.address


def test_twins_are_named_with_whole_addresses_and_a_fallback(
    twins: dict[str, dict[str, str]], portal: dict[str, Any]
) -> None:
    tags = {LANGUAGES[code].tag for code in portal["languages"]}
    for address, named in twins.items():
        assert set(named) == tags | {"x-default"}, address
        assert all(each.startswith(SITE_URL) for each in named.values())
    assert twins[f"{SITE_URL}ar/suche/"]["x-default"] == f"{SITE_URL}de/suche/"
    assert twins[f"{SITE_URL}ar/"]["x-default"] == SITE_URL


def test_twins_name_each_other_alike(
    twins: dict[str, dict[str, str]], by_address: dict[str, Page]
) -> None:
    for address, named in twins.items():
        page = by_address["/" + address.removeprefix(SITE_URL)]
        assert page.one("link", rel="canonical").attributes["href"] == address
        assert named[page.one("html").attributes["lang"]] == address or address == SITE_URL
        for each in named.values():
            assert twins[each] == named, f"{address} and {each}"


def test_the_language_menu_keeps_the_page(real_pages: list[Page], portal: dict[str, Any]) -> None:
    for page in real_pages:
        _, _, rest = page.address.strip("/").partition("/")
        for code in portal["languages"]:
            address = f"/{code}/{rest}/" if rest else f"/{code}/"
            links = [
                link
                for link in page.all("a")
                if link.attributes["href"] == address
                and link.attributes.get("lang") == LANGUAGES[code].tag
            ]
            assert {LANGUAGES[code].own_name} <= {link.text.strip() for link in links}, page.address


def test_headings_have_the_same_ids_in_every_language(
    by_address: dict[str, Page], portal: dict[str, Any]
) -> None:
    for name, german in portal["pages"]["de"].items():
        for code in portal["languages"]:
            page = by_address[portal["pages"][code][name]]
            assert page.main_ids == by_address[german].main_ids, page.address


def test_there_are_sentences_in_the_templates() -> None:
    assert len(_chrome_sentences()) > 30


@pytest.mark.parametrize("code", [path.name for path in LOCALE_DIR.iterdir() if path.is_dir()])
def test_every_sentence_of_the_templates_is_in_the_catalogue(code: str) -> None:
    path: Path = LOCALE_DIR / code / "LC_MESSAGES" / "portal.po"
    with path.open("rb") as po_file:
        catalogue = read_po(po_file)
    translated = {message.id for message in catalogue if message.string and not message.fuzzy}
    assert not _chrome_sentences() - translated


def test_no_german_sentence_stands_around_a_translated_page(real_pages: list[Page]) -> None:
    sentences = _chrome_sentences()
    for page in real_pages:
        texts, chrome = texts_for(page.address.split("/")[1]), page.chrome
        left = {
            sentence
            for sentence in sentences
            if sentence in chrome
            and re.search(rf'[>"]{re.escape(sentence)}[<"]', chrome)
            and texts.gettext(sentence) != sentence
        }
        assert not left, page.address


def test_no_german_text_stands_on_another_languages_page_unmarked(
    real_pages: list[Page], by_address: dict[str, Page]
) -> None:
    # Names stay what they are in every language; and Turkish shares two words.
    names = {
        "Value-Based Counselling",
        "International Psychosocial Organisation",
        "Menü",
        "Telefon",
    } | {language.own_name for language in LANGUAGES.values()}
    for page in real_pages:
        code = page.address.split("/")[1]
        # Easy language is German; it may share a short sentence with it.
        if code in ("de", "ls"):
            continue
        german = {each.text for each in by_address[page.address.replace(code, "de", 1)].texts}
        left = {
            each.text
            for each in page.texts
            if each.lang == LANGUAGES[code].tag
            and each.text in german
            and "title" not in each.inside
        }
        left = {text for text in left if re.search(r"[^\W\d]{4}", text)} - names
        assert not {text for text in left if not re.search(r"@|www\.|\d{4}", text)}, page.address


# Words of the reader's own in other letters; and what catalogues and settings hold as plain text.
_LATIN = {
    "JavaScript", "cookie", "Cookie",
    "Register", "Datenschutzbeauftragte", "Aufsichtsbehörde", "Mecklenburg-Vorpommern",
}  # fmt: skip


def test_latin_words_on_pages_of_other_scripts_are_marked(real_pages: list[Page]) -> None:
    """A screen reader would spell them out, and right to left they would change places."""
    for page in real_pages:
        code = page.address.split("/")[1]
        if code not in ("ar", "fa", "ps", "ti", "ru", "uk"):
            continue
        left = {
            word
            for each in page.texts
            # Names that are set apart, addresses; and forms, whose sentences hold no markup.
            if each.lang == LANGUAGES[code].tag
            and not {"title", "bdi", "a", "form"} & set(each.inside)
            for word in re.findall(r"[A-Za-zÄÖÜäöüß-]{4,}", each.text)
        }
        assert left <= _LATIN, page.address
