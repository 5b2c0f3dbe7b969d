"""Each kind of field: what counts as empty, how it is cleaned, what can be wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.fields import (
    NO_EMAIL,
    NO_PHONE,
    NOT_OFFERED,
    TOO_LONG,
    Choice,
    Choices,
    Email,
    LongText,
    Option,
    Phone,
    Problem,
    Text,
    Tick,
    dialable,
)
from tests.rules.test_text import ZEROS, in_script

OPTIONS = (Option("a", "A"), Option("b", "B"), Option("c", "C"))
ASKED_FOR = "Bitte antworten."

raw_values = st.lists(st.text(st.characters()), max_size=4)


def messages(problems: list[Problem]) -> list[str]:
    return [problem.message for problem in problems]


@pytest.mark.parametrize("raw", [[], [""], ["  \u200e\n "], ["", ""]], ids=repr)
@pytest.mark.parametrize("kind", [Text, LongText, Phone, Email])
def test_blank_text_is_missing_where_it_is_required(kind: type[Text], raw: list[str]) -> None:
    optional = kind(name="field", label="Feld")
    required = kind(name="field", label="Feld", required=ASKED_FOR)
    assert optional.clean(raw, ()) == ("", [])
    assert required.clean(raw, ()) == ("", [Problem("field", ASKED_FOR)])


@pytest.mark.parametrize("character", ["x", "ß", "ط", "ት", "😀", "\U0001f1fa"])
def test_length_is_counted_in_code_points(character: str) -> None:
    field = LongText(name="field", label="Feld", limit=20)
    assert field.clean([character * 20], ()) == (character * 20, [])
    text, problems = field.clean([character * 21], ())
    assert problems == [Problem("field", TOO_LONG, (("limit", 20), ("count", 21)))]
    assert text == character * 21


def test_blanks_around_a_text_do_not_count() -> None:
    field = Text(name="field", label="Feld", limit=3)
    assert field.clean(["  abc  "], ()) == ("abc", [])


def test_a_line_is_folded_and_a_long_text_keeps_its_lines() -> None:
    assert Text(name="field", label="Feld").clean(["eins\r\nzwei"], ())[0] == "eins zwei"
    assert LongText(name="field", label="Feld").clean(["eins\r\nzwei"], ())[0] == "eins\nzwei"


def test_a_text_sent_twice_is_kept_whole() -> None:
    """A form with the field twice loses nothing of either."""
    assert LongText(name="field", label="Feld").clean(["eins", "zwei"], ())[0] == "eins\nzwei"


@pytest.mark.parametrize(
    "written",
    [
        "0151 23456789",
        "+49 (0)151 / 2345-6789",
        "٠١٥١ ٢٣٤٥٦٧٨٩",
        "۰۱۵۱۲۳۴۵",
        "+963 11 222 3333",
        "12345",
        "1" * 20,
    ],
)
def test_a_telephone_number_of_any_country_is_kept_as_written(written: str) -> None:
    assert Phone(name="field", label="Feld").clean([written], ()) == (written, [])


@pytest.mark.parametrize("written", ["1234", "1" * 21, "keine", "+", "abc 123"])
def test_what_cannot_be_dialled_is_a_problem_and_not_lost(written: str) -> None:
    answer, problems = Phone(name="field", label="Feld").clean([written], ())
    assert (answer, messages(problems)) == (written, [NO_PHONE])


@given(st.text("0123456789", min_size=5, max_size=20), st.sampled_from(ZEROS))
def test_a_number_can_be_dialled_whatever_its_script(number: str, zero: str) -> None:
    written = in_script(number, zero)
    assert Phone(name="field", label="Feld").clean([written], ()) == (written, [])
    assert dialable(written) == number
    assert dialable(f" +{written}") == f"+{number}"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("amina@example.org", "amina@example.org"),
        ("  Amina.Haddad+x@mail.example.org ", "Amina.Haddad+x@mail.example.org"),
        ("amina @ example.org", "amina@example.org"),
        ("\u200eamina@example.org\u200f", "amina@example.org"),
        ("jörg@müller.example", "jörg@müller.example"),
    ],
)
def test_an_address_is_kept_without_blanks(written: str, kept: str) -> None:
    assert Email(name="field", label="Feld").clean([written], ()) == (kept, [])


@pytest.mark.parametrize(
    "written", ["amina", "amina@", "@example.org", "a@b", "a@@b.de", "a@b..de"]
)
def test_what_is_no_address_is_a_problem_and_not_lost(written: str) -> None:
    answer, problems = Email(name="field", label="Feld").clean([written], ())
    assert (answer, messages(problems)) == (written, [NO_EMAIL])


def test_an_address_is_one_line_so_no_header_can_be_slipped_in() -> None:
    answer, problems = Email(name="field", label="Feld").clean(["a@b.de\r\nBcc: c@d.de"], ())
    assert "\n" not in answer
    assert messages(problems) == [NO_EMAIL]


def test_one_choice_is_one_of_those_offered() -> None:
    field = Choice(name="field", label="Feld", required=ASKED_FOR)
    assert field.clean(["b"], OPTIONS) == ("b", [])
    assert field.clean([], OPTIONS) == ("", [Problem("field", ASKED_FOR)])
    assert field.clean([""], OPTIONS) == ("", [Problem("field", ASKED_FOR)])


@pytest.mark.parametrize("forged", ["d", "A", " a", "a\n", "a,b", "<b>", "\ud800"], ids=ascii)
def test_a_forged_choice_is_a_problem_and_not_stored(forged: str) -> None:
    one = Choice(name="field", label="Feld")
    several = Choices(name="field", label="Feld")
    assert one.clean([forged], OPTIONS) == ("", [Problem("field", NOT_OFFERED)])
    assert several.clean([forged, "a"], OPTIONS) == (["a"], [Problem("field", NOT_OFFERED)])


def test_several_choices_come_in_the_order_offered_and_once() -> None:
    field = Choices(name="field", label="Feld", required=ASKED_FOR)
    assert field.clean(["c", "a", "a", ""], OPTIONS) == (["a", "c"], [])
    assert field.clean([], OPTIONS) == ([], [Problem("field", ASKED_FOR)])


def test_a_tick_is_yes_or_no() -> None:
    required = Tick(name="field", label="Feld", required=ASKED_FOR)
    assert required.clean(["yes"], ()) == (True, [])
    assert required.clean([], ()) == (False, [Problem("field", ASKED_FOR)])
    assert Tick(name="field", label="Feld").clean([""], ()) == (False, [])
    assert Tick(name="field", label="Feld").clean(["on"], ()) == (
        False,
        [Problem("field", NOT_OFFERED)],
    )


@given(raw_values)
def test_a_clean_answer_stays_as_it_is_when_it_is_sent_again(raw: list[str]) -> None:
    for kind in (Text, LongText, Phone, Email):
        field = kind(name="field", label="Feld")
        answer, problems = field.clean(raw, ())
        assert field.clean([answer], ()) == (answer, problems)


@given(raw_values)
def test_only_what_is_offered_ever_becomes_an_answer(raw: list[str]) -> None:
    values = [*raw, "a"]
    assert Choice(name="field", label="Feld").clean(values[::-1], OPTIONS)[0] in ("", "a", "b", "c")
    assert set(Choices(name="field", label="Feld").clean(values, OPTIONS)[0]) <= {"a", "b", "c"}
