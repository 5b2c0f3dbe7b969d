"""Whoever checks the threat model finds what it names: every line has its code and its test."""

import re
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def protecting(project: Path) -> list[list[str]]:
    """The cells of every line that says what protects."""
    text = (project / "project/threat-model.md").read_text(encoding="utf-8")
    tables = re.findall(
        r"\| Protects \| Code \| Test \|\n\| --- \| --- \| --- \|\n((?:\|.*\n)+)", text
    )
    lines = [line for table in tables for line in table.splitlines()]
    assert len(lines) > 40
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def found(project: Path, name: str) -> Path | None:
    """Where a file lies that is named as the document names them."""
    folders = ("", "forms_service", "forms_service/world")
    return next((path for each in folders if (path := project / each / name).is_file()), None)


def test_every_line_names_code_and_tests_that_are_there(
    project: Path, protecting: list[list[str]]
) -> None:
    tests = {path.name for path in (project / "tests").rglob("test_*.py")}
    for what, code, checked in protecting:
        named = re.findall(r"`([^`]+)`", code)
        assert named, what
        for each in named:
            file, _, inside = each.partition(": ")
            path = found(project, file)
            assert path is not None, f"{what}: {file} isn't there"
            assert inside in path.read_text(encoding="utf-8"), f"{what}: no {inside} in {file}"
        checks = re.findall(r"`([^`]+)`", checked)
        assert checks, what
        assert set(checks) <= tests, f"{what}: {set(checks) - tests}"
