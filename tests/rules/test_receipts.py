"""A number is read from any script's digits, and one slip in it is always noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.receipts import LENGTH, RANDOM_DIGITS, groups, number_from, read_number
from tests.rules.test_text import ZEROS, in_script

ARABIC_ZERO = "٠"

numbers = st.integers(0, 10**RANDOM_DIGITS - 1).map(number_from)


@given(numbers)
def test_a_number_has_twenty_digits_and_reads_as_itself(number: str) -> None:
    assert len(number) == LENGTH == 20
    assert number.isascii()
    assert number.isdigit()
    assert read_number(number) == number


@given(numbers)
def test_every_single_wrong_digit_is_refused(number: str) -> None:
    for place, right in enumerate(number):
        for wrong in set("0123456789") - {right}:
            assert read_number(number[:place] + wrong + number[place + 1 :]) is None


@given(numbers)
def test_every_swap_of_neighbours_is_refused(number: str) -> None:
    for place in range(LENGTH - 1):
        one, other = number[place], number[place + 1]
        if one != other:
            swapped = number[:place] + other + one + number[place + 2 :]
            assert read_number(swapped) is None


@given(numbers)
def test_a_latin_0_read_as_the_arabic_5_is_refused(number: str) -> None:
    """٥ is a five and looks like a 0; ٠ is the zero and looks like a dot."""
    for place, digit in enumerate(number):
        if digit in "05":
            mixed_up = number[:place] + ("5" if digit == "0" else "0") + number[place + 1 :]
            assert read_number(in_script(mixed_up, ARABIC_ZERO)) is None
            assert read_number(mixed_up) is None


@given(numbers, st.sampled_from(ZEROS), st.sampled_from([" ", "-", "\u00a0", "\u2013", "\n", "."]))
def test_any_scripts_digits_are_accepted_in_groups(number: str, zero: str, between: str) -> None:
    written = between.join(groups(in_script(number, zero)))
    assert read_number(f" {written}\u200f ") == number


@given(numbers, st.sampled_from(ZEROS), st.integers(1, LENGTH - 1))
def test_digits_of_two_scripts_in_one_number_are_accepted(
    number: str, zero: str, place: int
) -> None:
    assert read_number(number[:place] + in_script(number[place:], zero)) == number


@given(numbers)
def test_a_digit_too_few_or_too_many_is_refused(number: str) -> None:
    for place in range(LENGTH):
        assert read_number(number[:place] + number[place + 1 :]) is None
    for digit in "0123456789":
        assert read_number(number + digit) is None


@given(st.text(st.characters()))
def test_whatever_is_typed_gives_a_number_or_nothing(typed: str) -> None:
    number = read_number(typed)
    assert number is None or read_number(number) == number


@pytest.mark.parametrize("typed", ["", " ", "abc", "٠", "0" * 19, "0" * 21])
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert read_number(typed) is None


@given(numbers)
def test_a_number_is_shown_in_five_groups_of_four(number: str) -> None:
    assert [len(group) for group in groups(number)] == [4, 4, 4, 4, 4]
    assert "".join(groups(number)) == number


@pytest.mark.parametrize("value", [-1, 10**RANDOM_DIGITS])
def test_a_random_value_of_another_size_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="19 random digits"):
        number_from(value)


def test_the_smallest_and_the_largest_value_give_numbers() -> None:
    assert number_from(0) == "0" * 20
    assert number_from(10**RANDOM_DIGITS - 1).startswith("9" * 19)
