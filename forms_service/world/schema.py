"""How the schema gets into the database: by migrations, each whole or not at all."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Select, func, select

MIGRATIONS_DIR = Path(__file__).parent.parent / "migrations"

_TURN = 7_331_001
"""PostgreSQL's advisory locks are whole numbers, of this database alone."""


class DatabaseError(RuntimeError):
    """The database can't be used; the message says why and what to do."""


def take_turn() -> Select[Any]:
    """Return what waits until no other process writes (PostgreSQL); lasts for the transaction."""
    return select(func.pg_advisory_xact_lock(_TURN))


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to `revision` in one explicit transaction, all of it or nothing.

    On SQLite foreign keys are off meanwhile (a rebuilt parent table would delete its children,
    and with them wrapped keys) and checked before the commit.
    """
    script = alembic_config(connection)
    if revision == "head" and current_revision(connection) == _newest(script):
        return
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # Several processes may start at once; the second one finds nothing left to do.
        connection.execute(take_turn())
    try:
        try:
            command.upgrade(script, revision)
        except CommandError as error:
            raise DatabaseError(f"the database can't be brought up to date: {error}") from error
        if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise DatabaseError(f"the migration broke foreign keys: {broken}")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            connection.commit()


def refuse_other_schema(connection: Connection) -> None:
    """Raise DatabaseError unless the schema is today's."""
    if current_revision(connection) != _newest(alembic_config(connection)):
        raise DatabaseError("the running service is of another version; stop it first.")


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration for a connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_DIR))
    config.attributes["connection"] = connection
    return config


def current_revision(connection: Connection) -> str | None:
    """Return the revision that the schema has now."""
    revision = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return revision


def _newest(config: Config) -> str | None:
    return ScriptDirectory.from_config(config).get_current_head()
