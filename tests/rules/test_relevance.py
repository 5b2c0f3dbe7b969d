"""Which words are near to a typed one, and which sections answer a query best."""

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.relevance import (
    MAX_QUERY,
    Hit,
    Meaning,
    Place,
    best,
    meanings,
    typed_words,
    worth_showing,
)


def words_near(typed: str, *known: str) -> list[str]:
    return [meaning.word for meaning in meanings(typed, known)]


def test_the_same_word_comes_before_its_relatives() -> None:
    known = ["arbeitserlaubnis", "erlaubnisse", "erlaubnis", "erlaubt", "erlebnis", "haus"]
    assert words_near("erlaubnis", *known)[:3] == ["erlaubnis", "erlaubnisse", "arbeitserlaubnis"]
    assert "haus" not in words_near("erlaubnis", *known)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("erlaubnis", "arbeitserlaubnis"),
        ("beschwerdeformular", "beschwerde"),
        ("kindern", "kinder"),
        ("bewrebung", "bewerbung"),
        ("пожаловаться", "жалоба"),
        ("شكواكم", "شكوي"),
        ("ድምስስ", "ምድምስስ"),
    ],
)
def test_inflected_joined_and_mistyped_words_are_near(typed: str, word: str) -> None:
    assert words_near(typed, word) == [word]


@pytest.mark.parametrize(
    ("typed", "word"),
    [("der", "leider"), ("passport", "support"), ("ich", "nicht"), ("passport", "pas"), ("a", "b")],
)
def test_what_only_looks_alike_is_not_near(typed: str, word: str) -> None:
    assert words_near(typed, word) == []


@given(st.text("abcdeشكو", min_size=1, max_size=12), st.lists(st.text("abcdeشكو", min_size=1)))
def test_nothing_is_nearer_than_the_same_word(typed: str, known: list[str]) -> None:
    near = meanings(typed, {*known, typed})
    assert near[0] == Meaning(typed, 1.0)
    assert all(0 < meaning.closeness < 1 for meaning in near[1:])


def test_a_query_is_cut_where_it_gets_too_long() -> None:
    assert typed_words("Über über UEBER") == ["uber"]
    assert len(typed_words(" ".join(map(str, range(100, 200))))) == 8
    assert typed_words("x" * (MAX_QUERY - 3) + " aber") == ["x", "ab"]
    assert typed_words("\" ' * ( ) — ?") == []


SECTIONS = 100
SITE = {
    "beschwerde": [(1, "heading"), (1, "text"), (2, "text"), (3, "text")],
    "anonym": [(3, "text"), (4, "text")],
    "und": [(number, "text") for number in range(SECTIONS)],
    "haus": [(5, "text")],
    "hauser": [(6, "text")],
}


def answers(query: Mapping[str, Iterable[Meaning]]) -> list[Hit]:
    def places(word: str) -> list[Place]:
        return [Place(section, field) for section, field in SITE.get(word, [])]

    return best({typed: list(meant) for typed, meant in query.items()}, places, SECTIONS)


def the_same(*typed: str) -> dict[str, list[Meaning]]:
    return {word: [Meaning(word, 1.0)] if word in SITE else [] for word in typed}


def test_a_heading_counts_more_than_a_text() -> None:
    assert [hit.section for hit in answers(the_same("beschwerde"))] == [1, 2, 3]


def test_all_words_come_before_some_of_them() -> None:
    assert answers(the_same("beschwerde", "anonym"))[0].section == 3


def test_the_same_word_comes_before_a_similar_one() -> None:
    found = answers({"haus": [Meaning("haus", 1.0), Meaning("hauser", 0.8)]})
    assert [hit.section for hit in found] == [5, 6]


def test_a_frequent_word_alone_is_no_answer() -> None:
    assert answers(the_same("und", "fuhrerschein")) == []
    assert [hit.section for hit in answers(the_same("und", "haus"))] == [5]


def test_equal_hits_keep_the_order_of_the_pages() -> None:
    assert [hit.section for hit in answers(the_same("und"))] == list(range(SECTIONS))


def test_a_hit_tells_which_words_were_meant_and_leaves_far_ones_out() -> None:
    near_and_far = {"haus": [Meaning("haus", 1.0), Meaning("und", 0.3)]}
    by_section = {hit.section: hit.words for hit in answers(near_and_far)}
    assert by_section[5] == {"haus"}
    assert by_section[6] == {"und"}


def test_nothing_typed_or_nothing_known_finds_nothing() -> None:
    assert answers({}) == []
    assert answers(the_same("nirgends")) == []


def test_few_of_a_page_and_no_stragglers_are_shown() -> None:
    hits = [Hit(number, 10.0 - number, frozenset()) for number in range(10)]
    shown = worth_showing(hits, lambda number: "a" if number < 5 else "b", 10.0, 8)
    assert [hit.section for hit in shown] == [0, 1, 2, 5, 6, 7]
    assert len(worth_showing(hits, str, 10.0, 4)) == 4
    assert worth_showing(hits, str, 100.0, 8) == []
