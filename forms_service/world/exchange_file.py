"""The one file that travels to a translator and back: everything of a language, as PO.

Written and read by translate-toolkit, which, unlike Babel, keeps a long previous text readable for
other tools. This module is for the translators' command alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from translate.misc.multistring import multistring
from translate.storage.base import ParseError
from translate.storage.pypo import pofile, pounit, quoteforpo

from forms_service.rules.translated_texts import Entry, Forms, holds_values, number_of_forms


class ExchangeError(ValueError):
    """The file isn't one that was exported from here."""


@dataclass(frozen=True)
class Exchange:
    """What a file holds: the language, its rule of plural forms, and the texts."""

    language: str
    plural_rule: str
    entries: tuple[Entry, ...]


def written(exchange: Exchange, instructions: Iterable[str]) -> bytes:
    """Return a file with the entries in their order; the instructions stand on its top."""
    file = pofile(noheader=True)
    header = pounit("")
    for line in instructions:
        header.addnote(line)
    header.target = "".join(
        f"{line}\n"
        for line in (
            "Project-Id-Version: anlaufstelle",
            f"Language: {exchange.language}",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            f"Plural-Forms: {exchange.plural_rule}",
        )
    )
    file.addunit(header)
    for entry in exchange.entries:
        file.addunit(_unit(entry, number_of_forms(exchange.plural_rule)))
    return bytes(file)


def _unit(entry: Entry, plural_forms: int) -> pounit:
    unit = pounit(_text(entry.german))
    unit.msgctxt = quoteforpo(entry.place)
    if len(entry.german) > 1:
        unit.target = list(entry.translation or [""] * plural_forms)
    elif entry.translation:
        unit.target = entry.translation[0]
    for note in entry.notes:
        unit.addnote(note, origin="developer")
    if entry.previous:
        unit.prev_source = _text(entry.previous)
    if entry.fuzzy:
        unit.markfuzzy(True)
    if holds_values(entry.german[-1]):
        unit.settypecomment("python-format")
    return unit


def _text(forms: Forms) -> str | multistring:
    return multistring(list(forms)) if len(forms) > 1 else forms[0]


def read(content: bytes) -> Exchange:
    """Return what a file holds; ExchangeError where it isn't such a file."""
    try:
        file = pofile.parsestring(content)
    except (ParseError, ValueError, LookupError) as error:
        raise ExchangeError(f"it can't be read as PO: {error}") from error
    header = file.parseheader()
    language = header.get("Language", "").partition("_")[0].partition("-")[0]
    if not language:
        raise ExchangeError("its header doesn't name the language")
    return Exchange(
        language,
        header.get("Plural-Forms", ""),
        tuple(_entry(unit) for unit in file.units if not (unit.isheader() or unit.isobsolete())),
    )


def _entry(unit: pounit) -> Entry:
    german, translation = _forms(unit.source), _forms(unit.target)
    return Entry(
        place=unit.getcontext(),
        german=german,
        translation=translation if any(form.strip() for form in translation) else (),
        fuzzy=unit.isfuzzy(),
    )


def _forms(text: str | multistring) -> Forms:
    return tuple(str(each) for each in text.strings) if hasattr(text, "strings") else (str(text),)
