"""What import-linter can't see: scripts outside the package, and clocks within the rules.

The layers themselves stand in pyproject.toml; `make test` checks them by `lint-imports`.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OWN = {"forms_service", "overrides", "project", "tests"}


def parsed(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    """Every imported module, with the name taken from it: `from a import b` gives a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_hooks_import_rules_only(project: Path) -> None:
    wrong = [
        f"{path.name}: {name}"
        for path, tree in parsed(project / "overrides/hooks")
        for name in imported(tree)
        if name.split(".")[0] == "forms_service" and not name.startswith("forms_service.rules")
    ]
    assert wrong == []


def test_migrations_import_no_living_code(project: Path) -> None:
    """An old migration has to do tomorrow what it does today."""
    wrong = [
        f"{path.name}: {name}"
        for path, tree in parsed(project / "forms_service/migrations/versions")
        for name in imported(tree)
        if name.split(".")[0] == "forms_service"
    ]
    assert wrong == []


def test_rules_read_no_clock(project: Path) -> None:
    """The time is handed to a rule."""
    clocks = {"now", "utcnow", "today"}
    wrong = [
        f"{path.name}:{node.lineno}"
        for path, tree in parsed(project / "forms_service/rules")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in clocks
    ]
    assert wrong == []


def test_every_imported_library_is_declared(project: Path) -> None:
    """What only comes along with something else may be gone tomorrow."""
    declared = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    shipped = {canonicalize_name(Requirement(each).name) for each in declared["dependencies"]}
    tools = {
        canonicalize_name(Requirement(each).name)
        for each in declared["optional-dependencies"]["dev"]
    }
    providers = packages_distributions()
    for folder, allowed in {
        "forms_service": shipped,
        "overrides/hooks": shipped,
        "tests": shipped | tools,
    }.items():
        for path, tree in parsed(project / folder):
            libraries = {name.split(".")[0] for name in imported(tree)}
            for library in libraries - OWN - sys.stdlib_module_names:
                distributions = set(map(canonicalize_name, providers.get(library, [])))
                assert distributions & allowed, f"{path.relative_to(project)}: {library}"
