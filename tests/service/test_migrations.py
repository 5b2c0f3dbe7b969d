"""Migrations make the schema that queries expect, lose nothing, and happen in whole or not at all."""

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from forms_service.world import schema
from forms_service.world.database import open_database
from forms_service.world.portal import Portal
from forms_service.world.schema import MIGRATIONS_DIR
from forms_service.world.tables import metadata

BOOKKEEPING = "alembic_version"
REVISION = f"SELECT * FROM {BOOKKEEPING}"  # noqa: S608 - a name of ours


def described(connection: Connection) -> dict[str, Any]:
    """The whole schema in words that two databases can be compared by."""
    inspector = inspect(connection)
    return {
        table: {
            "columns": {
                column["name"]: (_kind(connection, column["type"]), column["nullable"])
                for column in inspector.get_columns(table)
            },
            "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": _foreign_keys(connection, table),
            "unique": {
                tuple(constraint["column_names"])
                for constraint in inspector.get_unique_constraints(table)
            },
            "indexes": {
                (index["name"], tuple(index["column_names"]), bool(index["unique"]))
                for index in inspector.get_indexes(table)
                if not index.get("duplicates_constraint")
            },
        }
        for table in inspector.get_table_names()
        if table != BOOKKEEPING
    }


def _foreign_keys(connection: Connection, table: str) -> set[tuple[str, ...]]:
    """Column, table and column it refers to, and what happens when that row goes."""
    if connection.dialect.name == "sqlite":  # its reflection overlooks what stands at a column
        named = '"from", "table", "to", on_delete'
        query = text(f"SELECT {named} FROM pragma_foreign_key_list(:name)")  # noqa: S608
        return {tuple(row) for row in connection.execute(query, {"name": table})}
    return {
        (
            *key["constrained_columns"],
            key["referred_table"],
            *key["referred_columns"],
            key["options"].get("ondelete", "NO ACTION"),
        )
        for key in inspect(connection).get_foreign_keys(table)
    }


def _kind(connection: Connection, column_type: Any) -> str:
    name = str(column_type.compile(connection.dialect))
    # STRICT tables know one whole number only.
    return "INTEGER" if connection.dialect.name == "sqlite" and name == "BIGINT" else name


async def schema_of(url: str, *, create: MetaData | None = None) -> dict[str, Any]:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        if create is not None:
            await connection.run_sync(create.create_all)
        found = await connection.run_sync(described)
        if create is not None:
            await connection.run_sync(create.drop_all)
    await engine.dispose()
    return found


async def migrate(url: str) -> None:
    await (await open_database(url)).close()


async def test_what_migrations_make_is_what_queries_expect(
    database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir(exist_ok=True)
    expected = await schema_of(database_url, create=metadata)
    await migrate(database_url)
    migrated = await schema_of(database_url)
    assert set(migrated) == set(expected)
    for table, wanted in expected.items():
        assert (table, migrated[table]) == (table, wanted)


async def test_every_row_is_found_in_a_table_that_queries_know(portal: Portal) -> None:
    """A table may be named by a word of SQL."""

    async def count(connection: AsyncConnection, table: Table) -> int:
        return len((await connection.execute(table.select())).all())

    for table in metadata.sorted_tables:
        found = await portal.database.read(partial(count, table=table))
        assert found == (table.name == "installation")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'new' / 'anlaufstelle.sqlite'}"


async def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = [tuple(row) for row in await connection.execute(text(statement))]
    await engine.dispose()
    return found


async def test_tables_are_strict(sqlite_url: str) -> None:
    """Without STRICT, SQLite would take any value in any column."""
    await migrate(sqlite_url)
    lax = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict"
    assert {name for (name,) in await rows(sqlite_url, lax)} <= {BOOKKEEPING, "sqlite_schema"}


async def test_migrating_again_changes_nothing(database_url: str) -> None:
    await migrate(database_url)
    before = await schema_of(database_url)
    await migrate(database_url)
    assert await schema_of(database_url) == before


def test_each_migration_follows_the_one_before(project: Path) -> None:
    names = sorted(path.stem for path in (MIGRATIONS_DIR / "versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{n:04}" for n in range(1, len(names) + 1)]


@pytest.fixture
def broken_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tomorrow's migrations: one more, which does half of its work and fails."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS_DIR, folder, ignore=shutil.ignore_patterns("__pycache__"))
    last = sorted((folder / "versions").glob("*.py"))[-1].stem[:4]
    (folder / "versions" / "9999_broken.py").write_text(
        "from alembic import op\n"
        f"revision, down_revision = '9999', '{last}'\n"
        "def upgrade():\n"
        "    op.execute('CREATE TABLE half (id INTEGER)')\n"
        "    op.execute('DROP TABLE audit')\n"
        "    op.execute('CREATE TABLE half (id INTEGER)')\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(schema, "MIGRATIONS_DIR", folder)
    return folder


async def test_given_a_migration_that_fails_then_the_schema_is_as_it_was(
    database_url: str, broken_migrations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as today:
        today.setattr(schema, "MIGRATIONS_DIR", MIGRATIONS_DIR)
        await migrate(database_url)
    before = await schema_of(database_url)
    revision = await rows(database_url, REVISION)
    with pytest.raises(Exception, match="half"):
        await migrate(database_url)
    assert await schema_of(database_url) == before
    assert await rows(database_url, REVISION) == revision
    monkeypatch.setattr(schema, "MIGRATIONS_DIR", MIGRATIONS_DIR)
    await migrate(database_url)  # nothing holds it back


async def test_given_a_new_database_whose_migration_fails_then_there_is_no_half_of_it(
    database_url: str, broken_migrations: Path, tmp_path: Path
) -> None:
    with pytest.raises(Exception, match="half"):
        await migrate(database_url)
    assert await schema_of(database_url) == {}


def test_given_a_migration_that_fails_then_the_process_ends(
    sqlite_url: str, broken_migrations: Path
) -> None:
    """An open connection's thread would keep it alive for ever."""
    script = (
        "import asyncio, pathlib, sys\n"
        "from forms_service.world import database, schema\n"
        "schema.MIGRATIONS_DIR = pathlib.Path(sys.argv[2])\n"
        "asyncio.run(database.open_database(sys.argv[1]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, sqlite_url, str(broken_migrations)],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 1
