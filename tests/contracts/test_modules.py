"""Modules stay small, and the rules stay pure."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.contracts.test_imports import imported, parsed

MAX_LINES = 300

# Whatever isn't here reaches out of the process or is left to chance, until somebody thinks it over.
# pathlib and io: the rules load their own templates and catalogues, once.
STANDARD = {
    "base64",
    "collections",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "difflib",
    "functools",
    "gettext",
    "hashlib",
    "html",
    "importlib",
    "io",
    "itertools",
    "json",
    "math",
    "pathlib",
    "re",
    "types",
    "typing",
    "unicodedata",
    "zoneinfo",
}
LIBRARIES = {
    "babel",
    "dateutil",
    "holidays",
    "icalendar",
    "jinja2",
    "markupsafe",
    "msgspec",
    "nacl",
    "stdnum",
}
# Functions by their names, whatever they are asked of.
CHANCE_AND_OUTSIDE = {
    "environ",
    "getenv",
    "generate",
    "now",
    "random",
    "today",
    "token_bytes",
    "token_hex",
    "utcnow",
    "uuid4",
    "write_bytes",
    "write_text",
}


def test_every_module_can_be_read_in_one_go(project: Path) -> None:
    folders = ["forms_service", "overrides/hooks", "tests"]
    lengths = {
        str(path.relative_to(project)): len(path.read_text(encoding="utf-8").splitlines())
        for folder in folders
        for path in (project / folder).rglob("*.py")
        if "node_modules" not in path.parts
    }
    assert {name: lines for name, lines in lengths.items() if lines >= MAX_LINES} == {}


def test_rules_import_only_what_was_thought_over(project: Path) -> None:
    assert sys.stdlib_module_names >= STANDARD
    wrong = [
        f"{path.name}: {name}"
        for path, tree in parsed(project / "forms_service/rules")
        for name in imported(tree)
        if name.split(".")[0] not in STANDARD | LIBRARIES
        and not name.startswith("forms_service.rules.")
    ]
    assert wrong == []


def test_rules_ask_neither_chance_nor_the_outside(project: Path) -> None:
    wrong = [
        f"{path.name}:{line}: {name}"
        for path, tree in parsed(project / "forms_service/rules")
        for line, name in _names(tree)
        if name in CHANCE_AND_OUTSIDE
    ]
    assert wrong == []


def _names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id


def test_only_the_command_line_speaks(project: Path) -> None:
    """What is printed by chance could be what a person wrote."""
    wrong = [
        f"{path.name}:{node.lineno}"
        for path, tree in parsed(project / "forms_service")
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
        and node.id in ("print", "breakpoint")
        and path.name not in ("cli.py", "operating.py", "serving.py", "translating.py")
    ]
    assert wrong == []
