"""The days on which a federal state rests are those that the library says."""

import holidays
import pytest

from forms_service.rules.public_holidays import STATES, public_holidays


@pytest.mark.parametrize("year", [2025, 2026, 2028])
def test_they_are_the_same_as_by_its_front_door(year: int) -> None:
    assert len(STATES) >= 16
    for state in STATES:
        expected = set(holidays.country_holidays("DE", subdiv=state, years=year))
        assert public_holidays(state, year) == expected


def test_a_day_of_one_state_in_one_year_is_one_there_and_then_alone() -> None:
    # Eighty years after the end of the war, in Berlin
    days = {(state, day.year) for state in STATES for year in (2025, 2026)
            for day in public_holidays(state, year) if (day.month, day.day) == (5, 8)}  # fmt: skip
    assert days == {("BE", 2025)}
