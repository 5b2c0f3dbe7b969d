"""The rules for connections to SQLite: how each is set, who writes, who carries the log over."""

import ast
import asyncio
import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.database import Database, open_database
from tests.contracts.test_imports import parsed
from tests.service.test_database import names, note

SAFE: dict[str, object] = {
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
    "busy_timeout": 10_000,
}
DURABLE = SAFE | {"journal_mode": "wal", "synchronous": 2}
READERS = 4
PAGES_BEFORE_A_CHECKPOINT = 1000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "anlaufstelle.sqlite"


@pytest.fixture
async def service(path: Path) -> AsyncIterator[Database]:
    """The database as the service opens it."""
    opened = await open_database(f"sqlite+aiosqlite:///{path}")
    yield opened
    await opened.close()


@pytest.fixture
async def guest(service: Database, path: Path) -> AsyncIterator[Database]:
    """The same as a command opens it that runs beside the service."""
    opened = await open_database(f"sqlite+aiosqlite:///{path}", beside=True)
    yield opened
    await opened.close()


def on_disk(path: Path) -> bytes:
    """What the database's file holds, without its log."""
    return path.read_bytes()


async def settings(connection: AsyncConnection, wanted: dict[str, object]) -> dict[str, object]:
    return {
        name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in wanted
    }


async def of_every_reader(database: Database, wanted: dict[str, object]) -> list[dict[str, object]]:
    """All at once, so that each connection of the pool is asked."""
    together = asyncio.Barrier(READERS)

    async def ask(connection: AsyncConnection) -> dict[str, object]:
        await together.wait()
        return await settings(connection, wanted)

    async with asyncio.timeout(30):
        return list(await asyncio.gather(*(database.read(ask) for _ in range(READERS))))


async def test_every_connection_is_safe_and_whoever_writes_waits_for_the_disk(
    service: Database, guest: Database
) -> None:
    for database in (service, guest):
        assert await database.write(partial(settings, wanted=DURABLE)) == DURABLE
        assert await of_every_reader(database, SAFE) == [SAFE] * READERS


async def test_given_a_connection_that_had_to_be_made_anew_then_it_is_set_the_same(
    service: Database,
) -> None:
    await service.write(partial(settings, wanted=DURABLE))
    await of_every_reader(service, SAFE)
    # When all of them break
    await service._writer.dispose()
    await service._reader.dispose()
    # Then the next ones are as safe
    assert await service.write(partial(settings, wanted=DURABLE)) == DURABLE
    assert await of_every_reader(service, SAFE) == [SAFE] * READERS


async def test_given_a_reader_then_it_can_neither_write_nor_carry_the_log_over(
    service: Database, path: Path
) -> None:
    await service.write(partial(note, name="kept"))
    before = on_disk(path)

    async def checkpoint(connection: AsyncConnection) -> None:
        await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    for forbidden, says in ((partial(note, name="no"), "readonly"), (checkpoint, "I/O error")):
        with pytest.raises(OperationalError, match=says):
            await service.read(forbidden)
    assert await service.read(names) == ["kept"]
    assert on_disk(path) == before


async def test_given_a_transaction_then_nobody_else_can_begin_one_that_would_write(
    service: Database, path: Path
) -> None:
    """It is `BEGIN IMMEDIATE`: what it reads first is still true when it writes."""
    outside = sqlite3.connect(path, isolation_level=None, timeout=0)

    async def only_reads_so_far(connection: AsyncConnection) -> None:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            outside.execute("BEGIN IMMEDIATE")
        await note(connection, "first")

    await service.write(only_reads_so_far)
    outside.close()
    assert await service.read(names) == ["first"]


async def large_notes(connection: AsyncConnection, many: int) -> None:
    await connection.execute(
        text(
            "INSERT INTO receipt_copy (token_id, content, sealed, expires_at)"
            " VALUES (:name, x'', zeroblob(8192), 1)"
        ),
        [{"name": f"{number:05}".encode()} for number in range(many)],
    )


async def test_given_a_command_beside_the_service_then_only_the_service_carries_the_log_over(
    service: Database, path: Path
) -> None:
    before = on_disk(path)
    # When a command writes more than the log usually holds, and ends
    beside = await open_database(f"sqlite+aiosqlite:///{path}", beside=True)
    await beside.write(partial(large_notes, many=PAGES_BEFORE_A_CHECKPOINT))
    await beside.wipe_log()
    await beside.close()
    # Then nothing of it has left the log, and all of it can be read
    assert on_disk(path) == before
    assert len(await service.read(names)) == PAGES_BEFORE_A_CHECKPOINT
    # And the service carries it over with the next thing it writes
    await service.write(partial(note, name="next"))
    assert len(on_disk(path)) > PAGES_BEFORE_A_CHECKPOINT * 8192


def test_nothing_else_opens_a_database(project: Path) -> None:
    """A connection of somebody's own would keep to none of these rules."""
    opening = {
        path.name
        for path, tree in parsed(project / "forms_service")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("sqlite3.connect", "create_async_engine", "create_engine")
    }
    assert opening == {
        "database.py",
        "backup_files.py",  # for reading only, to copy
        "search_index.py",  # in memory, nothing of people's
        "backing_up.py",  # PostgreSQL
    }
