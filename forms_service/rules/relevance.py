"""How well a section answers what was typed. Words come in their one spelling (`rules.spelling`).

No language's grammar is known here: inflected forms, compounds and slips of the finger are near to
each other because they share most of their letters.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import log

from forms_service.rules.spelling import words

MAX_QUERY = 100
"""Code points of a query; the rest is cut off."""

_MAX_WORDS = 8
_MAX_MEANINGS = 24
_MAX_OF_A_PAGE = 3

_FIRST_WITHOUT_VOWELS = "\u0590"
"""Hebrew, Arabic and Ethiopic begin here: three of their letters say as much as four Latin ones."""

_ALIKE = 0.75
_VERY_ALIKE = 0.85
"""What is asked of words that begin with different letters; few slip at the first one."""

_ROOT = 0.6
"""The beginning of a word that its relatives keep."""

_LEAST_PART = 0.5
"""What a word of the site must make up of a longer typed one that holds it."""

_WEIGHTS = {"heading": 3.0, "title": 2.0, "text": 1.0}
_UNKNOWN = 0.5
"""How much a word counts that stands nowhere, compared with one that stands once."""

_WORTH_MARKING = 0.6
_LEAST_SHARE = 0.3
_LEAST_OF_BEST = 0.2


@dataclass(frozen=True)
class Meaning:
    """A word of the site that may be meant by a typed one; `closeness` is 1 for the same word."""

    word: str
    closeness: float


@dataclass(frozen=True)
class Place:
    """Where a word stands: the section's number and the field (a key of the weights)."""

    section: int
    field: str


@dataclass(frozen=True)
class Hit:
    """A section with something of what was typed, and which of its words that is."""

    section: int
    score: float
    words: frozenset[str]


def typed_words(query: str) -> list[str]:
    """Return the words of a query in their one spelling, each once, as many as are looked at."""
    spellings = dict.fromkeys(word.spelling for word in words(query[:MAX_QUERY]))
    return list(spellings)[:_MAX_WORDS]


def meanings(typed: str, known: Iterable[str]) -> list[Meaning]:
    """Return which of the known words may be meant by a typed one, the nearest first."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(typed)
    near = [
        Meaning(word, closeness)
        for word in known
        if (closeness := 1.0 if word == typed else _closeness(matcher, typed, word))
    ]
    return sorted(near, key=lambda each: (-each.closeness, each.word))[:_MAX_MEANINGS]


def _closeness(matcher: "SequenceMatcher[str]", typed: str, word: str) -> float:
    """Return how near two different words are: one begins, ends or holds the other, or alike."""
    shorter, longer = sorted((typed, word), key=len)
    least = 4 if shorter < _FIRST_WITHOUT_VOWELS else 3
    share = len(shorter) / len(longer)
    if len(typed) > len(word) and share < _LEAST_PART:
        return 0.0
    if len(shorter) >= least - 1 and longer.startswith(shorter):
        return 0.6 + 0.35 * share
    if len(shorter) < least:
        return 0.0
    if longer.endswith(shorter):
        return 0.5 + 0.35 * share
    if shorter in longer:
        return 0.4 + 0.35 * share
    matcher.set_seq1(word)
    if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE:
        ratio = matcher.ratio()
        if ratio >= (_ALIKE if typed[0] == word[0] else _VERY_ALIKE):
            return 0.8 * ratio
    root = shorter[: max(least, round(_ROOT * len(shorter)))]
    return 0.2 + 0.4 * len(root) / len(longer) if root in longer else 0.0


def best(
    meant: Mapping[str, Sequence[Meaning]],
    places: Callable[[str], Iterable[Place]],
    sections: int,
) -> list[Hit]:
    """Return the sections that answer a query, best first.

    `meant` holds what each typed word may mean, `sections` is how many there are in all. Rare and
    long words count more than frequent and short ones, the same word more than a similar one, a
    heading more than a text, and whoever has all the words mostly comes before those who have
    some. What has too little of the query is no answer.
    """
    gains: dict[int, dict[str, float]] = {}
    found: dict[int, set[str]] = {}
    importance: dict[str, float] = {}
    for typed, group in meant.items():
        nearest = _nearest(group, places, found)
        frequency = sum(max(fields.values()) ** 2 for fields in nearest.values())
        importance[typed] = _weight(typed) * log(1 + sections / max(frequency, 1.0))
        if not group:
            importance[typed] *= _UNKNOWN
        for section, fields in nearest.items():
            gains.setdefault(section, {})[typed] = sum(
                _WEIGHTS[field] * closeness**1.5 for field, closeness in fields.items()
            )
    hits = []
    for section, by_word in gains.items():
        share = sum(importance[typed] for typed in by_word) / sum(importance.values())
        if share >= _LEAST_SHARE:
            gain = sum(importance[typed] * gain for typed, gain in by_word.items())
            hits.append(Hit(section, share**2 * gain, frozenset(found[section])))
    return sorted(hits, key=lambda hit: (-hit.score, hit.section))


def _nearest(
    group: Iterable[Meaning],
    places: Callable[[str], Iterable[Place]],
    found: dict[int, set[str]],
) -> dict[int, dict[str, float]]:
    """Return by section and field how near the nearest meaning is; note the words in `found`."""
    nearest: dict[int, dict[str, float]] = {}
    for meaning in group:
        for place in places(meaning.word):
            # The nearest comes first.
            fields = nearest.setdefault(place.section, {})
            fields.setdefault(place.field, meaning.closeness)
            if meaning.closeness >= _WORTH_MARKING * max(fields.values()):
                found.setdefault(place.section, set()).add(meaning.word)
    return nearest


def _weight(typed: str) -> float:
    """Return less for a short word: "wie", "ich", "der" say little, however rare they are here."""
    if typed < _FIRST_WITHOUT_VOWELS:
        return min(1.0, len(typed) / 6) ** 2
    return min(1.0, len(typed) / 5)


def worth_showing(
    hits: Iterable[Hit], page_of: Callable[[int], str], best_score: float, most: int
) -> list[Hit]:
    """Return at most `most` hits: no stragglers far behind the best one, few of the same page."""
    shown: list[Hit] = []
    of_page: Counter[str] = Counter()
    for hit in hits:
        if len(shown) == most or hit.score < _LEAST_OF_BEST * best_score:
            break
        page = page_of(hit.section)
        of_page[page] += 1
        if of_page[page] <= _MAX_OF_A_PAGE:
            shown.append(hit)
    return shown
