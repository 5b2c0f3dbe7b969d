"""How a person is found again: by a name in any spelling, or by the end of a telephone number."""

from dataclasses import dataclass

from forms_service.rules.spelling import Speller
from forms_service.rules.text import digits_only

FEWEST_DIGITS = 3
"""Fewer end too many telephone numbers."""


def folded(name: str, speller: Speller | None = None) -> str:
    """Return a name's words, each in the one spelling, with a blank between them.

    A `speller` knows the words that it met before, and should be gone soon: they are names.
    """
    return " ".join((speller or Speller()).spellings(name))


def has_name(asked: str, known: str) -> bool:
    """Return whether a folded name begins like what is asked for, also folded.

    Every word asked for must begin a word of the name; where somebody writes in one word what
    others write in two (عبدالله, عبد الله), the letters count without their blanks.
    """
    if not asked:
        return False
    parts = known.split()
    if all(any(part.startswith(word) for part in parts) for word in asked.split()):
        return True
    joined = asked.replace(" ", "")
    return any("".join(parts[start:]).startswith(joined) for start in range(len(parts)))


def ends_like(digits: str, phones: str) -> bool:
    """Return whether one of the telephone numbers, with blanks between, ends in the digits."""
    return any(phone.endswith(digits) for phone in phones.split())


@dataclass(frozen=True)
class Asked:
    """What somebody looks for: digits of a number, or the words of a name, folded."""

    digits: str = ""
    name: str = ""


def read_query(typed: str) -> Asked:
    """Return what was typed as digits, if nothing but a number was typed, or as a name."""
    if any(character.isalpha() for character in typed):
        return Asked(name=folded(typed))
    return Asked(digits=digits_only(typed))
