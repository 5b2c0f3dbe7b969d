"""The one table that is both the permission and the key: no row, no case.

Rows are written by `usecases.granting` alone. Every question that staff ask goes through here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.store.cases import CASE_COLUMNS, Case, case_from
from forms_service.world.tables import access, case, member


async def add(
    connection: AsyncConnection,
    *,
    case_id: str,
    member_id: str,
    step: str,
    opens_at: datetime,
    key_sealed: bytes,
) -> None:
    """Let a member read a case from a moment on."""
    await connection.execute(
        insert(access).values(
            case_id=case_id,
            member_id=member_id,
            step=step,
            opens_at=opens_at,
            key_sealed=key_sealed,
        )
    )


def may_read(member_id: str, now: datetime) -> Select[tuple[str]]:
    """Return the question for the ids of the cases that a member may read now."""
    return select(access.c.case_id).where(access.c.member_id == member_id, access.c.opens_at <= now)


async def readable(
    connection: AsyncConnection, member_id: str, now: datetime, ids: Sequence[str] | None = None
) -> list[Case]:
    """Return the cases that a member may read now, or those of `ids` among them."""
    found = select(*CASE_COLUMNS).where(case.c.id.in_(may_read(member_id, now)))
    if ids is not None:
        found = found.where(case.c.id.in_(ids))
    return [case_from(row) for row in await connection.execute(found)]


async def open_for(
    connection: AsyncConnection, case_id: str, member_id: str, now: datetime
) -> tuple[Case, bytes] | None:
    """Return a case and its team key sealed to the member, if they may read it now."""
    row = (
        await connection.execute(
            select(*CASE_COLUMNS, access.c.key_sealed)
            .join(access, access.c.case_id == case.c.id)
            .where(
                case.c.id == case_id,
                access.c.member_id == member_id,
                access.c.opens_at <= now,
            )
            .order_by(access.c.opens_at)
            .limit(1)
        )
    ).one_or_none()
    return (case_from(row[:-1]), row[-1]) if row else None


@dataclass(frozen=True)
class MayRead:
    """A member's name, and from when they may read a case."""

    member_id: str
    name: str
    opens_at: datetime
    step: str


async def readers_of(connection: AsyncConnection, case_id: str) -> list[MayRead]:
    """Return who may read a case from when."""
    rows = await connection.execute(
        select(member.c.id, member.c.name, access.c.opens_at, access.c.step)
        .join(member, member.c.id == access.c.member_id)
        .where(access.c.case_id == case_id)
        .order_by(access.c.opens_at, member.c.name)
    )
    return [MayRead(*row) for row in rows]


async def meet(connection: AsyncConnection, case_id: str, step: str, now: datetime) -> None:
    """Take back a step's grants that haven't opened yet: its promise is kept.

    Whoever was called in already because it was missed stays until the end.
    """
    await connection.execute(
        delete(access).where(
            access.c.case_id == case_id, access.c.step == step, access.c.opens_at > now
        )
    )
