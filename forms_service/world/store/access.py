"""The one table that is both the permission and the key: no row, no case.

Rows are written by `usecases.granting` alone. Every question that staff ask goes through here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.store.cases import CASE_COLUMNS, Case, case_from
from forms_service.world.tables import access, case, draft, member, notice


@dataclass(frozen=True)
class Grant:
    """A member may read a case from a moment on: the team key, sealed to them."""

    case_id: str
    member_id: str
    step: str
    opens_at: datetime
    key_sealed: bytes


async def add(connection: AsyncConnection, grants: Iterable[Grant]) -> None:
    """Let members read a case."""
    if rows := [each.__dict__ for each in grants]:
        await connection.execute(insert(access), rows)


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


async def open_at(
    connection: AsyncConnection, case_id: str, member_id: str, moment: datetime
) -> None:
    """Let a member whose time comes later read the case from a moment on."""
    await connection.execute(
        update(access)
        .where(
            access.c.case_id == case_id,
            access.c.member_id == member_id,
            access.c.opens_at > moment,
        )
        .values(opens_at=moment)
    )


async def held_by(
    connection: AsyncConnection, member_id: str
) -> list[tuple[Case, bytes, datetime]]:
    """Return every case that a member reads, now or later: its sealed team key, and from when."""
    rows = await connection.execute(
        select(*CASE_COLUMNS, access.c.key_sealed, access.c.opens_at)
        .join(access, access.c.case_id == case.c.id)
        .where(access.c.member_id == member_id, access.c.step != "deputy_while_away")
        .order_by(access.c.opens_at)
    )
    return [(case_from(row[:-2]), row[-2], row[-1]) for row in rows]


async def read_as_deputy(connection: AsyncConnection, member_id: str) -> set[str]:
    """Return the ids of the cases that a member reads because somebody is away."""
    rows = await connection.execute(
        select(access.c.case_id).where(
            access.c.member_id == member_id, access.c.step == "deputy_while_away"
        )
    )
    return {row[0] for row in rows}


async def take_away(
    connection: AsyncConnection, case_id: str, member_ids: Collection[str] | None = None
) -> None:
    """Let members read a case no longer, without `member_ids` nobody.

    What they had begun to write in it goes with the key, and so do notices that would tell of it.
    """
    for table in (access, draft, notice):
        gone = delete(table).where(table.c.case_id == case_id)
        if member_ids is not None:
            gone = gone.where(table.c.member_id.in_(member_ids))
        await connection.execute(gone)
    left = update(case).where(case.c.id == case_id)
    if member_ids is not None:
        left = left.where(case.c.taken_by.in_(member_ids))
    await connection.execute(left.values(taken_by=None))
