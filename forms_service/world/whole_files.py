"""Files and folders that are there whole or not at all, even when the power fails in between."""

import os
from collections.abc import Callable
from pathlib import Path

UNFINISHED = ".unfinished"
"""Ends the name of what isn't whole yet."""


def write_whole(target: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file for its owner alone, then give it its name.

    FileExistsError if there is one of that name: nothing is ever overwritten. What `write` raises
    goes through, and nothing is left behind.
    """
    unfinished = target.with_name(target.name + UNFINISHED)
    unfinished.unlink(missing_ok=True)
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        write(unfinished)
        _to_disk(unfinished)
        target.hardlink_to(unfinished)
    finally:
        unfinished.unlink(missing_ok=True)
    _to_disk(target.parent)


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone, with those above it; what is there already stays."""
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for each in new:
        _to_disk(each.parent)


def _to_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
