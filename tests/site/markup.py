"""Reads built pages as a browser would see them. No rules of the site are stated here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

_SITEMAP = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}

_VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
}


@dataclass
class Element:
    """An element with the language it stands in and the text it holds."""

    tag: str
    attributes: dict[str, str]
    lang: str
    inside: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True)
class Text:
    """A piece of text in one line, its language, and the elements around it, the nearest last."""

    text: str
    lang: str
    inside: tuple[str, ...]


@dataclass
class Page:
    """A built page; `address` is its path from the server's root."""

    file: Path
    address: str
    html: str = field(repr=False)

    @cached_property
    def _read(self) -> "_Reader":
        reader = _Reader()
        reader.feed(self.html)
        reader.close()
        return reader

    @property
    def elements(self) -> list[Element]:
        """All elements in order."""
        return self._read.elements

    @property
    def texts(self) -> list[Text]:
        """All pieces of text in order."""
        return self._read.texts

    def all(self, *tags: str) -> Iterator[Element]:
        """Yield the elements with one of these names."""
        return (element for element in self.elements if element.tag in tags)

    def one(self, tag: str, **attributes: str) -> Element:
        """Return the only element with this name and these attributes."""
        found = [
            element
            for element in self.all(tag)
            if all(element.attributes.get(name) == value for name, value in attributes.items())
        ]
        assert len(found) == 1, f"{self.address}: {len(found)} × <{tag} {attributes}>"
        return found[0]

    @property
    def ids(self) -> list[str]:
        """Every id in order."""
        return [each.attributes["id"] for each in self.elements if "id" in each.attributes]

    @property
    def main_ids(self) -> list[str]:
        """The ids of the headings that the page's own text has."""
        return [each.attributes.get("id", "") for each in self.all("h1", "h2", "h3")]

    def slot(self, name: str) -> str:
        """Return what stands between the slot's markers."""
        found = re.findall(rf"<!--slot:{name}-->(.*?)<!--/slot:{name}-->", self.html, re.DOTALL)
        assert len(found) == 1, f"{self.address}: slot {name} {len(found)} times"
        return str(found[0])

    @property
    def chrome(self) -> str:
        """The page without its title and the content of its main part."""
        return re.sub("<title>.*?</title>", "", self.html.replace(self.slot("main"), ""))


def read_sitemap(site: Path) -> dict[str, dict[str, str]]:
    """Return the whole addresses that the sitemap lists; for each, those of its twins by tag."""
    tree = ElementTree.fromstring(  # noqa: S314 - our own file
        (site / "sitemap.xml").read_text(encoding="utf-8")
    )
    return {
        entry.findtext("map:loc", "", _SITEMAP): {
            twin.attrib["hreflang"]: twin.attrib["href"]
            for twin in entry.findall("x:link", _SITEMAP)
        }
        for entry in tree.findall("map:url", _SITEMAP)
    }


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.texts: list[Text] = []
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        lang = attributes.get("lang") or (self._open[-1].lang if self._open else "")
        element = Element(tag, attributes, lang, tuple(each.tag for each in self._open))
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in (each.tag for each in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data
        if data.strip() and self._open:
            inside = tuple(each.tag for each in self._open)
            self.texts.append(Text(" ".join(data.split()), self._open[-1].lang, inside))


def read_pages(site: Path) -> list[Page]:
    """Return every HTML page of the built site, without the files that hold all of a language."""
    pages = []
    for file in sorted(set(site.rglob("*.html")) - set(site.glob("*/anlaufstelle-*.html"))):
        address = "/" + file.relative_to(site).as_posix().removesuffix("index.html")
        pages.append(Page(file, address, file.read_text(encoding="utf-8")))
    return pages
