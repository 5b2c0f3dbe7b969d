"""What is published of a year leads back to nobody, whoever computes."""

from collections import defaultdict
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.figures import (
    DIMENSIONS,
    LEAST,
    OTHERS,
    Figure,
    Published,
    publish,
    suppress,
)

COMPLAINT = Figure(
    month="2025-03",
    form="complaint",
    inbox="complaints",
    category="time_to_listen",
    channel="web",
    language="ar",
    anonymous=True,
    days_to_acknowledge=2,
    days_to_close=20,
    outcome="closed_agreed",
    dissatisfied=False,
)

figures = st.lists(
    st.builds(
        Figure,
        month=st.sampled_from(["2025-01", "2025-02", "2025-07", "2025-12"]),
        form=st.sampled_from(["complaint", "contact", "application"]),
        inbox=st.just("questions"),
        category=st.sampled_from(["none", "counselling", "time_to_listen"]),
        channel=st.sampled_from(["web", "paper", "spoken"]),
        language=st.sampled_from(["de", "ls", "ar", "ti", "ku"]),
        anonymous=st.sampled_from([True, False, None]),
        days_to_acknowledge=st.none() | st.integers(0, 40),
        days_to_close=st.none() | st.integers(0, 400),
        outcome=st.sampled_from(["new", "answered", "closed_agreed", "closed_withdrawn"]),
        dissatisfied=st.booleans(),
    ),
    max_size=60,
)


def tables(published: Published) -> dict[str, dict[str, int | None]]:
    return {
        table.name: {cell.value: cell.count for cell in table.cells} for table in published.tables
    }


@pytest.mark.parametrize("size", [1, 2, 3])
def test_whoever_knows_the_rule_and_the_sum_can_compute_no_hidden_number(size: int) -> None:
    """Every table there could be, put together with all others that would look the same."""
    look_alike = defaultdict(list)
    for numbers in product(range(13), repeat=size):
        counts = {name: number for name, number in zip("abc", numbers, strict=False) if number}
        look_alike[str((sum(numbers), suppress(counts)))].append((numbers, suppress(counts)))
    for alike in look_alike.values():
        shown = alike[0][1]
        for place, name in enumerate("abc"[:size]):
            if name in shown and shown[name] is None:
                possible = {numbers[place] for numbers, _ in alike}
                assert len(possible) > 1, (shown, alike)


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 40), min_size=1),
)
def test_no_small_number_is_shown_and_its_rest_has_more_than_one_solution(
    counts: dict[str, int],
) -> None:
    shown = suppress(counts)
    hidden = [name for name, number in shown.items() if number is None]
    for name, number in shown.items():
        assert number is None or number == counts[name] >= LEAST
    # Nobody is alone behind the sum, and the sum isn't the smallest or the largest possible one
    rest = sum(counts[name] for name in hidden)
    assert len(hidden) != 1
    assert not hidden or rest > len(hidden)
    if all(counts[name] < LEAST for name in hidden) and hidden:
        assert rest < len(hidden) * (LEAST - 1)
    # What needn't be hidden isn't
    if all(number >= LEAST for number in counts.values()):
        assert shown == counts


@given(figures)
def test_a_published_year_shows_no_number_below_five(cases: list[Figure]) -> None:
    published = publish(cases)
    assert published.total == (len(cases) if len(cases) >= LEAST else None)
    for table in published.tables:
        assert table.total is None or table.total >= LEAST
        assert (table.total is None) == (table.cells == ())
        for cell in table.cells:
            assert cell.count is None or cell.count >= LEAST
        shown = [cell.count for cell in table.cells if cell.count is not None]
        assert sum(shown) <= (table.total or 0)
        if table.cells and None not in [cell.count for cell in table.cells]:
            assert sum(shown) == table.total


@given(figures)
def test_a_table_of_a_part_tells_no_size_that_the_whole_hides(cases: list[Figure]) -> None:
    published = publish(cases)
    found = tables(published)
    for dimension in DIMENSIONS:
        if dimension.of is None or dimension.name not in found:
            continue
        name, value = dimension.of
        (table,) = (each for each in published.tables if each.name == dimension.name)
        if table.cells:
            assert found[name][value] == table.total


@given(figures, st.randoms())
def test_the_order_of_cases_changes_nothing(cases: list[Figure], chance: object) -> None:
    assert publish(cases) == publish(list(reversed(cases)))


def test_given_four_cases_then_not_even_their_number_is_told() -> None:
    assert publish([COMPLAINT] * 4) == Published(None, ())
    assert publish([COMPLAINT] * 5).total == 5


def test_given_one_small_number_then_a_second_one_is_closed() -> None:
    # Given twelve from the web, six on paper, two spoken
    cases = [replace(COMPLAINT, channel="web")] * 12
    cases += [replace(COMPLAINT, channel="paper")] * 6 + [replace(COMPLAINT, channel="spoken")] * 2
    # Then the paper ones are hidden too, or 20 - 12 - 6 would say the two
    assert tables(publish(cases))["channel"] == {"web": 12, "paper": None, "spoken": None}


def test_given_two_small_numbers_then_their_sum_hides_them() -> None:
    cases = [replace(COMPLAINT, channel="web")] * 12
    cases += [replace(COMPLAINT, channel="paper")] * 3 + [replace(COMPLAINT, channel="spoken")] * 2
    assert tables(publish(cases))["channel"] == {"web": 12, "paper": None, "spoken": None}


def test_given_two_that_are_one_each_then_a_third_is_closed() -> None:
    cases = [replace(COMPLAINT, channel="web")] * 12 + [replace(COMPLAINT, channel="x")] * 7
    cases += [replace(COMPLAINT, channel="paper"), replace(COMPLAINT, channel="spoken")]
    shown = tables(publish(cases))["channel"]
    assert shown == {"web": 12, "paper": None, "spoken": None, "x": None}


def test_rare_languages_are_put_together_and_easy_german_is_german() -> None:
    cases = [replace(COMPLAINT, language="ar")] * 9 + [replace(COMPLAINT, language="de")] * 6
    cases += [replace(COMPLAINT, language="ls")] * 2
    cases += [replace(COMPLAINT, language=each) for each in ("ti", "ti", "ku", "so", "ps")]
    assert tables(publish(cases))["language"] == {"ar": 9, "de": 8, OTHERS: 5}


def test_outcomes_are_those_of_closed_cases_and_only_where_their_number_is_told() -> None:
    closed = [COMPLAINT] * 6 + [replace(COMPLAINT, outcome="closed_unclear")] * 5
    waiting = replace(COMPLAINT, outcome="in_clarification", days_to_close=None)
    # Given five that are open, then the eleven closed ones have a table
    assert tables(publish(closed + [waiting] * 5))["outcome"] == {
        "closed_agreed": 6,
        "closed_unclear": 5,
    }
    # Given two, then it would say how many are open
    assert "outcome" not in tables(publish(closed + [waiting] * 2))


def test_days_are_told_in_bands() -> None:
    cases = [
        replace(COMPLAINT, days_to_acknowledge=each) for each in [0, 1, 1, 1, 0, 2, 3, 3, 3, 3]
    ]
    assert tables(publish(cases))["days_to_acknowledge"] == {"1": 5, "3": 5}
