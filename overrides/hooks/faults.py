"""Renders the pages without a source of their own: faults, sitemap.xml and robots.txt.

`<language>/404.html` is the shell of every fault the service answers in that language;
`404.html` at the root names all languages.
"""

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

from overrides.hooks.chrome import alternates, choice, chrome
from overrides.hooks.site_build import INDEX, Build, build_of, is_last


@event_priority(-200)
def on_post_build(config: MkDocsConfig) -> None:
    """Write them once every language's pages are known."""
    if not is_last(config):
        return
    build = build_of(config)
    for language in build.languages:
        _write(config, "404.html", f"{language.code}/404.html", chrome(build, language, None))
    _write(config, "choose.html", "404.html", choice(build) | {"not_found": True})
    _write(config, "sitemap.xml", "sitemap.xml", {"entries": _entries(build)})
    _write(config, "robots.txt", "robots.txt", {"sitemap": build.absolute("sitemap.xml")})


def _entries(build: Build) -> list[dict[str, Any]]:
    """Return the choice of language, and every page in every language, with their alternates."""
    root = {"address": build.absolute(build.base), "twins": list(alternates(build, INDEX))}
    pages = [
        {"address": build.absolute(build.path(language.code, name)), "twins": twins}
        for name in build.names
        for twins in [list(alternates(build, name))]
        for language in build.languages
        if not build.states[language.code][name].missing
    ]
    return [root, *pages]


def _write(config: MkDocsConfig, template: str, file: str, variables: dict[str, Any]) -> None:
    rendered = config.theme.get_env().get_template(template).render(config=config, **variables)
    path = Path(config.site_dir) / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rendered, encoding="utf-8")
