"""The few lines of a section that show why it was found, with what was meant marked.

Texts stay as they are written; only comparing happens in the one spelling (`rules.spelling`).
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from forms_service.rules.spelling import Word, words

MOST = 160
"""Characters of an excerpt, the marks of what is left out included."""

_BEFORE = 40
_LEFT_OUT = "…"


class Piece(NamedTuple):
    """A piece of a text; what was meant is marked."""

    text: str
    is_marked: bool


def marked(text: str, meant: frozenset[str]) -> list[Piece]:
    """Return the whole text in pieces, its meant words marked."""
    return list(_pieces(text, 0, len(text), words(text), meant))


def excerpt(text: str, meant: frozenset[str]) -> list[Piece]:
    """Return the part of the text with most of the meant words, cut between words."""
    if len(text) <= MOST:
        return marked(text, meant)
    all_words = list(words(text))
    room = MOST - 2 * len(_LEFT_OUT)
    hits = [word for word in all_words if word.spelling in meant]
    start = max(
        (_begin(all_words, hit.start) for hit in hits),
        key=lambda begin: _distinct(hits, begin, begin + room),
        default=0,
    )
    inside = [word for word in all_words if start <= word.start and word.end <= start + room]
    end = inside[-1].end if inside else start + room
    pieces = list(_pieces(text, start, end, inside, meant))
    if start:
        pieces.insert(0, Piece(_LEFT_OUT, False))
    if end < len(text):
        pieces.append(Piece(_LEFT_OUT, False))
    return pieces


def _begin(all_words: list[Word], at: int) -> int:
    """Return where to begin so that a few words stand before; at the beginning if that is near."""
    if at <= _BEFORE:
        return 0
    return next(word.start for word in all_words if word.start >= at - _BEFORE)


def _distinct(hits: list[Word], start: int, end: int) -> int:
    return len({hit.spelling for hit in hits if start <= hit.start and hit.end <= end})


def _pieces(
    text: str, start: int, end: int, inside: Iterable[Word], meant: frozenset[str]
) -> Iterator[Piece]:
    for word in inside:
        if word.spelling in meant:
            if start < word.start:
                yield Piece(text[start : word.start], False)
            yield Piece(text[word.start : word.end], True)
            start = word.end
    if start < end:
        yield Piece(text[start:end], False)
