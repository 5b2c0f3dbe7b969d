"""The one row that says which secrets and which recovery key belong to this database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.tables import installation


@dataclass(frozen=True)
class Installation:
    """`…_check` values notice exchanged secrets; a `trial` database never goes public."""

    trial: bool
    pepper_check: bytes
    mail_key_check: bytes
    recovery_public_key: bytes
    created_at: datetime


_COLUMNS = (
    installation.c.trial,
    installation.c.pepper_check,
    installation.c.mail_key_check,
    installation.c.recovery_public_key,
    installation.c.created_at,
)


async def find(connection: AsyncConnection) -> Installation | None:
    """Return the installation, or None before `anlaufstelle init`."""
    row = (await connection.execute(select(*_COLUMNS))).one_or_none()
    return Installation(*row) if row else None


async def add(connection: AsyncConnection, new: Installation) -> None:
    """Keep the installation; an IntegrityError says that there is one already."""
    await connection.execute(
        insert(installation).values(
            id=1,
            trial=new.trial,
            pepper_check=new.pepper_check,
            mail_key_check=new.mail_key_check,
            recovery_public_key=new.recovery_public_key,
            created_at=new.created_at,
        )
    )
