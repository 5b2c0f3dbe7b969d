"""Promises are counted as people here count: working days, the state's holidays, local days."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules import deadlines
from forms_service.rules.deadlines import is_working_day, months_after, working_days_after
from forms_service.rules.organisation import Organisation
from tests.rules.examples import organisation_of_the_site

FIRST = datetime(2023, 1, 1, tzinfo=UTC)
days = st.dates(date(2023, 1, 1), date(2040, 12, 31))
moments = st.integers(0, 18 * 366 * 86400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
states = st.sampled_from(["BB", "MV", "BE", "BY", "SN"])


@pytest.mark.parametrize(
    ("day", "works", "rests"),
    [
        pytest.param("2027-03-08", "BB", "MV", id="women's day, in MV since 2023"),
        pytest.param("2025-10-31", "BE", "BB", id="Reformation Day in BB"),
        pytest.param("2025-10-31", "BE", "MV", id="Reformation Day in MV"),
        pytest.param("2027-01-06", "BB", "BY", id="Epiphany in BY"),
        pytest.param("2026-11-18", "MV", "SN", id="Repentance Day in SN"),
    ],
)
def test_each_state_has_its_own_holidays(day: str, works: str, rests: str) -> None:
    assert is_working_day(date.fromisoformat(day), works)
    assert not is_working_day(date.fromisoformat(day), rests)


@pytest.mark.parametrize("state", ["BB", "MV"])
@pytest.mark.parametrize(
    "day", ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-12-25"]
)
def test_nobody_works_on_a_national_holiday(day: str, state: str) -> None:
    assert not is_working_day(date.fromisoformat(day), state)


@pytest.mark.parametrize(
    ("after", "count", "state", "due"),
    [
        pytest.param("2026-11-16", 1, "BB", "2026-11-17", id="Monday to Tuesday"),
        pytest.param("2026-11-20", 1, "BB", "2026-11-23", id="over a weekend"),
        pytest.param("2026-11-21", 1, "BB", "2026-11-23", id="from a Saturday"),
        pytest.param("2026-11-22", 3, "BB", "2026-11-25", id="from a Sunday"),
        pytest.param("2027-03-05", 1, "BB", "2027-03-08", id="8 March in Potsdam"),
        pytest.param("2027-03-05", 1, "MV", "2027-03-09", id="8 March in Rostock"),
        pytest.param("2026-12-24", 1, "MV", "2026-12-28", id="over Christmas"),
        pytest.param("2027-03-25", 3, "BB", "2027-04-01", id="over Easter"),
        pytest.param("2026-12-31", 1, "BB", "2027-01-04", id="into the new year"),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(
    after: str, count: int, state: str, due: str
) -> None:
    found = working_days_after(date.fromisoformat(after), count, state)
    assert found == date.fromisoformat(due)


@given(days, st.integers(1, 40), states)
def test_what_is_due_is_due_on_a_working_day(day: date, count: int, state: str) -> None:
    due = working_days_after(day, count, state)
    assert is_working_day(due, state)
    between = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert sum(is_working_day(each, state) for each in between) == count


@given(days, st.integers(1, 40), states)
def test_later_or_more_is_never_due_earlier(day: date, count: int, state: str) -> None:
    due = working_days_after(day, count, state)
    assert working_days_after(day, count + 1, state) > due
    assert working_days_after(day + timedelta(days=1), count, state) >= due


@pytest.mark.parametrize(
    ("day", "end"),
    [
        pytest.param(date(2026, 3, 28), "2026-03-28T22:59:59+00:00", id="winter"),
        pytest.param(date(2026, 3, 29), "2026-03-29T21:59:59+00:00", id="clocks go forward"),
        pytest.param(date(2026, 10, 24), "2026-10-24T21:59:59+00:00", id="summer"),
        pytest.param(date(2026, 10, 25), "2026-10-25T22:59:59+00:00", id="clocks go back"),
    ],
)
def test_a_day_ends_at_midnight_here_summer_and_winter(day: date, end: str) -> None:
    assert deadlines.end_of(day).isoformat() == end


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-07-01T21:59:59+00:00", date(2026, 7, 1)),
        ("2026-07-01T22:00:00+00:00", date(2026, 7, 2)),
        ("2026-12-31T22:59:59+00:00", date(2026, 12, 31)),
        ("2026-12-31T23:00:00+00:00", date(2027, 1, 1)),
    ],
)
def test_the_day_is_the_one_on_the_calendar_here(moment: str, day: date) -> None:
    assert deadlines.local_day(datetime.fromisoformat(moment)) == day


@given(days)
def test_the_end_of_a_day_lies_in_it_and_the_next_second_does_not(day: date) -> None:
    end = deadlines.end_of(day)
    assert deadlines.local_day(end) == day
    assert deadlines.local_day(end + timedelta(seconds=1)) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        ("2026-01-15", 3, "2026-04-15"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-12-31", 6, "2027-06-30"),
        ("2028-02-29", 12, "2029-02-28"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_months_last(
    day: str, months: int, after: str
) -> None:
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(after)


@given(days, st.integers(0, 36))
def test_months_never_jump_over_a_month(day: date, months: int) -> None:
    after = months_after(day, months)
    assert (after.year - day.year) * 12 + after.month - day.month == months
    assert after.day == day.day or (after + timedelta(days=1)).day == 1


def test_given_a_complaint_on_friday_evening_then_its_promises_are_these(
    organisation: Organisation,
) -> None:
    friday = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    promised = deadlines.promises(organisation.inboxes["complaints"], friday)
    assert [deadlines.local_day(moment) for moment in vars(promised).values()] == [
        date(2026, 11, 23),  # opened within a working day
        date(2026, 11, 25),  # acknowledged within three
        date(2026, 12, 4),  # first news after fourteen days
        date(2026, 12, 20),  # answered after thirty
    ]


def test_given_a_message_after_midnight_here_then_it_counts_from_the_new_day(
    organisation: Organisation,
) -> None:
    inbox = organisation.inboxes["complaints"]
    before = deadlines.promises(inbox, datetime(2026, 11, 16, 22, 59, tzinfo=UTC))
    after = deadlines.promises(inbox, datetime(2026, 11, 16, 23, 1, tzinfo=UTC))
    assert after.opened_by - before.opened_by == timedelta(days=1)


def test_given_danger_then_the_clock_runs_by_the_hour(organisation: Organisation) -> None:
    sunday = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
    promised = deadlines.promises(organisation.inboxes["safeguarding"], sunday)
    assert promised.opened_by == promised.acknowledged_by == sunday + timedelta(hours=24)
    assert promised.news_by == sunday + timedelta(hours=24)


@given(moments, st.sampled_from(["applications", "complaints", "counselling", "safeguarding"]))
def test_promises_come_after_the_arrival_and_in_order(arrived: datetime, name: str) -> None:
    inbox = organisation_of_the_site().inboxes[name]
    promised = deadlines.promises(inbox, arrived)
    assert arrived < promised.opened_by <= promised.acknowledged_by
    assert promised.acknowledged_by <= promised.news_by < promised.answer_by
    assert all(moment.tzinfo is UTC for moment in vars(promised).values())


@given(moments, moments)
def test_who_writes_later_is_never_promised_something_earlier(
    one: datetime, other: datetime
) -> None:
    inbox = organisation_of_the_site().inboxes["complaints"]
    earlier, later = (deadlines.promises(inbox, moment) for moment in sorted((one, other)))
    for name, moment in vars(earlier).items():
        assert moment <= getattr(later, name)


def test_deadlines_are_the_inboxs_own(organisation: Organisation) -> None:
    inbox = organisation.inboxes["complaints"]
    rules = msgspec.structs.replace(inbox.deadlines, opened_working_days=5, news_days=7)
    slower = msgspec.structs.replace(inbox, deadlines=rules)
    monday = datetime(2026, 11, 16, 9, tzinfo=UTC)
    assert deadlines.local_day(deadlines.promises(slower, monday).opened_by) == date(2026, 11, 23)
    assert deadlines.local_day(deadlines.next_news(slower, monday)) == date(2026, 11, 23)


MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("inbox", "form", "status", "keeps", "day"),
    [
        pytest.param("counselling", "contact", "new", False, "2027-02-16", id="contact by itself"),
        pytest.param("complaints", "complaint", "new", False, None, id="open complaint stays"),
        pytest.param("complaints", "complaint", "answered", False, None, id="answered one too"),
        pytest.param("complaints", "complaint", "closed_partly", False, "2027-05-16", id="closed"),
        pytest.param("safeguarding", "complaint", "new", False, None, id="safeguarding stays"),
        pytest.param("applications", "application", "being_read", False, None, id="being read"),
        pytest.param("applications", "application", "being_read", True, None, id="and kept"),
        pytest.param(
            "applications", "application", "not_this_time", False, "2027-05-16", id="rejected"
        ),
        pytest.param("applications", "application", "not_this_time", True, "2027-11-16", id="kept"),
        pytest.param(
            "applications", "application", "closed_accepted", False, "2026-12-16", id="accepted"
        ),
        pytest.param(
            "applications", "application", "closed_accepted", True, "2026-12-16", id="and kept too"
        ),
    ],
)
def test_each_kind_of_case_is_kept_for_its_own_months(
    organisation: Organisation, inbox: str, form: str, status: str, keeps: bool, day: str | None
) -> None:
    found = deadlines.delete_on(organisation.inboxes[inbox], form, status, MONDAY, keeps=keeps)
    assert (found.isoformat() if found else None) == day


def test_a_consent_never_makes_a_case_stay_for_ever(organisation: Organisation) -> None:
    """Not even where the settings name no longer time for those who agreed."""
    inbox = organisation.inboxes["complaints"]
    assert inbox.keeping.consented_months is None
    for status in ("closed", "closed_accepted", "not_this_time"):
        assert deadlines.delete_on(inbox, "application", status, MONDAY, keeps=True) is not None
