"""Serves both sites: ours by the service itself, stock by the same static server it uses.

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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.error import URLError

import brotli
import uvicorn
from servestatic import ServeStaticASGI

HOST = "127.0.0.1"
_PATIENCE_SECONDS = 60
_FINGERPRINTED = r"\.[0-9a-f]{8}\.min\.(css|js)$"
_NOT_COMPRESSED = {".png", ".gz", ".br", ".woff2"}
_SERVE = "import sys; from forms_service.edges.cli import main; sys.exit(main())"


def free_port() -> int:
    """Return a port that nobody listened on a moment ago."""
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def portal(project: Path, site: Path, folder: Path, port: int) -> Iterator[None]:
    """Run the service over a built site, in the trying-out mode."""
    names = {"HOST": HOST, "PORT": port, "SITE_DIR": site}
    names |= {"DATA_DIR": folder / "data", "SECRETS_DIR": folder / "secrets"}
    service = subprocess.Popen(
        [sys.executable, "-c", _SERVE, "serve", "--trial"],
        cwd=project,
        env=os.environ | {f"ANLAUFSTELLE_{name}": str(value) for name, value in names.items()},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://{HOST}:{port}/healthz")
        yield
    finally:
        service.terminate()
        service.wait(_PATIENCE_SECONDS)


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


def _wait_for(address: str) -> None:
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address):  # noqa: S310 - our own server
                return
        except URLError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)
