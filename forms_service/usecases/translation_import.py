"""Takes back what a translator did: all of it, or nothing.

What is wrong is named before anything is written. Texts that are empty or fuzzy in the file count
as not done; a page is written once each of its German texts has a translation.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from babel.messages.catalog import Catalog

from forms_service.rules.catalogues import written_catalogue
from forms_service.rules.languages import SOURCE
from forms_service.rules.translated_texts import (
    Entry,
    Forms,
    faults,
    have_same_parts,
    same_plural_rule,
)
from forms_service.rules.translations import Review, Translation, revision
from forms_service.usecases.translation_entries import (
    TranslationsError,
    page_entries,
    page_source,
    require_language,
    sentence_entries,
    settings_entries,
    settings_place,
    state,
)
from forms_service.world.exchange_file import Exchange
from forms_service.world.page_texts import as_typed, is_kept, write_page
from forms_service.world.translation_files import TranslationFiles

Key = tuple[str, Forms]


@dataclass(frozen=True)
class Refusal:
    """An entry that can't be taken, and why."""

    place: str
    german: str
    reason: str


@dataclass
class Import:
    """What taking a file would do. `unfinished` pages stay as they are, with so many texts open."""

    contents: dict[Path, str] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    unfinished: dict[str, int] = field(default_factory=dict)


def plan_import(
    files: TranslationFiles, exchange: Exchange, *, on: date, reviewed_by: str | None
) -> Import:
    """Return what the file would change, without changing anything.

    Pages whose texts change follow the present German from the day `on`; they count as read by
    `reviewed_by` on that day, or by nobody. TranslationsError where the file as a whole is wrong.
    """
    code = exchange.language
    require_language(files, code)
    rule = files.sentences(code).plural_rule
    if not same_plural_rule(exchange.plural_rule, rule):
        raise TranslationsError(f"The file's rule of plural forms isn't that of {code!r}: {rule}")
    present = _present(files, code)
    plan = Import()
    given: dict[Key, Forms] = {}  # nothing stands for what was refused
    for entry, reasons in _checked(exchange, present):
        plan.refused += [Refusal(entry.place, entry.german[0], each) for each in reasons]
        given[entry.key] = () if reasons else entry.translation
    review = Review(reviewed_by, on) if reviewed_by else None
    for name, entries in present.pages.items():
        _plan_page(files, code, name, entries, given, plan, on=on, review=review)
    taken = {key: translation for key, translation in given.items() if translation}
    _plan_sentences(files, code, taken, plan)
    _plan_settings(files, code, taken, plan)
    return plan


@dataclass(frozen=True)
class _Present:
    """Every text of the language as it stands; the kinds of block are known of those of pages."""

    pages: dict[str, list[Entry]]
    entries: dict[Key, Entry]
    kinds: dict[Key, str]
    plural_forms: int


def _present(files: TranslationFiles, code: str) -> _Present:
    pages = {name: page_entries(files, code, name) for name in files.pages}
    others = [*sentence_entries(files, code), *settings_entries(files, code)]
    return _Present(
        pages,
        {entry.key: entry for entries in (*pages.values(), others) for entry in entries},
        {
            entry.key: each.kind
            for name, entries in pages.items()
            for entry, each in zip(entries, page_source(files, SOURCE, name).texts, strict=True)
        },
        files.sentences(code).catalogue.num_plurals,
    )


def _checked(exchange: Exchange, present: _Present) -> Iterator[tuple[Entry, list[str]]]:
    """Give each text that is done in the file, with the reasons not to take it."""
    done = [_tidy(entry, present.kinds.get(entry.key)) for entry in exchange.entries if entry.done]
    offered = {entry.key: entry.translation for entry in done}
    on_whole_pages = {
        entry.key
        for entries in present.pages.values()
        if _has_all_parts(entries, offered)
        for entry in entries
    }
    for entry in done:
        yield entry, _reasons(entry, present, parts_elsewhere=entry.key in on_whole_pages)


def _tidy(entry: Entry, kind: str | None) -> Entry:
    """Return an entry of a page as the page can hold it."""
    if kind is None:
        return entry
    return replace(entry, translation=tuple(as_typed(form, kind) for form in entry.translation))


def _has_all_parts(entries: list[Entry], offered: Mapping[Key, Forms]) -> bool:
    texts = [_text_now(entry, offered) or "" for entry in entries]
    return have_same_parts([entry.german[0] for entry in entries], texts)


def _reasons(entry: Entry, present: _Present, *, parts_elsewhere: bool) -> list[str]:
    standing, kind = present.entries.get(entry.key), present.kinds.get(entry.key)
    if standing is None:
        return ["the German text isn't there (any more), or not at this place"]
    if standing.done and entry.translation == standing.translation:
        return []
    reasons = faults(
        entry.german, entry.translation, present.plural_forms, parts_elsewhere=parts_elsewhere
    )
    if not reasons and kind and not all(is_kept(form, kind) for form in entry.translation):
        reasons.append("a page would read it as something else than text")
    return reasons


def _plan_page(
    files: TranslationFiles,
    code: str,
    name: str,
    entries: list[Entry],
    given: Mapping[Key, Forms],
    plan: Import,
    *,
    on: date,
    review: Review | None,
) -> None:
    texts = [_text_now(entry, given) for entry in entries]
    done = [text for text in texts if text is not None]
    page = files.page(code, name)
    if len(done) < len(texts):
        if any(entry.key in given for entry in entries):
            plan.unfinished[name] = len(texts) - len(done)
        return
    german = files.german(name)
    before = state(files, code, name).translation
    same_texts = page is not None and done == [
        each.text for each in page_source(files, code, name).texts
    ]
    source = revision(german.encode())
    if before and same_texts and before.source == source:
        return
    translation = Translation(
        source=source,
        followed_on=before.followed_on if before and before.source == source else on,
        reviewed=before.reviewed if before and same_texts else review or False,
    )
    plan.contents[files.page_path(code, name)] = write_page(german, done, translation)


def _text_now(entry: Entry, given: Mapping[Key, Forms]) -> str | None:
    """Return the text from the file; else the one that stands for the very same German text.

    None where there is neither, or where the one from the file was refused.
    """
    if entry.key in given:
        return given[entry.key][0] if given[entry.key] else None
    return entry.translation[0] if entry.done else None


def _plan_sentences(
    files: TranslationFiles, code: str, given: Mapping[Key, Forms], plan: Import
) -> None:
    sentences = files.sentences(code)
    entries = sentence_entries(files, code)
    if not _brings_something(entries, given):
        return
    catalogue = Catalog(charset="utf-8")
    # How many plural forms there are is the header's to say (and private to Babel).
    catalogue._num_plurals = sentences.catalogue.num_plurals  # type: ignore[assignment]
    for message, entry in zip(
        [message for message in sentences.catalogue if message.id], entries, strict=True
    ):
        new = given.get(entry.key)
        if new is not None:
            message.string = new if len(entry.german) > 1 else new[0]
            message.flags.discard("fuzzy")
        catalogue[message.id] = message
    plan.contents[files.catalogue_path(code)] = written_catalogue(sentences.header, catalogue)


def _plan_settings(
    files: TranslationFiles, code: str, given: Mapping[Key, Forms], plan: Import
) -> None:
    if not _brings_something(settings_entries(files, code), given):
        return
    texts = files.settings(code)
    for place, german in files.german_settings.items():
        new = given.get((settings_place(place), (german,)))
        if new is not None:
            texts[place] = new[0]
    plan.contents[files.settings_path(code)] = files.settings_file(code, texts)


def _brings_something(entries: list[Entry], given: Mapping[Key, Forms]) -> bool:
    return any(
        entry.fuzzy or entry.translation != given[entry.key]
        for entry in entries
        if entry.key in given
    )
