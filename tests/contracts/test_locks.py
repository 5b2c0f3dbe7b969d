"""The lock files pin and hash everything, and hold no address of any registry or machine."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OF_PYTHON = ["requirements.txt", "requirements-dev.txt", "project/benchmarks/requirements.txt"]
LOCKS = [*OF_PYTHON, "tests/package-lock.json"]
ADDRESS = re.compile(r"https?:|file:\S|git\+|ssh:| @ |--(extra-)?index-url|--find-links")
PIN = re.compile(r"^([\w.-]+)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M)


def pins(lock: Path) -> dict[str, tuple[str, str]]:
    """Name → version and hashes."""
    found = PIN.findall(lock.read_text(encoding="utf-8"))
    return {canonicalize_name(name): (version, hashes) for name, version, hashes in found}


@pytest.mark.parametrize("lock", LOCKS)
def test_no_address(project: Path, lock: str) -> None:
    assert ADDRESS.findall((project / lock).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("lock", OF_PYTHON)
def test_every_package_is_pinned_and_hashed(project: Path, lock: str) -> None:
    text = (project / lock).read_text(encoding="utf-8")
    packages = [line for line in text.splitlines() if line and line[0] not in " #"]
    assert len(packages) == len(pins(project / lock)) > 0


@pytest.mark.parametrize("folder", ["tests", "project/benchmarks"])
def test_every_npm_package_has_a_checksum_and_no_address(project: Path, folder: str) -> None:
    lock = json.loads((project / folder / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name


def test_development_repeats_what_is_shipped(project: Path) -> None:
    shipped = pins(project / "requirements.txt")
    assert shipped.items() <= pins(project / "requirements-dev.txt").items()


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_locks_follow_the_project_file(project: Path, lock: str) -> None:
    """Who adds a dependency runs `make lock`."""
    declared = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*declared["project"]["dependencies"], *declared["build-system"]["requires"]]
    if lock == "requirements-dev.txt":
        wanted += declared["project"]["optional-dependencies"]["dev"]
    locked = pins(project / lock)
    for requirement in map(Requirement, wanted):
        version, _ = locked[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), requirement
