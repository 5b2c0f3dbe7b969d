"""Starts servers: the service itself, others in processes of their own, stock's static files.

Stock's files get the same treatment as ours: compressed before anybody asks, fingerprinted ones
kept for ever. That is more than a usual web server does for it.
"""

import gzip
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError, URLError

import brotli
import uvicorn
from servestatic import ServeStaticASGI

from project.benchmarks.builds import ROOT

HOST = "127.0.0.1"
_PATIENCE_SECONDS = 60
_FINGERPRINTED = r"\.[0-9a-f]{8}\.min\.(css|js)$"
_NOT_COMPRESSED = {".png", ".gz", ".br", ".woff2"}


def free_port() -> int:
    """Return a port that nobody listened on a moment ago."""
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(
    command: list[str], port: int, environment: Mapping[str, str] | None = None
) -> Iterator[int]:
    """Run a server in a process of its own, from when it answers; give the process's id."""
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://{HOST}:{port}/", server)
        yield server.pid
    finally:
        server.terminate()
        server.wait(_PATIENCE_SECONDS)


def portal(
    site: Path, folder: Path, port: int, *command: str, rate_limit: str = "on"
) -> AbstractContextManager[int]:
    """Run the service over a built site, in the trying-out mode; `command` is another start."""
    names = {"HOST": HOST, "PORT": port, "SITE_DIR": site, "RATE_LIMIT": rate_limit, "TRIAL": True}
    names |= {"DATA_DIR": folder / "data", "SECRETS_DIR": folder / "secrets"}
    environment = {f"ANLAUFSTELLE_{name}": str(value) for name, value in names.items()}
    start = [sys.executable, "-m", *(command or ("forms_service.edges.cli", "serve"))]
    return running(start, port, environment)


@contextmanager
def static(site: Path, port: int) -> Iterator[None]:
    """Run a static server over a folder."""
    app = ServeStaticASGI(
        None, root=site, index_file=True, max_age=300, immutable_file_test=_FINGERPRINTED
    )
    server = uvicorn.Server(uvicorn.Config(app, host=HOST, port=port, http="h11", log_config=None))
    thread = Thread(target=server.run)
    thread.start()
    try:
        _wait_for(f"http://{HOST}:{port}/")
        yield
    finally:
        server.should_exit = True
        thread.join()


def compressed(site: Path, folder: Path, encoding: str) -> Path:
    """Return a copy of a site with a twin beside each text: "gzip" or "br"."""
    shutil.copytree(site, folder)
    for path in [each for each in folder.rglob("*") if each.is_file()]:
        if path.suffix not in _NOT_COMPRESSED:
            content = path.read_bytes()
            if encoding == "gzip":
                path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, 6))
            else:
                smaller = brotli.compress(content, mode=brotli.MODE_TEXT, quality=10, lgwin=16)
                path.with_name(f"{path.name}.br").write_bytes(smaller)
    return folder


def _wait_for(address: str, server: subprocess.Popen[bytes] | None = None) -> None:
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address):  # noqa: S310 - our own server
                return
        except HTTPError:
            return
        except URLError:
            if time.monotonic() > give_up or (server and server.poll() is not None):
                raise
            time.sleep(0.1)
