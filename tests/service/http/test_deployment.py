"""What an operator copies from deploy/ is sound: the units, the settings, the container recipe."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from forms_service.edges.cli import parser
from forms_service.world.settings import PREFIX, Settings, read_settings
from forms_service.world.site import load_site
from tests.service.http.processes import ANLAUFSTELLE

ANALYZE = shutil.which("systemd-analyze")
UNITS = ["anlaufstelle", "anlaufstelle-backup", "anlaufstelle-build"]


@pytest.fixture(scope="module")
def units(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units, with a program that this machine has in the place of the portal's."""
    folder = tmp_path_factory.mktemp("units")
    for path in (project / "deploy").glob("anlaufstelle*.*"):
        unit = path.read_text(encoding="utf-8")
        changed = unit.replace("/srv/anlaufstelle/.venv/bin/anlaufstelle", "/bin/true")
        (folder / path.name).write_text(changed, encoding="utf-8")
    return folder


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is missing: no systemd here")
def test_systemd_finds_nothing_wrong_with_the_units(units: Path) -> None:
    names = sorted(path.name for path in units.iterdir())
    assert len(names) == 5
    said = subprocess.run(
        ["systemd-analyze", "verify", *(f"./{name}" for name in names)],
        cwd=units, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is missing: no systemd here")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_calls_the_units_well_protected(units: Path, unit: str) -> None:
    """Its measure goes from 0 to 10; a service without protection has 9.6."""
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=12", f"{unit}.service"],
        cwd=units, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout


def test_the_settings_that_are_shipped_are_settings(project: Path) -> None:
    lines = (project / "deploy/environment").read_text(encoding="utf-8").splitlines()
    pairs = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    found = read_settings(pairs)
    assert found.behind_tls
    assert len(pairs) == sum(name.startswith(PREFIX) for name in pairs) == 7


@pytest.fixture(scope="module")
def recipe(project: Path) -> str:
    """The container recipe, each instruction on one line."""
    text = (project / "deploy/Containerfile").read_text(encoding="utf-8")
    return re.sub(r"\\\n\s*", "", text)


def copied(recipe: str) -> list[tuple[str, str]]:
    """What the recipe takes from the project, and into which folder below the project's."""
    lines = re.findall(r"(?m)^COPY (?!--from)(.+) (\S+)$", recipe)
    return [(name, into) for names, into in lines for name in names.split()]


def test_the_container_recipe_copies_what_there_is_and_runs_without_rights(
    project: Path, recipe: str
) -> None:
    assert len(copied(recipe)) > 5
    for name, _ in copied(recipe):
        assert (project / name).exists(), name
    # No data, secret or build of one's own gets in
    assert not {name for name, _ in copied(recipe)} & {".", "var", "site", "deploy", ".venv"}
    stage = recipe.split("FROM ")[-1]
    assert re.search(r"(?m)^USER anlaufstelle$", stage)
    assert stage.index("USER") > stage.index("RUN")
    (volumes,) = re.findall(r"(?m)^VOLUME (.+)$", stage)
    settings = (project / "deploy/environment").read_text(encoding="utf-8")
    assert len(json.loads(volumes)) == 3
    assert all(f"={volume}\n" in settings for volume in json.loads(volumes))
    # What is set, and what is run, is there
    named = set(re.findall(rf"\b{PREFIX}([A-Z_]+)", recipe)) - {"SITE_URL"}
    assert {name.lower() for name in named} <= set(Settings.__struct_fields__)
    (command,) = re.findall(r"(?m)^CMD (.+)$", stage)
    program, *words = json.loads(command)
    parser().parse_args(words)
    metadata = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    assert program in metadata["project"]["scripts"]
    assert f".venv/bin/{program} build" in recipe
    makefile = (project / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"&& make (\w+)", recipe):
        assert re.search(rf"(?m)^{target}:", makefile)


@pytest.mark.slow
def test_what_the_container_recipe_copies_is_enough_to_build_the_site(
    project: Path, recipe: str, tmp_path: Path
) -> None:
    for name, into in copied(recipe):
        if (project / name).is_dir():
            shutil.copytree(project / name, tmp_path / "srv" / into, dirs_exist_ok=True)
        else:
            (tmp_path / "srv").mkdir(exist_ok=True)
            shutil.copy(project / name, tmp_path / "srv" / into)
    ours = {
        "PYTHONPATH": str(tmp_path / "srv"),
        "ANLAUFSTELLE_SITE_DIR": str(tmp_path / "site"),
        "ANLAUFSTELLE_SITE_URL": "https://portal.example.org/",
    }
    built = subprocess.run(
        [*ANLAUFSTELLE, "build"], cwd=tmp_path / "srv", env=os.environ | ours,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    assert load_site(tmp_path / "site").languages
