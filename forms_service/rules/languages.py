"""The one registry of languages. Which of them an organisation offers is a setting of its site."""

from dataclasses import dataclass
from typing import Literal

Direction = Literal["ltr", "rtl"]

SOURCE = "de"
"""The language every text is written in first, and the fallback that is always marked as such."""


@dataclass(frozen=True)
class Language:
    """A language of the portal.

    `code` names the folder and the address, `tag` is the value of HTML's `lang`, `locale` the
    CLDR locale that dates are written in (or the nearest one where CLDR has no months for it).
    """

    code: str
    own_name: str
    direction: Direction
    tag: str
    locale: str


_ALL = (
    Language("de", "Deutsch", "ltr", "de", "de"),
    Language("ls", "Leichte Sprache", "ltr", "de-simple", "de"),
    Language("en", "English", "ltr", "en", "en_GB"),
    Language("ar", "العربية", "rtl", "ar", "ar"),
    Language("fa", "فارسی / دری", "rtl", "fa", "fa_AF"),
    Language("ps", "پښتو", "rtl", "ps", "ps"),
    Language("ti", "ትግርኛ", "ltr", "ti", "ti"),
    Language("ru", "Русский", "ltr", "ru", "ru"),
    Language("uk", "Українська", "ltr", "uk", "uk"),
    Language("tr", "Türkçe", "ltr", "tr", "tr"),
    Language("fr", "Français", "ltr", "fr", "fr"),
    Language("so", "Soomaali", "ltr", "so", "so"),
    Language("ku", "Kurdî (Kurmancî)", "ltr", "ku", "ku"),
)

LANGUAGES: dict[str, Language] = {language.code: language for language in _ALL}


def best_language(accept_language: str, offered: tuple[str, ...]) -> str:
    """Return which of the `offered` codes an Accept-Language header asks for most.

    Weights follow RFC 9110, section 12.5.4; a region is ignored ("ar-SY" asks for Arabic).
    Nothing usable gives the source language, or the first one offered.
    """
    best, best_weight = "", 0.0
    for part in accept_language.split(",")[:32]:
        tag, _, parameters = part.strip().partition(";")
        code = _ALIASES.get(tag.strip().lower().split("-")[0], tag.strip().lower().split("-")[0])
        weight = _weight(parameters)
        if code in offered and weight > best_weight:
            best, best_weight = code, weight
    return best or (SOURCE if SOURCE in offered else offered[0])


_ALIASES = {"prs": "fa", "kmr": "ku", "pus": "ps", "tir": "ti", "som": "so"}
"""What browsers send for a language that the portal names by another code."""


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return max(0.0, min(1.0, float(value)))
    except ValueError:
        return 0.0
