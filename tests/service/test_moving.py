"""A portal that outgrows one machine moves to PostgreSQL, and every number still opens its case."""

import json
import secrets
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.edges import cli
from forms_service.rules.organisation import Organisation
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases.installation import close_portal, open_portal
from forms_service.usecases.moving import move
from forms_service.world.database import open_database
from forms_service.world.schema import DatabaseError
from forms_service.world.settings import Settings
from forms_service.world.tables import attempt, entry, metadata
from tests.postgres import Server
from tests.service.conftest import HandClock
from tests.service.test_old_databases import OldPortal


@pytest.fixture
def target(postgres: Server) -> Iterator[str]:
    """An empty database on PostgreSQL."""
    url = postgres.create()
    yield url
    postgres.drop(url)


def example(project: Path, tmp_path: Path, version: str) -> tuple[Settings, dict[str, Any]]:
    """A copy of an old portal, and what is known of it."""
    copy = shutil.copytree(project / f"tests/examples/database-{version}", tmp_path / "old")
    for secret in (copy / "secrets").iterdir():
        secret.chmod(0o600)  # git knows no such rights
    facts = json.loads((copy / "facts.json").read_text(encoding="utf-8"))
    return Settings(data_dir=copy / "data", secrets_dir=copy / "secrets"), facts


async def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""

    async def read(connection: AsyncConnection, table: Table) -> list[tuple[Any, ...]]:
        rows = await connection.execute(select(table))
        return sorted((tuple(row) for row in rows), key=repr)

    database = await open_database(url)
    found = {
        table.name: await database.read(partial(read, table=table))
        for table in metadata.sorted_tables
    }
    await database.close()
    return found


async def fill(url: str) -> None:
    """Put rows into every table that has none, so that each is seen to move."""

    async def write(connection: AsyncConnection) -> None:
        for table in metadata.sorted_tables:
            has_rows = (await connection.execute(select(table))).first() is not None
            if has_rows or table is attempt:
                continue
            new: dict[str, Any] = {}
            for column in table.columns:
                if column.foreign_keys:
                    (key,) = column.foreign_keys
                    known = (await connection.execute(select(key.column))).scalars().all()
                    others = [each for each in known if each not in new.values()]
                    new[column.name] = others[0] if others else None
                elif column.type.python_type is bytes:
                    new[column.name] = secrets.token_bytes(40)
            await connection.execute(table.insert().values(_complete(table, new)))
        # An entry may be about another one, whichever of them has the lower id.
        ids = (await connection.execute(select(entry.c.id).order_by(entry.c.id))).scalars().all()
        await connection.execute(
            update(entry).where(entry.c.id == ids[0]).values(about=ids[-1], place=99)
        )

    database = await open_database(url)
    await database.write(write)
    await database.close()


def _complete(table: Table, known: dict[str, Any]) -> dict[str, Any]:
    now = HandClock()()
    made_up: dict[type, Any] = {str: "x", int: 1}
    values = dict(known)
    for column in table.columns:
        if column.name not in values and not column.nullable:
            kind = type(column.type).__name__
            by_kind = {"Moment": now, "Day": now.date(), "Flag": True}
            values[column.name] = by_kind.get(kind, made_up.get(column.type.python_type))
    if table.name == "mail":
        values["case_id"] = None  # to a member, or about a case
    return values


@pytest.mark.parametrize("version", ["0001", "0002"])
async def test_given_a_portal_that_moved_then_every_number_opens_its_case_there(
    project: Path, tmp_path: Path, target: str, organisation: Organisation, version: str
) -> None:
    old, facts = example(project, tmp_path, version)
    assert await move(old, target) == len(facts["cases"])
    portal = await open_portal(
        structs.replace(old, database_url=target),
        organisation,
        receipt_cost=CHEAPEST,
        password_cost=CHEAPEST,
    )
    moved = OldPortal(portal, facts)
    for fact in facts["cases"]:
        case, case_key = await moved.case_by_number(fact["number"])
        assert await moved.what_happened(case, case_key) == fact["what_happened"]
    await close_portal(portal)


async def test_given_rows_in_every_table_then_all_of_them_move_and_all_of_them_stay(
    project: Path, tmp_path: Path, target: str
) -> None:
    old, _ = example(project, tmp_path, "0002")
    await fill(old.url)
    before = await everything(old.url)
    assert {name for name, rows in before.items() if not rows} == {"attempt"}
    await move(old, target)
    assert await everything(target) == before
    assert await everything(old.url) == before


async def test_given_a_target_with_content_then_nothing_is_moved(
    project: Path, tmp_path: Path, target: str
) -> None:
    old, _ = example(project, tmp_path, "0002")
    await move(old, target)
    before = await everything(target)
    with pytest.raises(DatabaseError, match="has content already; nothing was moved"):
        await move(old, target)
    assert await everything(target) == before


async def test_given_a_running_service_then_nothing_is_moved(
    project: Path, tmp_path: Path, target: str
) -> None:
    old, _ = example(project, tmp_path, "0002")
    running = await open_database(old.url)
    with pytest.raises(DatabaseError, match="in use by another process"):
        await move(old, target)
    await running.close()
    assert not any((await everything(target)).values())


async def test_given_nothing_to_move_then_it_says_so(tmp_path: Path, target: str) -> None:
    nothing = Settings(data_dir=tmp_path / "data", secrets_dir=tmp_path / "secrets")
    with pytest.raises(DatabaseError, match="there is no"):
        await move(nothing, target)
    with pytest.raises(DatabaseError, match="on PostgreSQL already"):
        await move(structs.replace(nothing, database_url=target), target)
    with pytest.raises(DatabaseError, match="must begin with"):
        await move(nothing, "sqlite+aiosqlite:///other.sqlite")
    assert not (tmp_path / "data").exists()


def test_the_command_says_what_it_did(
    project: Path,
    tmp_path: Path,
    target: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old, facts = example(project, tmp_path, "0002")
    monkeypatch.setenv("ANLAUFSTELLE_DATA_DIR", str(old.data_dir))
    monkeypatch.setenv("ANLAUFSTELLE_SECRETS_DIR", str(old.secrets_dir))
    assert cli.main(["move", target]) == 0
    assert f"with {len(facts['cases'])} cases" in capsys.readouterr().out
    assert cli.main(["move", target]) == 1
    assert "nothing was moved" in capsys.readouterr().err
