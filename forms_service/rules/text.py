"""How a person's text is taken in: as written, save for a few named normalisations."""

import re
import unicodedata

# Bidi controls can make a text look like another one; `dir="auto"` does their honest work.
_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_LONE_SURROGATES = "\ud800-\udfff"
_DROPPED = re.compile(f"[{_CONTROLS}{_LONE_SURROGATES}{_BIDI_CONTROLS}]")
"""All of Unicode's categories Cc and Cs but the newline and the tabulator."""


def clean_text(raw: str) -> str:
    """Return `raw` as it is kept: NFC, newlines as ``\\n``, trimmed.

    Dropped are control characters, bidi controls and lone surrogates; everything else a person
    can type stays, ZWNJ and ZWJ too (they shape Persian and Indic words). Stable when repeated.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _DROPPED.sub("", text)).strip()


def clean_line(raw: str) -> str:
    """Return `raw` cleaned like a text and folded into one line."""
    return re.sub(r"\s+", " ", clean_text(raw)).strip()


def latin_digits(text: str) -> str:
    """Return `text` with every decimal digit of any script written as 0-9."""
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in text
    )


def digits_only(text: str) -> str:
    """Return only the decimal digits of `text`, of any script, as 0-9."""
    if text.isascii():
        return re.sub("[^0-9]", "", text)
    return "".join(character for character in latin_digits(text) if character in "0123456789")
