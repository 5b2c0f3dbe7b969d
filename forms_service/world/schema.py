"""Which schema a database has, and which it should have. How it gets there: `world/migrating.py`.

A service that just starts asks only this: Alembic would be a tenth of its memory.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, func, inspect, select, text

MIGRATIONS_DIR = Path(__file__).parent.parent / "migrations"

_TURN = 7_331_001
"""PostgreSQL's advisory locks are whole numbers, of this database alone."""


class DatabaseError(RuntimeError):
    """The database can't be used; the message says why and what to do."""


def take_turn() -> Select[Any]:
    """Return what waits until no other process writes (PostgreSQL); lasts for the transaction."""
    return select(func.pg_advisory_xact_lock(_TURN))


def upgrade(connection: Connection) -> None:
    """Bring the schema up to date, all of it or nothing; DatabaseError if that can't be done."""
    if not is_todays(connection):
        from forms_service.world import migrating  # noqa: PLC0415 - see above

        migrating.upgrade(connection)


def refuse_other_schema(connection: Connection) -> None:
    """Raise DatabaseError unless the schema is today's."""
    if not is_todays(connection):
        raise DatabaseError("the running service is of another version; stop it first.")


def is_todays(connection: Connection) -> bool:
    """Return whether the schema is today's; it leaves no transaction behind."""
    try:
        return _revision(connection) == newest_revision()
    finally:
        connection.rollback()


def newest_revision() -> str:
    """Return the newest migration's revision: the number that its file's name begins with."""
    return max(path.stem for path in (MIGRATIONS_DIR / "versions").glob("*.py"))[:4]


def _revision(connection: Connection) -> str | None:
    # Alembic's table, as it has been since its first version.
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
