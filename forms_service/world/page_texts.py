"""Takes a page apart into texts for a translator, and puts a page together from them.

The blocks are found by translate-toolkit; what a translator typed never reaches its parser. This
module is for the translators' command alone: the service must not load these libraries.
"""

import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from translate.storage.markdown import MarkdownFile

from forms_service.rules.translated_texts import PLACEHOLDER, TAG
from forms_service.rules.translations import Translation

TRANSLATED_KEYS = {
    "title": "Title of the page",
    "description": "One plain sentence for search engines",
    "menu": "A shorter name for the menu",
    "neutral_title": "A title that tells nobody who looks over a shoulder what the page is",
}
"""What of the front matter is text, and what it is for."""

_HEADING = re.compile(r"^(#{1,6} .*?)[ \t]*\{ ?#([\w-]+) ?\}$", re.MULTILINE)

# Neither Markdown nor the library's white space rules may touch these while a page is written.
_SPACES = [chr(code) for code in range(0x3001) if chr(code).isspace() and chr(code) not in " \n"]
_HIDE_SPACES = {ord(each): 0xF0000 + ord(each) for each in _SPACES}
_HIDE = _HIDE_SPACES | {ord(each): 0xF0000 + ord(each) for each in string.punctuation}
_SHOW = {hidden: shown for shown, hidden in _HIDE.items()}

# What at the beginning of a line would begin another kind of block. One backslash more than was
# typed is written, and taken away again when it is read.
_BLOCK_MARK = re.compile(
    r"^(\\*)(?=[#>|]|[-+*](?:\s|$)|(?:[-*_]\s*){3,}$|```|\[[^\]]*\]:)", re.MULTILINE
)
_NUMBER_MARK = re.compile(r"^(\d*)(\\*)(?=[.)](?:\s|$))", re.MULTILINE)

_KINDS = {"h": "heading", "li": "list item", "r": "cell of a table"}
_EXAMPLES = {
    "heading": "# x { #id }\n",
    "list item": "- x\n",
    "cell of a table": "| x |\n| - |\n",
    "paragraph": "x\n",
}
_BLOCKS = ("paragraph", "list item")


class PageError(ValueError):
    """A page can't be taken apart."""


@dataclass(frozen=True)
class PageText:
    """A text of a page: a key of the front matter, or a block below the heading `section`."""

    section: str
    kind: str
    text: str


@dataclass(frozen=True)
class PageSource:
    """A page taken apart.

    Pages with the same `shape` have the same blocks, ids and settings; their texts correspond.
    """

    front_matter: Mapping[str, Any]
    texts: tuple[PageText, ...]
    shape: tuple[str, ...]


def read_front_matter(page: str) -> Mapping[str, Any]:
    """Return what stands on top of a page; PageError where nothing does."""
    return _split(page)[0]


@lru_cache(maxsize=64)  # one command asks for the same page several times
def read_page(page: str) -> PageSource:
    """Return what a page holds; PageError where it has no front matter."""
    front_matter, body = _split(page)
    texts = [
        PageText(key, "front matter", as_typed(str(front_matter[key]), "front matter"))
        for key in front_matter
        if key in TRANSLATED_KEYS
    ]
    found: list[PageText] = []
    blank = _render(body, lambda _: "…", found)
    shape = [
        key if key in TRANSLATED_KEYS else f"{key}: {value}"
        for key, value in front_matter.items()
        if key != "translation"
    ]
    return PageSource(front_matter, (*texts, *found), (*shape, *filter(None, blank.splitlines())))


def write_page(german: str, texts: Sequence[str], translation: Translation) -> str:
    """Return the German page with other texts, in the order that `read_page` gives them."""
    front_matter, body = _split(german)
    kinds = [each.kind for each in read_page(german).texts]
    waiting = iter([_as_markdown(*each) for each in zip(texts, kinds, strict=True)])
    translated = {
        key: next(waiting) if key in TRANSLATED_KEYS else value
        for key, value in front_matter.items()
    }
    rendered = _render(body, lambda _: next(waiting), [])
    return _front_matter(translated, translation) + rendered


def with_translation(page: str, translation: Translation) -> str:
    """Return a translated page with another account of what it follows and who has read it."""
    front_matter, body = _split(page)
    return _front_matter(front_matter, translation) + body


def heading_id(line: str) -> str:
    """Return the id of the heading in this line, or nothing where it isn't one."""
    found = _HEADING.fullmatch(line)
    return found[2] if found else ""


def as_typed(text: str, kind: str) -> str:
    """Return a text as a page can hold it: blanks that no reader sees are taken out."""
    lines = [" ".join(re.split(r"[ \t]+", line.strip())) for line in text.split("\n")]
    return ("\n" if kind in _BLOCKS else " ").join(line for line in lines if line)


def is_kept(text: str, kind: str) -> bool:
    """Whether a page would give the text back as it is."""
    if kind == "front matter":
        return True
    written = _render(_EXAMPLES[kind], lambda _: _as_markdown(text, kind), [])
    found: list[PageText] = []
    _render(written, str, found)
    return [(each.kind, each.text) for each in found] == [(kind, text)]


def _split(page: str) -> tuple[dict[str, Any], str]:
    parts = page.split("---\n", 2)
    front_matter = yaml.safe_load(parts[1]) if len(parts) == 3 and not parts[0] else None
    if not isinstance(front_matter, dict):
        raise PageError("the page doesn't begin with front matter")
    return front_matter, parts[2]


def _render(body: str, translate: Callable[[str], str], found: list[PageText]) -> str:
    """Return the body with every text translated; add the texts to `found`."""

    def callback(text: str) -> str:
        return translate(text).translate(_HIDE) if _has_words(text) else text

    text = body.lstrip("\n")  # an empty first line looks like front matter to the library
    above = body[: len(body) - len(text)]
    body = _HEADING.sub(r"\1 {#\2}", text)
    file = MarkdownFile(
        callback=callback,
        lookup_callback=str,  # it would ask the callback twice about a heading
        no_placeholders=True,
        extract_frontmatter=False,
        extract_code_blocks=False,
    )
    file.parse(body.translate(_HIDE_SPACES).encode())
    lines = body.split("\n")
    section = ""
    for unit in file.units:
        kind = _kind(unit.getdocpath())
        if kind == "heading":
            section = heading_id(lines[int(unit.getlocations()[0].strip(":")) - 1])
        text = as_typed(str(unit.source).translate(_SHOW), kind)
        if _has_words(text):
            found.append(PageText(section, kind, _from_markdown(text, kind)))
    # Python-Markdown knows line breaks as two blanks, not as a backslash.
    rendered = file.filesrc.replace("\\\n", "  \n").translate(_SHOW)
    return above + _HEADING.sub(r"\1 { #\2 }", rendered)


def _kind(docpath: str) -> str:
    """Return in words what the library's path leads to ("h1[1]/li[2]/p[1]" is a list item)."""
    names = [re.sub(r"\d*\[\d+\]", "", step) for step in docpath.split("/")]
    return _KINDS.get(names[-1]) or next(
        (_KINDS[name] for name in reversed(names[:-1]) if name in ("li", "r")), "paragraph"
    )


def _has_words(text: str) -> bool:
    return any(each.isalpha() for each in TAG.sub("", PLACEHOLDER.sub("", text)))


def _as_markdown(text: str, kind: str) -> str:
    if kind not in _BLOCKS:
        return text
    return _NUMBER_MARK.sub(r"\1\2\\", _BLOCK_MARK.sub(r"\1\\", text))


def _from_markdown(text: str, kind: str) -> str:
    if kind not in _BLOCKS:
        return text

    def less(found: re.Match[str]) -> str:
        return found[0].removesuffix("\\")

    return _NUMBER_MARK.sub(less, _BLOCK_MARK.sub(less, text))


def _front_matter(values: Mapping[str, Any], translation: Translation) -> str:
    lines = [_as_yaml({key: values[key]}) for key in values if key != "translation"]
    review = translation.reviewed
    reviewed = _as_yaml({"by": review.by, "day": review.day}, flow=True) if review else "false\n"
    lines.append(
        f'translation:\n  source: "{translation.source}"\n'
        f"  followed_on: {translation.followed_on}\n  reviewed: {reviewed}"
    )
    return "---\n" + "".join(lines) + "---\n"


def _as_yaml(value: Mapping[str, Any], *, flow: bool = False) -> str:
    return yaml.safe_dump(
        dict(value),
        allow_unicode=True,
        default_flow_style=flow,
        sort_keys=False,
        width=float("inf"),
    )
