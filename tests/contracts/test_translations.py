"""Every sentence is in the catalogues, in every language that reads it, and none stands outside."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from forms_service.rules.catalogues import LOCALE_DIR, STAFF_LANGUAGES, catalogue_path
from forms_service.rules.languages import LANGUAGES, SOURCE
from tests.rules.examples import PROJECT, offered_languages

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
FOLDERS = ("forms_service", "overrides")

every_catalogue = pytest.mark.parametrize(
    ("code", "domain"),
    [
        *((code, "portal") for code in offered_languages() if code != SOURCE),
        *((code, "staff") for code in STAFF_LANGUAGES if code != SOURCE),
    ],
)


@dataclass(frozen=True)
class Sentence:
    """A German sentence (or its two plural forms) and what stands for it."""

    german: tuple[str, ...]
    forms: tuple[str, ...] = ()
    fuzzy: bool = False


@cache
def in_the_sources(domain: str) -> set[tuple[str, ...]]:
    """Every sentence in the code and the templates that belongs to a catalogue."""
    with (LOCALE_DIR / f"{domain}.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    extracted = extract_from_dir(
        PROJECT,
        methods,
        options,
        KEYWORDS,
        directory_filter=lambda path: Path(path).relative_to(PROJECT).parts[0] in FOLDERS,
    )
    return {_texts(message) for _, _, message, _, _ in extracted}


def _texts(texts: str | Sequence[str] | None) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts or ())


@cache
def catalogue(code: str, domain: str) -> Catalog:
    with catalogue_path(code, domain).open("rb") as po_file:
        return read_po(po_file, locale=LANGUAGES[code].locale)


@cache
def translated(code: str, domain: str) -> list[Sentence]:
    """Every sentence of a catalogue."""
    return [
        Sentence(_texts(message.id), _texts(message.string), message.fuzzy)
        for message in catalogue(code, domain)
        if message.id
    ]


def values_in(text: str) -> list[str]:
    """The names of the values that are filled into a text."""
    return sorted(PLACEHOLDER.findall(text))


@pytest.mark.parametrize("domain", ["portal", "staff"])
def test_sentences_are_found_at_all(domain: str) -> None:
    assert len(in_the_sources(domain)) > 20


@every_catalogue
def test_a_catalogue_has_the_sentences_of_the_sources_and_no_others(code: str, domain: str) -> None:
    wanted = in_the_sources(domain)
    found = {sentence.german for sentence in translated(code, domain)}
    assert sorted(wanted - found) == [], "missing"
    assert sorted(found - wanted) == [], "unused"
    assert list(catalogue(code, domain).obsolete) == []


@pytest.mark.parametrize("domain", ["portal", "staff"])
def test_no_sentence_is_also_the_first_form_of_a_plural(domain: str) -> None:
    """A catalogue holds it once, as a plural, and Python 3.11.2 wouldn't find it alone."""
    sentences = in_the_sources(domain)
    assert [texts for texts in sentences if len(texts) > 1 and texts[:1] in sentences] == []


@every_catalogue
def test_every_sentence_is_translated_by_somebody_who_meant_it(code: str, domain: str) -> None:
    sentences = translated(code, domain)
    assert [each.german for each in sentences if not all(map(str.strip, each.forms))] == []
    assert [each.german for each in sentences if each.fuzzy] == []


@every_catalogue
def test_every_plural_has_all_its_forms(code: str, domain: str) -> None:
    """The file itself is asked: Babel fills missing forms up with empty ones."""
    plurals = sum(len(sentence.german) == 2 for sentence in translated(code, domain))
    text = catalogue_path(code, domain).read_text(encoding="utf-8")
    for number in range(catalogue(code, domain).num_plurals):
        assert len(re.findall(rf"^msgstr\[{number}\]", text, re.M)) == plurals


@every_catalogue
def test_every_value_has_its_place_in_the_translation(code: str, domain: str) -> None:
    """A plural form may leave its number out ("one month"), and nothing else."""
    wrong = []
    for sentence in translated(code, domain):
        wanted = values_in(sentence.german[-1])
        without_number = [name for name in wanted if name != "n"]
        forms = [values_in(form) for form in sentence.forms]
        allowed = (wanted, without_number) if len(sentence.german) == 2 else (wanted,)
        if wanted not in forms or any(form not in allowed for form in forms):
            wrong.append(sentence.german)
    assert wrong == []


@every_catalogue
def test_no_sentence_has_another_percent_sign_beside_its_values(code: str, domain: str) -> None:
    """It would be a fault when the values are filled in."""
    for sentence in translated(code, domain):
        for text in (*sentence.german, *sentence.forms):
            if values_in(text):
                assert "%" not in PLACEHOLDER.sub("", text), text


@every_catalogue
def test_a_thousand_bytes_are_spelled_in_one_way(code: str, domain: str) -> None:
    """As the unit is: kB. A helper beside a reader sees the same in both languages."""
    for sentence in translated(code, domain):
        for text in (*sentence.german, *sentence.forms):
            assert set(re.findall(r"\bkb\b", text, re.I)) <= {"kB"}, text


# The same in every language: a name, and what a helper looks for who reads German.
NAMES = {"Deutsch", "Mit Deutsch darunter"}
SPOKEN_ATTRIBUTES = {"alt", "title", "aria-label", "placeholder", "label", "summary"}


class _Spoken(HTMLParser):
    """Collects what would be read: text, and attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        self.found += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def templates() -> list[Path]:
    folders = [PROJECT / "forms_service/templates", PROJECT / "overrides"]
    return sorted(path for folder in folders for path in folder.rglob("*.html"))


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_no_word_of_a_template_stands_outside_the_catalogues(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    markup = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.S)
    spoken = _Spoken()
    spoken.feed(markup)
    spoken.close()
    # In a macro an attribute may stand outside of any tag.
    texts = [re.sub(r'[\w-]+="[^"]*"', "", text) for text in spoken.found]
    words = [" ".join(text.split()) for text in texts if re.search(r"[^\W\d_]", text)]
    assert set(words) <= NAMES
