"""The disk that tests cut the power of forgets what it must, and nothing else."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from tests.service.durability.disks import Disk, by_chance, contents, nothing
from tests.service.durability.recordings import (
    Cut,
    Event,
    Made,
    Recording,
    Removed,
    Synced,
    Syncing,
    Written,
    recorder,
)

PLACE = Path("/place")
FILE = PLACE / "file"


def synced(path: Path) -> list[Event]:
    return [Syncing(path), Synced(path)]


def after_cut(events: Sequence[Event], target: Path) -> dict[str, bytes]:
    """What is found by name when nothing survives that wasn't synced."""
    disk = Disk(PLACE)
    for event in events:
        disk.play(event)
    disk.cut(nothing, target)
    return {path.name: path.read_bytes() for path in target.rglob("*") if path.is_file()}


def test_a_file_is_found_once_its_content_and_its_name_were_synced(tmp_path: Path) -> None:
    made: list[Event] = [Made(FILE), Written(FILE, 0, b"kept")]
    assert after_cut(made, tmp_path / "0") == {}
    assert after_cut([*made, *synced(FILE)], tmp_path / "1") == {}
    assert after_cut([*made, *synced(PLACE)], tmp_path / "2") == {"file": b""}
    there = [*made, *synced(FILE), *synced(PLACE)]
    assert after_cut(there, tmp_path / "3") == {"file": b"kept"}
    # And it stays as it was, whatever is written, cut off or removed without a sync
    later: list[Event] = [Written(FILE, 2, b"lost"), Cut(FILE, 1), Removed(FILE)]
    assert after_cut([*there, *later], tmp_path / "4") == {"file": b"kept"}
    assert after_cut([*there, *later, *synced(PLACE)], tmp_path / "5") == {}


def test_a_folder_that_was_not_synced_takes_what_is_in_it_along(tmp_path: Path) -> None:
    folder = PLACE / "folder"
    file = folder / "file"
    inside = [Made(folder, True), Made(file), *synced(file), *synced(folder)]
    assert after_cut(inside, tmp_path / "0") == {}
    assert after_cut([*inside, *synced(PLACE)], tmp_path / "1") == {"file": b""}


def test_a_sync_holds_only_what_was_written_before_it_began(tmp_path: Path) -> None:
    first, late = Written(FILE, 0, b"first"), Written(FILE, 0, b"later")
    overlapping = [Made(FILE), first, Syncing(FILE), late, Synced(FILE), *synced(PLACE)]
    assert after_cut(overlapping, tmp_path / "0") == {"file": b"first"}


def test_by_chance_some_sectors_are_there_and_some_are_not(tmp_path: Path) -> None:
    disk = Disk(PLACE)
    sectors = [bytes([number]) * 512 for number in range(1, 33)]
    for event in [Made(FILE), *synced(PLACE), Written(FILE, 0, b"".join(sectors))]:
        disk.play(event)
    disk.cut(by_chance(Random("sectors")), tmp_path / "0")  # noqa: S311 - the same each time
    found = (tmp_path / "0/file").read_bytes()
    pieces = [found[start : start + 512] for start in range(0, len(found), 512)]
    # Each is whole or was never written
    assert all(
        piece in (sector, bytes(512)) for piece, sector in zip(pieces, sectors, strict=False)
    )
    assert 0 < sum(any(piece) for piece in pieces) < len(sectors)


@pytest.mark.slow
def test_what_was_recorded_is_what_was_done(tmp_path: Path) -> None:
    """Several threads write, sync, rename and remove; played back, the same files are there."""
    script = (
        "import os, sys, threading\n"
        "from pathlib import Path\n"
        "place = Path(sys.argv[1])\n"
        "def write(name):\n"
        "    folder = place / name\n"
        "    folder.mkdir()\n"
        "    file = os.open(folder / 'größe', os.O_RDWR | os.O_CREAT)\n"
        "    for number in range(50):\n"
        "        os.pwrite(file, bytes([number]) * 700, number * 600)\n"
        "        os.fdatasync(file)\n"
        "    os.ftruncate(file, 20_000)\n"
        "    os.write(file, b'from the start')\n"
        "    os.rename(folder / 'größe', folder / 'kept')\n"
        "    (folder / 'gone').write_text('x')\n"
        "    (folder / 'twin').hardlink_to(folder / 'kept')\n"
        "    (folder / 'gone').unlink()\n"
        "threads = [threading.Thread(target=write, args=(name,)) for name in 'abcd']\n"
        "for each in threads: each.start()\n"
        "for each in threads: each.join()\n"
    )
    place, trace = tmp_path / "place", tmp_path / "trace"
    place.mkdir()
    command = [*recorder(trace), sys.executable, "-c", script, str(place)]
    subprocess.run(command, check=True)
    disk = Disk(place)
    for event in Recording(trace, place).events():
        disk.play(event)
    disk.cut(lambda: True, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(place)
    assert len(contents(place)) == 8
