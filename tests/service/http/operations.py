"""`project/operations.md` as somebody follows it: its parts, their commands and buttons.

A test that plays a part takes the words from here, so that it does what the document says.
"""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from forms_service.edges import cli
from forms_service.rules.organisation import missing_values, read_organisation

_LEFT_OPEN = re.compile(r"…|<\w+>")


@dataclass(frozen=True)
class Document:
    """The document."""

    text: str

    @cached_property
    def parts(self) -> dict[str, str]:
        """Its parts by their headings."""
        return dict(re.findall(r"(?ms)^## ([^\n]+)\n(.*?)(?=^## |\Z)", self.text))

    def commands(self, part: str = "", before: str = "", after: str = "") -> list[str]:
        """The commands of a part in their order, perhaps only those before or after some words."""
        text = self.parts[part] if part else self.text
        if before:
            text = text[: text.index(before)]
        if after:
            text = text[text.index(after) :]
        found = re.findall(r"`(anlaufstelle [^`\n]+)`|(?m:^(anlaufstelle .+)$)", text)
        return [in_text or in_block for in_text, in_block in found]

    def buttons(self, part: str) -> list[str]:
        """What a part says to press or to look for, as it stands on the staff page."""
        return re.findall(r"\*\*([^*]+?)\.?\*\*", self.parts[part])


def words(command: str, *values: str) -> list[str]:
    """The words of a command, each value put where the document leaves one open."""
    waiting: Iterator[str] = iter(values)
    return [
        next(waiting) if _LEFT_OPEN.fullmatch(word) else word for word in shlex.split(command)[1:]
    ]


def run(command: str, *values: str) -> int:
    """Do what a command of the document does; its exit code."""
    return cli.main(words(command, *values))


def let_builds_copy(monkeypatch: pytest.MonkeyPatch, site: Path) -> None:
    """Let `anlaufstelle build` take this site instead of having MkDocs build one."""

    def build(command: list[str], **_named: object) -> subprocess.CompletedProcess[bytes]:
        assert command[1:4] == ["-m", "mkdocs", "build"]
        for path in site.iterdir():
            (Path(command[-1]) / path.name).symlink_to(path)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", build)


def without_gaps(site: Path, folder: Path) -> Path:
    """A site whose organisation has filled everything in, and whose pages somebody has read."""
    contract: dict[str, Any] = json.loads((site / "portal.json").read_text("utf-8"))
    contract["translations"] = {
        code: dict.fromkeys(counts, 0) for code, counts in contract["translations"].items()
    }
    ours = contract["organisation"]
    for hotline in ours["hotlines"]:
        hotline["checked_on"] = "2026-11-01"
    for gap in missing_values(read_organisation(ours)):
        *way, last = gap.split(".")
        place = ours
        for step in way:
            place = place[int(step) if isinstance(place, list) else step]
        place[last] = "2027-01-01" if last == "starts_on" else "eingetragen"
    folder.mkdir()
    for path in site.iterdir():
        if path.name != "portal.json":
            (folder / path.name).symlink_to(path)
    (folder / "portal.json").write_text(json.dumps(contract), encoding="utf-8")
    return folder
