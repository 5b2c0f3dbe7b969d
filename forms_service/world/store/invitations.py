"""Invitations by a link that works once. Of the link only a hash is kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules.process import Role
from forms_service.world.tables import invitation


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Who is invited to what. `replaces` is the id of a member who gets new keys by it."""

    token_id: bytes
    name: str
    email: str
    language: str
    team: str | None
    admin: bool
    roles: tuple[tuple[str, Role], ...]
    invited_by: str | None
    replaces: str | None
    expires_at: datetime


_COLUMNS = tuple(invitation.c[name] for name in Invitation.__dataclass_fields__)


async def add(connection: AsyncConnection, new: Invitation) -> None:
    """Keep an invitation in the place of others to the same address."""
    await connection.execute(delete(invitation).where(invitation.c.email == new.email))
    values = new.__dict__ | {"roles": json.dumps(new.roles)}
    await connection.execute(insert(invitation).values(**values))


async def find(connection: AsyncConnection, token_id: bytes, now: datetime) -> Invitation | None:
    """Return the invitation while it can be used."""
    query = select(*_COLUMNS).where(
        invitation.c.token_id == token_id, invitation.c.expires_at > now
    )
    row = (await connection.execute(query)).one_or_none()
    return _from(row) if row else None


async def waiting(connection: AsyncConnection, now: datetime) -> list[Invitation]:
    """Return the invitations that can be used, the newest first."""
    query = (
        select(*_COLUMNS)
        .where(invitation.c.expires_at > now)
        .order_by(invitation.c.expires_at.desc(), invitation.c.email)
    )
    return [_from(row) for row in await connection.execute(query)]


async def remove(connection: AsyncConnection, token_id: bytes) -> bool:
    """Delete an invitation, used or withdrawn; False if there is none."""
    gone = await connection.execute(delete(invitation).where(invitation.c.token_id == token_id))
    return gone.rowcount == 1


async def forget_expired(connection: AsyncConnection, now: datetime) -> None:
    """Delete what nobody has used in time."""
    await connection.execute(delete(invitation).where(invitation.c.expires_at <= now))


def _from(row: Sequence[Any]) -> Invitation:
    columns = dict(zip(Invitation.__dataclass_fields__, row, strict=True))
    columns["roles"] = tuple((inbox, role) for inbox, role in json.loads(columns["roles"]))
    return Invitation(**columns)
