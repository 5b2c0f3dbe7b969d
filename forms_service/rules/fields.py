"""The kinds of fields: for each, what counts as empty, how it is cleaned and what can be wrong.

A field knows nothing of HTML; `rendering` finds the macro for a kind by its class name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from forms_service.rules.catalogues import N_
from forms_service.rules.text import clean_line, clean_text, digits_only

Answer = str | list[str] | bool
Answers = dict[str, Answer]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a field: a sentence of the catalogue and the values it names."""

    field: str
    message: str
    values: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Option:
    """One choice. `lang` says that the label is a name in that language, not for translation."""

    value: str
    label: str
    lang: str = ""


@dataclass(frozen=True, kw_only=True)
class Field:
    """What all kinds share.

    `required` is the sentence shown when the field is left empty; without one it is optional.
    `preset` is the value before anyone typed; ``{language}`` stands for the page's language.
    `from_link` lets the address that led here choose the value (``?topic=…``).
    `sometimes` says that another answer decides whether it is needed; the help says when.
    `apart` keeps the answer away from the rest on the staff page.
    """

    kind: ClassVar[str]

    name: str
    label: str
    help: str = ""
    required: str = ""
    preset: str = ""
    from_link: bool = False
    sometimes: bool = False
    apart: bool = False
    shows_emergency_numbers: bool = False

    def clean(self, raw: Sequence[str], options: Sequence[Option]) -> tuple[Answer, list[Problem]]:
        """Return the cleaned answer and what is wrong with it; `raw` is what the form sent."""
        raise NotImplementedError

    def problem(self, message: str, **values: int) -> Problem:
        """Return a problem of this field."""
        return Problem(self.name, message, tuple(values.items()))

    def _missing(self, empty: bool) -> list[Problem]:
        return [self.problem(self.required)] if empty and self.required else []


TOO_LONG = N_("Bitte schreiben Sie höchstens %(limit)s Zeichen. Jetzt sind es %(count)s.")
NOT_OFFERED = N_("Bitte wählen Sie eine der Antworten, die hier stehen.")
NO_PHONE = N_(
    "Diese Telefonnummer können wir nicht lesen. Sie braucht 5 bis 20 Ziffern, zum Beispiel "
    "0151 23456789."
)
NO_EMAIL = N_("Diese E-Mail-Adresse können wir nicht lesen. Sie sieht so aus: name@beispiel.de")


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """One line; `limit` counts code points. `autocomplete` is HTML's token for it."""

    kind = "text"
    limit: int = 200
    autocomplete: str = ""

    def clean(self, raw: Sequence[str], options: Sequence[Option]) -> tuple[str, list[Problem]]:
        """Return one cleaned line."""
        line = self._cleaned("\n".join(raw))
        problems = self._missing(not line)
        if len(line) > self.limit:
            problems.append(self.problem(TOO_LONG, limit=self.limit, count=len(line)))
        return line, problems

    def _cleaned(self, raw: str) -> str:
        return clean_line(raw)


@dataclass(frozen=True, kw_only=True)
class LongText(Text):
    """Several lines in any language."""

    kind = "long_text"
    limit: int = 2000
    rows: int = 5

    def _cleaned(self, raw: str) -> str:
        return clean_text(raw)


@dataclass(frozen=True, kw_only=True)
class Phone(Text):
    """A telephone number of any country, digits of any script; kept as it was written."""

    kind = "phone"
    limit: int = 60

    def clean(self, raw: Sequence[str], options: Sequence[Option]) -> tuple[str, list[Problem]]:
        """Return the number as written; `dialable` gives its digits."""
        line, problems = super().clean(raw, options)
        if line and not problems and not 5 <= len(digits_only(line)) <= 20:
            problems.append(self.problem(NO_PHONE))
        return line, problems


def dialable(phone: str) -> str:
    """Return the digits of a written telephone number as 0-9, with its leading plus sign."""
    plus = "+" if phone.lstrip().startswith(("+", "\uff0b")) else ""
    return plus + digits_only(phone)


_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, kw_only=True)
class Email(Text):
    """An e-mail address, checked only for its shape."""

    kind = "email"
    limit: int = 254

    def clean(self, raw: Sequence[str], options: Sequence[Option]) -> tuple[str, list[Problem]]:
        """Return the address without blanks."""
        line, problems = super().clean(raw, options)
        if line and not problems and not _EMAIL.fullmatch(line):
            problems.append(self.problem(NO_EMAIL))
        return line, problems

    def _cleaned(self, raw: str) -> str:
        return super()._cleaned(raw).replace(" ", "")


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of several options, shown as radios, or as a list where there are many.

    `settings` names the list of the organisation that the options come from; own `options`
    come after those.
    """

    kind = "choice"
    options: tuple[Option, ...] = ()
    settings: str = ""
    as_list: bool = False

    def clean(self, raw: Sequence[str], options: Sequence[Option]) -> tuple[str, list[Problem]]:
        """Return the value chosen, or an empty string."""
        value = raw[-1] if raw else ""
        if value and value not in {option.value for option in options}:
            return "", [self.problem(NOT_OFFERED)]
        return value, self._missing(not value)


@dataclass(frozen=True, kw_only=True)
class Choices(Field):
    """Any number of options, shown as checkboxes."""

    kind = "choices"
    options: tuple[Option, ...] = ()
    settings: str = ""

    def clean(
        self, raw: Sequence[str], options: Sequence[Option]
    ) -> tuple[list[str], list[Problem]]:
        """Return the values chosen in the order they are offered."""
        offered = [option.value for option in options]
        if any(value not in offered for value in raw if value):
            return [value for value in offered if value in raw], [self.problem(NOT_OFFERED)]
        chosen = [value for value in offered if value in raw]
        return chosen, self._missing(not chosen)


FILES = "files"
"""The one name of a field for files."""

FILES_HELP = N_(
    "Fotos oder PDF, höchstens %(most)s Dateien, jede bis %(megabytes)s MB. Wo und wann ein Foto "
    "gemacht wurde, löschen wir daraus."
)


@dataclass(frozen=True, kw_only=True)
class Files(Field):
    """Photos and documents, always optional. They travel beside the answers (`rules/files.py`).

    What a form sends under its name are the names of the files that were chosen.
    """

    kind = "files"
    name: str = FILES
    help: str = FILES_HELP

    def clean(self, raw: Sequence[str], options: Sequence[Option]) -> tuple[Answer, list[Problem]]:
        """Return nothing and find nothing wrong: a file never costs the text."""
        return [], []


@dataclass(frozen=True, kw_only=True)
class Tick(Field):
    """A single checkbox. A `consent` is one that the law asks for: its wording is kept too."""

    kind = "tick"
    consent: bool = False

    def clean(self, raw: Sequence[str], options: Sequence[Option]) -> tuple[bool, list[Problem]]:
        """Return whether it is ticked."""
        ticked = "yes" in raw
        if any(value not in ("", "yes") for value in raw):
            return ticked, [self.problem(NOT_OFFERED)]
        return ticked, self._missing(not ticked)
