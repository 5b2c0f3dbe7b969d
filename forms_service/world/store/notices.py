"""What each member has been told, or is to be told: one row for each occasion."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import and_, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.store.cases import CASE_COLUMNS, Case, case_from
from forms_service.world.tables import access, asked_role, audit, case, member, notice, role


@dataclass(frozen=True)
class Occasion:
    """Something that a member should hear of; `opens_at` tells it from others of its reason."""

    member_id: str
    case_id: str | None
    reason: str
    opens_at: datetime


@dataclass(frozen=True)
class Waiting:
    """A notice that nobody was mailed of yet. `moot`: it was seen, or may not be read any more."""

    id: str
    member_id: str
    language: str
    reason: str
    urgent: bool
    opens_at: datetime
    moot: bool
    case: Case | None


_NOTICED = and_(notice.c.member_id == access.c.member_id, notice.c.case_id == access.c.case_id)


async def opened_unnoticed(
    connection: AsyncConnection, now: datetime
) -> list[tuple[Occasion, str, bool]]:
    """Return cases that have opened to a member unnoticed, with inbox and whether suspicious."""
    told = exists().where(
        _NOTICED, notice.c.reason == access.c.step, notice.c.opens_at == access.c.opens_at
    )
    rows = await connection.execute(
        select(
            access.c.member_id,
            access.c.case_id,
            access.c.step,
            access.c.opens_at,
            case.c.inbox,
            case.c.suspicious,
        )
        .join(case, case.c.id == access.c.case_id)
        .join(member, member.c.id == access.c.member_id)
        .where(access.c.opens_at <= now, member.c.disabled_at.is_(None), ~told)
    )
    return [(Occasion(*row[:4]), row[4], row[5]) for row in rows]


async def written_unnoticed(
    connection: AsyncConnection, now: datetime
) -> list[tuple[Occasion, str, bool]]:
    """Return messages of senders that a reader hasn't been noticed of, as above."""
    told = exists().where(_NOTICED, notice.c.opens_at >= case.c.unread_since)
    rows = await connection.execute(
        select(
            access.c.member_id, access.c.case_id, case.c.unread_since,
            case.c.inbox, case.c.suspicious,
        )
        .distinct()
        .join(case, case.c.id == access.c.case_id)
        .join(member, member.c.id == access.c.member_id)
        .where(
            case.c.unread_since.is_not(None),
            # Whom it opens to later hears of all that is in it then.
            access.c.opens_at <= case.c.unread_since,
            member.c.disabled_at.is_(None),
            ~told,
        )
    )  # fmt: skip
    return [(Occasion(row[0], row[1], "message", row[2]), row[3], row[4]) for row in rows]


async def perhaps_overdue(connection: AsyncConnection, now: datetime) -> list[Case]:
    """Return the cases of which some promise lies in the past and isn't known to be kept."""
    rows = await connection.execute(
        select(*CASE_COLUMNS).where(
            or_(case.c.unread_since.is_not(None), case.c.status.not_like("closed%")),
            or_(
                and_(case.c.opened_at.is_(None), case.c.opened_by < now),
                and_(case.c.acknowledged_at.is_(None), case.c.acknowledged_by < now),
                case.c.news_by < now,
                case.c.answer_by < now,
            ),
        )
    )
    return [case_from(row) for row in rows]


async def readers_unnoticed(
    connection: AsyncConnection, case_id: str, reason: str, opens_at: datetime, now: datetime
) -> list[Occasion]:
    """Return the same occasion for each who may read the case now and has no notice of it."""
    told = exists().where(_NOTICED, notice.c.reason == reason, notice.c.opens_at == opens_at)
    rows = await connection.execute(
        select(access.c.member_id)
        .distinct()
        .join(member, member.c.id == access.c.member_id)
        .where(
            access.c.case_id == case_id,
            access.c.opens_at <= now,
            member.c.disabled_at.is_(None),
            ~told,
        )
    )
    return [Occasion(row[0], case_id, reason, opens_at) for row in rows]


async def roles_unnoticed(connection: AsyncConnection) -> list[Occasion]:
    """Return, for each role that waits for a confirmation, the inbox's members to be told."""
    told = exists().where(
        notice.c.member_id == role.c.member_id,
        notice.c.case_id.is_(None),
        notice.c.reason == "role",
        notice.c.opens_at == asked_role.c.asked_at,
    )
    rows = await connection.execute(
        select(role.c.member_id, asked_role.c.asked_at)
        .distinct()
        .join(asked_role, asked_role.c.inbox == role.c.inbox)
        .join(member, member.c.id == role.c.member_id)
        .where(
            role.c.member_id != asked_role.c.member_id,
            or_(asked_role.c.asked_by.is_(None), role.c.member_id != asked_role.c.asked_by),
            member.c.disabled_at.is_(None),
            ~told,
        )
    )
    return [Occasion(row[0], None, "role", row[1]) for row in rows]


async def add(connection: AsyncConnection, found: Iterable[tuple[Occasion, bool]]) -> None:
    """Note occasions; the second of each pair says whether it is urgent."""
    rows = [
        {"id": uuid4().hex, "urgent": urgent, **occasion.__dict__} for occasion, urgent in found
    ]
    if rows:
        await connection.execute(insert(notice), rows)


async def waiting(connection: AsyncConnection, digest_at: datetime, now: datetime) -> list[Waiting]:
    """Return what may be mailed now: the urgent, and what opened before the hour of the day."""
    reads = exists().where(
        access.c.case_id == notice.c.case_id,
        access.c.member_id == notice.c.member_id,
        access.c.opens_at <= now,
    )
    seen = exists().where(
        audit.c.case_id == notice.c.case_id,
        audit.c.member_id == notice.c.member_id,
        audit.c.action == "opened",
        audit.c.happened_at >= notice.c.opens_at,
    )
    moot = and_(notice.c.case_id.is_not(None), or_(~reads, seen))
    rows = await connection.execute(
        select(
            notice.c.id, notice.c.member_id, member.c.language, notice.c.reason,
            notice.c.urgent, notice.c.opens_at, moot, *CASE_COLUMNS,
        )
        .join(member, member.c.id == notice.c.member_id)
        .outerjoin(case, case.c.id == notice.c.case_id)
        .where(
            notice.c.mailed_at.is_(None),
            or_(notice.c.urgent.is_(True), notice.c.opens_at < digest_at),
            member.c.disabled_at.is_(None),
        )
    )  # fmt: skip
    return [
        Waiting(
            id=row[0],
            member_id=row[1],
            language=row[2],
            reason=row[3],
            urgent=row[4],
            opens_at=row[5],
            moot=bool(row[6]),
            case=case_from(row[7:]) if row[7] is not None else None,
        )
        for row in rows
    ]


async def had_digest(connection: AsyncConnection, since: datetime) -> set[str]:
    """Return the members who were mailed of something that wasn't urgent since a moment."""
    rows = await connection.execute(
        select(notice.c.member_id)
        .distinct()
        .where(notice.c.urgent.is_(False), notice.c.mailed_at >= since)
    )
    return {row[0] for row in rows}


async def mark_mailed(connection: AsyncConnection, ids: Iterable[str], at: datetime) -> None:
    """Note that a mail written at a moment stands for these, or that none is needed."""
    for notice_id in ids:
        await connection.execute(
            update(notice).where(notice.c.id == notice_id).values(mailed_at=at)
        )


async def leave_to_digest(connection: AsyncConnection, member_id: str, mailed_at: datetime) -> None:
    """Let the next digest tell again what a mail stood for that was perhaps lost."""
    await connection.execute(
        update(notice)
        .where(notice.c.member_id == member_id, notice.c.mailed_at == mailed_at)
        .values(mailed_at=None, urgent=False)
    )


async def forget_caseless(connection: AsyncConnection, before: datetime) -> None:
    """Forget old notices that belong to no case; the others go with theirs."""
    await connection.execute(
        delete(notice).where(notice.c.case_id.is_(None), notice.c.opens_at < before)
    )
