"""Every translation in docs/, offered or still a draft, has the shape of its German page."""

import re
from pathlib import Path

import pytest
import yaml

from forms_service.rules.languages import LANGUAGES, SOURCE

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
TRANSLATED = sorted(
    path for code in LANGUAGES if code != SOURCE for path in DOCS.glob(f"{code}/*.md")
)


def _parts(path: Path) -> tuple[dict[str, object], str]:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body


def _shape(body: str) -> list[str]:
    """Return the kinds of blocks in order, headings with their ids."""
    shape = []
    for block in re.split(r"\n\s*\n", body.strip()):
        first = block.strip().split("\n")[0]
        heading = re.match(r"(#+) .*\{ (#[a-z0-9_-]+) \}$", first)
        if heading:
            shape.append(f"{heading[1]} {heading[2]}")
        elif re.match(r"(- |\d+\. )", first):
            items = re.findall(r"(?m)^(?:- |\d+\. )", block)
            shape.append(f"{len(items)} items")
        elif first.startswith(("<div", "</div", "<!--", "{{ part(", "{{ promise(")):
            shape.append(first)
        else:
            shape.append("paragraph")
    return shape


def _placeholders(body: str) -> list[str]:
    return sorted(re.findall(r"\{\{.*?\}\}", body))


@pytest.mark.parametrize("path", TRANSLATED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_translation_has_the_blocks_ids_and_placeholders_of_the_german_page(path: Path) -> None:
    front, body = _parts(path)
    german_front, german = _parts(DOCS / SOURCE / path.name)
    assert _shape(body) == _shape(german)
    assert _placeholders(body) == _placeholders(german)
    assert front.keys() - {"translation"} == german_front.keys()
    assert front["translation"]["reviewed"] is False  # type: ignore[index]
