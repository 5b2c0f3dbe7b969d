"""What can happen to a database while people use it. Each ends as it began, by itself or by us."""

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.portal import Portal

_PAGE_BYTES = 4096
_ALL_PAGES = 4_294_967_294
"""SQLite's own limit."""


async def _pragma(portal: Portal, pragma: str) -> None:
    async def say(connection: AsyncConnection) -> None:
        await connection.execute(text(f"PRAGMA {pragma}"))

    # There is only one connection that writes.
    await portal.database.write(say)


@asynccontextmanager
async def full(portal: Portal, file: Path) -> AsyncIterator[None]:
    """The database may not grow any more: what SQLite says where no page is left."""
    await _pragma(portal, "max_page_count=1")
    try:
        yield
    finally:
        await _pragma(portal, f"max_page_count={_ALL_PAGES}")


@asynccontextmanager
async def breaks_off(portal: Portal, file: Path) -> AsyncIterator[None]:
    """Writing fails after the first bytes, in the middle of a page of the log."""
    await portal.database.wipe_log()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_PAGE_BYTES // 2, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@asynccontextmanager
async def locked(portal: Portal, file: Path) -> AsyncIterator[None]:
    """A program of somebody else's holds the lock for longer than anybody waits."""
    await _pragma(portal, "busy_timeout=10")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@asynccontextmanager
async def moved_away(portal: Portal, file: Path) -> AsyncIterator[None]:
    """Somebody moves the file, and puts it back later."""
    elsewhere = file.with_name("elsewhere")
    await asyncio.to_thread(file.rename, elsewhere)
    try:
        yield
    finally:
        await asyncio.to_thread(elsewhere.rename, file)


@asynccontextmanager
async def replaced(portal: Portal, file: Path) -> AsyncIterator[None]:
    """Another file lies where the database was, until the right one is back."""
    async with moved_away(portal, file):
        await asyncio.to_thread(file.write_bytes, b"")
        yield
        await asyncio.to_thread(file.unlink)


Trouble = Callable[[Portal, Path], AbstractAsyncContextManager[None]]

TROUBLES: dict[str, Trouble] = {
    each.__name__: each for each in (full, breaks_off, locked, moved_away, replaced)
}
