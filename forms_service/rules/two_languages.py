"""Sentences in the reader's language with the German ones under them, for two who fill in together.

Whoever speaks asks `said` once; whether one language answers or two is decided by the texts given.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from forms_service.rules.catalogues import Texts, texts_for
from forms_service.rules.languages import SOURCE


@dataclass(frozen=True)
class Twin:
    """A sentence in two languages; as HTML the German one says that it is German."""

    own: str
    german: str

    def __html__(self) -> str:
        """Return both, or the one where they are the same."""
        if self.own == self.german:
            return str(Markup.escape(self.own))
        return Markup('{} <span class="twin" lang="{}" dir="ltr">{}</span>').format(
            self.own, SOURCE, self.german
        )


Sentence = str | Twin
"""What a page says: in one language or in two."""


class TwinTexts:
    """The sentences of a language, each with the German one; used in the place of `Texts`."""

    def __init__(self, own: Texts) -> None:
        self.own = own
        self.german = texts_for(SOURCE)
        self.language = own.language

    def gettext(self, message: str, **values: Any) -> Twin:
        """Return `message` in both languages; a value that is itself in both is taken apart."""
        return Twin(
            self.own.gettext(message, **{key: _side(value, 0) for key, value in values.items()}),
            self.german.gettext(message, **{key: _side(value, 1) for key, value in values.items()}),
        )

    def ngettext(self, singular: str, plural: str, n: int) -> Twin:
        """Return the form of the sentence that fits the number `n`, in both languages."""
        return Twin(
            self.own.ngettext(singular, plural, n), self.german.ngettext(singular, plural, n)
        )


def _side(value: Any, side: int) -> Any:
    return (value.own, value.german)[side] if isinstance(value, Twin) else value


def said(texts: Texts | TwinTexts, in_one: Callable[[Texts], str]) -> Sentence:
    """Return what `in_one` says with the texts of each language."""
    if isinstance(texts, TwinTexts):
        return Twin(in_one(texts.own), in_one(texts.german))
    return in_one(texts)
