"""One build of the real site for all tests of it."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from tests.site.markup import Page, read_pages, read_sitemap

ROOT = Path(__file__).parent.parent.parent
SITE_URL = "https://portal.example/"
NOON_DAY = date(2026, 11, 22)
NOON = str(int(datetime.combine(NOON_DAY, time(12), UTC).timestamp()))
"""When the site is built: events are past or not, whatever the day of the test."""


@pytest.fixture(scope="session")
def build_log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder of a fresh build and everything the build printed."""
    site = tmp_path_factory.mktemp("build") / "site"
    build = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)],
        cwd=ROOT,
        env=os.environ | {"ANLAUFSTELLE_SITE_URL": SITE_URL, "SOURCE_DATE_EPOCH": NOON},
        capture_output=True,
        text=True,
        check=False,
    )
    output = build.stdout + build.stderr
    assert build.returncode == 0, output
    return site, output


@pytest.fixture(scope="session")
def built_site(build_log: tuple[Path, str]) -> Path:
    """Return the folder of the built site."""
    return build_log[0]


@pytest.fixture(scope="session")
def portal(built_site: Path) -> dict[str, Any]:
    """Return the contract that the build wrote."""
    contract: dict[str, Any] = json.loads((built_site / "portal.json").read_text(encoding="utf-8"))
    return contract


@pytest.fixture(scope="session")
def pages(built_site: Path) -> list[Page]:
    """Return every page, the faults and the choice of language included."""
    return read_pages(built_site)


@pytest.fixture(scope="session")
def twins(built_site: Path) -> dict[str, dict[str, str]]:
    """Return the whole addresses of every listed page's twins by tag, by its own address."""
    return read_sitemap(built_site)


@pytest.fixture(scope="session")
def by_address(pages: list[Page]) -> dict[str, Page]:
    """Return the pages by their path."""
    return {page.address: page for page in pages}


@pytest.fixture(scope="session")
def real_pages(by_address: dict[str, Page], portal: dict[str, Any]) -> list[Page]:
    """Return the pages that portal.json lists: those with a text of their own."""
    return [
        by_address[address] for listed in portal["pages"].values() for address in listed.values()
    ]


@pytest.fixture(scope="session")
def search_pages(by_address: dict[str, Page], portal: dict[str, Any]) -> dict[str, Page]:
    """Return the page to search on, by language."""
    return {code: by_address[f"/{code}/suche/"] for code in portal["languages"]}


@pytest.fixture(scope="session")
def offline_pages(by_address: dict[str, Page], portal: dict[str, Any]) -> dict[str, Page]:
    """Return the page that offers to read offline, by language."""
    return {code: by_address[f"/{code}/offline/"] for code in portal["languages"]}


def contents(site: Path) -> dict[str, bytes]:
    """Return every file of a built site by its path."""
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }
