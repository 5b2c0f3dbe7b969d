"""What stays of deleted cases to be counted, and what is counted of those still there."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules.figures import Figure
from forms_service.world.store.cases import CASE_COLUMNS, Case, case_from, new_id
from forms_service.world.tables import case, figure

_COLUMNS = tuple(figure.c[name] for name in Figure.__dataclass_fields__)


async def add(connection: AsyncConnection, new: Figure) -> None:
    """Keep a row; its id tells nothing of the case."""
    await connection.execute(insert(figure).values(id=new_id(), **new.__dict__))


async def of_deleted(connection: AsyncConnection, year: int) -> list[Figure]:
    """Return the rows of cases that arrived in a year and have been deleted."""
    rows = await connection.execute(select(*_COLUMNS).where(figure.c.month.like(f"{year:04}-%")))
    return [Figure(*row) for row in rows]


async def of_living(
    connection: AsyncConnection, since: datetime, until: datetime
) -> list[tuple[Case, bytes | None]]:
    """Return the cases that arrived in a span and still exist, with what is sealed for counting."""
    rows = await connection.execute(
        select(*CASE_COLUMNS, case.c.figure_sealed).where(
            case.c.arrived_at >= since, case.c.arrived_at < until
        )
    )
    return [(case_from(row[:-1]), row[-1]) for row in rows]


async def of_case(connection: AsyncConnection, case_id: str) -> tuple[Case, bytes | None] | None:
    """Return a case with what is sealed for counting it."""
    row = (
        await connection.execute(
            select(*CASE_COLUMNS, case.c.figure_sealed).where(case.c.id == case_id)
        )
    ).one_or_none()
    return (case_from(row[:-1]), row[-1]) if row else None


async def months(connection: AsyncConnection) -> list[str]:
    """Return the months of which rows were kept."""
    return list((await connection.execute(select(figure.c.month).distinct())).scalars())


async def first_arrival(connection: AsyncConnection) -> datetime | None:
    """Return when the oldest case that still exists arrived."""
    oldest = select(case.c.arrived_at).order_by(case.c.arrived_at).limit(1)
    return (await connection.execute(oldest)).scalar_one_or_none()
