"""What was typed when a session had ended: carried through the sign-in to where it was meant.

It goes from the request into the page that asks to sign in, and from there into a draft, or into
the form again; in between it is nowhere but in that page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from forms_service.edges.guard import fields_in
from forms_service.usecases import drafts

WRITER = "writer"
"""The hidden field of a form that says which member it was shown to."""

SECRETS = frozenset(("password", "new", "again", "code", "secret"))
"""Fields that never go back into a page."""

DISCARD = "discard"
"""What a form's field `step` says when a draft is thrown away."""

Values = Mapping[str, list[str]]
"""What a form sent, by field."""

_DRAFTS = {
    "antwort": (drafts.ANSWER, ("sentence", "until", "text", "translation")),
    "notiz": (drafts.NOTE, ("note",)),
    "uebergeben": (drafts.HAND_OVER, ("note",)),
    "schutz": (drafts.PROTECTING, ("note",)),
    "verschieben": (drafts.POSTPONING, ("day", "reason")),
}
"""The forms of a case: by the address below the case's, what a draft of each consists of."""

_PAGES = ("schutz", "verschieben")
"""Those of them that have a page of their own."""

_OWN = re.compile(r"/staff/(?:[a-z0-9-]+/)*")
_OF_CASE = re.compile(r"(/staff/fall/([a-z0-9]+)/)(?:([a-z]+)/)?")


@dataclass(frozen=True)
class Typed:
    """A member's text in a case, as a draft of that kind."""

    case_id: str
    kind: str
    fields: Mapping[str, str]


def own_address(path: str) -> str:
    """Return the address if it is one of the staff page's own, else the list's."""
    return path if _OWN.fullmatch(path) else "/staff/"


def page_of(path: str) -> str:
    """Return where to go on that isn't a step of doing something: a case's page, or the list."""
    found = _OF_CASE.fullmatch(path)
    if found is None:
        return "/staff/"
    return path if found[3] in _PAGES else found[1]


def kind_at(path: str) -> str:
    """Return the kind of draft that a form sent to `path` may leave, or an empty string."""
    found = _OF_CASE.fullmatch(path)
    return _DRAFTS.get(found[3] or "", ("",))[0] if found else ""


def typed_in(path: str, values: Values) -> Typed | None:
    """Return what a form that was sent to `path` holds, or None where nobody typed anything."""
    found = _OF_CASE.fullmatch(path)
    if found is None:
        return None
    kind, names = _DRAFTS.get(found[3] or "", ("", ()))
    if found[3] == "uebersetzung":
        kind, names = f"{drafts.TRANSLATION}:{_last(values, 'about')}", ("translation",)
    fields = {name: _last(values, name) for name in names}
    return Typed(found[2], kind, fields) if any(fields.values()) else None


def packed(values: Values) -> str:
    """Return a form's fields as the one field that the sign-in carries on."""
    return urlencode(values, doseq=True)


def unpacked(text: str) -> dict[str, list[str]]:
    """Return the fields again; whatever else the text may be gives none."""
    try:
        return fields_in(text)
    except ValueError:
        return {}


def _last(values: Values, name: str) -> str:
    return values.get(name, [""])[-1]
