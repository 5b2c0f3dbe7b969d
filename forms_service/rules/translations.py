"""How far a translation can be trusted: what it follows, and who has read it.

A page's front matter says it under `translation`. Whether the German page has changed since is
worked out from the German page itself, so no translation has to be told.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import msgspec

_REVISION_DIGITS = 12

GROUPS = ("source", "reviewed", "unreviewed", "missing")
"""What a reader may expect of a page, the best first."""


class TranslationError(ValueError):
    """The front matter doesn't say clearly what a translation follows."""


class Review(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person who knows the language well has read the page beside the German one."""

    by: str
    day: date


class Translation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a page's front matter says: the German revision it follows, since when, who read it."""

    source: str
    followed_on: date
    reviewed: Literal[False] | Review = False


@dataclass(frozen=True)
class PageState:
    """The state of one page in one language.

    The German page has no `translation`; a page that isn't translated yet is `missing`.
    `outdated` says that the German page has changed since.
    """

    translation: Translation | None = None
    outdated: bool = False
    missing: bool = False

    @property
    def reviewed(self) -> Review | None:
        """Who read the page and when."""
        return (self.translation and self.translation.reviewed) or None

    @property
    def group(self) -> str:
        """Which of `GROUPS` the page belongs to."""
        if self.missing:
            return "missing"
        if self.translation is None:
            return "source"
        return "reviewed" if self.reviewed else "unreviewed"


def revision(source: bytes) -> str:
    """Return the short name of a German page's present content (from its SHA-256)."""
    return hashlib.sha256(source).hexdigest()[:_REVISION_DIGITS]


def state_of(front_matter: Mapping[str, Any], german: bytes) -> PageState:
    """Return the state of a translated page beside the German page as it is now.

    Raises TranslationError where the front matter lacks what it must say.
    """
    try:
        translation = msgspec.convert(front_matter.get("translation"), Translation)
    except msgspec.ValidationError as error:
        raise TranslationError(f"front matter, translation: {error}") from error
    return PageState(translation, outdated=translation.source != revision(german))
