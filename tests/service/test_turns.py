"""On one SQLite file nobody commits or checkpoints while somebody else does."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.database import Database, open_database
from forms_service.world.schema import DatabaseError
from forms_service.world.sqlite_file import Turn
from tests.service.test_database import names, note


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'data' / 'anlaufstelle.sqlite'}"


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    opened = await open_database(sqlite_url)
    yield opened
    await opened.close()


async def test_given_a_command_beside_the_service_then_each_waits_for_the_others_turn(
    sqlite: Database, sqlite_url: str
) -> None:
    """Two that commit and checkpoint at one moment can corrupt the file (SQLite before 3.51.3)."""
    beside = await open_database(sqlite_url, beside=True)
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def slow(connection: AsyncConnection) -> None:
        await note(connection, "beside")
        inside.set()
        await go_on.wait()

    theirs = asyncio.create_task(beside.write(slow))
    await inside.wait()
    ours = [
        asyncio.create_task(sqlite.write(partial(note, name="service"))),
        asyncio.create_task(sqlite.wipe_log()),
    ]
    # When the service would write, and wipe its log, then it waits, and still answers readers
    for _ in range(20):
        assert await sqlite.read(names) == []
    assert not any(task.done() for task in ours)
    go_on.set()
    await asyncio.gather(theirs, *ours)
    assert await sqlite.read(names) == ["beside", "service"]
    await beside.close()


async def test_given_two_processes_that_write_then_all_is_kept_and_whole(
    sqlite: Database, sqlite_url: str, tmp_path: Path
) -> None:
    script = (
        "import asyncio, sys\n"
        "from functools import partial\n"
        "from forms_service.world.database import open_database\n"
        "from tests.service.test_database import note\n"
        "async def write():\n"
        "    database = await open_database(sys.argv[1], beside=True)\n"
        "    for place in range(300):\n"
        "        await database.write(partial(note, name=f'theirs {place:03}'))\n"
        "    await database.close()\n"
        "asyncio.run(write())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, sqlite_url)
    for place in range(300):
        await sqlite.write(partial(note, name=f"ours {place:03}"))
        if place % 10 == 0:
            await sqlite.wipe_log()
    assert await process.wait() == 0
    await sqlite.wipe_log()
    found = await sqlite.read(names)
    wanted = [f"{whose} {place:03}" for whose in ("ours", "theirs") for place in range(300)]
    assert found == wanted
    with sqlite3.connect(tmp_path / "data/anlaufstelle.sqlite") as outside:
        assert outside.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    outside.close()


async def test_given_a_process_that_hangs_in_its_turn_then_the_others_are_told(
    tmp_path: Path,
) -> None:
    theirs = Turn(tmp_path / "file")
    ours = Turn(tmp_path / "file", patience_seconds=0.05)
    async with theirs:
        # Two wait: one for the other process, one for the first
        waiting = [asyncio.create_task(_once(ours)) for _ in range(2)]
        await asyncio.wait(waiting)
        for task in waiting:
            assert isinstance(task.exception(), DatabaseError)
    # When it goes on, then so do they
    await asyncio.gather(_once(ours), _once(ours))
    for each in (theirs, ours):
        each.close()


async def _once(turn: Turn) -> None:
    async with turn:
        await asyncio.sleep(0)
