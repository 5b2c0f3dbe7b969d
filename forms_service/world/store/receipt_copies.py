"""Numbers that one browser may see again for ten minutes, sealed under its cookie's key."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.tables import receipt_copy


async def find(
    connection: AsyncConnection, token_id: bytes, content: bytes, now: datetime
) -> bytes | None:
    """Return the sealed number that this browser got for this content."""
    return (
        await connection.execute(
            select(receipt_copy.c.sealed).where(
                receipt_copy.c.token_id == token_id,
                receipt_copy.c.content == content,
                receipt_copy.c.expires_at > now,
            )
        )
    ).scalar_one_or_none()


async def add(
    connection: AsyncConnection,
    *,
    token_id: bytes,
    content: bytes,
    sealed: bytes,
    expires_at: datetime,
) -> None:
    """Keep a sealed number for a browser."""
    await connection.execute(
        insert(receipt_copy),
        {"token_id": token_id, "content": content, "sealed": sealed, "expires_at": expires_at},
    )


async def hide(connection: AsyncConnection, token_id: bytes, until: datetime) -> None:
    """Forget all numbers of one browser, but not that it has sent these contents."""
    await connection.execute(
        update(receipt_copy)
        .where(receipt_copy.c.token_id == token_id)
        .values(sealed=b"", expires_at=until)
    )


async def are_expired(connection: AsyncConnection, now: datetime) -> bool:
    """Return whether there is something that nobody may see again."""
    found = await connection.execute(
        select(receipt_copy.c.token_id).where(receipt_copy.c.expires_at <= now).limit(1)
    )
    return found.first() is not None


async def forget_expired(
    connection: AsyncConnection, now: datetime, token_id: bytes | None = None
) -> None:
    """Forget what nobody may see again, of one browser or of all."""
    expired = delete(receipt_copy).where(receipt_copy.c.expires_at <= now)
    if token_id is not None:
        expired = expired.where(receipt_copy.c.token_id == token_id)
    await connection.execute(expired)
