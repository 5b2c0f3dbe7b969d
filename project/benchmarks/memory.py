"""How much memory a process has, as Linux counts it."""

import re
from dataclasses import dataclass
from pathlib import Path

_MEGABYTE = 1000 * 1000


@dataclass(frozen=True)
class Memory:
    """Megabytes: all that is in memory, and with what is shared divided among its users."""

    rss: float
    pss: float


def memory_of(process: int) -> Memory:
    """Return what a process has now."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    found = dict(re.findall(r"^(Rss|Pss): +(\d+) kB$", rollup, re.MULTILINE))
    return Memory(*(int(found[name]) * 1024 / _MEGABYTE for name in ("Rss", "Pss")))
