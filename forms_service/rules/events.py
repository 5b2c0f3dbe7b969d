"""What takes place and when: for the page of news, and as files that a calendar takes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar
from icalendar import Event as CalendarEvent

from forms_service.rules.catalogues import Texts
from forms_service.rules.languages import LANGUAGES
from forms_service.rules.organisation import Event, Organisation, in_language

COURSE = "course"
"""The name of the event that the settings of the course make: its start."""


def events_of(organisation: Organisation, texts: Texts) -> list[tuple[str, Event]]:
    """Return all events by name, the newest first; the start of the course is one of them."""
    return sorted(_all(organisation, texts), key=lambda item: item[1].starts_on, reverse=True)


def _all(organisation: Organisation, texts: Texts) -> Iterator[tuple[str, Event]]:
    yield from organisation.events.items()
    course = organisation.course
    if course.starts_on:
        title = {texts.language.code: texts.gettext("Beginn der Ausbildung")}
        yield COURSE, Event(title, course.starts_on, place=course.town, page="ausbildung")


def calendar_file(name: str, event: Event, texts: Texts, address: str, made_on: date) -> bytes:
    """Return an event as an iCalendar file (RFC 5545); whole days, so no time zone is needed.

    `address` is the page that tells more; its host makes the event's identity unique. An event
    without a fixed day is tentative and lasts as long as the time it is planned for.
    """
    title, language = in_language(event.title, texts.language.code)
    entry = CalendarEvent()
    entry.add("uid", f"{name}@{address.split('/')[2]}")
    entry.add("dtstamp", datetime.combine(made_on, time(), UTC))
    entry.add("summary", title, parameters={"LANGUAGE": LANGUAGES[language].tag})
    entry.add("dtstart", event.starts_on)
    # RFC 5545 means the day after the last one.
    entry.add("dtend", event.last_day + timedelta(days=1))
    entry.add("status", "TENTATIVE" if event.planned else "CONFIRMED")
    # It tells of something; it shouldn't make anyone look busy.
    entry.add("transp", "TRANSPARENT")
    entry.add("url", address)
    if event.place:
        entry.add("location", event.place)
    calendar = Calendar()
    calendar.add("prodid", "-//Anlaufstelle//DE")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
