"""What a form is, and how what someone sent is checked against it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from forms_service.rules.catalogues import N_
from forms_service.rules.fields import (
    Answers,
    Choice,
    Choices,
    Field,
    Files,
    Option,
    Problem,
    Tick,
)
from forms_service.rules.languages import LANGUAGES
from forms_service.rules.organisation import Organisation, in_language

Submitted = Mapping[str, Sequence[str]]
"""What a browser sent: every name with its values, in order."""

Check = Callable[[Answers], Iterator[Problem]]
"""A rule across fields."""


@dataclass(frozen=True)
class Group:
    """Fields under one heading."""

    heading: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form, declared once for the built page, the service and the staff page.

    `inbox` takes its cases unless an answer decides otherwise. `remembers` lets the browser
    complete names and numbers (never where someone else may look at the same phone). With
    `no_emergency_service` the emergency numbers stand above it. `contact_checks` are those of its
    `checks` that need nothing but how to reach the sender. `on_paper` says that it can be printed
    and filled in by hand.
    """

    name: str
    page: str
    title: str
    inbox: str
    groups: tuple[Group, ...]
    send: str
    checks: tuple[Check, ...] = field(default=(), repr=False)
    contact_checks: tuple[Check, ...] = field(default=(), repr=False)
    remembers: bool = False
    no_emergency_service: bool = False
    on_paper: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields in order."""
        return tuple(each for group in self.groups for each in group.fields)

    @property
    def takes_files(self) -> bool:
        """Whether files may be sent with it."""
        return any(isinstance(each, Files) for each in self.fields)


@dataclass(frozen=True)
class Cleaned:
    """A checked submission: the answers, and every problem at once (none: it can be stored)."""

    answers: Answers
    problems: list[Problem]


TRAP = "website"
"""Name of the field that people don't see and machines fill in."""

SHOWN_IN = "shown_in"
"""Name of the buttons that ask for the form in another language; their value is the one it had."""

OTHER = "other"


def options_of(each: Field, organisation: Organisation, language: str) -> tuple[Option, ...]:
    """Return what can be chosen in `each`: the settings' list first, then its own options."""
    if not isinstance(each, Choice | Choices):
        return ()
    return (*_from_settings(each.settings, organisation, language), *each.options)


def _from_settings(name: str, organisation: Organisation, language: str) -> Iterator[Option]:
    if name == "languages":
        for code, spoken in LANGUAGES.items():
            if code != "ls":
                yield Option(code, spoken.own_name, lang=spoken.tag)
    elif name in ("teams", "places"):
        for code, translated in getattr(organisation, name).items():
            label, lang = in_language(translated, language)
            yield Option(code, label, lang=LANGUAGES[lang].tag)


def presets(form: Form, language: str, asked: Submitted | None = None) -> dict[str, list[str]]:
    """Return the values a form opens with; `asked` are those of the link that led to it."""
    values = {each.name: [_preset(each, language)] for each in form.fields if each.preset}
    for each in form.fields:
        if each.from_link and asked and asked.get(each.name) and isinstance(each, Choice):
            wanted = asked[each.name][-1]
            if wanted in {option.value for option in each.options}:
                values[each.name] = [wanted]
    return values


def _preset(each: Field, language: str) -> str:
    return each.preset.format(language="de" if language == "ls" else language)


def carried_over(form: Form, submitted: Submitted, before: str, after: str) -> dict[str, list[str]]:
    """Return what was typed, for the form in the language `after`.

    Only what nobody chose changes: a value that the language `before` had preset.
    """
    values = {name: list(sent) for name, sent in submitted.items()}
    for each in form.fields:
        if each.preset and values.get(each.name) == [_preset(each, before)]:
            values[each.name] = [_preset(each, after)]
    return values


def clean(form: Form, submitted: Submitted, organisation: Organisation, language: str) -> Cleaned:
    """Check a submission; unknown names are ignored, forged choices are problems."""
    answers: Answers = {}
    problems: list[Problem] = []
    for each in form.fields:
        options = options_of(each, organisation, language)
        answers[each.name], found = each.clean(submitted.get(each.name, ()), options)
        problems += found
    known_bad = {problem.field for problem in problems}
    for check in form.checks:
        problems += (found for found in check(answers) if found.field not in known_bad)
    order = {each.name: place for place, each in enumerate(form.fields)}
    return Cleaned(answers, sorted(problems, key=lambda problem: order[problem.field]))


def consents(form: Form, answers: Answers) -> list[Tick]:
    """Return the consents that were given."""
    return [
        each
        for each in form.fields
        if isinstance(each, Tick) and each.consent and answers.get(each.name) is True
    ]


def fingerprint(form: Form) -> str:
    """Return 16 hex digits that change with the declaration (fields, choices, sentences)."""
    return hashlib.sha256(repr(form).encode()).hexdigest()[:16]


NEEDS_PHONE = N_("Bitte schreiben Sie eine Telefonnummer auf, damit wir Sie erreichen.")
NEEDS_EMAIL = N_("Bitte schreiben Sie eine E-Mail-Adresse auf, damit wir Sie erreichen.")


def reachable(way: str) -> Check:
    """Return the rule that the way of answering chosen in the field `way` has its number."""

    def check(answers: Answers) -> Iterator[Problem]:
        if answers[way] in ("call", "message") and not answers["phone"]:
            yield Problem("phone", NEEDS_PHONE)
        if answers[way] == "email" and not answers["email"]:
            yield Problem("email", NEEDS_EMAIL)

    return check
