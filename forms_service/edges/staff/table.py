"""The list as the rows of a spreadsheet: what is in clear of a case, nothing that anybody wrote."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from forms_service.edges.staff.words import CHANNELS, DUE, STATUS_FOR_STAFF
from forms_service.rules.catalogues import N_, Texts
from forms_service.rules.deadlines import local_day
from forms_service.rules.forms import FORMS
from forms_service.rules.languages import LANGUAGES
from forms_service.rules.organisation import Organisation, in_language
from forms_service.usecases.desk import DeskRow

_HEAD = (
    N_("Formular"),
    N_("Zuständig"),
    N_("Sprache"),
    N_("Weg"),
    N_("Stand"),
    N_("Angekommen"),
    N_("Geöffnet"),
    N_("Bestätigt"),
    N_("Als Nächstes"),
    N_("Fällig"),
    N_("Wird gelöscht"),
)


def list_rows(
    rows: Iterable[DeskRow], texts: Texts, organisation: Organisation
) -> Iterator[list[str]]:
    """Yield the head and a row for each case, in the reader's language; days as 2026-11-16."""
    yield [texts.gettext(each) for each in _HEAD]
    for row in rows:
        case, due = row.case, row.due
        yield [
            texts.gettext(FORMS[case.form].title),
            in_language(organisation.inboxes[case.inbox].title, texts.language.code)[0],
            texts.language_name(LANGUAGES[case.language]),
            texts.gettext(CHANNELS[case.channel]),
            texts.gettext(STATUS_FOR_STAFF[case.status]),
            _day(case.arrived_at),
            _day(case.opened_at),
            _day(case.acknowledged_at),
            texts.gettext(DUE[due.what]) if due else "",
            _day(due.by if due else None),
            _day(case.delete_on),
        ]


def _day(when: datetime | date | None) -> str:
    if isinstance(when, datetime):
        return local_day(when).isoformat()
    return when.isoformat() if when else ""
