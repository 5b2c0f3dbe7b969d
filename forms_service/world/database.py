"""One way to write, one way to read, and how the schema gets there.

SQLite as it wants to be used: a lock file lets in one process; a single connection writes, one
transaction at a time, each to its end even when the client has gone; all others only read.
"""

import asyncio
import fcntl
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

MIGRATIONS_DIR = Path(__file__).parent.parent / "migrations"

_READERS = 4
_WIPE_WAITS_MS = 500
_BUSY_TIMEOUT = "PRAGMA busy_timeout=10000"
_PRAGMAS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    _BUSY_TIMEOUT,
)
_WRITER_PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL")

_NO_TRANSACTION = {"no_transaction": True}
"""For statements that SQLite refuses inside one, or that begin their own."""


class DatabaseError(RuntimeError):
    """The database can't be used; the message says why and what to do."""


class Database:
    """The portal's database; `open_database` makes one."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, lock: int | None) -> None:
        self._writer = writer
        self._reader = reader
        self._lock = lock
        self._turn = asyncio.Lock() if lock is not None else None
        self._under_way: set[asyncio.Task[Any]] = set()
        # An earlier process may have stopped before it wiped.
        self.log_is_wiped = False

    async def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction of its own and return what it returns, once it is durable.

        The transaction goes on to its end when the caller is cancelled: a sender who hangs up
        must not leave half of it, nor undo what another was promised.
        """
        task = asyncio.ensure_future(self._transaction(work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def _transaction(self, work: Work[T]) -> T:
        if self._turn is None:
            async with self._writer.begin() as connection:
                return await work(connection)
        async with self._turn, self._writer.begin() as connection:
            return await work(connection)

    async def read(self, work: Work[T]) -> T:
        """Run `work` on a connection that can't write; it sees one consistent state."""
        async with self._reader.connect() as connection:
            return await work(connection)

    async def wipe_log(self) -> bool:
        """Let nothing of what was deleted remain in SQLite's write-ahead log.

        Returns whether that worked, and notes it in `log_is_wiped`: somebody who is reading just
        now keeps the log open. A guest beside the service leaves it to the service.
        """
        if self._turn is None:
            return True
        async with self._turn, self._writer.connect() as connection:
            await connection.execution_options(**_NO_TRANSACTION)
            # Others wait for their turn to write; the upkeep comes back every minute.
            await connection.exec_driver_sql(f"PRAGMA busy_timeout={_WIPE_WAITS_MS}")
            try:
                busy = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
            finally:
                await connection.exec_driver_sql(_BUSY_TIMEOUT)
        self.log_is_wiped = busy[0] == 0
        return self.log_is_wiped

    async def close(self) -> None:
        """Finish what is under way and let go of the database; a second time does nothing."""
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._reader.dispose()
        await self._writer.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


async def open_database(url: str, *, beside: bool = False) -> Database:
    """Bring the schema up to date and return the database; DatabaseError if it's in use.

    `beside` lets a command in while the service runs: it changes no schema and, on SQLite, never
    checkpoints, because two connections that do can corrupt the file (fixed in SQLite 3.51.3).
    """
    if not make_url(url).drivername.startswith("sqlite"):
        engine = create_async_engine(url, hide_parameters=True)
        await _prepare(engine, upgrade)
        reader = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        return Database(engine, reader, None)
    path = Path(make_url(url).database or "")
    lock = _lock(path)
    if lock is None and not beside:
        raise DatabaseError(
            f"{path} is in use by another process. SQLite serves one; stop the other first."
        )
    guest = () if lock is not None else ("PRAGMA wal_autocheckpoint=0",)
    try:
        writer = _sqlite_engine(url, _PRAGMAS + _WRITER_PRAGMAS + guest, pool_size=1)
        await _prepare(writer, _refuse_other_schema if guest else upgrade)
        read_only = URL.create(
            "sqlite+aiosqlite",
            database=f"file:{quote(str(path))}",
            query={"mode": "ro", "uri": "true"},
        )
        reader = _sqlite_engine(read_only, _PRAGMAS, pool_size=_READERS)
    except BaseException:
        if lock is not None:
            os.close(lock)
        raise
    return Database(writer, reader, lock)


def _lock(path: Path) -> int | None:
    """Return the lock that only one process has, or None if another one has it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    # SQLite would create the file for everyone to read; its log takes the same rights.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    return lock


def _sqlite_engine(url: str | URL, pragmas: tuple[str, ...], pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        # Faults must not quote what people wrote.
        hide_parameters=True,
        # The driver must not open transactions by itself: it would leave out DDL and readers.
        connect_args={"isolation_level": None},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    begin = "BEGIN IMMEDIATE" if _WRITER_PRAGMAS[0] in pragmas else "BEGIN"

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


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to `revision` in one explicit transaction, all of it or nothing.

    On SQLite foreign keys are off meanwhile (a rebuilt parent table would delete its children,
    and with them wrapped keys) and checked before the commit.
    """
    script = alembic_config(connection)
    if revision == "head" and current_revision(connection) == _newest(script):
        return
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        try:
            command.upgrade(script, revision)
        except CommandError as error:
            raise DatabaseError(f"the database can't be brought up to date: {error}") from error
        if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise DatabaseError(f"the migration broke foreign keys: {broken}")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            connection.commit()


def _refuse_other_schema(connection: Connection) -> None:
    if current_revision(connection) != _newest(alembic_config(connection)):
        raise DatabaseError("the running service is of another version; stop it first.")


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration for a connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_DIR))
    config.attributes["connection"] = connection
    return config


def current_revision(connection: Connection) -> str | None:
    """Return the revision that the schema has now."""
    revision = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return revision


def _newest(config: Config) -> str | None:
    return ScriptDirectory.from_config(config).get_current_head()


async def is_alive(connection: AsyncConnection) -> bool:
    """Return whether the database answers (for a monitor)."""
    return (await connection.execute(text("SELECT 1"))).scalar() == 1
