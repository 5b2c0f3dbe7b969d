"""Puts together everything of a language that is translated, each text beside its German.

A translation that was made for another German text than the present one is marked as fuzzy, with
the text it was made for where git remembers it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import zip_longest

from forms_service.rules.languages import LANGUAGES, SOURCE
from forms_service.rules.translated_texts import Entry, Forms, kept_parts
from forms_service.rules.translations import PageState, TranslationError, state_of
from forms_service.world.page_texts import (
    TRANSLATED_KEYS,
    PageError,
    PageSource,
    PageText,
    read_front_matter,
    read_page,
)
from forms_service.world.translation_files import TranslationFiles

SENTENCE = "sentence"


class TranslationsError(ValueError):
    """What was asked of the translations can't be done; the message says why."""


def require_language(files: TranslationFiles, code: str) -> None:
    """Refuse a language that has nothing to translate, or that nobody knows."""
    if code == SOURCE:
        raise TranslationsError("German is the source; there is nothing to translate.")
    if code not in LANGUAGES:
        raise TranslationsError(f"There is no language {code!r}; known are {' '.join(LANGUAGES)}.")
    files.sentences(code)


def state(files: TranslationFiles, code: str, name: str) -> PageState:
    """Return how far the translation of a page can be trusted."""
    page = files.page(code, name)
    if page is None:
        return PageState(missing=True)
    try:
        return state_of(read_front_matter(page), files.german(name).encode())
    except (PageError, TranslationError) as error:
        raise TranslationsError(f"{files.page_path(code, name)}: {error}") from error


def page_source(files: TranslationFiles, code: str, name: str) -> PageSource:
    """Return a page that is there, taken apart."""
    try:
        return read_page(files.page(code, name) or "")
    except PageError as error:
        raise TranslationsError(f"{files.page_path(code, name)}: {error}") from error


def all_entries(files: TranslationFiles, code: str) -> list[Entry]:
    """Return every text of a language: pages in reader's order, sentences, settings."""
    return [
        *(entry for name in files.pages for entry in page_entries(files, code, name)),
        *sentence_entries(files, code),
        *settings_entries(files, code),
    ]


def with_earlier(entries: Iterable[Entry], earlier: Iterable[Entry]) -> list[Entry]:
    """Return the entries; what isn't done, but was in an earlier file, is taken from there."""
    finished = {each.key: each.translation for each in earlier if each.done}
    return [
        replace(each, translation=finished[each.key], previous=(), fuzzy=False)
        if not each.done and each.key in finished
        else each
        for each in entries
    ]


def page_entries(files: TranslationFiles, code: str, name: str) -> list[Entry]:
    """Return the texts of a page: in the order of the German page, and as many."""
    german = page_source(files, SOURCE, name)
    present = state(files, code, name)
    standing: Sequence[_Standing] = []
    if not present.missing:
        standing = _standing(files, name, present, german, page_source(files, code, name))
    entries = []
    for place, each, found in zip_longest(_places(name, german), german.texts, standing):
        translation, previous, fuzzy = found or ((), (), False)
        what = (
            TRANSLATED_KEYS[each.section] if each.kind == "front matter" else each.kind.capitalize()
        )
        notes = (what, *_to_keep(each.text))
        entries.append(Entry(place, (each.text,), translation, previous, fuzzy, notes))
    return entries


def sentence_entries(files: TranslationFiles, code: str) -> list[Entry]:
    """Return the sentences that the service and the frame of the pages say."""
    entries = []
    for message in files.sentences(code).catalogue:
        if message.id:
            german, translation = _forms(message.id), _forms(message.string or "")
            notes = (*message.auto_comments, *_to_keep(german[-1]))
            given = translation if all(translation) else ()
            entries.append(
                Entry(SENTENCE, german, given, fuzzy=message.fuzzy and bool(given), notes=notes)
            )
    return entries


def settings_entries(files: TranslationFiles, code: str) -> list[Entry]:
    """Return the organisation's own texts."""
    texts = files.settings(code)
    return [
        Entry(settings_place(place), (german,), (texts[place],) if texts.get(place) else ())
        for place, german in files.german_settings.items()
    ]


def settings_place(place: str) -> str:
    """Return what a translator reads as the place of a text of the settings."""
    return f"settings: {place}"


_Standing = tuple[Forms, Forms, bool]
"""A translation that stands, the German it was made for if that is another, and: is it fuzzy."""


def _standing(
    files: TranslationFiles, name: str, present: PageState, german: PageSource, page: PageSource
) -> Sequence[_Standing]:
    """Return what stands for each German text of a page now."""
    if page.shape == german.shape and not present.outdated:
        return [((each.text,), (), False) for each in page.texts]
    if present.translation and present.outdated:
        before, _ = files.german_before(name, present.translation.source)
        followed = read_page(before) if before else None
        if followed and followed.shape == page.shape:
            return _by_text(followed.texts, german.texts, page.texts)
    return list(_by_place(german.texts, page.texts))


def _by_text(
    before: Sequence[PageText], now: Sequence[PageText], translated: Sequence[PageText]
) -> list[_Standing]:
    """Follow each German text from what it was before; `translated` belongs to `before`."""
    known = {each.text: other.text for each, other in zip(before, translated, strict=True)}
    found: list[_Standing] = [
        ((known[each.text],), (), False) if each.text in known else ((), (), False) for each in now
    ]
    matcher = SequenceMatcher(
        None, [each.text for each in before], [each.text for each in now], autojunk=False
    )
    for change, start, end, new_start, new_end in matcher.get_opcodes():
        if change == "replace":
            for old, new in zip(range(start, end), range(new_start, new_end), strict=False):
                if now[new].text not in known:
                    found[new] = ((translated[old].text,), (before[old].text,), True)
        elif change == "equal":
            for old, new in zip(range(start, end), range(new_start, new_end), strict=True):
                found[new] = ((translated[old].text,), (), False)
    return found


def _by_place(now: Sequence[PageText], translated: Sequence[PageText]) -> Iterator[_Standing]:
    """Give what stands at the same place below the same heading; nobody knows if it still fits."""
    waiting: dict[str, list[str]] = {}
    for each in translated:
        waiting.setdefault(each.section, []).append(each.text)
    for each in now:
        texts = waiting.get(each.section)
        yield ((texts.pop(0),), (), True) if texts else ((), (), False)


def _places(name: str, page: PageSource) -> Iterator[str]:
    """Give each text a place that stays when others come and go before it."""
    seen: Counter[tuple[str, str]] = Counter()
    for each in page.texts:
        section = each.section if each.kind == "front matter" else f"section {each.section}"
        place = f"page {name}.md, {section}"
        seen[place, each.text] += 1
        again = seen[place, each.text]
        yield place if again == 1 else f"{place}, number {again}"


def _to_keep(german: str) -> list[str]:
    parts = [part for part in kept_parts(german) if part not in "{}"]
    return [f"Keep as it is: {', '.join(parts)}"] if parts else []


def _forms(text: str | Iterable[str]) -> Forms:
    return (text,) if isinstance(text, str) else tuple(text)
