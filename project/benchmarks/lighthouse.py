"""Asks Lighthouse about a page, as it looks at telephones."""

import json
import os
import subprocess
from pathlib import Path

from tests.browser.telephones import CHROMIUM

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
_COMMAND = Path(__file__).parent / "node_modules/lighthouse/cli/index.js"
_FLAGS = "--headless --no-sandbox --disable-gpu"
_ATTEMPTS = 3
"""Its browser crashes now and then; that says nothing about the page."""


def scores(address: str, node: Path) -> tuple[dict[str, int], list[str]]:
    """Return the four scores, 0 to 100, and the names of the audits that cost points."""
    command = [str(node), str(_COMMAND), address, "--output=json", "--quiet"]
    command += [f"--chrome-flags={_FLAGS}", f"--only-categories={','.join(CATEGORIES)}"]
    report = json.loads(_printed(command))
    costly = [
        reference["id"]
        for category in CATEGORIES
        for reference in report["categories"][category]["auditRefs"]
        if reference["weight"]
        and (report["audits"][reference["id"]]["score"] or 0) < 1
        and report["audits"][reference["id"]]["scoreDisplayMode"] not in {"notApplicable", "manual"}
    ]
    found = {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}
    return found, costly


def _printed(command: list[str], attempts: int = _ATTEMPTS) -> str:
    ran = subprocess.run(
        command,
        env=os.environ | {"CHROME_PATH": CHROMIUM},
        capture_output=True,
        text=True,
        check=attempts == 1,
    )
    return ran.stdout if ran.returncode == 0 else _printed(command, attempts - 1)
