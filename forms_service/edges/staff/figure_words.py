"""What figures are called, on the page and in the file for a spreadsheet."""

from dataclasses import dataclass

from forms_service.edges.staff.words import STATUS_FOR_STAFF
from forms_service.rules.catalogues import N_, Texts
from forms_service.rules.figures import NONE, OTHERS, UNKNOWN, Cell, Published, Table
from forms_service.rules.forms import FORMS, PRINCIPLES, TOPICS
from forms_service.rules.languages import LANGUAGES
from forms_service.rules.spreadsheet import csv_text

HIDDEN = N_("weniger als 5 oder verdeckt")

_TITLES = {
    "form": N_("Formular"),
    "quarter": N_("Eingang im Vierteljahr"),
    "promise": N_("Beschwerden: welches Versprechen"),
    "topic": N_("Fragen und Anliegen: welches Thema"),
    "channel": N_("Auf welchem Weg"),
    "language": N_("Sprache"),
    "anonymous": N_("Mit Namen oder ohne"),
    "acknowledged": N_("Eingang bestätigt"),
    "days_to_acknowledge": N_("Tage bis zur Bestätigung"),
    "state": N_("Abgeschlossen oder offen"),
    "outcome": N_("Wie es ausging"),
    "days_to_close": N_("Tage bis zum Abschluss"),
    "dissatisfied": N_("War nicht zufrieden"),
}
_YES_NO = {"yes": N_("Ja"), "no": N_("Nein")}
_BANDS = {
    "1": N_("Höchstens 1 Tag"),
    "3": N_("2 bis 3 Tage"),
    "7": N_("4 bis 7 Tage"),
    "14": N_("Höchstens 14 Tage"),
    "30": N_("15 bis 30 Tage"),
    "90": N_("31 bis 90 Tage"),
    "more": N_("Länger"),
}
_VALUES: dict[str, dict[str, str]] = {
    "form": {name: form.title for name, form in FORMS.items()},
    "quarter": {
        "1": N_("Januar bis März"),
        "2": N_("April bis Juni"),
        "3": N_("Juli bis September"),
        "4": N_("Oktober bis Dezember"),
    },
    "promise": {each.value: each.label for each in PRINCIPLES},
    "topic": {each.value: each.label for each in TOPICS},
    "channel": {
        "web": N_("Über die Website"),
        "paper": N_("Auf Papier"),
        "spoken": N_("Mündlich"),
    },
    "anonymous": {
        "yes": N_("Ohne Namen und ohne Kontakt"),
        "no": N_("Mit Namen oder Kontakt"),
    },
    "acknowledged": _YES_NO,
    "days_to_acknowledge": _BANDS,
    "state": {"closed": N_("Abgeschlossen"), "open": N_("Offen")},
    "outcome": STATUS_FOR_STAFF,
    "days_to_close": _BANDS,
    "dissatisfied": _YES_NO,
}
_EVERYWHERE = {
    NONE: N_("Nichts gewählt"),
    UNKNOWN: N_("Nicht bekannt"),
    OTHERS: N_("Andere Sprachen"),
}


@dataclass(frozen=True)
class Row:
    """A value in words; `count` is None where it is hidden. `share` is its part of all, in %."""

    label: str
    count: int | None
    share: int


@dataclass(frozen=True)
class TableInWords:
    """A table as it is read; without rows it isn't shown."""

    name: str
    title: str
    total: int | None
    rows: list[Row]


def in_words(published: Published, texts: Texts) -> list[TableInWords]:
    """Return the tables in the reader's language."""
    return [
        TableInWords(
            table.name,
            texts.gettext(_TITLES[table.name]),
            table.total,
            [_row(table, cell, texts) for cell in table.cells],
        )
        for table in published.tables
    ]


def _row(table: Table, cell: Cell, texts: Texts) -> Row:
    share = round(100 * cell.count / table.total) if cell.count and table.total else 0
    return Row(_label(table.name, cell.value, texts), cell.count, share)


def _label(table: str, value: str, texts: Texts) -> str:
    if table == "language" and value in LANGUAGES:
        return texts.language_name(LANGUAGES[value])
    said = _VALUES.get(table, {}).get(value) or _EVERYWHERE.get(value)
    # A value of an earlier version of the forms keeps the name it was stored by.
    return texts.gettext(said) if said else value


def as_csv(published: Published, texts: Texts) -> str:
    """Return the tables as the text of a file that a spreadsheet opens."""
    hidden = texts.gettext(HIDDEN)
    lines = [[texts.gettext("Tabelle"), texts.gettext("Wert"), texts.gettext("Zahl")]]
    lines.append([texts.gettext("Alle Fälle"), "", _number(published.total, hidden)])
    for table in in_words(published, texts):
        lines += [[table.title, row.label, _number(row.count, hidden)] for row in table.rows]
    return csv_text(lines)


def _number(count: int | None, hidden: str) -> str:
    return hidden if count is None else str(count)
