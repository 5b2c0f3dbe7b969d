"""What every template gets besides its own content: language, links, icons, sentences.

A plain module, not a hook itself.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import material
from markupsafe import Markup

from forms_service.rules.catalogues import texts_for
from forms_service.rules.languages import LANGUAGES, SOURCE, Language
from forms_service.rules.organisation import Translated, in_language
from overrides.hooks.site_build import INDEX, Build

_MATERIAL_ICONS = Path(material.__file__).parent / "templates" / ".icons"
_OWN_ICONS = Path(__file__).parent.parent / "icons"


def chrome(build: Build, language: Language, name: str | None) -> dict[str, Any]:
    """Return the variables of a page; `name` is None where the page has no twin elsewhere."""
    texts = texts_for(language.code)

    def href(page: str, fragment: str = "", **query: str) -> str:
        return build.link(language.code, page, query, fragment)

    def own(translated: Translated) -> Markup:
        return in_own_words(translated, language)

    return {
        "_": speaker(language),
        "texts": texts,
        "language": language,
        "languages": build.languages,
        "page_name": name,
        "organisation": build.organisation,
        "assets": {key: asset.address for key, asset in build.assets.items()},
        "base": build.base,
        "href": href,
        "twin": lambda code: build.path(code, name or INDEX),
        "alternates": list(alternates(build, name)) if name else [],
        "menu": list(_menu(build, language)),
        "icon": icon,
        "own": own,
    }


def choice(build: Build) -> dict[str, Any]:
    """Return the variables of a page that speaks every language at once."""
    return chrome(build, LANGUAGES[SOURCE], None) | {
        "speakers": {language.code: speaker(language) for language in build.languages},
        "alternates": list(alternates(build, INDEX)),
    }


def speaker(language: Language) -> Callable[..., Markup]:
    """Return the function that says a sentence in `language`; values may hold HTML of ours."""
    texts = texts_for(language.code)

    def say(message: str, **values: Any) -> Markup:
        sentence = Markup.escape(texts.gettext(message))
        return sentence % values if values else sentence

    return say


def alternates(build: Build, name: str) -> Iterator[tuple[str, str]]:
    """Yield language tag and whole address of a page in every language, and of its fallback.

    Who reads none of the languages gets the choice of language in place of a start page, and
    the German page in place of any other.
    """
    for language in build.languages:
        yield language.tag, build.absolute(build.path(language.code, name))
    fallback = build.base if name == INDEX else build.path(SOURCE, name)
    yield "x-default", build.absolute(fallback)


def _menu(build: Build, language: Language) -> Iterator[Mapping[str, str]]:
    """Yield the pages in reader's order; a front matter's `menu` is a shorter title."""
    front_matters = build.written.get(language.code, {})
    for name in build.names:
        if meta := front_matters.get(name):
            title = meta.get("menu") or meta["title"]
            yield {"name": name, "title": title, "href": build.path(language.code, name)}


def in_own_words(translated: Translated, language: Language) -> Markup:
    """Return a settings' text in `language`; German stands in where it's missing, and says so."""
    text, code = in_language(translated, language.code)
    if code == language.code:
        return Markup.escape(text)
    return Markup('<span lang="{}" dir="ltr">{}</span>').format(code, text)


@cache
def icon(name: str) -> Markup:
    """Return an icon as inline SVG, hidden from screen readers: words always stand beside it."""
    own = _OWN_ICONS / f"{name}.svg"
    source = own if own.exists() else _MATERIAL_ICONS / "material" / f"{name}.svg"
    svg = source.read_text(encoding="utf-8").strip()
    svg = svg.replace(' xmlns="http://www.w3.org/2000/svg"', "")
    svg = svg.replace("<svg", '<svg class="icon" aria-hidden="true"', 1)
    return Markup(svg)  # noqa: S704 - a file of ours or of Material
