"""The build as a whole: quiet, and the same every time."""

import os
import subprocess
import sys
from pathlib import Path

from tests.site.conftest import NOON, ROOT, SITE_URL, contents


def test_the_strict_build_warns_of_nothing(build_log: tuple[Path, str]) -> None:
    _, output = build_log
    assert "INFO" in output
    assert "WARNING -" not in output


def test_building_again_gives_the_same_files(built_site: Path, tmp_path: Path) -> None:
    again = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(again)],
        cwd=ROOT,
        env=os.environ | {"ANLAUFSTELLE_SITE_URL": SITE_URL, "SOURCE_DATE_EPOCH": NOON},
        check=True,
    )
    assert contents(again) == contents(built_site)


def test_the_site_can_lie_under_a_path(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        env=os.environ | {"ANLAUFSTELLE_SITE_URL": "https://town.example/help"},
        check=True,
    )
    html = (tmp_path / "site" / "de" / "index.html").read_text(encoding="utf-8")
    assert 'href="/help/de/kontakt/"' in html
    assert 'href="/help/assets/site.' in html
    assert '<link rel="canonical" href="https://town.example/help/de/">' in html
