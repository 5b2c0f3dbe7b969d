"""The outbox. A row holds no content and no address: both are made when it is sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast
from uuid import uuid4

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.tables import case, mail, member

Kind = Literal["digest", "urgent", "sender"]


@dataclass(frozen=True)
class Mail:
    """A mail to be sent: to a member, or to the sender of a case."""

    id: str
    kind: str
    language: str
    member_id: str | None
    case_id: str | None
    written_at: datetime
    tries: int


_COLUMNS = tuple(mail.c[name] for name in Mail.__dataclass_fields__)


async def add_for_member(
    connection: AsyncConnection, member_id: str, kind: Kind, language: str, now: datetime
) -> datetime:
    """Write a mail to a member, unless one waits already; return when the one there was written."""
    waiting = await connection.execute(
        select(mail.c.written_at).where(mail.c.member_id == member_id, mail.c.claimed_at.is_(None))
    )
    if (earlier := waiting.scalars().first()) is not None:
        return cast(datetime, earlier)
    await _add(connection, kind, language, now, member_id=member_id)
    return now


async def add_for_sender(connection: AsyncConnection, case_id: str, now: datetime) -> None:
    """Write a mail to a case's sender, if they left an address and none waits already."""
    waiting = exists().where(mail.c.case_id == case.c.id, mail.c.claimed_at.is_(None))
    language = (
        await connection.execute(
            select(case.c.language).where(
                case.c.id == case_id, case.c.note_address_sealed.is_not(None), ~waiting
            )
        )
    ).scalar_one_or_none()
    if language is not None:
        await _add(connection, "sender", language, now, case_id=case_id)


async def _add(
    connection: AsyncConnection,
    kind: Kind,
    language: str,
    now: datetime,
    *,
    member_id: str | None = None,
    case_id: str | None = None,
) -> None:
    await connection.execute(
        insert(mail).values(
            id=uuid4().hex,
            kind=kind,
            language=language,
            member_id=member_id,
            case_id=case_id,
            written_at=now,
            try_at=now,
            tries=0,
        )
    )


async def claim(connection: AsyncConnection, now: datetime) -> Mail | None:
    """Take the oldest mail that is due; nobody else will send it."""
    row = (
        await connection.execute(
            select(*_COLUMNS)
            .where(mail.c.try_at <= now, mail.c.claimed_at.is_(None))
            .order_by(mail.c.try_at, mail.c.id)
            .limit(1)
        )
    ).one_or_none()
    if row is None:
        return None
    claimed = await connection.execute(
        update(mail).where(mail.c.id == row.id, mail.c.claimed_at.is_(None)).values(claimed_at=now)
    )
    return Mail(*row) if claimed.rowcount == 1 else None


async def put_back(
    connection: AsyncConnection, mail_id: str, *, tries: int, try_at: datetime
) -> None:
    """Give a claimed mail back, to be tried again later."""
    await connection.execute(
        update(mail).where(mail.c.id == mail_id).values(claimed_at=None, tries=tries, try_at=try_at)
    )


async def remove(connection: AsyncConnection, mail_id: str) -> None:
    """Forget a mail."""
    await connection.execute(delete(mail).where(mail.c.id == mail_id))


async def claimed_before(connection: AsyncConnection, moment: datetime) -> list[Mail]:
    """Return the mails that somebody began to send before a moment, and never came back to."""
    rows = await connection.execute(select(*_COLUMNS).where(mail.c.claimed_at < moment))
    return [Mail(*row) for row in rows]


async def member_address(connection: AsyncConnection, member_id: str) -> str | None:
    """Return where a member gets mails; None for one who has left."""
    return (
        await connection.execute(
            select(member.c.email).where(member.c.id == member_id, member.c.disabled_at.is_(None))
        )
    ).scalar_one_or_none()
