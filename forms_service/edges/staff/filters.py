"""What the list is narrowed to: codes in the address, nothing personal."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from forms_service.edges.staff.words import STATUS_FOR_STAFF
from forms_service.rules.catalogues import N_, Texts
from forms_service.rules.forms import FORMS
from forms_service.rules.languages import LANGUAGES
from forms_service.rules.organisation import Organisation, in_language
from forms_service.world.store.lists import NOBODY, Chosen
from forms_service.world.store.members import Member

MINE = "mine"

_LABELS = {
    "form": N_("Formular"),
    "inbox": N_("Zuständig"),
    "language": N_("Sprache"),
    "status": N_("Stand"),
    "whose": N_("Übernommen von"),
}


@dataclass(frozen=True)
class Filter:
    """One list to choose from: what is chosen, and the choices as (code, words)."""

    name: str
    label: str
    value: str
    options: list[tuple[str, str]]


def filters(organisation: Organisation, texts: Texts, asked: Mapping[str, str]) -> list[Filter]:
    """Return what can be chosen, with what an address asks for; unknown codes choose nothing."""
    options: dict[str, list[tuple[str, str]]] = {
        "form": [(name, texts.gettext(form.title)) for name, form in FORMS.items()],
        "inbox": [
            (name, in_language(inbox.title, texts.language.code)[0])
            for name, inbox in organisation.inboxes.items()
        ],
        "language": [(code, texts.language_name(each)) for code, each in LANGUAGES.items()],
        "status": [(code, texts.gettext(words)) for code, words in STATUS_FOR_STAFF.items()],
        "whose": [(MINE, texts.gettext(N_("mir"))), (NOBODY, texts.gettext(N_("niemandem")))],
    }
    return [
        Filter(
            name,
            texts.gettext(_LABELS[name]),
            asked.get(name, "") if asked.get(name) in dict(choices) else "",
            choices,
        )
        for name, choices in options.items()
    ]


def chosen_by(each: list[Filter], member: Member) -> Chosen:
    """Return what the store is asked for."""
    values = {one.name: one.value for one in each}
    if values["whose"] == MINE:
        values["whose"] = member.id
    return Chosen(**values)


def as_query(each: list[Filter], **more: str | int) -> str:
    """Return the part of an address that chooses the same again."""
    values = {one.name: one.value for one in each if one.value}
    return urlencode(values | {name: str(value) for name, value in more.items()})
