"""Turns the main part of a finished page into a section of the one file that holds all pages.

A plain module, not a hook itself. It reads and writes no files.
"""

import re
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin

_MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
_FORM = re.compile(r"<!--slot:form-->.*?<!--/slot:form-->", re.DOTALL)
_ID = re.compile(r'\bid="([^"]+)"')

_DROPPED = {"form", "script", "svg"}
"""What means nothing without the site, with everything inside it."""

_CLASSES = {"state", "notice", "number"}
"""The only ones that the file's style knows."""

_NAMES_IDS = {"id", "aria-labelledby", "aria-describedby"}

_LOWER = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h5"}
"""The file's own title is its only h1."""


def sections(
    pages: Mapping[str, str], addresses: Mapping[str, str], instead_of_form: Mapping[str, str]
) -> dict[str, str]:
    """Return the sections by page name.

    `pages` are the finished pages, `addresses` their whole addresses, `instead_of_form` what
    stands where a page has a form, all by name.
    """
    mains = {name: _main(html, instead_of_form[name]) for name, html in pages.items()}
    places = {addresses[name]: f"#{name}" for name in pages}
    for name, html in mains.items():
        for place in _ID.findall(html):
            places[f"{addresses[name]}#{place}"] = f"#{name}-{place}"
    return {name: _section(html, name, addresses[name], places) for name, html in mains.items()}


def _main(html: str, instead_of_form: str) -> str:
    found = _MAIN.search(html)
    if not found:
        raise ValueError("a page without a main part")
    return _FORM.sub(lambda _: instead_of_form, found[1])


def _section(html: str, name: str, address: str, places: Mapping[str, str]) -> str:
    rewriter = _Rewriter(name, address, places)
    rewriter.feed(html)
    rewriter.close()
    return "".join(rewriter.parts)


class _Rewriter(HTMLParser):
    """Copies HTML: ids made unique, headings one level lower, links that hold in the file.

    A link to a place that the file doesn't hold leads to the site.
    """

    def __init__(self, name: str, address: str, places: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._name = name
        self._address = address
        self._places = places
        self._dropping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropping.append(tag)
        # Icons and the drawing on the start page; words stand beside each of them.
        if self._dropping or tag == "img":
            return
        written = "".join(self._attribute(name, value) for name, value in attrs)
        self.parts.append(f"<{_LOWER.get(tag, tag)}{written}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _DROPPED:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            if tag == self._dropping[-1]:
                self._dropping.pop()
            return
        self.parts.append(f"</{_LOWER.get(tag, tag)}>")

    def handle_data(self, data: str) -> None:
        self._copy(data)

    def handle_entityref(self, name: str) -> None:
        self._copy(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._copy(f"&#{name};")

    def _copy(self, text: str) -> None:
        if not self._dropping:
            self.parts.append(text)

    def _attribute(self, name: str, value: str | None) -> str:
        if value is None:
            return f" {name}"
        if name == "class":
            value = " ".join(each for each in value.split() if each in _CLASSES)
            if not value:
                return ""
        elif name in _NAMES_IDS:
            value = " ".join(f"{self._name}-{each}" for each in value.split())
        elif name == "href":
            whole = urljoin(self._address, value)
            # The place may have gone with the form; the page itself is still here.
            value = self._places.get(whole, whole)
        return f' {name}="{escape(value)}"'
