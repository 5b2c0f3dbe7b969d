"""HTML as a small tree, so that tests ask for elements and not for strings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


def one_line(text: str) -> str:
    """Return a text with every space alike: French has some that don't break."""
    return " ".join(text.split())


@dataclass(eq=False)
class Element:
    """An element with what is in it, in order."""

    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    def __iter__(self) -> Iterator["Element"]:
        """Every element below this one, in the document's order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child

    def all(self, *tags: str, **attributes: str) -> list["Element"]:
        """The elements below that have one of the tags and these attributes."""
        return [
            each
            for each in self
            if (not tags or each.tag in tags) and attributes.items() <= each.attributes.items()
        ]

    def one(self, *tags: str, **attributes: str) -> "Element":
        """The only such element below."""
        (found,) = self.all(*tags, **attributes)
        return found

    def classed(self, name: str) -> list["Element"]:
        """The elements below that have a class."""
        return [each for each in self if name in each.attributes.get("class", "").split()]

    def get(self, name: str) -> str:
        """An attribute's value, or an empty string."""
        return self.attributes.get(name, "")

    @property
    def raw_text(self) -> str:
        """All text below, as it stands there."""
        return "".join(
            child if isinstance(child, str) else child.raw_text for child in self.children
        )

    @property
    def text(self) -> str:
        """All text below, blanks folded."""
        return one_line(self.raw_text)

    @property
    def value(self) -> str:
        """What a text control holds; the first newline in a textarea doesn't count."""
        if self.tag == "textarea":
            return self.raw_text.removeprefix("\n")
        return self.get("value")


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute of <{tag}> stands there twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Element:
    """The tree of a piece of HTML; an AssertionError where tags don't pair."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    (root,) = builder.open
    return root
