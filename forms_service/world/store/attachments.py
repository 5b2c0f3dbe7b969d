"""Files that came with an entry: a sealed description, and the content in sealed chunks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.tables import attachment, attachment_chunk


@dataclass(frozen=True)
class Attachment:
    """A file of an entry; `place` counts from 1, as its sender chose it. Nothing in it is clear."""

    id: str
    case_id: str
    entry_id: str
    place: int
    description_sealed: bytes
    header: bytes


_COLUMNS = tuple(attachment.c[name] for name in Attachment.__dataclass_fields__)


async def add(connection: AsyncConnection, new: Attachment, chunks: Sequence[bytes]) -> None:
    """Keep a file of an entry that is there already."""
    await connection.execute(insert(attachment).values(**new.__dict__))
    await connection.execute(
        insert(attachment_chunk),
        [
            {"attachment_id": new.id, "place": place, "sealed": chunk}
            for place, chunk in enumerate(chunks)
        ],
    )


async def of_case(connection: AsyncConnection, case_id: str) -> list[Attachment]:
    """Return the files of a case, without their content."""
    rows = await connection.execute(
        select(*_COLUMNS).where(attachment.c.case_id == case_id).order_by(attachment.c.place)
    )
    return [Attachment(*row) for row in rows]


async def find(connection: AsyncConnection, case_id: str, attachment_id: str) -> Attachment | None:
    """Return a file of this case; of another one there is none."""
    row = (
        await connection.execute(
            select(*_COLUMNS).where(
                attachment.c.id == attachment_id, attachment.c.case_id == case_id
            )
        )
    ).one_or_none()
    return Attachment(*row) if row else None


async def chunks(connection: AsyncConnection, attachment_id: str) -> list[bytes]:
    """Return the sealed content of a file, in order."""
    rows = await connection.execute(
        select(attachment_chunk.c.sealed)
        .where(attachment_chunk.c.attachment_id == attachment_id)
        .order_by(attachment_chunk.c.place)
    )
    return [row[0] for row in rows]
