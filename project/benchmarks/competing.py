"""Starts the servers that take a complaint, ours and those beside it (`contestants/`)."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from project.benchmarks import load, serving
from project.benchmarks.load import Plan

OURS = "the portal"
STRIPPED = "the portal without Argon2id"
IDLE = "a POST that does nothing"
DJANGO = "a plain Django form"
CANNED = "canned answers"

FORM = "/ar/beschwerde/"
COMPLAINT = {
    "danger": "no",
    "what_happened": "00000000 " + "انتظرتُ ثلاث ساعات ولم يتحدث معي أحد. " * 12,
    "principle": "time_to_listen",
    "place": "office",
    "when": "أمس",
    "about_staff": "no",
    "good_solution": "موعد ثابت.",
    "answer_by": "number",
    "name": "سلمى",
    "website": "",
}
"""Another text each time: `load` counts up where the zeros stand."""

_CONTESTANTS = "project.benchmarks.contestants"
_GUNICORN = Path(__file__).parent / ".venv/bin/gunicorn"


@dataclass(frozen=True)
class Contestant:
    """A server that takes the complaint; `expected` stands in a right answer."""

    name: str
    port: int
    process: int
    path: str
    expected: str

    def plan(self, at_once: int, seconds: float) -> Plan:
        """Return what is sent to it."""
        request = load.post(self.port, self.path, COMPLAINT)
        return Plan(self.port, [request], at_once, seconds, self.expected)


@contextmanager
def portal(site: Path, folder: Path) -> Iterator[Contestant]:
    """Run the service as it is."""
    port = serving.free_port()
    with serving.portal(site, folder, port, rate_limit="off") as process:
        yield Contestant(OURS, port, process, FORM, 'class="receipt"')


@contextmanager
def stripped(site: Path, folder: Path, profile: Path | None = None) -> Iterator[Contestant]:
    """Run the service without Argon2id; its profile is written at the end, if one is wanted."""
    port = serving.free_port()
    command = [f"{_CONTESTANTS}.without_argon", *([str(profile)] if profile else [])]
    with serving.portal(site, folder, port, *command, rate_limit="off") as process:
        yield Contestant(STRIPPED, port, process, FORM, 'class="receipt"')


@contextmanager
def helper(name: str, program: str) -> Iterator[Contestant]:
    """Run one of the small servers that keep nothing."""
    port = serving.free_port()
    command = [sys.executable, "-m", f"{_CONTESTANTS}.{program}", str(port)]
    with serving.running(command, port) as process:
        yield Contestant(name, port, process, "/", "Danke")


@contextmanager
def django(database: Path) -> Iterator[Contestant]:
    """Run the Django form, from an environment of its own."""
    port = serving.free_port()
    command = [
        *(str(_GUNICORN), f"{_CONTESTANTS}.plain_django:application", "--preload"),
        *("--bind", f"{serving.HOST}:{port}", "--log-level", "error"),
        *("--workers", "2", "--worker-class", "gthread", "--threads", "4", "--keep-alive", "30"),
    ]
    with serving.running(command, port, {"DJANGO_DATABASE": str(database)}) as process:
        yield Contestant(DJANGO, port, process, "/", 'class="receipt"')
