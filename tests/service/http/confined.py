"""Runs a program under the rules of a systemd unit, on a machine where systemd isn't running.

    python -m tests.service.http.confined UNIT FOLDER[:FOLDER…] COMMAND…

What the unit says about system calls, memory, addresses and limits is set by the same library that
systemd uses (libseccomp), with the lists of this machine's systemd. As root the command also sees
the files as the unit lets it: read-only but for the folders named, and of /proc processes only.
Every line of the unit has to be known here; nothing is passed over in silence.
"""

import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from errno import EAFNOSUPPORT, ENOSYS, EPERM
from pathlib import Path
from socket import AddressFamily

_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_EQUAL, _AT_LEAST, _MASKED = 4, 5, 7
_WRITE, _EXEC, _SHM_EXEC = 2, 4, 0o100000
_NAMESPACES = (0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)
_LAST_FAMILY = 46
_REALTIME = (1, 2, 6)
_DROP_FROM_BOUNDING_SET, _LAST_CAPABILITY = 24, 63
_SUID_SGID = (0o4000, 0o2000)
_MODES = {
    "chmod": 1,
    "fchmod": 1,
    "fchmodat": 2,
    "mkdir": 1,
    "mkdirat": 2,
    "mknod": 1,
    "mknodat": 2,
}

_BY_THE_CALLER = {
    "User", "Group", "WorkingDirectory", "EnvironmentFile", "Environment", "ExecStart",
    "ExecStartPost", "Type", "Restart", "RestartSec", "TimeoutStopSec", "KillMode", "Nice", "StateDirectory",
    "StateDirectoryMode", "CacheDirectory", "CacheDirectoryMode", "InaccessiblePaths",
}  # fmt: skip
"""What is no confinement, and the folders, which the caller names."""

_BY_CAPABILITIES_AND_MOUNTS = {
    "CapabilityBoundingSet", "NoNewPrivileges", "PrivateDevices", "PrivateMounts", "PrivateTmp", "PrivateUsers",
    "ProcSubset", "ProtectClock", "ProtectControlGroups", "ProtectHome", "ProtectHostname",
    "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables", "ProtectProc",
    "ProtectSystem", "RemoveIPC", "MemorySwapMax",
}  # fmt: skip
"""Imitated by taking every capability away and, as root, by a narrower view of the files; as far as
it goes further than here (no devices, a /tmp of its own) it takes nothing that the tests' folders need.
"""

_SECCOMP = {
    "LockPersonality", "MemoryDenyWriteExecute", "RestrictAddressFamilies", "RestrictNamespaces",
    "RestrictRealtime", "RestrictSUIDSGID", "SystemCallArchitectures", "SystemCallErrorNumber",
    "SystemCallFilter",
}  # fmt: skip
_LIMITS = {"LimitCORE": resource.RLIMIT_CORE}


def rules_of(unit: Path) -> list[tuple[str, str]]:
    """Return the lines of the unit's [Service] part; LookupError where one isn't known here."""
    part = unit.read_text(encoding="utf-8").split("[Service]")[1].split("\n[")[0]
    lines = [line.strip() for line in part.splitlines()]
    rules = [tuple(line.split("=", 1)) for line in lines if line and not line.startswith("#")]
    known = _BY_THE_CALLER | _BY_CAPABILITIES_AND_MOUNTS | _SECCOMP | {*_LIMITS, "UMask"}
    if strange := {name for name, _ in rules} - known:
        raise LookupError(f"{unit.name}: nobody here knows {', '.join(sorted(strange))}")
    return [(name, value) for name, value in rules]


def system_calls(filters: list[str]) -> set[str]:
    """Return the calls that a unit's lines of SystemCallFilter leave."""
    shown = subprocess.run(
        ["systemd-analyze", "syscall-filter"], capture_output=True, text=True, check=True
    )
    sets: dict[str, list[str]] = {}
    members: list[str] = []
    for line in shown.stdout.splitlines():
        if line.startswith("@"):
            members = sets.setdefault(line.strip(), [])
        elif line.startswith("    ") and not line.strip().startswith("#"):
            members.append(line.strip())

    def each(name: str) -> Iterator[str]:
        if not name.startswith("@"):
            yield name
        for member in sets[name] if name.startswith("@") else ():
            yield from each(member)

    left: set[str] = set()
    for line in filters:
        named = {call for word in line.lstrip("~").split() for call in each(word)}
        left = left - named if line.startswith("~") else left | named
    return left


class _Comparison(ctypes.Structure):
    _fields_ = (
        ("argument", ctypes.c_uint),
        ("how", ctypes.c_int),
        ("one", ctypes.c_uint64),
        ("other", ctypes.c_uint64),
    )


class _Filter:
    """One of the kernel's filters; of several the strictest counts."""

    def __init__(self, otherwise: int) -> None:
        self._library = ctypes.CDLL("libseccomp.so.2")
        self._library.seccomp_init.restype = ctypes.c_void_p
        self._context = ctypes.c_void_p(self._library.seccomp_init(ctypes.c_uint32(otherwise)))

    def add(self, action: int, name: str, *compared: tuple[int, int, int, int]) -> None:
        """Add a rule for a call; one that this machine hasn't got needs none."""
        number = self._library.seccomp_syscall_resolve_name(name.encode())
        if number < 0:
            return
        comparisons = (_Comparison * len(compared))(*(_Comparison(*each) for each in compared))
        failed = self._library.seccomp_rule_add_array(
            self._context, ctypes.c_uint32(action), number, len(compared), comparisons
        )
        if failed:
            raise OSError(-failed, name)

    def load(self) -> None:
        """Let it count from now on, here and for whatever is started from here."""
        if failed := self._library.seccomp_load(self._context):
            raise OSError(-failed, "seccomp_load")


def _narrow(rules: list[tuple[str, str]]) -> None:
    """Refuse what single lines refuse, then all calls that aren't listed."""
    said = dict(rules)
    single = _Filter(_ALLOW)
    deny = _ERRNO | EPERM
    if said.get("MemoryDenyWriteExecute") == "true":
        both = _WRITE | _EXEC
        single.add(deny, "mmap", (2, _MASKED, both, both))
        single.add(deny, "mprotect", (2, _MASKED, _EXEC, _EXEC))
        single.add(deny, "pkey_mprotect", (2, _MASKED, _EXEC, _EXEC))
        single.add(deny, "shmat", (2, _MASKED, _SHM_EXEC, _SHM_EXEC))
    if families := said.get("RestrictAddressFamilies"):
        named = {AddressFamily[name].value for name in families.split()}
        for family in set(range(_LAST_FAMILY)) - named:
            single.add(_ERRNO | EAFNOSUPPORT, "socket", (0, _EQUAL, family, 0))
        single.add(_ERRNO | EAFNOSUPPORT, "socket", (0, _AT_LEAST, _LAST_FAMILY, 0))
    if said.get("RestrictNamespaces") == "true":
        for flag in _NAMESPACES:
            for call in ("clone", "unshare"):
                single.add(deny, call, (0, _MASKED, flag, flag))
        single.add(deny, "setns")
        single.add(_ERRNO | ENOSYS, "clone3")
    if said.get("RestrictRealtime") == "true":
        for policy in _REALTIME:
            single.add(deny, "sched_setscheduler", (1, _EQUAL, policy, 0))
    if said.get("RestrictSUIDSGID") == "true":
        for bit in _SUID_SGID:
            for call, argument in _MODES.items():
                single.add(deny, call, (argument, _MASKED, bit, bit))
    if said.get("LockPersonality") == "true":
        single.add(deny, "personality", (0, _AT_LEAST, 1, 0))
    single.load()
    listed = _Filter(deny)
    for call in system_calls([value for name, value in rules if name == "SystemCallFilter"]):
        listed.add(_ALLOW, call)
    listed.load()


def _give_up_capabilities() -> None:
    """Let no program that is started from here have a right that root has."""
    libc = ctypes.CDLL(None)
    for capability in range(_LAST_CAPABILITY + 1):
        libc.prctl(_DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)


def _see_less(writable: list[str]) -> None:
    """Let everything be read-only but these folders, and of /proc leave the processes."""
    for folder in writable:
        subprocess.run(["mount", "--bind", folder, folder], check=True)
    places = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    for place in places:
        if place not in writable and not place.startswith(("/dev", "/proc", "/sys")):
            how = "remount,bind,ro"
            subprocess.run(["mount", "-o", how, place], check=True)
    shown = "hidepid=invisible,subset=pid"
    subprocess.run(["mount", "-t", "proc", "-o", shown, "proc", "/proc"], check=True)


def confined(unit: Path, writable: list[Path], *command: str) -> list[str]:
    """Return the words that run a command under a unit's rules."""
    folders = ":".join(str(path) for path in writable)
    own_view = ["unshare", "--mount"] if os.geteuid() == 0 else []
    words = [sys.executable, "-m", "tests.service.http.confined", str(unit), folders]
    return [*own_view, *words, *command]


def main() -> None:
    """Confine this process and become the command."""
    unit, folders, *command = sys.argv[1:]
    rules = rules_of(Path(unit))
    if os.geteuid() == 0:
        _see_less([folder for folder in folders.split(":") if folder])
        _give_up_capabilities()
    for name, value in rules:
        if name in _LIMITS:
            resource.setrlimit(_LIMITS[name], (int(value), int(value)))
        elif name == "UMask":
            os.umask(int(value, 8))
    _narrow(rules)
    os.execvp(command[0], command)  # noqa: S606 - the caller's own words


if __name__ == "__main__":
    main()
