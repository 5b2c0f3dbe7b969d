"""What was typed when a session had ended: carried through the sign-in to where it was meant.

It goes from the request into the page that asks to sign in, and from there into a draft; in
between it is nowhere but in that page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from forms_service.usecases.drafts import ANSWER, NOTE, TRANSLATION

WRITER = "writer"
"""The hidden field of a form that says which member it was shown to."""

_FIELDS_OF_ANSWER = ("sentence", "until", "text", "translation")
_OWN = re.compile(r"/staff/(?:[a-z0-9-]+/)*")
_OF_CASE = re.compile(r"(/staff/fall/([a-z0-9]+)/)(?:([a-z]+)/)?")


@dataclass(frozen=True)
class Typed:
    """A member's text in a case, as a draft of that kind."""

    case_id: str
    kind: str
    fields: Mapping[str, str]
    writer: str


def own_address(path: str) -> str:
    """Return the address if it is one of the staff page's own, else the list's."""
    return path if _OWN.fullmatch(path) else "/staff/"


def page_of(path: str) -> str:
    """Return where to go on that isn't a step of doing something: a case, or the list."""
    found = _OF_CASE.fullmatch(path)
    return found[1] if found else "/staff/"


def typed_in(path: str, values: Mapping[str, str]) -> Typed | None:
    """Return what a form that was sent to `path` holds, or None where nobody typed anything."""
    found = _OF_CASE.fullmatch(path)
    if found is None:
        return None
    kind, fields = "", {}
    if found[3] == "antwort":
        kind, fields = ANSWER, {name: values.get(name, "") for name in _FIELDS_OF_ANSWER}
    elif found[3] in ("notiz", "uebergeben", "schutz"):
        kind, fields = NOTE, {"note": values.get("note", "")}
    elif found[3] == "uebersetzung":
        kind = f"{TRANSLATION}:{values.get('about', '')}"
        fields = {"translation": values.get("translation", "")}
    if not any(fields.values()):
        return None
    return Typed(found[2], kind, fields, values.get(WRITER, ""))


def packed(values: Mapping[str, str]) -> str:
    """Return a form's fields as the one field that the sign-in carries on."""
    return urlencode(values)


def unpacked(text: str) -> dict[str, str]:
    """Return the fields again; whatever else the text may be gives none."""
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=30))
    except ValueError:
        return {}
