"""Moving a portal from SQLite to PostgreSQL: everything in one transaction, or nothing."""

from sqlalchemy import Select, Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.database import open_database
from forms_service.world.schema import DatabaseError
from forms_service.world.settings import Settings
from forms_service.world.tables import case, entry, metadata

_ROWS_AT_ONCE = 100
"""A row may hold a part of a file; they are carried over a few at a time."""


async def move(settings: Settings, target_url: str) -> int:
    """Copy every row into an empty PostgreSQL database; return how many cases it has then.

    Raises DatabaseError while the service runs, and if the target isn't empty. The SQLite file
    stays as it is.
    """
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        raise DatabaseError("this portal is on PostgreSQL already.")
    if not target_url.startswith("postgresql+asyncpg://"):
        raise DatabaseError("the target must begin with postgresql+asyncpg://")
    if not settings.database_url and not settings.database_file.exists():
        raise DatabaseError(f"there is no {settings.database_file} to move.")
    source = await open_database(settings.url)
    try:
        target = await open_database(target_url)
        try:

            async def copy(into: AsyncConnection) -> int:
                for table in metadata.sorted_tables:
                    if await _count(into, table):
                        raise DatabaseError("the target has content already; nothing was moved.")

                async def copy_all(out_of: AsyncConnection) -> None:
                    for table in metadata.sorted_tables:
                        await _copy(out_of, into, table)

                await source.read(copy_all)
                return await _count(into, case)

            return await target.write(copy)
        finally:
            await target.close()
    finally:
        await source.close()


async def _copy(out_of: AsyncConnection, into: AsyncConnection, table: Table) -> None:
    async with out_of.stream(_in_order(table)) as rows:
        async for part in rows.mappings().partitions(_ROWS_AT_ONCE):
            await into.execute(insert(table), [dict(row) for row in part])
    if await _count(into, table) != await _count(out_of, table):
        raise DatabaseError(f"not every row of {table.name} arrived; nothing was moved.")


def _in_order(table: Table) -> Select[tuple[object, ...]]:
    """Return what selects all rows, those first that others of the same table refer to."""
    return select(table).order_by(entry.c.place) if table is entry else select(table)


async def _count(connection: AsyncConnection, table: Table) -> int:
    counted = await connection.execute(select(func.count()).select_from(table))
    return int(counted.scalar_one())
