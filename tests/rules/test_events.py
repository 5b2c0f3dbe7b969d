"""Events: the newest first, and as files that a calendar takes."""

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from forms_service.rules.catalogues import texts_for
from forms_service.rules.events import COURSE, calendar_file, events_of
from forms_service.rules.languages import LANGUAGES
from forms_service.rules.organisation import (
    Event,
    Organisation,
    OrganisationError,
    read_organisation,
)
from tests.rules.examples import organisation_settings

TODAY = date(2026, 11, 22)
PAGE = "https://portal.example/de/aktuelles/"


def _with(**settings: object) -> Organisation:
    return read_organisation(organisation_settings() | settings)


def _entry(event: Event, code: str = "de") -> dict[str, object]:
    calendar = Calendar.from_ical(calendar_file("party", event, texts_for(code), PAGE, TODAY))
    entry: Any
    (entry,) = calendar.walk("VEVENT")
    return {
        "uid": str(entry["UID"]),
        "summary": str(entry["SUMMARY"]),
        "language": entry["SUMMARY"].params["LANGUAGE"],
        "start": entry["DTSTART"].dt,
        "end": entry["DTEND"].dt,
        "status": str(entry["STATUS"]),
        "location": str(entry.get("LOCATION", "")),
    }


@given(st.lists(st.dates(), max_size=6))
def test_given_events_in_any_order_then_the_newest_comes_first(days: list[date]) -> None:
    events = {f"e{n}": {"title": {"de": "x"}, "starts_on": day} for n, day in enumerate(days)}
    listed = [event.starts_on for _, event in events_of(_with(events=events), texts_for("de"))]
    assert listed == sorted(days, reverse=True)


@pytest.mark.parametrize("code", LANGUAGES)
def test_given_a_day_for_the_course_then_its_start_is_an_event(code: str) -> None:
    course = {"open": True, "town": "Rostock", "starts_on": date(2027, 3, 1), "months": 12}
    listed = dict(events_of(_with(course=course, events={}), texts_for(code)))
    assert list(listed) == [COURSE]
    entry = _entry(listed[COURSE], code)
    assert entry["start"] == date(2027, 3, 1)
    assert entry["location"] == "Rostock"
    assert entry["summary"] == texts_for(code).gettext("Beginn der Ausbildung")


def test_given_no_day_for_the_course_then_there_is_no_such_event() -> None:
    course = {"open": False, "town": "Rostock", "starts_on": None, "months": 12}
    assert events_of(_with(course=course, events={}), texts_for("de")) == []


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=300).map(str.strip)
)
def test_any_title_comes_back_from_the_calendar_file(title: str) -> None:
    assert _entry(Event({"de": title}, TODAY))["summary"] == title


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(0, 300))
def test_an_event_ends_after_its_last_day(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    entry = _entry(Event({"de": "x"}, first, ends_on=last))
    assert entry["start"] == first
    assert entry["end"] == date.fromordinal(last.toordinal() + 1)


def test_an_event_without_a_fixed_day_is_tentative() -> None:
    assert _entry(Event({"de": "x"}, TODAY, planned=True))["status"] == "TENTATIVE"
    assert _entry(Event({"de": "x"}, TODAY))["status"] == "CONFIRMED"


def test_a_title_is_said_in_the_readers_language_or_named_as_german() -> None:
    event = Event({"de": "Fest", "ar": "حفلة"}, TODAY)
    assert (_entry(event, "ar")["summary"], _entry(event, "ar")["language"]) == ("حفلة", "ar")
    assert (_entry(event, "tr")["summary"], _entry(event, "tr")["language"]) == ("Fest", "de")


def test_two_events_differ_for_a_calendar() -> None:
    event = Event({"de": "x"}, TODAY)
    files = {calendar_file(name, event, texts_for("de"), PAGE, TODAY) for name in ("a", "b")}
    assert len(files) == 2
    assert _entry(event)["uid"] == "party@portal.example"


def test_given_an_event_that_ends_before_it_starts_then_it_is_refused() -> None:
    wrong = {"title": {"de": "x"}, "starts_on": TODAY, "ends_on": date(2026, 11, 21)}
    with pytest.raises(OrganisationError, match="backwards"):
        _with(events={"backwards": wrong})


def test_an_event_lasts_one_day_unless_its_settings_say_more() -> None:
    event = msgspec.convert({"title": {"de": "x"}, "starts_on": "2026-11-22"}, Event)
    assert event.last_day == TODAY
