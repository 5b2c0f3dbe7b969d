"""Copies of a database as files: whole, for their owner alone, on the disk before they're named.

Nothing of it is unsealed: what people wrote lies in the copy as it lies in the database.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import URL, make_url

from forms_service.world.schema import DatabaseError
from forms_service.world.whole_files import write_whole

_SQLITE = b"SQLite format 3\x00"


def copy_sqlite(database: Path, target: Path) -> None:
    """Write a consistent copy of a database that may be in use; DatabaseError if it isn't whole.

    `VACUUM INTO` reads one state, however long it takes, and leaves out what was deleted. The
    connection is read-only, so that it never checkpoints beside the service (`world.database`).
    """

    def write(file: Path) -> None:
        source = sqlite3.connect(
            f"file:{quote(str(database))}?mode=ro", uri=True, isolation_level=None
        )
        try:
            source.execute("VACUUM INTO ?", (str(file),))
        except sqlite3.Error as error:
            raise DatabaseError(f"{database} can't be copied: {error}") from error
        finally:
            source.close()
        _refuse_damaged(file)

    _whole_or_not_at_all(target, write)


def copy_file(source: Path, target: Path) -> None:
    """Copy a backup of SQLite to where the service will find it."""

    def write(file: Path) -> None:
        shutil.copyfile(source, file)
        _refuse_damaged(file)

    _whole_or_not_at_all(target, write)


def is_sqlite(file: Path) -> bool:
    """Return whether a file is a database of SQLite; OSError if it can't be read."""
    with file.open("rb") as opened:
        return opened.read(len(_SQLITE)) == _SQLITE


def dump_postgresql(url: str, target: Path) -> None:
    """Let `pg_dump` write a consistent copy; what is only counted is left out."""

    def write(file: Path) -> None:
        _run("pg_dump", url, "--format=custom", "--exclude-table-data=attempt", f"--file={file}")

    _whole_or_not_at_all(target, write)


def load_postgresql(url: str, file: Path) -> None:
    """Let `pg_restore` fill an empty database, in one transaction."""
    _run("pg_restore", url, "--single-transaction", "--exit-on-error", "--no-owner", str(file))


def _run(program: str, url: str, *arguments: str) -> None:
    parts = make_url(url)
    address = URL.create(
        "postgresql", parts.username, None, parts.host, parts.port, parts.database, parts.query
    )
    # A command's words are seen by others on the machine, its environment isn't.
    environment = os.environ | ({"PGPASSWORD": str(parts.password)} if parts.password else {})
    named = f"--dbname={address.render_as_string(hide_password=False)}"
    try:
        ended = subprocess.run(
            [program, *arguments, named], env=environment, capture_output=True, text=True, check=False
        )  # fmt: skip
    except FileNotFoundError as error:
        raise DatabaseError(f"{program} is missing: install postgresql-client.") from error
    if ended.returncode:
        raise DatabaseError(f"{program}: {ended.stderr.strip().splitlines()[0]}")


def _refuse_damaged(file: Path) -> None:
    copy = sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)
    try:
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        orphan = copy.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise DatabaseError(f"the copy is damaged: {error}") from error
    finally:
        copy.close()
    if found != "ok" or orphan is not None:
        raise DatabaseError(f"the copy is damaged: {found}")


def _whole_or_not_at_all(target: Path, write: Callable[[Path], None]) -> None:
    there_already = f"{target} is there already; nothing was overwritten."
    if target.exists():
        # Said before the work of writing it.
        raise DatabaseError(there_already)
    try:
        write_whole(target, write)
    except FileExistsError as error:
        raise DatabaseError(there_already) from error
