"""A disk whose power fails: what wasn't synced is gone, or any part of it.

A sync of a file holds its content, a sync of a folder the names in it; nothing else holds
anything. Kinder file systems exist; none may be counted on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.service.durability.recordings import (
    Cut,
    Event,
    Made,
    Named,
    Removed,
    Sent,
    Synced,
    Syncing,
    Written,
)

SECTOR_BYTES = 512
Survives = Callable[[], bool]


def nothing() -> bool:
    """Of what wasn't synced, nothing survives: the cruellest of all cuts."""
    return False


def by_chance(chance: Random) -> Survives:
    """Of what wasn't synced, each sector and each name survives or doesn't."""
    return lambda: chance.random() < 0.5


@dataclass
class _File:
    is_folder: bool = False
    on_disk: bytearray = field(default_factory=bytearray)
    waiting: list[Written | Cut] = field(default_factory=list)

    def sync(self, changes: int) -> None:
        for change in self.waiting[:changes]:
            _apply(change, self.on_disk)
        del self.waiting[:changes]

    def after_cut(self, survives: Survives) -> bytes:
        content = bytearray(self.on_disk)
        for change in self.waiting:
            for piece in _pieces(change):
                if survives():
                    _apply(piece, content)
        return bytes(content)


def _apply(change: Written | Cut, content: bytearray) -> None:
    end = change.size if isinstance(change, Cut) else change.offset + len(change.data)
    content.extend(bytes(max(0, end - len(content))))
    if isinstance(change, Cut):
        del content[end:]
    else:
        content[change.offset : end] = change.data


def _pieces(change: Written | Cut) -> list[Written | Cut]:
    if isinstance(change, Cut):
        return [change]
    pieces: list[Written | Cut] = []
    start, end = change.offset, change.offset + len(change.data)
    while start < end:
        stop = min(end, (start // SECTOR_BYTES + 1) * SECTOR_BYTES)
        data = change.data[start - change.offset : stop - change.offset]
        pieces.append(Written(change.path, start, data))
        start = stop
    return pieces


class Disk:
    """One folder, as the system shows it and as it lies on the disk; both begin empty."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[Path, _File] = {}
        self._names_on_disk: dict[Path, _File] = {}
        self._syncing: dict[Path, int] = {}

    def play(self, event: Event) -> None:
        """Let happen what happened."""
        match event:
            case Made(path, is_folder):
                self._names[path] = _File(is_folder)
            case Named(old, new, keeps_old):
                self._names[new] = self._names[old]
                if not keeps_old:
                    del self._names[old]
            case Removed(path):
                del self._names[path]
            case Written(path) | Cut(path):
                self._names[path].waiting.append(event)
            case Syncing(path):
                self._syncing[path] = len(self._names[path].waiting) if path in self._names else 0
            case Synced(path):
                self._sync(path)
            case Sent():
                pass

    def _sync(self, path: Path) -> None:
        if path in self._names:
            self._names[path].sync(self._syncing.pop(path))
        for name in {*self._names, *self._names_on_disk}:
            if name.parent == path:
                self._keep(name)

    def _keep(self, name: Path) -> None:
        if name in self._names:
            self._names_on_disk[name] = self._names[name]
        else:
            self._names_on_disk.pop(name, None)

    def cut(self, survives: Survives, target: Path) -> None:
        """Write what is found after a cut into the new folder `target`."""
        target.mkdir()
        found = dict(self._names_on_disk)
        for name in sorted({*self._names, *self._names_on_disk}):
            now = self._names.get(name)
            if now is not self._names_on_disk.get(name) and survives():
                if now is None:
                    del found[name]
                else:
                    found[name] = now
        for name in sorted(found):
            place = target / name.relative_to(self._folder)
            if not place.parent.is_dir():
                continue
            if found[name].is_folder:
                place.mkdir(mode=0o700)
            else:
                place.write_bytes(found[name].after_cut(survives))
                place.chmod(0o600)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a real folder, by its name there."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
