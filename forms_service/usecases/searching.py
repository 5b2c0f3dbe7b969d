"""Searching: what in the site answers a query, in the reader's language and in German."""

from dataclasses import dataclass

from forms_service.rules.languages import SOURCE
from forms_service.rules.relevance import Hit, best, meanings, typed_words, worth_showing
from forms_service.world.search_index import SearchIndex, Section

MOST = 8
MOST_GERMAN = 4
MOST_TOGETHER = 10
"""So that the answer stays one small page."""


@dataclass(frozen=True)
class Found:
    """A section that answers a query, and which of its words are meant, in their one spelling.

    `twin` is the same section in the reader's language, where the one that was found is German.
    """

    section: Section
    words: frozenset[str]
    twin: Section | None = None


@dataclass(frozen=True)
class Answer:
    """What was found, best first: in the reader's language, and what only the German words found."""

    own: list[Found]
    german: list[Found]


def search(index: SearchIndex, language: str, query: str) -> Answer:
    """Return the sections that answer a query; it is looked at and forgotten."""
    typed = typed_words(query)
    own = _hits(index, language, typed)
    german = _hits(index, SOURCE, typed) if language != SOURCE else []
    best_score = max((hits[0].score for hits in (own, german) if hits), default=0.0)

    def page_of(number: int) -> str:
        return index.section(number).page

    found = [
        Found(index.section(hit.section), hit.words)
        for hit in worth_showing(own, page_of, best_score, MOST)
    ]
    shown = {(each.section.page, each.section.anchor) for each in found}
    of_german = [
        Found(section, hit.words, index.twin(section, language))
        for hit in worth_showing(german, page_of, best_score, MOST)
        for section in [index.section(hit.section)]
        if (section.page, section.anchor) not in shown
    ]
    return Answer(found, of_german[: min(MOST_GERMAN, MOST_TOGETHER - len(found))])


def _hits(index: SearchIndex, language: str, typed: list[str]) -> list[Hit]:
    meant = {word: meanings(word, index.words_like(language, word)) for word in typed}
    return best(meant, lambda word: index.places(language, word), index.size(language))
