"""What stands in the database, asked past the portal."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.portal import Portal
from forms_service.world.store.cases import CASE_COLUMNS, Case, case_from
from forms_service.world.tables import case


@dataclass(frozen=True)
class Ledger:
    """Reads rows for a test to look at."""

    portal: Portal

    async def cases(self) -> list[Case]:
        """All cases, the first to arrive first."""

        async def read(connection: AsyncConnection) -> list[Case]:
            rows = await connection.execute(select(*CASE_COLUMNS).order_by(case.c.arrived_at))
            return [case_from(row) for row in rows]

        return await self.portal.database.read(read)

    async def only_case(self) -> Case:
        """The only case there is."""
        (only,) = await self.cases()
        return only

    async def rows(self, table: Table) -> list[dict[str, Any]]:
        """All rows of a table."""

        async def read(connection: AsyncConnection) -> list[dict[str, Any]]:
            return [dict(row._mapping) for row in await connection.execute(select(table))]

        return await self.portal.database.read(read)

    async def count(self, table: Table) -> int:
        """How many rows a table has."""

        async def read(connection: AsyncConnection) -> int:
            return int(
                (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            )

        return await self.portal.database.read(read)
