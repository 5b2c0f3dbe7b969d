"""By when an organisation promises what: working days, public holidays, months.

Days are counted where the organisation is: in Germany, with the holidays of its federal state.
The moment of a promise is the end of its day there.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from forms_service.rules.organisation import Deadlines, Inbox
from forms_service.rules.process import is_closed
from forms_service.rules.public_holidays import public_holidays

ZONE = ZoneInfo("Europe/Berlin")
DELETION_WAITS_DAYS = 7


@dataclass(frozen=True)
class Promises:
    """When what is due. `opened_by` and so on are moments (UTC)."""

    opened_by: datetime
    acknowledged_by: datetime
    news_by: datetime
    answer_by: datetime


def is_working_day(day: date, state: str) -> bool:
    """Return whether offices of the federal state work on that day."""
    return day.weekday() < 5 and day not in public_holidays(state, day.year)


def working_days_after(day: date, count: int, state: str) -> date:
    """Return the working day that is `count` working days after `day`."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, state):
            count -= 1
    return day


def local_day(moment: datetime) -> date:
    """Return the calendar day of a moment in Germany."""
    return moment.astimezone(ZONE).date()


def end_of(day: date) -> datetime:
    """Return the last second of a day in Germany, as UTC."""
    return datetime.combine(day, time(23, 59, 59), ZONE).astimezone(UTC)


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the month's last day."""
    return day + relativedelta(months=months)


def promises(inbox: Inbox, arrived: datetime) -> Promises:
    """Return what the inbox promises for a case that arrived at a moment."""
    rules: Deadlines = inbox.deadlines
    day = local_day(arrived)
    if inbox.safeguarding:
        soon = arrived + timedelta(hours=rules.safeguarding_hours)
        return Promises(soon, soon, soon, end_of(day + timedelta(days=rules.answer_days)))
    return Promises(
        opened_by=end_of(working_days_after(day, rules.opened_working_days, inbox.state)),
        acknowledged_by=end_of(
            working_days_after(day, rules.acknowledged_working_days, inbox.state)
        ),
        news_by=next_news(inbox, arrived),
        answer_by=end_of(day + timedelta(days=rules.answer_days)),
    )


def next_news(inbox: Inbox, told: datetime) -> datetime:
    """Return by when the sender hears again, counted from the last news."""
    return end_of(local_day(told) + timedelta(days=inbox.deadlines.news_days))


def second_look(inbox: Inbox, asked: datetime) -> datetime:
    """Return by when another person answers somebody who isn't satisfied."""
    return end_of(local_day(asked) + timedelta(days=inbox.deadlines.second_look_days))


def asked_deletion(asked: datetime, due: date | None) -> date:
    """Return the day on which a case is deleted whose sender asks for it at a moment.

    There are some days left to take it back: whoever holds the telephone must not be able to
    erase everything at once. `due` is the day it would have been deleted anyway.
    """
    day = local_day(asked) + timedelta(days=DELETION_WAITS_DAYS)
    return min(day, due) if due else day


def is_deletion_fixed(inbox: Inbox, asked: datetime | None) -> bool:
    """Return whether the sender has set the day of deletion, which nothing else then moves.

    Where people are protected, asking is a wish: the team decides.
    """
    return asked is not None and not inbox.safeguarding


def delete_on(
    inbox: Inbox, form: str, status: str, last_activity: datetime, *, keeps: bool = False
) -> date | None:
    """Return the day on which a case is deleted if nothing more happens, or None while it's open.

    Contacts end by themselves; complaints and applications end when somebody closes or decides
    them. `keeps` says that an applicant agreed to be kept for the next course.
    """
    keeping = inbox.keeping
    months: int | None = None
    keeps = keeps and status != "closed_withdrawn"
    if status == "closed_accepted":
        months = keeping.accepted_months or keeping.months
    elif form == "contact" or is_closed(status) or status == "not_this_time":
        months = (keeps and keeping.consented_months) or keeping.months
    if months is None:
        return None
    return months_after(local_day(last_activity), months)
