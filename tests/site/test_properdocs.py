"""The site doesn't depend on MkDocs' own future: ProperDocs, its continuation, builds the same."""

import os
import subprocess
import sys
from pathlib import Path

from tests.site.conftest import NOON, ROOT, SITE_URL, contents


def test_properdocs_builds_the_same_site_byte_for_byte(built_site: Path, tmp_path: Path) -> None:
    # Given an environment in which MkDocs itself can't be loaded
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "mkdocs.py").write_text('raise ImportError("this is MkDocs")\n', encoding="utf-8")
    environment = os.environ | {
        "ANLAUFSTELLE_SITE_URL": SITE_URL,
        "SOURCE_DATE_EPOCH": NOON,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(hidden), os.environ.get("PYTHONPATH")])),
    }
    mkdocs = subprocess.run(
        [sys.executable, "-c", "import mkdocs.config"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "this is MkDocs" in mkdocs.stderr

    # When ProperDocs builds from the same settings
    site = tmp_path / "site"
    command = [sys.executable, "-m", "properdocs", "build", "--strict"]
    build = subprocess.run(
        [*command, "--config-file", "mkdocs.yml", "--site-dir", str(site)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    # Then the site is the one that MkDocs builds
    assert build.returncode == 0, build.stdout + build.stderr
    expected, built = contents(built_site), contents(site)
    assert sorted(built) == sorted(expected)
    assert [name for name in expected if built[name] != expected[name]] == []
