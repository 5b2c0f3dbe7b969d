"""Signed-in members and senders' visits. The key in a row only opens with the cookie's token."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.tables import session


@dataclass(frozen=True)
class Session:
    """A member's session or a sender's visit: exactly one of the two ids is there."""

    token_id: bytes
    member_id: str | None
    case_id: str | None
    key_sealed: bytes
    expires_at: datetime


_ASTRAY = timedelta(minutes=1)
"""Clocks of several machines differ a little."""

_COLUMNS = tuple(session.c[name] for name in Session.__dataclass_fields__)


async def add(connection: AsyncConnection, new: Session) -> None:
    """Keep a session."""
    await connection.execute(insert(session).values(**new.__dict__))


async def find(
    connection: AsyncConnection, token_id: bytes, now: datetime, lasts: timedelta
) -> Session | None:
    """Return the session while it lasts.

    One that would last longer than any does was begun by a clock that was wrong, and is over.
    """
    row = (
        await connection.execute(
            select(*_COLUMNS).where(
                session.c.token_id == token_id,
                session.c.expires_at > now,
                session.c.expires_at <= now + lasts + _ASTRAY,
            )
        )
    ).one_or_none()
    return Session(*row) if row else None


async def seal_again(connection: AsyncConnection, token_id: bytes, key_sealed: bytes) -> None:
    """Let a session hold another key."""
    await connection.execute(
        update(session).where(session.c.token_id == token_id).values(key_sealed=key_sealed)
    )


async def end(connection: AsyncConnection, token_id: bytes) -> None:
    """End one session."""
    await connection.execute(delete(session).where(session.c.token_id == token_id))


async def end_expired(connection: AsyncConnection, now: datetime) -> None:
    """Forget sessions that are over."""
    await connection.execute(delete(session).where(session.c.expires_at <= now))


async def end_all(connection: AsyncConnection, member_id: str, *, but: bytes | None = None) -> None:
    """End every session of a member, save the one with the id `but`."""
    ended = delete(session).where(session.c.member_id == member_id)
    if but is not None:
        ended = ended.where(session.c.token_id != but)
    await connection.execute(ended)
