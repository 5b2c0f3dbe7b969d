"""Says the times that an organisation promises, as its settings name them, in a language's words.

Pages name a time (`{{ time("answered_within") }}`); the number comes from the settings, the words
around it from the catalogues, so that "1 day" and "14 days" are both right in every language.
"""

from collections.abc import Callable

from forms_service.rules.catalogues import Texts
from forms_service.rules.organisation import Organisation


def within_working_days(texts: Texts, n: int) -> str:
    """Return "within n working days"."""
    return texts.ngettext("innerhalb von %(n)s Arbeitstag", "innerhalb von %(n)s Arbeitstagen", n)


def within_days(texts: Texts, n: int) -> str:
    """Return "within n days"."""
    return texts.ngettext("innerhalb von %(n)s Tag", "innerhalb von %(n)s Tagen", n)


def within_hours(texts: Texts, n: int) -> str:
    """Return "within n hours"."""
    return texts.ngettext("innerhalb von %(n)s Stunde", "innerhalb von %(n)s Stunden", n)


def every_days(texts: Texts, n: int) -> str:
    """Return "every n days"."""
    return texts.ngettext("jeden Tag", "alle %(n)s Tage", n)


def after_working_days(texts: Texts, n: int) -> str:
    """Return "after n working days"."""
    return texts.ngettext("nach %(n)s Arbeitstag", "nach %(n)s Arbeitstagen", n)


def after_months(texts: Texts, n: int) -> str:
    """Return "after n months"."""
    return texts.ngettext("nach %(n)s Monat", "nach %(n)s Monaten", n)


def for_months(texts: Texts, n: int) -> str:
    """Return "for n months"."""
    return texts.ngettext("%(n)s Monat lang", "%(n)s Monate lang", n)


def promised_time(name: str, organisation: Organisation, texts: Texts) -> str:
    """Return the words for a promised time; KeyError for a name that stands for none."""
    complaints = organisation.inboxes["complaints"]
    applications = organisation.inboxes["applications"].keeping
    safeguarding = organisation.inboxes["safeguarding"]
    rules = complaints.deadlines
    # Topics may lead to inboxes that keep messages for different times: nobody is promised less.
    contacts = [organisation.inboxes[inbox].keeping for inbox in organisation.topics.values()]
    times: dict[str, tuple[Callable[[Texts, int], str], int]] = {
        "opened_within": (within_working_days, rules.opened_working_days),
        "unopened_after": (after_working_days, rules.opened_working_days),
        "acknowledged_within": (within_working_days, rules.acknowledged_working_days),
        "unacknowledged_after": (after_working_days, rules.acknowledged_working_days),
        "first_news_within": (within_days, rules.news_days),
        "news_every": (every_days, rules.news_days),
        "answered_within": (within_days, rules.answer_days),
        "answered_at_latest": (after_months, rules.answer_months_at_most),
        "second_look_within": (within_days, rules.second_look_days),
        "safeguarding_within": (within_hours, safeguarding.deadlines.safeguarding_hours),
        "complaint_deleted_after": (after_months, complaints.keeping.months),
        "safeguarding_deleted_after": (after_months, safeguarding.keeping.months),
        "contact_deleted_after": (after_months, max(keeping.months for keeping in contacts)),
        "application_deleted_after": (after_months, applications.months),
        "accepted_application_deleted_after": (
            after_months,
            applications.accepted_months or applications.months,
        ),
        "kept_application_deleted_after": (
            after_months,
            applications.consented_months or applications.months,
        ),
        "course_length": (for_months, organisation.course.months),
    }
    say, number = times[name]
    return say(texts, number)
