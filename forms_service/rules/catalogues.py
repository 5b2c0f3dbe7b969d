"""Loads the gettext catalogues. German sentences are the message ids, so German needs none."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.numbers import format_decimal
from babel.support import Translations

from forms_service.rules.languages import LANGUAGES, SOURCE, Language

LOCALE_DIR = Path(__file__).parent.parent / "locale"
DOMAINS = ("portal", "staff")
"""What everyone reads, in every language; and the staff page, in `STAFF_LANGUAGES` only."""

STAFF_LANGUAGES = ("de", "en")

_WORD_FOR_YEAR = re.compile(r"\s[гр]\.$")
"""Russian and Ukrainian end a date with "year", shortened; its full stop would meet the sentence's."""


def N_(message: str) -> str:
    """Mark `message` for extraction without translating it yet."""
    return message


class Texts:
    """The sentences of one language.

    `gettext` fills named placeholders (``%(date)s``) only when values are given, as Jinja's
    newstyle gettext does, so that a percent sign in a plain sentence stays what it is.
    """

    def __init__(self, language: Language, translations: NullTranslations) -> None:
        self.language = language
        self._translations = translations

    def gettext(self, message: str, **values: Any) -> str:
        """Return `message` in this language."""
        sentence = self._translations.gettext(message)
        return sentence % values if values else sentence

    def ngettext(self, singular: str, plural: str, n: int, **values: Any) -> str:
        """Return the form of the sentence that fits the number `n` (given to it as ``%(n)s``)."""
        return self._translations.ngettext(singular, plural, n) % {"n": n, **values}

    def language_name(self, other: Language) -> str:
        """Return what `other` is called in this language; a variety keeps its own name."""
        if other.code != other.locale.split("_")[0]:
            return other.own_name
        return str(_names_of_languages(self.language.locale).get(other.code, other.own_name))

    def month(self, day: date) -> str:
        """Return the month and year of `day`."""
        said = format_skeleton("yMMMM", day, locale=self.language.locale)
        return _WORD_FOR_YEAR.sub("", str(said))

    def date(self, day: date) -> str:
        """Return `day` written out with the month's name."""
        return _written_out(day, self.language.locale)

    def kilobytes(self, size_bytes: int) -> str:
        """Return how many kilobytes those are, rounded up; the unit stands in the sentence."""
        number = -(-size_bytes // 1000)
        return str(format_decimal(number, locale=self.language.locale, numbering_system="latn"))


@lru_cache(maxsize=1024)
def _written_out(day: date, locale: str) -> str:
    """Remember days, because a list says the same ones again and again."""
    return _WORD_FOR_YEAR.sub("", format_date(day, format="long", locale=locale))


@cache
def _names_of_languages(locale: str) -> Mapping[str, str]:
    names: Mapping[str, str] = Locale.parse(locale).languages
    return names


@cache
def texts_for(code: str) -> Texts:
    """Return the sentences of the language `code`; KeyError for a code outside the registry."""
    language = LANGUAGES[code]
    if code == SOURCE:
        return Texts(language, NullTranslations())
    # Merged into the first one: an empty catalogue doesn't know the language's plural forms.
    sentences = _read(catalogue_path(code, "portal"), language)
    if code in STAFF_LANGUAGES:
        sentences.merge(_read(catalogue_path(code, "staff"), language))
    return Texts(language, sentences)


def catalogue_path(code: str, domain: str) -> Path:
    """Return where a catalogue lies."""
    return LOCALE_DIR / code / "LC_MESSAGES" / f"{domain}.po"


def _read(path: Path, language: Language) -> Translations:
    with path.open("rb") as po_file:
        catalogue = read_po(po_file, locale=language.locale)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def written_catalogue(header: str, catalogue: Catalog) -> str:
    """Return what the file of a catalogue holds: always in one form, so that changes are small."""
    sentences = BytesIO()
    # Babel's own header would carry names and dates; those are git's to know.
    write_po(sentences, catalogue, width=100, sort_output=True, no_location=True, omit_header=True)
    return f"{header}\n\n{sentences.getvalue().decode()}"


def have_no_catalogue(codes: Iterable[str]) -> list[str]:
    """Return those of `codes` whose catalogue is still to be made."""
    return [
        code for code in codes if code != SOURCE and not catalogue_path(code, "portal").exists()
    ]
