"""What a program asked of the system, in order: recorded by strace, read back here.

Nothing about the program is changed for it. SQLite's shared index (-shm) is left out: it is
written through memory, and after a cut it is never read but made anew from the log.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

_RECORDED = (
    "open,openat,creat,mkdir,mkdirat,write,writev,pwrite64,pwritev,pwritev2,ftruncate,truncate,"
    "fallocate,fsync,fdatasync,sync_file_range,rename,renameat,renameat2,link,linkat,unlink,"
    "unlinkat,rmdir,sendto,sendmsg,sendfile,copy_file_range,mmap"
)


def recorder(trace: Path) -> list[str]:
    """Return what to put before a command so that it is recorded, with all it starts."""
    if (strace := shutil.which("strace")) is None:
        pytest.fail("strace is missing: install the Debian package strace", pytrace=False)
    quiet = ["-qq", "-e", "signal=none", "-e", f"trace={_RECORDED}"]
    # Whole contents and whole paths, both in hexadecimal digits.
    return [strace, "-f", "--seccomp-bpf", *quiet, "-y", "-xx", "-s", "100000000", "-o", str(trace)]


@dataclass(frozen=True)
class Made:
    """A file or a folder is there, by name."""

    path: Path
    is_folder: bool = False


@dataclass(frozen=True)
class Named:
    """A file is there by one more name, or by another one."""

    old: Path
    new: Path
    keeps_old: bool


@dataclass(frozen=True)
class Removed:
    """A name is gone."""

    path: Path


@dataclass(frozen=True)
class Written:
    """Bytes were written at a place in a file."""

    path: Path
    offset: int
    data: bytes


@dataclass(frozen=True)
class Cut:
    """A file was made longer or shorter."""

    path: Path
    size: int


@dataclass(frozen=True)
class Syncing:
    """A sync has begun; it is bound to hold what was finished before."""

    path: Path


@dataclass(frozen=True)
class Synced:
    """A sync is over."""

    path: Path


@dataclass(frozen=True)
class Sent:
    """Bytes have gone to somebody, or may have: the call has begun."""

    data: bytes


Event = Made | Named | Removed | Written | Cut | Syncing | Synced | Sent

_LINE = re.compile(r"(\d+) +(.*)", re.DOTALL)
_CALL = re.compile(r"(\w+)\((.*)\) += (-?\w+)(.*)", re.DOTALL)
_BEGUN = re.compile(r"(\w+)\((.*) <unfinished \.\.\.>", re.DOTALL)
_RESUMED = re.compile(r"<\.\.\. (\w+) resumed>(.*)", re.DOTALL)
_FILE = re.compile(r"(\d+)<((?:\\x[0-9a-f]{2})+)>")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


class Recording:
    """The events below one folder, and what went to sockets."""

    def __init__(self, trace: Path, folder: Path) -> None:
        self._trace = trace
        self._folder = folder
        self._known = {folder}
        self._positions: dict[str, int] = {}

    def events(self) -> Iterator[Event]:
        """Give every event at the moment from which it counts; ValueError at an unknown one."""
        begun: dict[str, str] = {}
        with self._trace.open(encoding="ascii") as lines:
            for line in lines:
                matched = _LINE.fullmatch(line.rstrip("\n"))
                if matched is None:
                    raise ValueError(line[:200])
                process, rest = matched.groups()
                if started := _BEGUN.fullmatch(rest):
                    begun[process] = f"{started[1]}({started[2]}"
                    yield from self._begins(started[1], started[2])
                elif resumed := _RESUMED.fullmatch(rest):
                    call = _CALL.fullmatch(begun.pop(process) + resumed[2])
                    if call is not None:
                        yield from self._ends(*call.groups())
                elif call := _CALL.fullmatch(rest):
                    yield from self._begins(call[1], call[2])
                    yield from self._ends(*call.groups())

    def _begins(self, name: str, arguments: str) -> Iterator[Event]:
        opened = _FILE.match(arguments)
        path = Path(_bytes(opened[2]).decode()) if opened else None
        if path is None:
            return
        if name in ("fsync", "fdatasync") and self._is_ours(path):
            yield Syncing(path)
        elif name in ("sendto", "sendmsg", "write", "writev") and path.name.startswith("socket:"):
            yield Sent(b"".join(self._strings(arguments)))

    def _ends(self, name: str, arguments: str, result: str, more: str) -> Iterator[Event]:
        if result.startswith("-"):
            return
        strings = self._strings(arguments)
        if name in ("open", "openat", "creat"):
            opened = _FILE.search(f"{result}{more}")
            if opened:
                yield from self._opens(opened[1], Path(_bytes(opened[2]).decode()), arguments)
            return
        if name.startswith(("mkdir", "rename", "link", "unlink", "rmdir")):
            paths = [Path(each.decode()) for each in strings]
            if any(map(self._is_ours, paths)):
                yield from self._names(name, paths)
            return
        opened = _FILE.search(arguments)
        path = Path(_bytes(opened[2]).decode()) if opened else None
        if opened is None or path is None or not self._is_ours(path):
            return
        numbers = [int(each) for each in re.findall(r", (\d+)(?=,|$)", arguments)]
        if name == "pwrite64":
            yield Written(path, numbers[-1], strings[0][: int(result)])
        elif name == "write":
            start = self._positions[opened[1]]
            self._positions[opened[1]] = start + int(result)
            yield Written(path, start, strings[0][: int(result)])
        elif name == "ftruncate":
            yield Cut(path, numbers[-1])
        elif name in ("fsync", "fdatasync"):
            yield Synced(path)
        elif name != "mmap" or ("MAP_SHARED" in arguments and "PROT_WRITE" in arguments):
            raise ValueError(f"{name} of {path} isn't understood")

    def _opens(self, number: str, path: Path, arguments: str) -> Iterator[Event]:
        self._positions[number] = 0
        if not self._is_ours(path):
            return
        if "O_APPEND" in arguments:
            raise ValueError(f"appending to {path} isn't understood")
        if path not in self._known and "O_CREAT" in arguments:
            self._known.add(path)
            yield Made(path)
        if "O_TRUNC" in arguments:
            yield Cut(path, 0)

    def _names(self, call: str, paths: list[Path]) -> Iterator[Event]:
        if call.startswith("mkdir"):
            self._known.add(paths[0])
            yield Made(paths[0], is_folder=True)
        elif call.startswith(("unlink", "rmdir")):
            self._known.discard(paths[0])
            yield Removed(paths[0])
        else:
            old, new = paths
            self._known.add(new)
            if call.startswith("rename"):
                self._known.discard(old)
            yield Named(old, new, keeps_old=call.startswith("link"))

    def _is_ours(self, path: Path) -> bool:
        return path.is_relative_to(self._folder) and not path.name.endswith("-shm")

    def _strings(self, arguments: str) -> list[bytes]:
        found = _STRING.findall(arguments)
        if any(cut_off for _, cut_off in found):
            raise ValueError("the recording isn't complete")
        return [_bytes(text) for text, _ in found]
