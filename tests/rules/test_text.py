"""A person's text comes back as it was written, save for what is named here."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.text import clean_line, clean_text, digits_only, latin_digits

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZWNJ, ZWJ = "\u200c", "\u200d"

anything = st.text(st.characters())
"""Any code points at all, lone surrogates and controls too."""

typed = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters=BIDI_CONTROLS)
    | st.sampled_from(["\n", "\t", ZWNJ, ZWJ]),
).map(lambda text: unicodedata.normalize("NFC", text).strip())
"""What a person can type, composed and without blanks around it."""

ZEROS = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if chr(code).isdecimal() and unicodedata.decimal(chr(code)) == 0
]
"""The zero of every script; its other digits follow it."""


def in_script(number: str, zero: str) -> str:
    """The number, written in the digits of another script."""
    return "".join(chr(ord(zero) + int(digit)) for digit in number)


@given(typed)
def test_what_a_person_types_comes_back_unchanged(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Grüße aus Müritz, ß und ẞ",
        "مرحبًا، لم يستمع إليّ أحد.",
        "می\u200cخواهم کمک کنم",
        "زه مرستې ته اړتیا لرم",
        "ሓገዝ የድልየኒ ኣሎ።",
        "Я пишу вам, щоб запитати; їжак",
        "İstanbul'da ığdır, çok teşekkürler",
        "Ez ê bêm, spas dikim",
        "👩\u200d👧 kommt mit",
        "100\u00a0% sicher — „ja“",
        "Erste Zeile\n\n\tdritte Zeile",
    ],
)
def test_every_language_of_the_portal_comes_back_unchanged(text: str) -> None:
    assert clean_text(text) == text


@given(anything)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(anything)
def test_nothing_dangerous_survives(text: str) -> None:
    kept = clean_text(text)
    assert not set(kept) & set(BIDI_CONTROLS)
    assert {unicodedata.category(character) for character in set(kept) - set("\n\t")}.isdisjoint(
        {"Cc", "Cs"}
    )
    kept.encode()  # a lone surrogate couldn't be stored


@given(anything)
def test_a_line_is_one_line(text: str) -> None:
    line = clean_line(text)
    assert line.splitlines() in ([], [line])
    assert "  " not in line
    assert line == line.strip()


@given(typed, st.lists(st.sampled_from(BIDI_CONTROLS), min_size=1), st.data())
def test_bidi_controls_vanish_and_leave_the_rest(
    text: str, controls: list[str], data: st.DataObject
) -> None:
    mixed = text
    for control in controls:
        place = data.draw(st.integers(0, len(mixed)))
        mixed = mixed[:place] + control + mixed[place:]
    # A control may have kept a letter and its mark apart; they are one then.
    assert clean_text(mixed) == unicodedata.normalize("NFC", text).strip()


@pytest.mark.parametrize("joiner", [ZWNJ, ZWJ], ids=["ZWNJ", "ZWJ"])
def test_joiners_stay_because_they_shape_words(joiner: str) -> None:
    assert clean_text(f"می{joiner}رود") == f"می{joiner}رود"
    assert clean_line(f"می{joiner}رود") == f"می{joiner}رود"


def test_line_endings_of_every_browser_become_one_kind() -> None:
    assert clean_text("eins\r\nzwei\rdrei\nvier") == "eins\nzwei\ndrei\nvier"


def test_decomposed_letters_are_composed() -> None:
    assert clean_text("Mu\u0308ller") == "Müller"


def test_zero_bytes_are_dropped() -> None:
    """PostgreSQL would refuse the whole text for one."""
    assert clean_text("a\x00b\x07c") == "abc"


def test_a_line_folds_blanks_of_all_kinds() -> None:
    assert clean_line("  Amina \t\n\u00a0 Haddad\u2028 ") == "Amina Haddad"


@given(st.text("0123456789", min_size=1), st.sampled_from(ZEROS))
def test_digits_of_any_script_are_read(number: str, zero: str) -> None:
    assert latin_digits(in_script(number, zero)) == number
    assert digits_only(f"({in_script(number, zero)})") == number


def test_digits_of_the_portals_languages_are_among_them() -> None:
    assert latin_digits("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹") == "0123456789 0123456789"


@given(anything)
def test_what_is_no_decimal_digit_is_left_alone(text: str) -> None:
    letters = "".join(character for character in text if not character.isdecimal())
    assert latin_digits(letters) == letters
    assert digits_only(letters) == ""
    assert set(digits_only(text)) <= set("0123456789")
