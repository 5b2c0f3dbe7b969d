"""What every test may ask for.

Tests never touch the configured data: whatever is written goes below pytest's temporary folders.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine isn't a mistake in the code, and what CI finds has to be found again.
settings.register_profile("project", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("project")

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder that holds the whole project."""
    return PROJECT


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once as it is published. Read it, never write into it."""
    site = tmp_path_factory.mktemp("site") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    built = subprocess.run(
        [*command, "--site-dir", str(site)],
        cwd=PROJECT,
        # Material prints a notice about its own future, on every start.
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        pytest.fail(f"The site can't be built:\n{built.stdout}{built.stderr}", pytrace=False)
    return site


@pytest.fixture
def free_port() -> int:
    """A port of the loopback that nobody listened on a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
