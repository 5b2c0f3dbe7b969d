"""The index that is searched: SQLite's full-text search, in memory, filled once, then only read.

One table finds the words of the site that are spelt like a typed one, by trigrams; the other one
finds where a word stands. Nothing that a person types gets into the syntax of a full-text query:
it is letters and digits by then. Queries are kept nowhere.
"""

import sqlite3
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from forms_service.rules.relevance import Place
from forms_service.rules.spelling import Speller

_SCHEMA = """
CREATE TABLE section (id INTEGER PRIMARY KEY, language TEXT, page TEXT, anchor TEXT,
    address TEXT, title TEXT, heading TEXT, text TEXT) STRICT;
CREATE INDEX twin ON section (page, anchor, language);
CREATE TABLE word (id INTEGER PRIMARY KEY, spelling TEXT) STRICT;
CREATE VIRTUAL TABLE spelt USING fts5 (spelling, content='', detail=none, columnsize=0,
    tokenize='trigram case_sensitive 1');
CREATE VIRTUAL TABLE standing USING fts5 (heading, title, text, content='', detail=column,
    columnsize=0, tokenize='unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE place USING fts5vocab (standing, instance);
"""

_SECTION = "SELECT language, page, anchor, address, title, heading, text FROM section"
_NOTHING = range(0)


class Section(NamedTuple):
    """A part of a page. The first one of a page has no anchor."""

    language: str
    page: str
    anchor: str
    address: str
    title: str
    heading: str
    text: str


class SearchIndex:
    """Every section in every language. Several threads may read it at once."""

    def __init__(self, sections: Iterable[tuple[Section, str]]) -> None:
        """Fill it with the sections, language by language, each with what its page says of itself.

        What belongs to a language has numbers in a row.
        """
        # SQLite is built to be shared (threadsafety 3), and nothing is written any more.
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.executescript(_SCHEMA)
        self._sections: dict[str, range] = {}
        self._words: dict[str, range] = {}
        for language, of_language in groupby(sections, key=lambda each: each[0].language):
            # One transaction each: what SQLite collects until its end is what needs memory.
            with self._database:
                self._add(language, of_language)

    def _add(self, language: str, sections: Iterable[tuple[Section, str]]) -> None:
        speller = Speller()
        first = number = sum(map(len, self._sections.values()))
        for section, description in sections:
            # A page's name and an anchor are German or English words, spelt with care: so a
            # German word finds the page in the reader's own language.
            name = section.anchor or f"{section.title} {section.page}"
            fields = (
                f"{section.heading} {name}",
                f"{section.title} {section.page} {description}",
                section.text,
            )
            spelt = [" ".join(speller.spellings(field)) for field in fields]
            self._database.execute(
                "INSERT INTO section VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (number, *section)
            )
            self._database.execute(
                "INSERT INTO standing (rowid, heading, title, text) VALUES (?, ?, ?, ?)",
                (number, *spelt),
            )
            number += 1
        self._sections[language] = range(first, number)
        first = sum(map(len, self._words.values()))
        words = list(enumerate(sorted(speller.met), first))
        self._words[language] = range(first, first + len(words))
        self._database.executemany("INSERT INTO word VALUES (?, ?)", words)
        self._database.executemany(
            "INSERT INTO spelt (rowid, spelling) VALUES (?, ?)",
            [(number, f"<{word}>") for number, word in words],
        )

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have anything to find."""
        return tuple(self._sections)

    def size(self, language: str) -> int:
        """Return how many sections there are in a language."""
        return len(self._sections.get(language, _NOTHING))

    def words_like(self, language: str, word: str) -> list[str]:
        """Return the words of a language that share three letters in a row with this one.

        Its beginning and its end count as a letter, so that short words are found too.
        """
        numbers = self._words.get(language, _NOTHING)
        marked = f"<{word}>"
        trigrams = {f'"{marked[start : start + 3]}"' for start in range(len(marked) - 2)}
        rows = self._database.execute(
            "SELECT word.spelling FROM spelt JOIN word ON word.id = spelt.rowid"
            " WHERE spelt MATCH ? AND spelt.rowid >= ? AND spelt.rowid < ?",
            (" OR ".join(sorted(trigrams)), numbers.start, numbers.stop),
        )
        return [spelling for (spelling,) in rows]

    def places(self, language: str, word: str) -> list[Place]:
        """Return where a word stands in the sections of a language."""
        numbers = self._sections.get(language, _NOTHING)
        rows = self._database.execute(
            "SELECT doc, col FROM place WHERE term = ? AND doc >= ? AND doc < ?",
            (word, numbers.start, numbers.stop),
        )
        return [Place(section, field) for section, field in rows]

    def section(self, number: int) -> Section:
        """Return the section that a place is in."""
        row = self._database.execute(f"{_SECTION} WHERE id = ?", (number,)).fetchone()
        return Section(*row)

    def twin(self, section: Section, language: str) -> Section | None:
        """Return the same section in another language, if that page is translated."""
        row = self._database.execute(
            f"{_SECTION} WHERE page = ? AND anchor = ? AND language = ?",
            (section.page, section.anchor, language),
        ).fetchone()
        return Section(*row) if row else None

    def pages(self, language: str) -> list[Section]:
        """Return the first section of every page, in reader's order."""
        numbers = self._sections.get(language, _NOTHING)
        rows = self._database.execute(
            f"{_SECTION} WHERE id >= ? AND id < ? AND anchor = '' ORDER BY id",
            (numbers.start, numbers.stop),
        )
        return [Section(*row) for row in rows]
