"""Writes project/licences.md: under which licence each package comes that the portal runs with.

    .venv/bin/python -m project.licences

It asks what the installed packages say of themselves; a test runs it and compares.
"""

import re
from importlib.metadata import metadata
from pathlib import Path

HERE = Path(__file__).parent
LOCK = HERE.parent / "requirements.txt"
DOCUMENT = HERE / "licences.md"

_HEAD = """# Licences

The portal itself is licensed under EUPL-1.2 ([LICENSE](../LICENSE), [0009](decisions/0009-licence.md)).
It runs with these packages, unchanged, as `requirements.txt` pins them. The list is written by
`python -m project.licences`.

| Package | Licence, as the package says |
| --- | --- |
"""
_UNSAID = "not said"


def document() -> str:
    """Return the whole document."""
    names = re.findall(r"^([\w.-]+)==", LOCK.read_text(encoding="utf-8"), re.M)
    rows = (f"| {name} | {licence(name)} |\n" for name in sorted(names, key=str.lower))
    return _HEAD + "".join(rows)


def licence(name: str) -> str:
    """Return the licence of an installed package: its expression, or its classifiers, or its words.

    Older packages put the licence's whole text where its name belongs; that isn't taken.
    """
    said = metadata(name)
    if expressions := said.get_all("License-Expression", []):
        return str(expressions[0])
    classifiers = [
        text.rpartition(" :: ")[2]
        for text in said.get_all("Classifier", [])
        if text.startswith("License ::")
    ]
    named = [each for each in classifiers if each != "OSI Approved"]
    if named:
        return ", ".join(named)
    words = "".join(said.get_all("License", [])).strip()
    return words if 0 < len(words) < 100 and "\n" not in words else _UNSAID


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
