"""Statements take one trip to the connection's thread, and nothing else is different by it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.database import Database, open_database

ADD = "INSERT INTO receipt_copy VALUES (:token, x'00', x'00', 0)"
COUNT = "SELECT count(*) FROM receipt_copy"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(f"sqlite+aiosqlite:///{tmp_path}/data/a.sqlite")
    yield opened
    await opened.close()


async def count(connection: AsyncConnection) -> int:
    found = (await connection.execute(text(COUNT))).scalar_one()
    assert isinstance(found, int)
    return found


both = pytest.mark.parametrize("small", [False, True])


@both
async def test_rows_names_and_counts_come_back(database: Database, small: bool) -> None:
    async def work(connection: AsyncConnection) -> None:
        tokens = [{"token": bytes([place])} for place in range(3)]
        assert (await connection.execute(text(ADD), tokens)).rowcount == 3
        changed = await connection.execute(text("UPDATE receipt_copy SET sealed = x'01'"))
        assert changed.rowcount == 3
        rows = await connection.execute(text("SELECT token_id, sealed FROM receipt_copy"))
        assert list(rows.keys()) == ["token_id", "sealed"]
        assert [tuple(row) for row in rows] == [(bytes([place]), b"\x01") for place in range(3)]

    await database.write(work, small=small)
    assert await database.read(count) == 3


@both
async def test_given_a_statement_that_fails_then_its_transaction_is_undone(
    database: Database, small: bool
) -> None:
    async def twice(connection: AsyncConnection) -> None:
        for _ in range(2):
            await connection.execute(text(ADD), {"token": b"the same"})

    with pytest.raises(IntegrityError):
        await database.write(twice, small=small)
    assert await database.read(count) == 0
    await database.write(lambda connection: connection.execute(text(ADD), {"token": b"another"}))
    assert await database.read(count) == 1


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 250])
async def test_all_rows_come_back_at_once_or_a_few_at_a_time(database: Database, size: int) -> None:
    numbers = text(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n <= :size) "
        "SELECT n FROM n WHERE n <= :size"
    )

    async def read(connection: AsyncConnection) -> None:
        rows = await connection.execute(numbers, {"size": size})
        assert list(rows.scalars()) == list(range(1, size + 1))
        async with connection.stream(numbers, {"size": size}) as stream:
            parts = [part async for part in stream.scalars().partitions(30)]
        assert [number for part in parts for number in part] == list(range(1, size + 1))
        assert all(len(part) <= 30 for part in parts)
        # And what isn't read to its end holds nothing up
        async with connection.stream(numbers, {"size": size}) as stream:
            await stream.fetchmany(7)

    await database.read(read)
    await database.write(read)


async def test_a_small_transaction_lets_nobody_in_between_its_statements(
    database: Database,
) -> None:
    happened: list[str] = []

    async def work(connection: AsyncConnection) -> None:
        asyncio.get_running_loop().call_soon(happened.append, "somebody else")
        for place in range(3):
            await connection.execute(text(ADD), {"token": bytes([place])})
        happened.append("three rows")

    await database.write(work, small=True)
    assert happened == ["three rows", "somebody else"]
    # The next one lets others in again
    happened.clear()
    await database.write(lambda connection: connection.execute(text(COUNT)))
    await database.write(lambda connection: connection.execute(text("DELETE FROM receipt_copy")))
    assert await database.read(count) == 0


@pytest.mark.parametrize("steps", range(8))
async def test_given_readers_who_hang_up_at_any_moment_then_others_read_on(
    database: Database, steps: int
) -> None:
    # More of them than there are connections: each would leave its transaction open
    for _ in range(6):
        reader = asyncio.create_task(database.read(count))
        for _ in range(steps):
            await asyncio.sleep(0)
        reader.cancel()
        await asyncio.wait([reader])
    assert await asyncio.gather(*(database.read(count) for _ in range(6))) == [0] * 6
