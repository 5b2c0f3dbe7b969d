"""The built site as the service needs it: `portal.json`, `search.jsonl`, and shells with slots.

A shell is a built page; what stands between `<!--slot:name-->` and `<!--/slot:name-->` is
exchanged. Shells are put together, never run as templates.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forms_service.rules.forms import FORMS, fingerprint
from forms_service.rules.organisation import Organisation, OrganisationError, read_organisation
from forms_service.world.search_index import SearchIndex, Section

FORMAT = 1
_ANY_SLOT = re.compile(r"<!--/?slot:([a-z]+)-->")


class SiteError(RuntimeError):
    """The built site is missing, damaged or of other forms; the message says what to do."""


@dataclass(frozen=True)
class Shell:
    """A built page with slots that can be filled."""

    html: str
    spans: dict[str, tuple[int, int]]

    def content(self, name: str) -> str:
        """Return what stands in a slot as it was built."""
        start, end = self.spans[name]
        return self.html[start:end]

    def filled(self, **contents: str) -> str:
        """Return the page with the contents in its slots; a slot inside another one is an error."""
        parts, position = [], 0
        for name, (start, end) in sorted(self.spans.items(), key=lambda item: item[1]):
            if name in contents:
                if start < position:
                    raise ValueError(f"slot {name} lies inside another one that is filled too")
                parts += [self.html[position:start], contents[name]]
                position = end
        missing = contents.keys() - self.spans.keys()
        if missing:
            raise ValueError(f"no such slot: {sorted(missing)}")
        return "".join([*parts, self.html[position:]])


def read_shell(html: str, where: str) -> Shell:
    """Return the page cut at its slots; SiteError if a marker is missing its twin or doubled."""
    spans: dict[str, tuple[int, int]] = {}
    opened: dict[str, int] = {}
    for marker in _ANY_SLOT.finditer(html):
        name = marker[1]
        if marker[0].startswith("<!--slot"):
            if name in opened:
                raise SiteError(f"{where}: slot {name} stands there twice; build the site again")
            opened[name] = marker.end()
        elif name not in opened or name in spans:
            raise SiteError(f"{where}: slot {name} is closed wrongly; build the site again")
        else:
            spans[name] = (opened[name], marker.start())
    if opened.keys() != spans.keys():
        raise SiteError(f"{where}: a slot is not closed; build the site again")
    return Shell(html, spans)


@dataclass(frozen=True)
class Site:
    """The built site: its languages, addresses, assets, shells and the organisation's settings.

    `translations` counts for each language the pages that are missing, outdated or unreviewed.
    """

    folder: Path
    languages: tuple[str, ...]
    pages: dict[str, dict[str, str]]
    assets: dict[str, str]
    organisation: Organisation
    shells: dict[tuple[str, str], Shell]
    translations: dict[str, dict[str, int]]
    index: SearchIndex

    def shell(self, language: str, page: str) -> Shell:
        """Return the shell of a page; `fault` is the page for every fault."""
        return self.shells[language, page]

    def page(self, language: str, name: str) -> str:
        """Return a page as it was built."""
        return _read(self.folder / self.pages[language][name].strip("/") / "index.html")


_SOMETIMES = {"exit", "note", "twins"}
"""Slots of hasty pages, and of those that were translated."""

FAULT = "fault"
SEARCH = "suche"
NUMBER = "antwort"
"""The page that takes a receipt number."""


def load_site(folder: Path) -> Site:
    """Return the built site; SiteError where it is missing or was built from other forms."""
    # A new build switches the link; a running service keeps to the build it began with.
    folder = folder.resolve()
    try:
        contract: dict[str, Any] = json.loads((folder / "portal.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SiteError(f"{folder}/portal.json: {error}; run 'anlaufstelle build'") from error
    if contract.get("format") != FORMAT:
        raise SiteError(f"{folder}: built by another version; run 'anlaufstelle build'")
    if contract["forms"] != {name: fingerprint(form) for name, form in FORMS.items()}:
        raise SiteError(f"{folder}: built from other forms; run 'anlaufstelle build'")
    try:
        organisation = read_organisation(contract["organisation"])
    except OrganisationError as error:
        raise SiteError(f"{folder}: {error}") from error
    languages = tuple(contract["languages"])
    needed = [*(form.page for form in FORMS.values()), NUMBER]
    shells = {
        (language, page): _load_shell(folder / contract["pages"][language][page].strip("/"))
        for language in languages
        for page in needed
    }
    for language in languages:
        path = folder / language / "404.html"
        shells[language, FAULT] = read_shell(_read(path), str(path))
        shells[language, SEARCH] = _load_shell(folder / language / SEARCH)
    for (language, page), shell in shells.items():
        slots = {"title", "main"} | (set() if page in (FAULT, SEARCH) else {"form"})
        if shell.spans.keys() - _SOMETIMES != slots:
            raise SiteError(f"{folder}: /{language}/{page} lacks slots; run 'anlaufstelle build'")
    return Site(
        folder,
        languages,
        contract["pages"],
        contract["assets"],
        organisation,
        shells,
        contract.get("translations", {}),
        _load_index(folder / "search.jsonl"),
    )


def _load_index(path: Path) -> SearchIndex:
    """Return the index of the site; it is read line by line, so that little memory is needed."""
    try:
        with path.open(encoding="utf-8") as lines:
            if json.loads(next(lines, "{}")).get("format") != FORMAT:
                raise SiteError(f"{path}: built by another version; run 'anlaufstelle build'")
            return SearchIndex(_section(json.loads(line)) for line in lines)
    except (OSError, ValueError) as error:
        raise SiteError(f"{path}: {error}; run 'anlaufstelle build'") from error


def _section(listed: dict[str, str]) -> tuple[Section, str]:
    return Section(*(listed[name] for name in Section._fields)), listed["description"]


def _load_shell(page_folder: Path) -> Shell:
    path = page_folder / "index.html"
    return read_shell(_read(path), str(path))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise SiteError(f"{path}: {error.strerror}; run 'anlaufstelle build'") from error
