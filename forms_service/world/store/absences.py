"""Who is away from when to when, and who stands in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.tables import absence, access, case, draft


@dataclass(frozen=True)
class Absence:
    """A member is away, both days included; the deputy reads for them."""

    member_id: str
    deputy_id: str
    starts_on: date
    ends_on: date


_COLUMNS = tuple(absence.c[name] for name in Absence.__dataclass_fields__)


async def add(connection: AsyncConnection, new: Absence) -> None:
    """Keep an absence; a member has one at a time."""
    await connection.execute(insert(absence).values(**new.__dict__))


async def of(connection: AsyncConnection, member_ids: Collection[str]) -> list[Absence]:
    """Return the absences of some members."""
    rows = await connection.execute(select(*_COLUMNS).where(absence.c.member_id.in_(member_ids)))
    return [Absence(*row) for row in rows]


async def over(connection: AsyncConnection, today: date) -> list[Absence]:
    """Return the absences whose last day is past."""
    rows = await connection.execute(select(*_COLUMNS).where(absence.c.ends_on < today))
    return [Absence(*row) for row in rows]


async def deputised(connection: AsyncConnection, deputy_id: str) -> list[Absence]:
    """Return for whom a member stands in."""
    rows = await connection.execute(select(*_COLUMNS).where(absence.c.deputy_id == deputy_id))
    return [Absence(*row) for row in rows]


async def remove(connection: AsyncConnection, gone: Absence) -> None:
    """Forget an absence; the deputy reads no longer what only this one let them read.

    What the deputy had taken on goes back to the one who was away, if they read it.
    """
    await connection.execute(delete(absence).where(absence.c.member_id == gone.member_id))
    still_away = select(absence.c.member_id).where(absence.c.deputy_id == gone.deputy_id)
    still_read = select(access.c.case_id).where(access.c.member_id.in_(still_away))
    await connection.execute(
        delete(access).where(
            access.c.member_id == gone.deputy_id,
            access.c.step == "deputy_while_away",
            access.c.case_id.not_in(still_read),
        )
    )
    # Whoever reads a case no longer keeps no draft in it either.
    deputy_reads = select(access.c.case_id).where(access.c.member_id == gone.deputy_id)
    await connection.execute(
        delete(draft).where(
            draft.c.member_id == gone.deputy_id, draft.c.case_id.not_in(deputy_reads)
        )
    )
    returned_reads = select(access.c.case_id).where(access.c.member_id == gone.member_id)
    lost = (case.c.taken_by == gone.deputy_id, case.c.id.not_in(deputy_reads))
    await connection.execute(
        update(case).where(*lost, case.c.id.in_(returned_reads)).values(taken_by=gone.member_id)
    )
    await connection.execute(update(case).where(*lost).values(taken_by=None))
