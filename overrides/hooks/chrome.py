"""What every template gets besides its own content: language, links, icons, sentences.

A plain module, not a hook itself.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import material
from markupsafe import Markup

from forms_service.rules.catalogues import texts_for
from forms_service.rules.events import events_of
from forms_service.rules.languages import LANGUAGES, SOURCE, Language
from forms_service.rules.organisation import Event
from forms_service.rules.rendering import in_german, in_own_words
from forms_service.rules.translations import GROUPS
from overrides.hooks.site_build import INDEX, Build

_MATERIAL_ICONS = Path(material.__file__).parent / "templates" / ".icons" / "material"


def chrome(build: Build, language: Language, name: str | None) -> dict[str, Any]:
    """Return the variables of a page; `name` is None where the page has no twin elsewhere."""
    texts = texts_for(language.code)

    return {
        "_": speaker(language),
        "texts": texts,
        "language": language,
        "languages": build.languages,
        "state": build.states[language.code][name] if name else None,
        "languages_by_state": _languages_by_state(build, name or INDEX),
        "page_name": name,
        "organisation": build.organisation,
        "assets": {key: asset.address for key, asset in build.assets.items()},
        "base": build.base,
        "href": link_in(build, language),
        "twin": lambda code: build.path(code, name or INDEX),
        "canonical": build.absolute(build.path(language.code, name)) if name else "",
        "menu": list(_menu(build, language)),
        "icon": icon,
        "events": partial(_events, build, language),
        "day": build.day,
        "own": partial(in_own_words, language=language),
    }


def link_in(build: Build, language: Language) -> Callable[..., str]:
    """Return the function that gives the address of a page in `language`."""

    def href(page: str, fragment: str = "", **query: str) -> str:
        return build.link(language.code, page, query, fragment)

    return href


def from_template(build: Build, language: Language, name: str) -> dict[str, Any]:
    """Return the variables of a page that every language has, and that no language writes."""
    return chrome(build, language, None) | {
        "page_name": name,
        "twin": lambda code: build.path(code, name),
        "canonical": build.absolute(build.path(language.code, name)),
    }


def choice(build: Build) -> dict[str, Any]:
    """Return the variables of a page that speaks every language at once."""
    return chrome(build, LANGUAGES[SOURCE], None) | {
        "speakers": {language.code: speaker(language) for language in build.languages},
        "canonical": build.absolute(build.base),
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
        if build.is_translated(language.code, name):
            yield language.tag, build.absolute(build.path(language.code, name))
    fallback = build.base if name == INDEX else build.path(SOURCE, name)
    yield "x-default", build.absolute(fallback)


def _languages_by_state(build: Build, name: str) -> dict[str, list[Language]]:
    """Return the languages of a page, the most trustworthy first."""
    groups: dict[str, list[Language]] = {}
    for group in GROUPS:
        for language in build.languages:
            if build.states[language.code][name].group == group:
                groups.setdefault(group, []).append(language)
    return groups


def _menu(build: Build, language: Language) -> Iterator[Mapping[str, Any]]:
    """Yield the pages in reader's order; a front matter's `menu` is a shorter title."""
    front_matters = build.written.get(language.code, {})
    for name in build.names:
        if meta := front_matters.get(name):
            title = Markup.escape(meta.get("menu") or meta["title"])
            if build.states[language.code][name].missing:
                title = in_german(title)
            yield {"name": name, "title": title, "href": build.path(language.code, name)}


def _events(build: Build, language: Language) -> list[tuple[Event, str]]:
    """Return the events, the newest first, each with the address of its calendar file."""
    return [
        (event, build.calendar_path(language.code, name))
        for name, event in events_of(build.organisation, texts_for(language.code))
    ]


@cache
def icon(name: str) -> Markup:
    """Return an icon as inline SVG, hidden from screen readers: words always stand beside it."""
    svg = (_MATERIAL_ICONS / f"{name}.svg").read_text(encoding="utf-8").strip()
    svg = svg.replace(' xmlns="http://www.w3.org/2000/svg"', "")
    svg = svg.replace("<svg", '<svg class="icon" aria-hidden="true"', 1)
    return Markup(svg)  # noqa: S704 - a file of Material
