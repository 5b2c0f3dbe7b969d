"""Reads where a process spent its time, by library."""

import pstats
import re
from collections import defaultdict
from pathlib import Path

_LIBRARY = re.compile(r"/site-packages/(\w+)")
_OURS = re.compile(r"/(forms_service)/")
_BUILT_IN = "~"

_Function = tuple[str, int, str]


def shares(profile: Path) -> list[tuple[str, float]]:
    """Return the libraries and their shares of the time, largest first.

    What is built into Python counts for whoever called it.
    """
    # The type is only said where it is used: pstats has no public name for what it holds.
    stats: dict[
        _Function, tuple[int, int, float, float, dict[_Function, tuple[int, int, float, float]]]
    ]
    stats = pstats.Stats(str(profile)).stats  # type: ignore[attr-defined]
    spent: defaultdict[str, float] = defaultdict(float)
    for function, (_, _, own, _, callers) in stats.items():
        if function[0] != _BUILT_IN:
            spent[_library(function[0])] += own
        else:
            for caller, (_, _, share, _) in callers.items():
                spent[_library(caller[0])] += share
    whole = sum(spent.values()) or 1
    in_order = sorted(spent.items(), key=lambda each: each[1], reverse=True)
    return [(name, seconds / whole) for name, seconds in in_order]


def _library(file: str) -> str:
    found = _LIBRARY.search(file) or _OURS.search(file)
    return found[1] if found else "Python"
