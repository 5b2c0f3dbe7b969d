"""How people are found again, whatever keyboard their name was typed on."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.people import ends_like, folded, has_name, read_query
from forms_service.rules.text import digits_only

NAMES = st.lists(
    st.sampled_from(
        [
            "Salma", "Müller", "Ağaoğlu", "Şirin", "O’Neill", "Al-Hussein", "يوسف", "الحسيني", "مریم",
            "رضایی", "کریم", "فاطمة", "عبدالله", "می‌نا", "Жанна", "Коваленко", "ሰላም", "ሐና", "Xalima",
        ]
    ),
    min_size=1,
    max_size=3,
).map(" ".join)  # fmt: skip
TYPED = st.text(max_size=40)

# What Arabic, Persian and Pashto keyboards write for each other.
VARIANTS = [("ي", "ی"), ("ى", "ي"), ("ك", "ک"), ("ة", "ه"), ("أ", "ا"), ("إ", "ا"), ("آ", "ا")]


@given(NAMES)
def test_whoever_is_known_is_found_by_their_own_name(name: str) -> None:
    assert has_name(folded(name), folded(name))


@given(NAMES, st.data())
def test_the_beginning_of_each_word_in_any_order_is_enough(name: str, data: st.DataObject) -> None:
    known = folded(name)
    begun = [word[: data.draw(st.integers(1, len(word)))] for word in known.split()]
    assert has_name(" ".join(data.draw(st.permutations(begun))), known)


@given(NAMES, st.sampled_from(["lower", "upper", "nfd", "nfkd"]))
def test_case_and_composition_mean_nothing(name: str, how: str) -> None:
    other = {
        "lower": name.lower(),
        "upper": name.upper(),
        "nfd": unicodedata.normalize("NFD", name),
        "nfkd": unicodedata.normalize("NFKD", name),
    }[how]
    assert folded(other) == folded(name)


@given(NAMES, st.sampled_from(VARIANTS))
def test_letters_that_keyboards_write_for_each_other_are_one(
    name: str, pair: tuple[str, str]
) -> None:
    one, other = pair
    assert folded(name.replace(one, other)) == folded(name)
    assert folded(name.replace(other, one)) == folded(name)


@given(NAMES, st.sampled_from("\u064b\u064e\u0650\u0651\u0652\u0640\u200c\u200d"), st.data())
def test_vowel_marks_and_joiners_are_no_letters(name: str, mark: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(name)))
    if name[place - 1].isalpha():
        assert folded(name[:place] + mark + name[place:]) == folded(name)


@given(TYPED, TYPED)
def test_anything_can_be_asked(typed: str, name: str) -> None:
    asked = read_query(typed)
    assert not (asked.digits and asked.name)
    has_name(asked.name, folded(name))
    # Folding twice changes nothing
    assert folded(folded(name)) == folded(name)


@given(TYPED)
def test_nothing_finds_nobody(name: str) -> None:
    assert not has_name("", folded(name))


@pytest.mark.parametrize("other", ["Selma", "almaz", "سلمى", "Salma Haddadi"])
def test_somebody_else_is_not_found(other: str) -> None:
    assert not has_name(folded(other), folded("Salma Haddad"))


@given(st.text("0123456789", min_size=5, max_size=20), st.integers(3, 20), st.sampled_from("٠۰０"))
def test_the_last_digits_are_enough_in_any_script(number: str, count: int, zero: str) -> None:
    end = "".join(chr(ord(zero) + int(digit)) for digit in number[-count:])
    asked = read_query(f" {end[:2]}-{end[2:]} ")
    assert asked.digits == number[-count:]
    assert ends_like(asked.digits, f"999 {number}")
    assert not ends_like(f"{asked.digits}x", number)


@given(TYPED)
def test_digits_are_the_same_by_the_short_way(text: str) -> None:
    assert digits_only(text) == "".join(
        str(unicodedata.decimal(each)) for each in text if each.isdecimal()
    )
