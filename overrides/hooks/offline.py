"""Makes reading without internet possible, in every language.

`<language>/anlaufstelle-<language>.html` is one file with all pages, `<language>/offline/` the
page that offers it, `sw.js` the service worker that keeps pages in the browser.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import rcssmin
import rjsmin
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

from forms_service.rules.catalogues import texts_for
from forms_service.rules.languages import Language
from overrides.hooks.chrome import chrome, from_template, speaker
from overrides.hooks.rendered import file_of, render
from overrides.hooks.sections import sections
from overrides.hooks.site_build import EMERGENCY_PAGE, INDEX, OFFLINE_PAGE, Build, build_of, is_last

_SOURCES = Path(__file__).parent.parent

_STYLE = ("css/tokens.css", "css/offline.css")

_ASSETS = ("site.css", "form.css", "icon.svg", "portal.js", "offline.js")
"""What pages need. The style of two languages side by side isn't among it: the service makes those."""


@event_priority(-250)
def on_post_build(config: MkDocsConfig) -> None:
    """Write them once every page is finished."""
    if not is_last(config):
        return
    build = build_of(config)
    style = rcssmin.cssmin("\n".join((_SOURCES / each).read_text("utf-8") for each in _STYLE))
    revisions = {}
    for language in build.languages:
        pages = {
            name: file_of(config, build.path(language.code, name)).read_text("utf-8")
            for name in build.names
        }
        single = _single_file(config, build, language, pages, style)
        file_of(config, build.single_file_path(language.code)).write_text(single, "utf-8")
        offline = _offline_page(config, build, language, pages, single)
        file_of(config, build.path(language.code, OFFLINE_PAGE)).write_text(offline, "utf-8")
        revisions[language.code] = _revision(build, [*pages.values(), offline])
    file_of(config, f"{build.base}sw.js").write_text(_worker(build, revisions), "utf-8")


def _single_file(
    config: MkDocsConfig, build: Build, language: Language, pages: Mapping[str, str], style: str
) -> str:
    """Return every page of a language as one HTML document."""
    addresses = {name: build.absolute(build.path(language.code, name)) for name in pages}
    say = speaker(language)
    instead_of_form = {
        name: Markup('<p class="notice">{} <a href="{}">{}</a></p>').format(
            say("Um dieses Formular zu senden, brauchen Sie das Internet."),
            f"{address}#form",
            say("Formular im Internet öffnen"),
        )
        for name, address in addresses.items()
    }
    return render(
        config,
        "single.html",
        chrome(build, language, None)
        | {
            "style": style,
            "address": build.absolute(build.path(language.code)),
            "sections": sections(pages, addresses, instead_of_form).items(),
        },
    )


def _offline_page(
    config: MkDocsConfig, build: Build, language: Language, pages: Mapping[str, str], single: str
) -> str:
    """Return the page that offers the file and the keeping of all pages, with what both weigh."""
    loaded = [page.encode() for page in pages.values()]
    loaded += [build.assets[name].content for name in _ASSETS]
    # Servers send them compressed, most of them better than this.
    pages_bytes = sum(len(zlib.compress(each)) for each in loaded)
    texts = texts_for(language.code)
    variables = from_template(build, language, OFFLINE_PAGE) | {
        "file": build.single_file_path(language.code),
        "file_size": texts.kilobytes(len(single.encode())),
        "pages_size": texts.kilobytes(pages_bytes),
    }
    return render(config, "offline.html", variables)


def _revision(build: Build, pages: Iterable[str]) -> str:
    """Return what changes when anything changes that a browser keeps of a language."""
    kept = hashlib.sha256()
    for text in [*(build.assets[name].address for name in _ASSETS), *pages]:
        kept.update(text.encode())
    return kept.hexdigest()[:8]


def _worker(build: Build, revisions: Mapping[str, str]) -> str:
    site = {
        "base": build.base,
        "revisions": revisions,
        "assets": [build.assets[name].address for name in _ASSETS],
        "first": _below_language(EMERGENCY_PAGE, OFFLINE_PAGE),
        "all": _below_language(*build.names, OFFLINE_PAGE),
    }
    source = (_SOURCES / "js" / "sw.js").read_text("utf-8")
    return f"const site={json.dumps(site, separators=(',', ':'))};{rjsmin.jsmin(source)}\n"


def _below_language(*names: str) -> list[str]:
    return ["" if name == INDEX else f"{name}/" for name in names]
