"""What members have begun to write in a case, sealed, until it is sent."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.tables import draft


async def keep(
    connection: AsyncConnection,
    case_id: str,
    member_id: str,
    kind: str,
    sealed: bytes,
    now: datetime,
) -> None:
    """Keep a member's draft of that kind in place of the one before."""
    await remove(connection, case_id, member_id, kind)
    await connection.execute(
        insert(draft).values(
            case_id=case_id, member_id=member_id, kind=kind, sealed=sealed, written_at=now
        )
    )


async def of_member(
    connection: AsyncConnection, case_id: str, member_id: str
) -> list[tuple[str, bytes, datetime]]:
    """Return kind, content and moment of each draft that a member has in a case."""
    rows = await connection.execute(
        select(draft.c.kind, draft.c.sealed, draft.c.written_at).where(
            draft.c.case_id == case_id, draft.c.member_id == member_id
        )
    )
    return [(kind, sealed, written_at) for kind, sealed, written_at in rows]


async def remove(connection: AsyncConnection, case_id: str, member_id: str, kind: str) -> None:
    """Forget a draft: it was sent, or thrown away."""
    await connection.execute(
        delete(draft).where(
            draft.c.case_id == case_id, draft.c.member_id == member_id, draft.c.kind == kind
        )
    )
