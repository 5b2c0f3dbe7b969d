"""When a sender can object, withdraw or delete, and by when what follows."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules import deadlines, process
from forms_service.rules.forms import FORMS
from tests.rules.examples import organisation_of_the_site

MOMENTS = st.integers(1_735_700_000, 2_200_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
DAYS = st.dates(date(2025, 1, 1), date(2041, 1, 1))
INBOX = organisation_of_the_site().inboxes["complaints"]
PROTECTED = organisation_of_the_site().inboxes["safeguarding"]


@given(asked=MOMENTS, due=st.none() | DAYS)
def test_a_deletion_waits_seven_days_and_never_postpones(asked: datetime, due: date | None) -> None:
    day = deadlines.asked_deletion(asked, due)
    waited = day - deadlines.local_day(asked)
    assert waited <= timedelta(days=deadlines.DELETION_WAITS_DAYS)
    if due is None or due > day:
        assert waited == timedelta(days=7)
    else:
        assert day == due


@given(asked=MOMENTS, days=st.integers(1, 60))
def test_a_second_look_ends_with_its_day_in_germany(asked: datetime, days: int) -> None:
    rules = msgspec.structs.replace(INBOX.deadlines, second_look_days=days)
    by = deadlines.second_look(msgspec.structs.replace(INBOX, deadlines=rules), asked)
    assert deadlines.local_day(by) - deadlines.local_day(asked) == timedelta(days=days)
    assert by == deadlines.end_of(deadlines.local_day(by))
    assert by > asked


@given(asked=MOMENTS)
def test_the_team_decides_where_people_are_protected(asked: datetime) -> None:
    assert deadlines.is_deletion_fixed(INBOX, asked)
    assert not deadlines.is_deletion_fixed(PROTECTED, asked)
    assert not deadlines.is_deletion_fixed(INBOX, None)


@pytest.mark.parametrize("status", process.STATUS_FOR_SENDER)
def test_an_objection_needs_an_answer_to_a_complaint(status: str) -> None:
    was_answered = status == "answered" or (
        status.startswith("closed") and status != process.WITHDRAWN
    )
    assert process.may_object("complaint", status) == was_answered
    assert not process.may_object("contact", status)
    assert not process.may_object("application", status)


def test_an_objection_is_possible_once_for_each_answer() -> None:
    assert not process.may_object("complaint", process.SECOND_LOOK)
    # And a second look leads on by an answer only.
    assert process.owes_news(process.SECOND_LOOK)
    assert not process.is_closed(process.SECOND_LOOK)
    assert not process.waits_for_sender(process.SECOND_LOOK)


@pytest.mark.parametrize("status", process.STATUS_FOR_SENDER)
def test_what_has_ended_is_not_withdrawn(status: str) -> None:
    assert process.may_withdraw(status) == (not process.is_closed(status))


@pytest.mark.parametrize("form", FORMS)
def test_what_is_withdrawn_has_a_day_of_deletion(form: str) -> None:
    now = datetime(2026, 11, 16, 9, tzinfo=UTC)
    inbox = organisation_of_the_site().inboxes[FORMS[form].inbox]
    day = deadlines.delete_on(inbox, form, process.WITHDRAWN, now, keeps=True)
    assert day is not None
    assert day > deadlines.asked_deletion(now, None)
