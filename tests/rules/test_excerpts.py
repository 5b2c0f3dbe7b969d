"""Excerpts: short, in the original spelling, cut between words, with the right words marked."""

from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.excerpts import MOST, Piece, excerpt, marked
from forms_service.rules.spelling import words

LONG = (
    "Am Anfang steht viel. " * 20 + "Ihre Beschwérde liest niemand sonst. " + "Und so fort. " * 20
)


def test_what_was_meant_is_marked_in_its_own_spelling() -> None:
    assert marked("Eine „Be\u00adschwérde“, anonym", frozenset({"beschwerde"})) == [
        Piece("Eine „", False),
        Piece("Be\u00adschwérde", True),
        Piece("“, anonym", False),
    ]


def test_arabic_words_are_marked_whole() -> None:
    # Half a word would fall apart into unjoined letters.
    assert marked("قدّموا الشكوى هنا", frozenset({"شكوي"})) == [
        Piece("قدّموا ", False),
        Piece("الشكوى", True),
        Piece(" هنا", False),
    ]


def test_a_long_text_is_shown_where_the_words_stand() -> None:
    pieces = excerpt(LONG, frozenset({"beschwerde", "liest"}))
    assert [piece.text for piece in pieces if piece.is_marked] == ["Beschwérde", "liest"]
    assert pieces[0].text == "…"
    assert pieces[-1].text == "…"


def test_a_text_without_the_words_is_shown_from_its_beginning() -> None:
    pieces = excerpt(LONG, frozenset({"nirgends"}))
    assert pieces[0].text.startswith("Am Anfang steht viel.")
    assert pieces[-1] == Piece("…", False)


def test_an_empty_text_has_no_pieces() -> None:
    assert excerpt("", frozenset({"x"})) == []


@given(st.text(), st.integers(0, 400))
def test_an_excerpt_is_short_and_comes_from_the_text(text: str, times: int) -> None:
    text = f"{text} beratung, Ärger " * times
    pieces = excerpt(text, frozenset({"beratung", "arger"}))
    shown = "".join(piece.text for piece in pieces)
    assert len(shown) <= MOST
    assert shown.strip("…") in text
    assert all(piece.text for piece in pieces)


@given(st.lists(st.sampled_from(["eins", "zwei", "drei", "Straße", "شكوى"])))
def test_every_meant_word_of_a_short_text_is_marked(chosen: list[str]) -> None:
    text = ", ".join(chosen)
    meant = frozenset(word.spelling for word in words("Straße شكوى"))
    shown = [piece.text for piece in marked(text, meant) if piece.is_marked]
    assert shown == [word for word in chosen if word in ("Straße", "شكوى")]
