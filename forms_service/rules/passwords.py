"""What a password must have. Length is what makes it strong; no kinds of characters are asked for."""

from collections.abc import Iterable
from typing import Literal

from forms_service.rules.catalogues import N_

MIN_LENGTH = 12
_MIN_DIFFERENT = 6
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertzuiopasdfghjklyxcvbnm", "qwertyuiopasdfghjklzxcvbnm")
_LONGEST_RUN = 6

Weakness = Literal["password_short", "password_simple", "password_known", "password_differs"]

WEAKNESSES: dict[Weakness, str] = {
    "password_short": N_("Das Passwort ist zu kurz. Es braucht mindestens 12 Zeichen."),
    "password_simple": N_(
        "Das Passwort ist leicht zu erraten. Nehmen Sie zum Beispiel vier Wörter, die nichts "
        "miteinander zu tun haben."
    ),
    "password_known": N_("Bitte nehmen Sie ein Passwort ohne Ihren Namen oder Ihre Adresse."),
    "password_differs": N_("Die beiden Passwörter sind verschieden. Bitte tippen Sie beide neu."),
}


def weakness(password: str, known: Iterable[str] = ()) -> Weakness | None:
    """Return why a password is too weak, or None; `known` are words that others know too."""
    if len(password) < MIN_LENGTH:
        return "password_short"
    folded = password.casefold()
    if len(set(folded)) < _MIN_DIFFERENT or _is_a_run(folded):
        return "password_simple"
    words = {part for text in known for part in text.casefold().replace("@", " ").split()}
    left = folded
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= 3:
            left = left.replace(word, "")
    return "password_known" if len(left) < MIN_LENGTH - 4 and left != folded else None


def _is_a_run(text: str) -> bool:
    """Return whether most of it is a row of the keyboard, the alphabet, or counted digits."""
    rows = [*_ROWS, "01234567890", *(row[::-1] for row in _ROWS), "09876543210"]
    longest = 0
    for start in range(len(text)):
        for end in range(start + _LONGEST_RUN, len(text) + 1):
            if any(text[start:end] in row for row in rows):
                longest = max(longest, end - start)
    return longest * 2 > len(text)
