"""The report: one section for each part, replaced when the part is measured again."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

_HEAD = """\
# What the portal costs

`make bench` measures the portal beside what people would use instead, in the same run, and writes
this page; `make bench BENCH="--only submission"` measures one part anew and leaves the others. A
budget is what `make bench` holds the portal to. Times belong to the machine they were measured on:
compare the columns of one table, not tables of two machines.
"""
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def read_sections(path: Path) -> dict[str, str]:
    """Return what stands below each heading of a report; nothing if there is no report yet."""
    if not path.exists():
        return {}
    _, *pieces = _HEADING.split(path.read_text(encoding="utf-8"))
    titles, texts = pieces[::2], pieces[1::2]
    return dict(zip(titles, texts, strict=True))


def write_sections(path: Path, sections: Mapping[str, str], order: Sequence[str]) -> None:
    """Write a report with the sections in this order; one that isn't in it is left out."""
    text = "".join(
        f"\n## {title}\n\n{sections[title].strip()}\n" for title in order if title in sections
    )
    path.write_text(_HEAD + text, encoding="utf-8")
