"""Measures what the portal costs, beside what people would use instead, in the same run.

`make bench` starts it and writes project/benchmarks.md, part by part. It decides no test: times
depend on the machine.
"""

import argparse
import os
import platform
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from project.benchmarks import desk, reading, submission
from project.benchmarks.builds import ROOT
from project.benchmarks.document import read_sections, write_sections

RESULTS = ROOT / "project" / "benchmarks.md"


class Part(Protocol):
    """A module that measures one thing."""

    TITLE: str
    """Heading of its section; a section with the same one is replaced."""

    def add_options(self, parser: ArgumentParser) -> None:
        """Add the options of this part."""

    def measure(self, options: Namespace) -> str:
        """Return what was measured and how, as Markdown below the heading."""


PARTS = MappingProxyType[str, Part]({"reading": reading, "submission": submission, "desk": desk})


def main() -> None:
    """Measure, print, write down; a part that isn't asked for keeps what was written before."""
    options = _options()
    sections = read_sections(options.output)
    for name in options.only:
        part = PARTS[name]
        busy = os.getloadavg()[0]
        measured = part.measure(options)
        text = f"{_machine(busy)}\n\n{measured}"
        print(f"## {part.TITLE}\n\n{text}")
        sections[part.TITLE] = text
        # At once: the next part takes long, and may fail.
        write_sections(options.output, sections, [each.TITLE for each in PARTS.values()])


def _options() -> Namespace:
    parser = ArgumentParser(
        prog="make bench",
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--only", nargs="+", choices=[*PARTS], default=[*PARTS], help="measure these parts anew"
    )
    parser.add_argument("--site", type=Path, help="a built site, so that none has to be built")
    parser.add_argument("--output", type=Path, default=RESULTS, help="the report")
    for part in PARTS.values():
        part.add_options(parser)
    return parser.parse_args()


def _machine(busy_before: float) -> str:
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores "
        f"({platform.machine()}), Linux {platform.release()}, Python {platform.python_version()}, "
        f"load {busy_before:.1f} before and {os.getloadavg()[0]:.1f} after."
    )


if __name__ == "__main__":
    main()
