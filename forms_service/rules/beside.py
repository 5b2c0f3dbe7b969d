"""Puts the German text beside another language's, block by block, for two who read together.

Works on built pages alone: both have the same blocks in the same order (a test keeps it so). Where
they differ, because a translation is behind, whole sections stand side by side instead.
"""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import zip_longest

from forms_service.rules.languages import SOURCE, Language

QUERY = "also"
"""The query that asks for a page with German beside it: ``?also=de``."""

_TEXT = '<div class="text">'
_VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}
_HEADING = re.compile(r"<h[12]\b")
_ID = re.compile(r' id="[^"]*"')
_FORM = re.compile(r"<!--slot:form-->(.*)<!--/slot:form-->", re.DOTALL)
_LIST = re.compile(
    r"(?P<opening><(?:[uo]l|div class=\"steps\")[^>]*>)(?P<items>.*)(?P<closing></(?:[uo]l|div)>)",
    re.DOTALL,
)
_ITEM = re.compile(r"(?P<opening><li[^>]*>)(?P<content>.*)</li>", re.DOTALL)
_PAGE_LINK = re.compile(r' href="((?:\.\.?/|/[a-z]{2}/)[^"#?]*/)(?:\?([^"#]*))?(#[^"]*)?"')


class _Blocks(HTMLParser):
    """Cuts HTML into the elements that aren't inside another one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self._html = html
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._open: list[str] = []
        self._start = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._open:
            self._start = self._here()
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if not self._open:
            end = self._html.index(">", self._here()) + 1
            self.blocks.append(self._html[self._start : end])

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def with_german_beside(main: str, german: str, language: Language) -> str:
    """Return a page's main part with the German one's blocks beside its own.

    Both are the whole content of the slot `main`, the form's slot included. A form stays as it
    is, in the reader's language; so does what stands around the text.
    """
    before, own = _cut(main)
    _, twin = _cut(german)
    form = _FORM.search(main)
    parts = ["\n".join(_pairs(one, other, language)) for one, other in zip(own, twin, strict=True)]
    return f"{before}{_TEXT}\n{(form[1] if form else '').join(parts)}\n</div>"


def _cut(main: str) -> tuple[str, list[list[str]]]:
    """Return what stands before the text, and its blocks: those before and those after the form."""
    before, _, text = main.partition(_TEXT)
    parts = _FORM.sub("<!--form-->", text.rpartition("</div>")[0]).split("<!--form-->")
    return before, [_Blocks(part).blocks for part in parts]


def _pairs(own: list[str], german: list[str], language: Language) -> Iterator[str]:
    if len(own) != len(german):
        own, german = _sections(own), _sections(german)
    for block, twin in zip_longest(own, german, fillvalue=""):
        yield _beside(block, twin, language)


def _beside(block: str, twin: str, language: Language) -> str:
    """Return a block with its German twin; of two lists alike, each item with its own."""
    lists = _as_list(block), _as_list(twin)
    if lists[0] and lists[1]:
        items, twins = (_Blocks(each["items"]).blocks for each in lists if each)
        if len(items) == len(twins):
            pairs = (_beside(*pair, language) for pair in zip(items, twins, strict=True))
            return f"{lists[0]['opening']}{''.join(pairs)}{lists[0]['closing']}"
    own, german = _ITEM.fullmatch(block), _ITEM.fullmatch(twin)
    if own and german:
        return f"{own['opening']}{_beside(own['content'], german['content'], language)}</li>"
    return (
        f'<div class="pair"><div>{_lead_on(block, language)}</div>'
        f'<div lang="{SOURCE}" dir="ltr">{_lead_on(_ID.sub("", twin), language)}</div></div>'
    )


def _as_list(block: str) -> re.Match[str] | None:
    """Return the parts of a list; None for anything else, a section that begins and ends with one too."""
    found = _LIST.fullmatch(block)
    return found if found and len(_Blocks(block).blocks) == 1 else None


def _sections(blocks: Iterable[str]) -> list[str]:
    """Return the blocks joined to sections, each with its heading."""
    sections: list[str] = []
    for block in blocks:
        if not sections or _HEADING.match(block):
            sections.append(block)
        else:
            sections[-1] += f"\n{block}"
    return sections


def _lead_on(html: str, language: Language) -> str:
    """Let links to pages lead to the reader's language, with German beside it there too."""

    def link(match: re.Match[str]) -> str:
        path, query, fragment = match[1], match[2], match[3] or ""
        path = path.replace(f"/{SOURCE}/", f"/{language.code}/", 1)
        query = f"{query}&amp;" if query else ""
        return f' href="{path}?{query}{QUERY}={SOURCE}{fragment}"'

    return _PAGE_LINK.sub(link, html)
