"""A PostgreSQL server of the tests' own: nothing of it is kept, and it never outlives them."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from sqlalchemy.engine import make_url

_USER = "portal"
_QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200")


def postgres_programs() -> Path | None:
    """Where PostgreSQL's programs lie: the newest of Debian's, or those on the path."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: int(path.parts[4]), default=None)
    found = newest or shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def running_postgres(programs: Path) -> Iterator[str]:
    """Start a server that only this machine's files lead to; give its address.

    PostgreSQL refuses to run as root, so there it runs as its own user. The kernel stops it when
    this process ends, however that happens.
    """
    # Not among pytest's folders: those are closed to any other user, and their names are too long.
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-", dir=_place()))
    setpriv = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        setpriv += [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    data = folder / "data"
    server = None
    try:
        how = ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        initdb = [*setpriv, str(programs / "initdb"), *how, f"--username={_USER}", str(data)]
        subprocess.run(initdb, cwd=folder, check=True, capture_output=True)
        settings = [f"--{name}" for name in (*_QUICK, "listen_addresses=")]
        postgres = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), *settings]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen([*setpriv, *postgres], cwd=folder, stdout=log, stderr=log)
        _wait(programs, folder, server)
        yield f"postgresql+asyncpg://{_USER}@/postgres?host={quote(str(folder), safe='')}"
    finally:
        if server is not None:
            # It doesn't wait for anybody, and writes nothing for a next start.
            server.send_signal(signal.SIGQUIT)
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _place() -> str:
    """Memory, where there is enough: each test's database is a copy of some megabytes."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder is made for us alone
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 1024**3
    return str(memory) if roomy else "/tmp"  # noqa: S108


def _wait(programs: Path, folder: Path, server: "subprocess.Popen[bytes]") -> None:
    ready = [str(programs / "pg_isready"), "--quiet", f"--host={folder}", f"--username={_USER}"]
    until = time.monotonic() + 60
    while subprocess.run(ready, check=False).returncode:
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"PostgreSQL doesn't start: {(folder / 'log').read_text()}")
        time.sleep(0.02)


class Server:
    """Hands out databases, empty ones or copies of another."""

    def __init__(self, programs: Path, address: str) -> None:
        self._programs = programs
        self._address = make_url(address)

    def create(self, template: str | None = None) -> str:
        """Make a database, perhaps a copy of the one at an address; give its address."""
        name = f"test_{uuid4().hex}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {_name(template) if template else 'template1'}")
        return self._address.set(database=name).render_as_string(hide_password=False)

    def drop(self, address: str) -> None:
        """Remove a database, whoever still uses it."""
        self._do(f"DROP DATABASE {_name(address)} WITH (FORCE)")

    def shut(self, address: str) -> None:
        """Throw everybody out of a database, and let nobody in: as if the server were down."""
        self._do(f"ALTER DATABASE {_name(address)} ALLOW_CONNECTIONS false")
        self.throw_out(address)

    def throw_out(self, address: str) -> None:
        """End every connection to a database, as a server does that is started again."""
        of_it = f"FROM pg_stat_activity WHERE datname = '{_name(address)}'"
        self._do(f"SELECT pg_terminate_backend(pid, 5000) {of_it}")

    def open(self, address: str) -> None:
        """Let everybody in again."""
        self._do(f"ALTER DATABASE {_name(address)} ALLOW_CONNECTIONS true")

    def _do(self, statement: str) -> None:
        plain = self._address.set(drivername="postgresql").render_as_string(hide_password=False)
        psql = [str(self._programs / "psql"), "--quiet", "--no-psqlrc"]
        subprocess.run([*psql, "--command", statement, plain], check=True, capture_output=True)


def _name(address: str) -> str:
    return str(make_url(address).database)
