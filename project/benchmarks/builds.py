"""Times how long a site takes to build: from nothing, and again after one page was edited.

MkDocs knows no smaller build that keeps links and language lists right, so the second is a whole
build into the folder of the first.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS_OF_A_PROJECT = ("docs", "overrides", "forms_service")


@dataclass
class Project:
    """A site to build: where its mkdocs.yml lies, the page that is edited, and what it took."""

    name: str
    folder: Path
    edited_page: str
    full_seconds: list[float] = field(default_factory=list)
    again_seconds: list[float] = field(default_factory=list)

    @property
    def full(self) -> float:
        """The middle one of the full builds."""
        return median(self.full_seconds)

    @property
    def again(self) -> float:
        """The middle one of the builds after an edit."""
        return median(self.again_seconds)


def copy_project(project: Path, folder: Path) -> None:
    """Copy what the build of this project needs, so that a page can be edited."""
    for part in PARTS_OF_A_PROJECT:
        shutil.copytree(project / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(project / "mkdocs.yml", folder)


def build(project: Path, site: Path, address: str) -> float:
    """Build a site in a process of its own; return the seconds it took."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)],
        cwd=project,
        env=os.environ | {"ANLAUFSTELLE_SITE_URL": address, "NO_MKDOCS_2_WARNING": "1"},
        check=True,
    )
    return time.perf_counter() - began


def built_site(given: Path | None, folder: Path) -> Path:
    """Return a built site: the one that was given, or a new one in a folder."""
    if given is not None:
        return given.resolve()
    build(ROOT, folder / "site", "http://127.0.0.1/")
    return folder / "site"


def time_builds(projects: Sequence[Project], folder: Path, address: str, times: int) -> None:
    """Build all projects in turn, so that a busy moment of the machine meets each of them."""
    for project in projects:  # for the compiled Python of each, which isn't measured
        build(project.folder, folder / project.name, address)
    for _ in range(times):
        for project in projects:
            site = folder / project.name
            shutil.rmtree(site)
            project.full_seconds.append(build(project.folder, site, address))
        for project in projects:
            with (project.folder / project.edited_page).open("a", encoding="utf-8") as page:
                page.write("\n.\n")
            again = build(project.folder, folder / project.name, address)
            project.again_seconds.append(again)
