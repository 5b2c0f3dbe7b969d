"""aiosqlite with shorter ways: a statement and its rows take one trip to the connection's thread.

By itself it takes four of them (cursor, statement, rows, end). Each is a wait of two threads for one
another, and while every core stretches keys, that is what a transaction mostly does. Within
`at_once` statements take none: what needs the disk, beginning and committing, still does.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiosqlite
from sqlalchemy.ext.asyncio import AsyncConnection

_ROWS_WITH_THE_ANSWER = 100
"""The rest comes when it is asked for: a row may hold a part of a file."""


class _Connection(aiosqlite.Connection):
    """What SQLAlchemy takes for aiosqlite's own."""

    is_clean = True
    """Whether nothing was asked since the last transaction ended."""

    at_once = False
    """Whether statements run in the thread that asks: nobody else may be asking meanwhile."""

    def cursor(self) -> Any:
        """Return a cursor; it isn't one of SQLite's yet, so nothing is waited for."""
        return _Cursor(self)

    async def commit(self) -> None:
        """End the transaction."""
        await super().commit()
        self.is_clean = True

    async def rollback(self) -> None:
        """Undo the transaction, if there can be one: the pool asks after each commit too."""
        if not self.is_clean:
            await super().rollback()
            self.is_clean = True


class _Cursor:
    """As much of aiosqlite's cursor as SQLAlchemy asks of it; the first rows come with the answer."""

    arraysize = 1

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._more: sqlite3.Cursor | None = None
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> "_Cursor":
        return self

    async def execute(self, statement: str, parameters: Iterable[Any] = ()) -> None:
        await self._run(partial(self._start, self._connection._conn.execute, statement, parameters))

    async def executemany(self, statement: str, parameters: Iterable[Iterable[Any]]) -> None:
        start = self._connection._conn.executemany
        await self._run(partial(self._start, start, statement, parameters))

    def _start(self, how: Callable[..., sqlite3.Cursor], *what: Any) -> None:
        self._more = how(*what)
        self.description = self._more.description
        self._fetch(_ROWS_WITH_THE_ANSWER)
        self.rowcount, self.lastrowid = self._more.rowcount, self._more.lastrowid
        if len(self._rows) < _ROWS_WITH_THE_ANSWER:
            self._end()

    def _fetch(self, count: int | None = None) -> None:
        if self._more is not None:
            self._rows += self._more.fetchall() if count is None else self._more.fetchmany(count)

    def _end(self) -> None:
        if self._more is not None:
            self._more.close()
            self._more = None

    async def _run(self, work: Callable[[], None]) -> None:
        self._connection.is_clean = False
        if self._connection.at_once:
            work()
        else:
            await self._connection._execute(work)  # type: ignore[no-untyped-call]

    async def fetchall(self) -> list[Any]:
        if self._more is not None:
            await self._run(self._fetch)
        return self._taken(len(self._rows))

    async def fetchmany(self, size: int) -> list[Any]:
        if self._more is not None and len(self._rows) < size:
            await self._run(partial(self._fetch, size - len(self._rows)))
        return self._taken(size)

    def _taken(self, count: int) -> list[Any]:
        taken, self._rows = self._rows[:count], self._rows[count:]
        return taken

    async def close(self) -> None:
        """Let go of the statement, if not all of its rows were read."""
        if self._more is not None:
            await self._run(self._end)


def connect(path: Path, *, read_only: bool) -> aiosqlite.Connection:
    """Return a connection to be awaited, which opens no transactions by itself."""
    address = f"file:{quote(str(path))}?mode={'ro' if read_only else 'rw'}"
    # The driver must not open transactions by itself: it would leave out DDL and readers.
    connection = _Connection(
        partial(sqlite3.connect, address, uri=True, isolation_level=None, check_same_thread=False),
        iter_chunk_size=1,
    )
    # As SQLAlchemy does: a connection that was forgotten must not keep the process alive.
    connection._thread.daemon = True
    return connection


@asynccontextmanager
async def at_once(connection: AsyncConnection) -> AsyncIterator[None]:
    """Run the statements of a transaction in this thread; each must take no time worth waiting for."""
    driver = (await connection.get_raw_connection()).driver_connection
    if not isinstance(driver, _Connection):
        raise TypeError("only a connection of this driver's")
    driver.at_once = True
    try:
        yield
    finally:
        driver.at_once = False
