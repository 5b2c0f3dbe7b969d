"""Renders the pages without a source of their own: search, faults, sitemap.xml and robots.txt.

`<language>/404.html` is the shell of every fault the service answers in that language;
`404.html` at the root names all languages. The page to search on names every page and its parts,
so that it serves without the service too.
"""

from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

from forms_service.rules.catalogues import texts_for
from forms_service.rules.languages import Language
from forms_service.rules.rendering import render_search_form
from overrides.hooks.chrome import alternates, choice, chrome, from_template
from overrides.hooks.rendered import write
from overrides.hooks.site_build import INDEX, OFFLINE_PAGE, SEARCH, Build, build_of, is_last


@event_priority(-200)
def on_post_build(config: MkDocsConfig) -> None:
    """Write them once every language's pages are known."""
    if not is_last(config):
        return
    build = build_of(config)
    for language in build.languages:
        form = {"search_form": render_search_form(texts_for(language.code))}
        fault = chrome(build, language, None) | form
        write(config, "404.html", f"{build.path(language.code)}404.html", fault)
        search = _search(build, language) | form
        write(config, "search.html", build.path(language.code, SEARCH), search)
    write(config, "choose.html", f"{build.base}404.html", choice(build) | {"not_found": True})
    write(config, "sitemap.xml", f"{build.base}sitemap.xml", {"entries": _entries(build)})
    write(
        config, "robots.txt", f"{build.base}robots.txt", {"sitemap": build.absolute("sitemap.xml")}
    )


def _search(build: Build, language: Language) -> dict[str, Any]:
    """Return the variables of the page to search on, which names the parts of every page."""
    return from_template(build, language, SEARCH) | {
        "topics": {
            name: [
                section
                for section in build.sections.get((language.code, name), ())
                if section.level == 2
            ]
            for name in build.names
        },
    }


def _entries(build: Build) -> list[dict[str, Any]]:
    """Return the choice of language, and every page in every language, with their twins."""
    root = {"address": build.absolute(build.base), "twins": list(alternates(build, INDEX))}
    pages = [
        {"address": build.absolute(build.path(language.code, name)), "twins": twins}
        for name in (*build.names, SEARCH, OFFLINE_PAGE)
        for twins in [list(alternates(build, name))]
        for language in build.languages
        if build.is_translated(language.code, name)
    ]
    return [root, *pages]
