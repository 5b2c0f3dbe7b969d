"""What is counted to limit it, where several processes count together (PostgreSQL).

With one process nothing is written here: it counts in memory.
"""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.tables import attempt


async def take_turn(connection: AsyncConnection, key_id: bytes) -> None:
    """Wait until nobody else counts this key; lasts for the transaction."""
    number = int.from_bytes(key_id[:8], signed=True)
    await connection.execute(select(func.pg_advisory_xact_lock(number)))


async def add(connection: AsyncConnection, key_id: bytes, now: datetime) -> None:
    """Note that it happened now."""
    await connection.execute(insert(attempt).values(id=uuid4().hex, key_id=key_id, happened_at=now))


async def how_many(
    connection: AsyncConnection, key_id: bytes, since: datetime, until: datetime
) -> int:
    """Return how often it happened between two moments."""
    counted = await connection.execute(
        select(func.count()).where(
            attempt.c.key_id == key_id,
            attempt.c.happened_at > since,
            attempt.c.happened_at <= until,
        )
    )
    return int(counted.scalar_one())


async def remove_newest(connection: AsyncConnection, key_id: bytes) -> None:
    """Take the newest note back."""
    newest = (
        select(attempt.c.id)
        .where(attempt.c.key_id == key_id)
        .order_by(attempt.c.happened_at.desc())
        .limit(1)
    )
    await connection.execute(delete(attempt).where(attempt.c.id.in_(newest)))


async def forget(connection: AsyncConnection, key_id: bytes) -> None:
    """Take back everything that was noted of a key."""
    await connection.execute(delete(attempt).where(attempt.c.key_id == key_id))


async def forget_old(connection: AsyncConnection, before: datetime) -> None:
    """Forget what happened before a moment."""
    await connection.execute(delete(attempt).where(attempt.c.happened_at <= before))
