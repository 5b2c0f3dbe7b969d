"""Finds in a site's files every address that a browser would load, or send a form to.

What a script puts together while it runs can't be seen here; the Content-Security-Policy stops
that, and the browser tests watch what is really requested.
"""

import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

_LOADED = {
    "action",
    "background",
    "classid",
    "codebase",
    "data",
    "formaction",
    "longdesc",
    "manifest",
    "ping",
    "poster",
    "src",
    "xlink:href",
}
"""Attributes whose address is loaded or sent to, whatever the element."""

_LISTED = {"srcset", "imagesrcset"}
"""Attributes with several addresses, each with its size."""

_PLAIN_LINKS = {"a", "area"}
"""Elements whose `href` is only followed when somebody chooses it."""

_TOLD_ONLY = {"alternate", "author", "canonical", "help", "license", "me", "next", "prev"}
"""What `rel` of a link says to others without a browser loading anything."""

_NO_REQUEST = {"about", "blob", "data"}
"""Schemes that are answered by the browser itself."""

_STYLED_BY_ATTRIBUTE = re.compile(r"(?:url|src|image-set)\s*\(", re.IGNORECASE)

_CSS_ADDRESS = re.compile(
    r"""(?:url|src|image-set)\(\s*["']?([^"')]*)|@import\s+["']([^"']*)""", re.IGNORECASE
)
_FURTHER_OF_A_SET = re.compile(r"image-set\(((?:[^()]|\([^()]*\))*)", re.IGNORECASE)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?", re.IGNORECASE)

_SCRIPT_ADDRESS = re.compile(
    r"""(?:[a-z][a-z0-9+.-]*:)?//[\w\[][^\s"'`)]*|\b(?:https?|wss?|ftp):""", re.IGNORECASE
)
_SCRIPT_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4}))", re.IGNORECASE)

_XML_STYLE = re.compile(r"""<\?xml-stylesheet[^>]*href\s*=\s*["']([^"']*)""", re.IGNORECASE)


def is_elsewhere(address: str, page: str) -> bool:
    """Whether an address that stands in `page` (a whole address) leads to another server."""
    # As browsers read it: they drop line breaks and take a backslash for a slash.
    address = re.sub(r"[\t\r\n]", "", address).strip().replace("\\", "/")
    parts = urlsplit(address)
    if parts.scheme in _NO_REQUEST:
        return False
    if parts.scheme and not parts.netloc:
        return True
    whole, own = urlsplit(urljoin(page, address)), urlsplit(page)
    return (whole.scheme, whole.netloc) != (own.scheme, own.netloc)


def in_html(html: str) -> Iterator[str]:
    """Yield what a page loads, also from inside its styles, scripts, drawings and frames."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    yield from reader.found
    yield from _XML_STYLE.findall(html)


def in_css(css: str) -> Iterator[str]:
    """Yield what a style sheet loads: pictures, fonts, other sheets."""
    css = _CSS_ESCAPE.sub(lambda match: chr(int(match[1], 16)), _CSS_COMMENT.sub("", css))
    for match in _CSS_ADDRESS.finditer(css):
        yield match[1] or match[2] or ""
    for choices in _FURTHER_OF_A_SET.findall(css):
        yield from re.findall(r"""["']([^"']*)["']""", re.sub(r"type\([^)]*\)", "", choices))


def in_script(script: str) -> Iterator[str]:
    """Yield whatever looks like the address of a server, wherever it stands in a script."""
    script = _SCRIPT_ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), script)
    yield from _SCRIPT_ADDRESS.findall(script.replace("\\/", "/"))


def in_manifest(manifest: str) -> Iterator[str]:
    """Yield every text of a web app's manifest that may be an address: any with a slash."""
    yield from (text for text in _texts(json.loads(manifest)) if "/" in text or ":" in text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


_READERS: dict[str, Callable[[str], Iterator[str]]] = {
    ".css": in_css,
    ".html": in_html,
    ".js": in_script,
    ".svg": in_html,
    ".webmanifest": in_manifest,
    ".xml": in_html,
}

_NEVER_RENDERED = {".br", ".gz", ".ics", ".json", ".jsonl", ".txt"}
"""Twins of others, files to download, and what only the service reads."""


def in_file(path: Path) -> list[str]:
    """Return what a file of the site loads; KeyError for a kind that nobody thought of."""
    if path.suffix in _NEVER_RENDERED:
        return []
    return list(_READERS[path.suffix](path.read_text(encoding="utf-8")))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._reads: Callable[[str], Iterator[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._reads = {"script": in_script, "style": in_css}.get(tag)
        for name, value in attributes.items():
            if name in _LOADED or (name == "href" and _loads_by_href(tag, attributes)):
                self.found.append(value)
            elif name in _LISTED:
                self.found += [each.split()[0] for each in value.split(",") if each.strip()]
            elif name == "srcdoc":
                self.found += in_html(value)
            elif name.startswith("on"):
                self.found += in_script(value)
            elif name == "style" or _STYLED_BY_ATTRIBUTE.search(value):
                self.found += in_css(value)
        if tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            self.found += re.findall(r"url\s*=\s*[\"']?([^\"']+)", attributes["content"], re.I)

    def handle_endtag(self, tag: str) -> None:
        self._reads = None

    def handle_data(self, data: str) -> None:
        if self._reads:
            self.found += self._reads(data)


def _loads_by_href(tag: str, attributes: dict[str, str]) -> bool:
    if tag.rpartition(":")[2] == "link":
        return not set(attributes.get("rel", "").lower().split()) <= _TOLD_ONLY
    return tag not in _PLAIN_LINKS
