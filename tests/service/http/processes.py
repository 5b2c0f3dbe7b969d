"""The portal as an operator runs it: a process of its own, and programs before it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from forms_service.world.settings import PREFIX, Settings

ANLAUFSTELLE = [sys.executable, "-m", "forms_service.edges.cli"]
SERVE = [*ANLAUFSTELLE, "serve"]
READY = "Staff:"


def free_ports(number: int) -> list[int]:
    """Ports of the loopback that nobody listened on a moment ago, each another one."""
    listeners = [socket.socket() for _ in range(number)]
    for each in listeners:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in listeners]
    for each in listeners:
        each.close()
    return ports


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], ready: str, log: Path
) -> "Iterator[subprocess.Popen[bytes]]":
    """Run a program until the end of the block, from the line on by which it says it is ready."""
    with log.open("wb") as written:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert process.stdout is not None
        try:
            for line in process.stdout:
                written.write(line)
                if ready in line.decode():
                    break
            else:
                written.flush()
                pytest.fail(f"it didn't start:\n{log.read_text()}", pytrace=False)
            yield process
        finally:
            process.terminate()
            rest, _ = process.communicate()
            written.write(rest)


def environment_of(settings: Settings, project: Path, **more: object) -> dict[str, str]:
    """The environment in which a command finds these folders, and whatever else is set."""
    named = {
        "SITE_DIR": settings.site_dir,
        "DATA_DIR": settings.data_dir,
        "SECRETS_DIR": settings.secrets_dir,
        "SITE_URL": settings.site_url,
    } | more
    ours = {f"{PREFIX}{name}": str(value) for name, value in named.items()}
    return os.environ | {"PYTHONPATH": str(project)} | ours
