"""Collects the sections of every page, and writes them down for the service to search in."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from overrides.hooks.site_build import Section, build_of, is_last

FORMAT = 1

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3}
_INLINE = {"a", "abbr", "b", "bdi", "code", "em", "i", "small", "span", "strong"}
_SAID_EVERYWHERE = {"responsible", "promise"}
"""Classes of parts that stand on many pages, and would be found instead of what those are about."""


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Keep the sections of a page that is written in its own language."""
    build = build_of(config)
    code, _, path = page.file.src_uri.partition("/")
    name = path.removesuffix(".md")
    state = build.states.get(code, {}).get(name)
    if state and not state.missing:
        reader = _Reader()
        reader.feed(html)
        reader.close()
        build.sections[code, name] = list(reader.sections())


class _Reader(HTMLParser):
    """Collects a page's text, cut at its headings."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[dict[str, Any]] = []
        self._skipping = ""
        self._depth = 0
        self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a section at a heading, and keep words apart at a block."""
        attributes = dict(attrs)
        if self._skipping:
            self._depth += tag == self._skipping
        elif _SAID_EVERYWHERE & set((attributes.get("class") or "").split()):
            self._skipping, self._depth = tag, 1
        elif tag in _HEADINGS:
            anchor = attributes["id"] or ""
            level = _HEADINGS[tag]
            self._parts.append({"anchor": anchor, "level": level, "heading": "", "text": ""})
            self._in_heading = True
        elif tag not in _INLINE:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a heading or a part that is left out."""
        if self._skipping:
            self._depth -= tag == self._skipping
            if not self._depth:
                self._skipping = ""
        elif tag in _HEADINGS:
            self._in_heading = False

    def handle_data(self, data: str) -> None:
        """Keep text."""
        if self._parts and not self._skipping:
            self._parts[-1]["heading" if self._in_heading else "text"] += data

    def sections(self) -> Iterator[Section]:
        """Yield the sections in order."""
        for each in self._parts:
            heading, text = (" ".join(each[key].split()) for key in ("heading", "text"))
            yield Section(each["anchor"], each["level"], heading, text)


@event_priority(-200)
def on_post_build(config: MkDocsConfig) -> None:
    """Write every section on a line of its own, once all languages are built."""
    if not is_last(config):
        return
    build = build_of(config)
    listed = [
        {
            "language": language.code,
            "page": name,
            "address": build.path(language.code, name)
            + (f"#{section.anchor}" if section.level > 1 else ""),
            "title": meta["title"],
            "description": meta["description"] if section.level == 1 else "",
            "anchor": section.anchor if section.level > 1 else "",
            "heading": section.heading,
            "text": section.text,
        }
        for language in build.languages
        for name in build.names
        for meta in [build.written[language.code][name]]
        for section in build.sections.get((language.code, name), ())
    ]
    lines = (json.dumps(each, ensure_ascii=False) for each in [{"format": FORMAT}, *listed])
    (Path(config.site_dir) / "search.jsonl").write_text("\n".join(lines), encoding="utf-8")
