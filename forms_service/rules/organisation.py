"""The organisation's own settings: who it is, who reads what, by when it answers, whom to call.

They stand in `mkdocs.yml` under `extra.organisation`, in German; what a language says for them
stands with its pages, in `docs/<code>/organisation.yml`. They reach the service through the built
site's `portal.json`, so there is one place for each fact. A value that is still missing is an
explicit null; pages and `anlaufstelle check` name it as missing.
"""

import copy
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import msgspec

from forms_service.rules.languages import LANGUAGES, SOURCE
from forms_service.rules.process import OMBUDSPERSON
from forms_service.rules.public_holidays import STATES

Translated = dict[str, str]
"""A text in several languages, by language code; German must be there."""


TRANSLATIONS = "organisation.yml"
"""In every language's folder beside the pages: place of a text, and what it is in the language."""

AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Unknown keys are refused: a misspelt setting must not be silently without effect."""


class Deadlines(Strict, frozen=True):
    """Promises to the sender; the units are in the names."""

    opened_working_days: AtLeastOne = 1
    acknowledged_working_days: AtLeastOne = 3
    news_days: AtLeastOne = 14
    answer_days: AtLeastOne = 30
    answer_months_at_most: AtLeastOne = 3
    second_look_days: AtLeastOne = 14
    safeguarding_hours: AtLeastOne = 24


class Keeping(Strict, frozen=True):
    """Months until deletion, counted from the last activity or the closing of a case."""

    months: AtLeastOne
    accepted_months: AtLeastOne | None = None
    consented_months: AtLeastOne | None = None


class Inbox(Strict, frozen=True):
    """Where cases arrive: one organisation, one circle of readers, one set of promises."""

    title: Translated
    organisation: str
    state: str
    read_by: Translated
    purpose: Translated
    keeping: Keeping
    deadlines: Deadlines = Deadlines()
    complaints: bool = False
    safeguarding: bool = False


class Contact(Strict, frozen=True):
    """A person who answers questions about something."""

    about: Translated
    name: str
    organisation: str
    email: str | None
    phone: str | None = None


class Hotline(Strict, frozen=True):
    """A number to call; `emergency` ones stand under the danger question of the complaint."""

    number: str
    name: Translated
    checked_on: date | None
    note: Translated = {}
    emergency: bool = False


class Course(Strict, frozen=True):
    """The training of counsellors: what is open now."""

    open: bool
    town: str
    starts_on: date | None
    months: int


class Event(Strict, frozen=True):
    """Something that takes place; a `planned` one has no fixed day yet, so its month is shown.

    `ends_on` is its last day, if that isn't the first one; `page` tells more about it.
    """

    title: Translated
    starts_on: date
    ends_on: date | None = None
    planned: bool = False
    place: str | None = None
    page: str | None = None

    @property
    def last_day(self) -> date:
        """The day after which it is past."""
        return self.ends_on or self.starts_on


class LegalBody(Strict, frozen=True):
    """An organisation responsible for something the site describes.

    `name` is its legal name; `called` what a text may call it for short.
    """

    name: str
    responsible_for: Translated
    address: str | None
    represented_by: str | None
    register: str | None
    email: str | None
    phone: str | None
    data_protection_officer: str | None
    data_protection_authority: str | None
    called: str = ""


class OtherBody(Strict, frozen=True):
    """Somewhere else to turn to, outside the organisation."""

    name: Translated
    address: str | None


class Organisation(Strict, frozen=True):
    """All settings of the organisation that runs the portal."""

    name: str
    bodies: dict[str, LegalBody]
    inboxes: dict[str, Inbox]
    topics: dict[str, str]
    teams: dict[str, Translated]
    places: dict[str, Translated]
    course: Course
    contacts: dict[str, Contact]
    hotlines: list[Hotline]
    other_bodies: list[OtherBody]
    leave_to: str
    events: dict[str, Event] = {}


class OrganisationError(ValueError):
    """The settings don't hold together; the message names the key and the cause."""


def read_organisation(raw: Any) -> Organisation:
    """Return the settings read from plain data (YAML or JSON); OrganisationError if wrong."""
    try:
        organisation = msgspec.convert(raw, Organisation)
    except msgspec.ValidationError as error:
        raise OrganisationError(f"extra.organisation: {error}") from error
    for topic, inbox in organisation.topics.items():
        if inbox not in organisation.inboxes:
            raise OrganisationError(f"extra.organisation: topics.{topic}: no inbox {inbox!r}")
    for needed in ("questions", "complaints", "safeguarding", "applications"):
        if needed not in organisation.inboxes:
            raise OrganisationError(f"extra.organisation: inboxes.{needed} is missing")
    for name in ("complaints", "safeguarding"):
        if not getattr(organisation.inboxes[name], name):
            raise OrganisationError(f"extra.organisation: inboxes.{name} needs '{name}: true'")
    for name, inbox_settings in organisation.inboxes.items():
        if inbox_settings.state not in STATES:
            raise OrganisationError(
                f"extra.organisation: inboxes.{name}.state: no federal state {inbox_settings.state!r}"
            )
    if OMBUDSPERSON in organisation.teams:
        raise OrganisationError(
            f"extra.organisation: teams.{OMBUDSPERSON}: everybody can exclude the ombudsperson, "
            "who belongs to no team"
        )
    for name, event in organisation.events.items():
        if event.last_day < event.starts_on:
            raise OrganisationError(f"extra.organisation: events.{name} ends before it starts")
    _refuse_without_german(msgspec.to_builtins(organisation), "extra.organisation")
    return organisation


def with_translations(raw: Any, texts: Mapping[str, Mapping[str, str]]) -> Any:
    """Return the settings (plain data) with the texts of other languages put beside the German.

    `texts` gives for each language code the text at a place ("inboxes.complaints.title").
    Raises OrganisationError where there is no German text at a place.
    """
    merged = copy.deepcopy(raw)
    for code, by_place in texts.items():
        for place, text in by_place.items():
            part = merged
            for key in place.split("."):
                if isinstance(part, list) and key.isdecimal() and int(key) < len(part):
                    part = part[int(key)]
                else:
                    part = part.get(key) if isinstance(part, dict) else None
            if not isinstance(part, dict) or SOURCE not in part:
                raise OrganisationError(f"{code}/{TRANSLATIONS}: no German text at {place!r}")
            part[code] = text
    return merged


def _refuse_without_german(part: Any, where: str) -> None:
    """Refuse a text in several languages that lacks the one all others are made from."""
    if isinstance(part, dict):
        if part and part.keys() <= LANGUAGES.keys() and SOURCE not in part:
            raise OrganisationError(f"{where}: lacks the German text ({SOURCE})")
        for key, inner in part.items():
            _refuse_without_german(inner, f"{where}.{key}")
    elif isinstance(part, list):
        for place, inner in enumerate(part):
            _refuse_without_german(inner, f"{where}.{place}")


def in_language(translated: Translated, code: str) -> tuple[str, str]:
    """Return the text for `code` and the language it really is in: German where it's missing."""
    if code in translated:
        return translated[code], code
    return translated[SOURCE], SOURCE


def missing_values(organisation: Organisation) -> list[str]:
    """Return the settings that are still to be filled in, by their place in `mkdocs.yml`."""
    missing = []
    for name, body in organisation.bodies.items():
        missing += [f"bodies.{name}.{key}" for key in _empty(body)]
    for name, contact in organisation.contacts.items():
        missing += [f"contacts.{name}.{key}" for key in _empty(contact) if key == "email"]
    missing += [
        f"hotlines: {hotline.number} has not been checked"
        for hotline in organisation.hotlines
        if hotline.checked_on is None
    ]
    missing += [
        f"other_bodies.{place}.address"
        for place, body in enumerate(organisation.other_bodies)
        if body.address is None
    ]
    if organisation.course.open:
        missing += [f"course.{key}" for key in _empty(organisation.course)]
    return missing


def _empty(part: Strict) -> list[str]:
    return [name for name in part.__struct_fields__ if getattr(part, name) is None]
