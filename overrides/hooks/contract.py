"""Checks and writes what the service needs of the site: the slots in the pages and portal.json."""

import json
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority

from forms_service.rules.forms import FORMS, fingerprint
from forms_service.rules.languages import SOURCE
from forms_service.rules.translations import PageState
from overrides.hooks.site_build import SEARCH, Build, build_of, is_last

FORMAT = 1

NOTICE = '<p class="state notice">'
"""How the templates begin the sentence on a translation's state."""


@event_priority(-300)
def on_post_build(config: MkDocsConfig) -> None:
    """Check the finished pages, then describe them."""
    if not is_last(config):
        return
    build = build_of(config)
    site = Path(config.site_dir)
    for language in build.languages:
        for name in ("404.html", f"{SEARCH}/index.html"):
            _check_slots(site / language.code / name, site, ("title", "main"))
        for name in build.names:
            meta = build.written[language.code][name]
            slots: tuple[str, ...] = ("main",)
            if "form" in meta or meta.get("receipt"):
                slots += ("title", "form")
                if build.states[language.code][name].group != "source":
                    slots += ("note", "twins")
            if meta.get("quick_exit"):
                slots += ("exit",)
            path = build.path(language.code, name).removeprefix(build.base)
            _check_slots(site / path / "index.html", site, slots)
            _check_notice(site / path / "index.html", site, build.states[language.code][name])
    (site / "portal.json").write_text(_portal(build), encoding="utf-8")


def _check_slots(path: Path, site: Path, slots: tuple[str, ...]) -> None:
    html = path.read_text(encoding="utf-8")
    for slot in slots:
        opening, closing = f"<!--slot:{slot}-->", f"<!--/slot:{slot}-->"
        if html.count(opening) != 1 or html.count(closing) != 1:
            raise PluginError(
                f"{path.relative_to(site)}: the slot {slot!r} must stand there exactly once"
            )
        if html.index(opening) > html.index(closing):
            raise PluginError(f"{path.relative_to(site)}: the slot {slot!r} closes before it opens")


def _check_notice(path: Path, site: Path, state: PageState) -> None:
    """Refuse a page that nobody has read and that doesn't say so."""
    if state.group in ("unreviewed", "missing") and NOTICE not in path.read_text(encoding="utf-8"):
        raise PluginError(f"{path.relative_to(site)}: it must say that nobody has reviewed it")


def _left(build: Build, code: str) -> dict[str, int]:
    """Return how many pages of a language are missing, behind, or read by nobody."""
    states = build.states[code].values()
    return {
        "missing": sum(state.missing for state in states),
        "outdated": sum(state.outdated for state in states),
        "unreviewed": sum(state.group == "unreviewed" for state in states),
    }


def _portal(build: Build) -> str:
    return json.dumps(
        {
            "format": FORMAT,
            "languages": [language.code for language in build.languages],
            "pages": {
                language.code: {name: build.path(language.code, name) for name in build.names}
                for language in build.languages
            },
            "forms": {name: fingerprint(form) for name, form in FORMS.items()},
            "assets": {name: asset.address for name, asset in build.assets.items()},
            "organisation": build.organisation_settings,
            "translations": {
                language.code: _left(build, language.code)
                for language in build.languages
                if language.code != SOURCE
            },
        },
        ensure_ascii=False,
        default=str,
    )
