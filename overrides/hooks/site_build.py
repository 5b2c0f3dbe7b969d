"""What the hooks of one site build share: languages, pages, addresses and assets.

A plain module, not a hook itself. It reads no pages and writes no files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from mkdocs.config.defaults import MkDocsConfig

from forms_service.rules.languages import Language
from forms_service.rules.organisation import Organisation
from forms_service.rules.translations import PageState

CHOICE = "zz"
"""The plugin's default language: it holds nothing but the choice of language at the root."""

INDEX = "index"

EVENTS_PAGE = "aktuelles"

SEARCH = "suche"
"""The page to search on; it has no source of its own."""

EMERGENCY_PAGE = "notfall"

OFFLINE_PAGE = "offline"
"""The page about reading without internet; it has no source of its own either."""

POSTER = "aushang"
"""The sheet of paper in a language; below the root, the one in all languages."""

PAPER = "papier"
"""Below a form's page: the form to print and to fill in by hand."""

_FROM_TEMPLATES = (SEARCH, OFFLINE_PAGE, POSTER)

_KEY = "site_build"


@dataclass(frozen=True)
class Asset:
    """A fingerprinted file: its address and its content."""

    address: str
    content: bytes


@dataclass(frozen=True)
class Section:
    """A part of a page below a heading of this level; the first part bears the page's own."""

    anchor: str
    level: int
    heading: str
    text: str


@dataclass
class Build:
    """One build of the site, from the first language to the last.

    `names` are the pages in reader's order, without their suffix; the same in every language.
    `day` is today: what lies before it is past, and a page that depends on it says so.
    `states` says, by language and page name, how far each translation can be trusted.
    `written` collects, by language and page name, the front matter of what was built, and
    `sections` the parts of each page that is written in its own language.
    """

    languages: tuple[Language, ...]
    names: tuple[str, ...]
    states: Mapping[str, Mapping[str, PageState]]
    organisation: Organisation
    organisation_settings: Mapping[str, Any]
    site_url: str
    day: date
    assets: dict[str, Asset] = field(default_factory=dict)
    written: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    sections: dict[tuple[str, str], list[Section]] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The path that the site lies under, with a slash at both ends."""
        return urlsplit(self.site_url).path

    def path(self, code: str, name: str = INDEX) -> str:
        """Return the address of a page from the server's root."""
        return f"{self.base}{code}/" if name == INDEX else f"{self.base}{code}/{name}/"

    def is_translated(self, code: str, name: str) -> bool:
        """Whether a language has a page of its own; those from templates are in every language."""
        state = self.states[code].get(name)
        return state is None or not state.missing

    def calendar_path(self, code: str, event: str) -> str:
        """Return the address of an event's calendar file from the server's root."""
        return f"{self.path(code, EVENTS_PAGE)}{event}.ics"

    def single_file_path(self, code: str) -> str:
        """Return the address of the one file with every page, from the server's root."""
        return f"{self.path(code)}anlaufstelle-{code}.html"

    def absolute(self, path: str) -> str:
        """Return the whole address of a path from the server's root."""
        return self.site_url + path.removeprefix(self.base)

    def link(self, code: str, name: str, query: Mapping[str, str], fragment: str = "") -> str:
        """Return the address of a page with a query; KeyError for a page that isn't there."""
        if name not in self.names and name not in _FROM_TEMPLATES:
            raise KeyError(f"there is no page {name!r}")
        address = self.path(code, name)
        if query:
            address += "?" + urlencode(query)
        return address + (f"#{fragment}" if fragment else "")


def start(config: MkDocsConfig, build: Build) -> None:
    """Keep `build` for the other hooks of this run."""
    config.extra[_KEY] = build


def build_of(config: MkDocsConfig) -> Build:
    """Return the build that is under way."""
    return cast(Build, config.extra[_KEY])


def is_last(config: MkDocsConfig) -> bool:
    """Whether every language is built.

    The i18n plugin runs MkDocs' build again for each language from inside its own `on_post_build`,
    so that event comes once for each of them and once more for the whole.
    """
    plugin: Any = config.plugins["i18n"]
    return not plugin.building
