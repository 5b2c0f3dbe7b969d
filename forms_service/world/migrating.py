"""How the schema gets into the database: by migrations, all of them or none."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from forms_service.world import schema
from forms_service.world.schema import DatabaseError, take_turn


def upgrade(connection: Connection) -> None:
    """Bring the schema up to date in one explicit transaction, all of it or nothing.

    On SQLite foreign keys are off meanwhile (a rebuilt parent table would delete its children,
    and with them wrapped keys) and checked before the commit. Raises DatabaseError if there is no
    way from the schema that is there.
    """
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # Several processes may start at once; the second one finds nothing left to do.
        connection.execute(take_turn())
    try:
        try:
            command.upgrade(_config(connection), "head")
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


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS_DIR))
    config.attributes["connection"] = connection
    return config
