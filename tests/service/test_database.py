"""One writes at a time, to the end; everyone else only reads; what was promised is on the disk."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.database import Database, open_database
from forms_service.world.schema import DatabaseError
from forms_service.world.settings import Settings
from forms_service.world.store import receipt_copies

EXPIRES = datetime(2030, 1, 1, tzinfo=UTC)


async def note(connection: AsyncConnection, name: str) -> None:
    """Write a row that is found again by its name."""
    await receipt_copies.add(
        connection, token_id=name.encode(), content=b"", sealed=b"", expires_at=EXPIRES
    )


async def names(connection: AsyncConnection) -> list[str]:
    rows = await connection.execute(text("SELECT token_id FROM receipt_copy ORDER BY token_id"))
    return [bytes(row[0]).decode() for row in rows]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'data' / 'anlaufstelle.sqlite'}"


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    opened = await open_database(sqlite_url)
    yield opened
    await opened.close()


async def test_given_an_open_database_when_it_is_opened_again_then_it_says_why_not(
    sqlite: Database, sqlite_url: str
) -> None:
    with pytest.raises(DatabaseError, match=r"in use by another process.*stop the other first"):
        await open_database(sqlite_url)


async def test_given_another_process_when_it_opens_the_database_then_it_is_refused(
    sqlite: Database, sqlite_url: str
) -> None:
    script = (
        "import asyncio, sys\n"
        "from forms_service.world.database import open_database\n"
        "from forms_service.world.schema import DatabaseError\n"
        "try:\n"
        "    asyncio.run(open_database(sys.argv[1]))\n"
        "except DatabaseError as error:\n"
        "    print(error)\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, sqlite_url, stdout=subprocess.PIPE
    )
    printed, _ = await process.communicate()
    assert b"in use by another process" in printed


async def test_given_it_was_closed_when_it_is_opened_again_then_what_was_written_is_there(
    database_url: str,
) -> None:
    first = await open_database(database_url)
    await first.write(partial(note, name="kept"))
    await first.close()
    second = await open_database(database_url)
    try:
        assert await second.read(names) == ["kept"]
    finally:
        await second.close()


async def test_given_a_caller_who_hangs_up_then_the_transaction_goes_on(
    sqlite: Database,
) -> None:
    halfway, go_on = asyncio.Event(), asyncio.Event()

    async def slow(connection: AsyncConnection) -> None:
        await note(connection, "first half")
        halfway.set()
        await go_on.wait()
        await note(connection, "second half")

    caller = asyncio.create_task(sqlite.write(slow))
    await halfway.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    await sqlite.write(partial(note, name="the next one"))
    assert await sqlite.read(names) == ["first half", "second half", "the next one"]


async def test_given_a_caller_who_hung_up_when_it_closes_then_all_of_it_is_kept(
    database_url: str,
) -> None:
    database = await open_database(database_url)
    halfway, go_on = asyncio.Event(), asyncio.Event()

    async def slow(connection: AsyncConnection) -> None:
        await note(connection, "first half")
        halfway.set()
        await go_on.wait()
        await note(connection, "second half")

    caller = asyncio.create_task(database.write(slow))
    await halfway.wait()
    caller.cancel()
    closing = asyncio.create_task(database.close())
    go_on.set()
    await asyncio.wait([caller, closing])
    again = await open_database(database_url)
    try:
        assert await again.read(names) == ["first half", "second half"]
    finally:
        await again.close()


async def test_given_a_fault_in_the_middle_then_nothing_of_it_is_kept(database: Database) -> None:
    async def broken(connection: AsyncConnection) -> None:
        await note(connection, "half")
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        await database.write(broken)
    assert await database.read(names) == []


async def test_given_a_row_twice_then_the_first_one_stays_and_the_database_goes_on(
    database: Database,
) -> None:
    await database.write(partial(note, name="once"))
    with pytest.raises(IntegrityError):
        await database.write(partial(note, name="once"))
    await database.write(partial(note, name="twice"))
    assert await database.read(names) == ["once", "twice"]


async def test_given_many_writers_at_once_then_each_is_alone_and_all_are_kept(
    sqlite: Database, tmp_path: Path
) -> None:
    inside = most = 0

    async def alone(connection: AsyncConnection, name: str) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await note(connection, name)
        await asyncio.sleep(0)
        inside -= 1

    wanted = [f"{number:03}" for number in range(64)]
    await asyncio.gather(*(sqlite.write(partial(alone, name=name)) for name in wanted))
    assert most == 1
    assert await sqlite.read(names) == wanted
    # As another program sees the files, without waiting for a close.
    with sqlite3.connect(tmp_path / "data/anlaufstelle.sqlite") as outside:
        assert outside.execute("SELECT count(*) FROM receipt_copy").fetchone() == (64,)
    outside.close()


async def test_given_a_reader_then_it_sees_one_state_while_others_write(sqlite: Database) -> None:
    async def twice(connection: AsyncConnection) -> tuple[list[str], list[str]]:
        before = await names(connection)
        await sqlite.write(partial(note, name="meanwhile"))
        return before, await names(connection)

    assert await sqlite.read(twice) == ([], [])
    assert await sqlite.read(names) == ["meanwhile"]


async def test_foreign_keys_are_on_again_after_the_migration(sqlite: Database) -> None:
    async def orphan(connection: AsyncConnection) -> None:
        await connection.execute(
            text("INSERT INTO role (member_id, inbox, role) VALUES ('nobody', 'x', 'reader')")
        )

    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        await sqlite.write(orphan)


async def test_only_the_owner_gets_at_the_files(sqlite: Database, tmp_path: Path) -> None:
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data/anlaufstelle.sqlite.lock").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("folder", ["with blanks", "größe", "50%25 + #1?"])
async def test_the_data_folder_may_have_any_name(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "anlaufstelle.sqlite"
    database = await open_database(Settings(data_dir=path.parent).url)
    try:
        await database.write(partial(note, name="here"))
        assert await database.read(names) == ["here"]
        assert path.exists()
    finally:
        await database.close()


def _not_a_database(tmp_path: Path) -> Path:
    path = tmp_path / "data/anlaufstelle.sqlite"
    path.parent.mkdir()
    path.write_bytes(b"not a database" * 1000)
    return path


async def test_given_a_file_that_is_no_database_then_it_can_be_opened_once_it_is_gone(
    tmp_path: Path, sqlite_url: str
) -> None:
    """A refused start leaves no lock, no connection and no thread behind."""
    path = _not_a_database(tmp_path)
    with pytest.raises(Exception, match="not a database"):
        await open_database(sqlite_url)
    path.unlink()
    database = await open_database(sqlite_url)
    await database.close()


def test_given_a_file_that_is_no_database_then_the_process_ends(
    tmp_path: Path, sqlite_url: str
) -> None:
    _not_a_database(tmp_path)
    script = (
        "import asyncio, sys\n"
        "from forms_service.world.database import open_database\n"
        "asyncio.run(open_database(sys.argv[1]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, sqlite_url],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 1
    assert "ResourceWarning" not in ended.stderr


async def test_the_log_holds_nothing_of_what_was_deleted(sqlite: Database, tmp_path: Path) -> None:
    await sqlite.write(partial(note, name="to be forgotten"))
    later = datetime(2100, 1, 1, tzinfo=UTC)
    await sqlite.write(lambda connection: receipt_copies.forget_expired(connection, later))
    await sqlite.wipe_log()
    files = [path for path in (tmp_path / "data").iterdir() if path.is_file()]
    assert len(files) > 1
    assert not any(b"to be forgotten" in path.read_bytes() for path in files)
