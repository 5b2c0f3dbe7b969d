"""One spelling for the many ways people type a word: what is searched and what was typed meet in it.

It is for comparing only and never shown: "Straße", "strasse" and "STRASE" become the same letters,
so do "ü", "ue" and "u". It knows scripts, not languages: a German word typed on an Arabic page
must come out like the one on the German page.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from forms_service.rules.text import latin_digits

LONGEST_WORD = 64

_APOSTROPHES = "'`´‘’ʻʼʾʿ"
_INSIDE = f"\u00ad\u200c\u200d\u0640{_APOSTROPHES}"
"""Stand between letters and are no letters: soft hyphen, ZWNJ, ZWJ, tatweel, apostrophes."""

_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u135d-\u135f"
"""Accents, Arabic vowels, Ethiopic length: Python counts them as no part of a word."""

_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}{_INSIDE}]|[-\u2010\u2011](?=[^\W_]))*")

_ELISION = re.compile(rf"^(?:[cdjlmnst]|(?:jus|lors|puis|quel)?qu)[{_APOSTROPHES}]+(?=.)")
"""French: l'aide, d'urgence, qu'il."""

_ARTICLE = re.compile(r"^(?:[وفبك]?ال|لل)+(?=.{3})")
"""The Arabic article with what may be written to it; a word of two letters is left alone."""

_FIRST_ARABIC = "\u0600"
_UMLAUT = re.compile("([aou])e+")
_TWICE = re.compile(r"([a-zа-я])\1+")

_SYLLABLES = range(0x1200, 0x1358)
_SYLLABLES_A_ROW = 8
_SAME_CONSONANT = {
    "ሠ": "ሰ", "ሸ": "ሰ", "ሐ": "ሀ", "ኀ": "ሀ", "ኸ": "ከ", "ቐ": "ቀ", "ዐ": "አ", "ፀ": "ጸ",
    # Rows with a rounded vowel.
    "ቈ": "ቀ", "ቘ": "ቀ", "ኈ": "ሀ", "ኰ": "ከ", "ዀ": "ከ", "ጐ": "ገ",
}  # fmt: skip
"""Ethiopic consonants that are written for each other, each by the first syllable of its row."""


def _consonant(syllable: int) -> str:
    """Return a syllable's consonant, all that is compared: grammar changes vowels, not roots."""
    row = chr(syllable - syllable % _SYLLABLES_A_ROW)
    return _SAME_CONSONANT.get(row, row)


_LETTERS = str.maketrans(
    {
        # Latin; what is not here is decomposed into a letter and marks.
        "ı": "i", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l",
        # Cyrillic: what Russian and Ukrainian keyboards write for each other.
        "і": "и", "є": "е", "э": "е", "ґ": "г", "ы": "и", "ъ": None, "ь": None,
        # Arabic, Persian, Pashto, Kurdish letters of the same shape.
        "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ۍ": "ي", "ے": "ي", "ک": "ك", "ګ": "گ",
        "ة": "ه", "ۀ": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۃ": "ه", "ء": None,
        "ټ": "ت", "ډ": "د", "ړ": "ر", "ڼ": "ن", "ښ": "ش", "ږ": "ژ",
        **dict.fromkeys(_INSIDE),
        **{chr(syllable): _consonant(syllable) for syllable in _SYLLABLES},
    }
)  # fmt: skip


@dataclass(frozen=True)
class Word:
    """A word where it stands in a text, and in the one spelling."""

    start: int
    end: int
    spelling: str


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in order; parts joined by a hyphen are one word."""
    for found in _WORD.finditer(text):
        if spelling := one_spelling(found[0]):
            yield Word(found.start(), found.end(), spelling)


class Speller:
    """Spells many texts, and each word only once; `met` are all the spellings so far."""

    def __init__(self) -> None:
        self._spellings: dict[str, str] = {}

    @property
    def met(self) -> set[str]:
        """Every spelling that came up."""
        return set(self._spellings.values()) - {""}

    def spellings(self, text: str) -> Iterator[str]:
        """Yield the words of a text in their one spelling."""
        for word in _WORD.findall(text):
            if word not in self._spellings:
                self._spellings[word] = one_spelling(word)
            if spelling := self._spellings[word]:
                yield spelling


def one_spelling(word: str) -> str:
    """Return a word in the one spelling: letters and digits only; stable when repeated.

    What is longer than any word is cut off.
    """
    text = word[:LONGEST_WORD].casefold()
    if not text.isalpha():
        text = _ELISION.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = latin_digits(text.translate(_LETTERS))
    if not text.isalpha():
        text = "".join(filter(str.isalnum, text))
    if text >= _FIRST_ARABIC:
        text = _ARTICLE.sub("", text)
    # Not "else": behind an Arabic article a word may be Latin.
    if text < _FIRST_ARABIC:
        text = _TWICE.sub(r"\1", _UMLAUT.sub(r"\1", text))
    return text[:LONGEST_WORD]
