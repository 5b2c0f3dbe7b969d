"""Says what is left to translate and to read, by language and page; and notes who has read a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from forms_service.rules.languages import SOURCE
from forms_service.rules.translated_texts import faults, have_same_parts
from forms_service.rules.translations import PageState, Review, revision
from forms_service.usecases.translation_entries import (
    TranslationsError,
    page_source,
    require_language,
    sentence_entries,
    settings_entries,
    state,
)
from forms_service.world.page_texts import PageSource, heading_id, with_translation
from forms_service.world.translation_files import TranslationFiles


@dataclass(frozen=True)
class Debt:
    """What a language owes: the states of its pages, empty sentences, missing settings' texts."""

    code: str
    pages: dict[str, PageState]
    sentences: tuple[str, ...]
    settings: tuple[str, ...]

    @property
    def outdated(self) -> list[str]:
        """Pages whose German has changed since."""
        return [name for name, page in self.pages.items() if page.outdated]

    @property
    def missing(self) -> list[str]:
        """Pages that aren't there."""
        return [name for name, page in self.pages.items() if page.missing]

    @property
    def unreviewed(self) -> list[str]:
        """Pages that nobody has read beside the German one."""
        return [name for name, page in self.pages.items() if page.group == "unreviewed"]


def debt(files: TranslationFiles, code: str) -> Debt:
    """Return what a language owes."""
    require_language(files, code)
    return Debt(
        code,
        {name: state(files, code, name) for name in files.pages},
        tuple(each.german[0] for each in sentence_entries(files, code) if not each.done),
        tuple(each.place for each in settings_entries(files, code) if not each.done),
    )


def changed_on(files: TranslationFiles, name: str, page: PageState) -> date | None:
    """Return the day the German page changed after a translation was made, if git knows it."""
    if page.translation is None:
        return None
    return files.german_before(name, page.translation.source)[1]


def differences(files: TranslationFiles, code: str, name: str) -> list[str]:
    """Return how a translated page differs from the German one in what both must share."""
    if files.page(code, name) is None:
        return []
    german, translated = page_source(files, SOURCE, name), page_source(files, code, name)
    if german.shape != translated.shape:
        return [_first_other_block(german, translated)]
    if have_same_parts(
        [each.text for each in german.texts], [each.text for each in translated.texts]
    ):
        return []
    return [
        f"{each.section}, {each.kind}: {reason}"
        for each, other in zip(german.texts, translated.texts, strict=True)
        for reason in faults((each.text,), (other.text,), plural_forms=1)
    ]


def _first_other_block(german: PageSource, translated: PageSource) -> str:
    section = ""
    for wanted, found in zip(german.shape, translated.shape, strict=False):
        if wanted != found:
            where = f"section {section}" if section else "on top"
            return f"{where}: German has “{wanted}”, the translation “{found}”"
        section = heading_id(wanted) or section
    return "one of the two pages ends before the other"


def note_review(
    files: TranslationFiles, code: str, names: Sequence[str], review: Review
) -> dict[Path, str]:
    """Return the pages, each saying who has read it and when.

    TranslationsError, and nothing, where a page isn't there or doesn't follow the present German.
    """
    require_language(files, code)
    contents = {}
    for name in names:
        page = files.page(code, name) if name in files.pages else None
        if page is None:
            raise TranslationsError(f"{code}/{name}.md isn't there.")
        translation = state(files, code, name).translation
        if translation is None or translation.source != revision(files.german(name).encode()):
            raise TranslationsError(
                f"{code}/{name}.md follows an older German text; bring it up to date first."
            )
        noted = msgspec.structs.replace(translation, reviewed=review)
        contents[files.page_path(code, name)] = with_translation(page, noted)
    return contents
