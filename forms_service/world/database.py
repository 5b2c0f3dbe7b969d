"""One way to write, one way to read.

On both databases one transaction writes at a time, each to its end even when the client has gone,
so that what it has asked is still true when it writes; all others only read.

SQLite as it wants to be used: a lock file lets in one process; a single connection writes.

SQLite 3.7.0 to 3.51.2, Debian 12's included, has the WAL-reset bug: it loses or corrupts pages where
one connection checkpoints, shortly after another checkpoint, at the very moment at which a second
connection commits a transaction that starts the log anew. The rules here leave no such moment, so
those versions aren't refused. Whatever commits or checkpoints does so in its turn, and the turn is
held by a lock file too, for the commands that run beside the service; a commit's own checkpoint lies
within its turn. Readers are opened read-only and do neither, and a command beside never checkpoints.

On PostgreSQL several processes take turns by an advisory lock.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from forms_service.world.schema import (
    DatabaseError,
    is_todays,
    refuse_other_schema,
    take_turn,
    upgrade,
)
from forms_service.world.sqlite_driver import at_once, connect
from forms_service.world.sqlite_file import Turn, lock_out_others

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

_READERS = 4
_WIPE_WAITS_MS = 500
_BUSY_TIMEOUT = "PRAGMA busy_timeout=10000"
_PRAGMAS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    # Not in a file either, though it would be sealed.
    "PRAGMA temp_store=MEMORY",
    _BUSY_TIMEOUT,
)
_WRITER_PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL")

_POSTGRESQL = {
    "application_name": "anlaufstelle",
    # As long as SQLite's busy_timeout; a process that hangs must not hold the others up for ever.
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}
_UPKEEP = 7_331_002

_NO_TRANSACTION = {"no_transaction": True}
"""For statements that SQLite refuses inside one, or that begin their own."""


class Database:
    """The portal's database; `open_database` makes one."""

    def __init__(
        self,
        writer: AsyncEngine,
        reader: AsyncEngine,
        turn: Turn | None = None,
        lock: int | None = None,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._lock = lock
        self._turn = turn
        self._under_way: set[asyncio.Task[Any]] = set()
        # An earlier process may have stopped before it wiped.
        self.log_is_wiped = False

    async def write(self, work: Work[T], *, small: bool = False) -> T:
        """Run `work` in a transaction of its own and return what it returns, once it is durable.

        In a `small` one each statement touches a few small rows, so that it needn't leave the
        event loop (SQLite).

        The transaction goes on to its end when the caller is cancelled: a sender who hangs up
        must not leave half of it, nor undo what another was promised. DatabaseError if others
        write for too long, or if the file is gone; then nothing is written.
        """
        task = asyncio.ensure_future(self._transaction(work, small))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def _transaction(self, work: Work[T], small: bool) -> T:
        if self._turn is None:
            async with self._writer.begin() as connection:
                await connection.execute(take_turn())
                return await work(connection)
        async with self._turn, self._writer.begin() as connection:
            async with at_once(connection) if small else nullcontext():
                result = await work(connection)
            self._turn.refuse_lost_file()
            return result

    async def read(self, work: Work[T]) -> T:
        """Run `work` on a connection that can't write; it sees one consistent state."""
        async with self._reader.connect() as connection:
            return await work(connection)

    async def is_alive(self) -> bool:
        """Return whether the database answers and is where it was (for a monitor)."""
        try:
            if self._turn is not None:
                self._turn.refuse_lost_file()
            return await self.read(_answers)
        except Exception:
            # Each driver has its own words for a server that is gone.
            return False

    @property
    def is_shared(self) -> bool:
        """Whether other processes may serve the same portal: on PostgreSQL they may."""
        return self._writer.dialect.name == "postgresql"

    async def jot(self, work: Work[T]) -> T:
        """Run `work` in a transaction that need neither wait for its turn nor last."""
        async with self._writer.begin() as connection:
            await connection.execute(text("SET LOCAL synchronous_commit = off"))
            return await work(connection)

    @asynccontextmanager
    async def upkeep(self) -> AsyncIterator[bool]:
        """Say whether this process is the one to do the upkeep now, and keep the others from it."""
        if not self.is_shared:
            yield True
            return
        async with self._writer.begin() as connection:
            # Held by an idle transaction: it goes with the connection, whatever happens to us.
            await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            mine = await connection.execute(select(func.pg_try_advisory_xact_lock(_UPKEEP)))
            yield bool(mine.scalar_one())

    async def wipe_log(self) -> bool:
        """Let nothing of what was deleted remain in SQLite's write-ahead log.

        Returns whether that worked, and notes it in `log_is_wiped`: somebody who is reading just
        now keeps the log open, or the disk is full. What was deleted is deleted nevertheless. A
        guest beside the service leaves it to the service.
        """
        if self._turn is None or self._lock is None:
            return True
        try:
            self.log_is_wiped = await self._wipe_log(self._turn)
        except (DatabaseError, OperationalError):
            self.log_is_wiped = False
        return self.log_is_wiped

    async def _wipe_log(self, turn: Turn) -> bool:
        async with turn, self._writer.connect() as connection:
            await connection.execution_options(**_NO_TRANSACTION)
            # Others wait for their turn to write; the upkeep comes back every minute.
            await connection.exec_driver_sql(f"PRAGMA busy_timeout={_WIPE_WAITS_MS}")
            try:
                busy = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
            finally:
                await connection.exec_driver_sql(_BUSY_TIMEOUT)
        return bool(busy[0] == 0)

    async def close(self) -> None:
        """Finish what is under way and let go of the database; a second time does nothing."""
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._reader.dispose()
        await self._writer.dispose()
        if self._turn is not None:
            self._turn.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


async def open_database(url: str, *, beside: bool = False) -> Database:
    """Bring the schema up to date and return the database; DatabaseError if it's in use.

    `beside` lets a command in while the service runs: it changes no schema and, on SQLite, never
    checkpoints, because two connections that do can corrupt the file (fixed in SQLite 3.51.3).
    """
    if not make_url(url).drivername.startswith("sqlite"):
        engine = create_async_engine(
            url,
            hide_parameters=True,
            connect_args={"server_settings": _POSTGRESQL},
            # After the server was started again, nobody meets a connection that it has closed.
            pool_pre_ping=True,
        )
        await _prepare(engine, upgrade)
        reader = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        return Database(engine, reader)
    path = Path(make_url(url).database or "")
    lock = lock_out_others(path)
    if lock is None and not beside:
        raise DatabaseError(
            f"{path} is in use by another process. SQLite serves one; stop the other first."
        )
    guest = () if lock is not None else ("PRAGMA wal_autocheckpoint=0",)
    try:
        writer = _sqlite_engine(path, _PRAGMAS + _WRITER_PRAGMAS + guest, pool_size=1)
        await _prepare(writer, refuse_other_schema if guest else upgrade)
        reader = _sqlite_engine(path, _PRAGMAS, pool_size=_READERS)
    except BaseException:
        if lock is not None:
            os.close(lock)
        raise
    return Database(writer, reader, Turn(path), lock)


async def is_up_to_date(url: str) -> bool:
    """Return whether a database has today's schema; one that isn't there yet hasn't."""
    if url.startswith("sqlite"):
        path = Path(make_url(url).database or "")
        if not await asyncio.to_thread(path.exists):
            return False
        engine = _sqlite_engine(path, _PRAGMAS, pool_size=1)
    else:
        engine = create_async_engine(url, hide_parameters=True)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(is_todays)
    finally:
        await engine.dispose()


def _sqlite_engine(path: Path, pragmas: tuple[str, ...], pool_size: int) -> AsyncEngine:
    writes = _WRITER_PRAGMAS[0] in pragmas
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        async_creator=partial(connect, path, read_only=not writes),
        pool_size=pool_size,
        max_overflow=0,
        # Faults must not quote what people wrote.
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine.sync_engine, "begin")
    def begin_explicitly(connection: Connection) -> None:
        if not connection.get_execution_options().get("no_transaction"):
            connection.exec_driver_sql(begin)

    return engine


async def _prepare(engine: AsyncEngine, schema: Callable[[Connection], None]) -> None:
    try:
        async with engine.connect() as connection:
            await connection.execution_options(**_NO_TRANSACTION)
            await connection.run_sync(schema)
    except BaseException:
        # An open connection has a thread of its own, which would outlive the refused start.
        await engine.dispose()
        raise


async def _answers(connection: AsyncConnection) -> bool:
    return (await connection.execute(text("SELECT 1"))).scalar() == 1
