"""A database of each older version opens with today's code, and nothing in it is lost."""

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.rules.organisation import Organisation
from forms_service.rules.receipts import read_number
from forms_service.rules.sealing import CHEAPEST, CannotUnseal
from forms_service.usecases import granting
from forms_service.usecases.entries import unseal_entry
from forms_service.usecases.installation import close_portal, open_portal
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.store import access, cases, members
from forms_service.world.store.members import Reader
from tests.service.conftest import HandClock
from tests.service.test_migrations import migrate, schema_of


@dataclass
class OldPortal:
    """A real database that an older version made, opened by today's."""

    portal: Portal
    facts: dict[str, Any]

    async def case_by_number(self, number: str) -> tuple[cases.Case, bytes]:
        """The case that a number belongs to, and its wrapped key."""
        keys = sealing.receipt_keys(number, self.portal.secrets.pepper, CHEAPEST)
        found = await self.portal.database.read(
            lambda connection: cases.by_receipt(connection, keys.lookup)
        )
        assert found is not None
        case, wrapped = found
        return case, sealing.unseal(keys.wrapping, wrapped, f"{case.id}/receipt")

    async def what_happened(self, case: cases.Case, case_key: bytes) -> str:
        """The text of a case's first entry."""
        first, *_ = await self.portal.database.read(
            lambda connection: cases.entries(connection, case.id)
        )
        text: str = unseal_entry(case_key, first)["answers"]["what_happened"]
        return text

    async def grant(self, case_id: str, reader: Reader) -> int:
        """Try to let someone read a case; return how many may."""

        async def give(connection: AsyncConnection) -> int:
            case = await cases.by_id(connection, case_id)
            assert case is not None
            return await granting.grant(
                connection, case, [(reader, "given", self.portal.clock())], bytes(32)
            )

        return await self.portal.database.write(give)

    async def scalars(self, statement: str, **values: Any) -> list[Any]:
        """The first column of a query."""

        async def ask(connection: AsyncConnection) -> list[Any]:
            return list((await connection.execute(text(statement), values)).scalars())

        return await self.portal.database.read(ask)


@pytest.fixture(params=["0001", "0002"])
async def old(
    request: pytest.FixtureRequest,
    project: Path,
    tmp_path: Path,
    organisation: Organisation,
    clock: HandClock,
) -> AsyncIterator[OldPortal]:
    example = project / f"tests/examples/database-{request.param}"
    copy = shutil.copytree(example, tmp_path / "old")
    for secret in (copy / "secrets").iterdir():
        secret.chmod(0o600)  # git knows no such rights
    portal = await open_portal(
        Settings(data_dir=copy / "data", secrets_dir=copy / "secrets"),
        organisation,
        clock=clock,
        receipt_cost=CHEAPEST,
        password_cost=CHEAPEST,
    )
    yield OldPortal(portal, json.loads((copy / "facts.json").read_text(encoding="utf-8")))
    await close_portal(portal)


async def test_given_an_old_database_then_each_number_still_opens_its_case(old: OldPortal) -> None:
    assert len(old.facts["cases"]) > 1
    for fact in old.facts["cases"]:
        assert read_number(fact["number"]) == fact["number"]
        case, case_key = await old.case_by_number(fact["number"])
        assert case.language == fact["language"]
        assert await old.what_happened(case, case_key) == fact["what_happened"]


async def test_given_an_old_database_then_the_sheets_still_open_every_case(
    old: OldPortal,
) -> None:
    recovery_key = sealing.join_recovery_key(*old.facts["recovery_sheets"])
    assert sealing.public_key_of(recovery_key) == old.portal.recovery_public_key
    for fact in old.facts["cases"]:
        case, _ = await old.case_by_number(fact["number"])
        (sealed,) = await old.scalars(
            'SELECT key_for_recovery FROM "case" WHERE id = :id', id=case.id
        )
        case_key = sealing.case_key_of(sealing.open_with(recovery_key, sealed))
        assert await old.what_happened(case, case_key) == fact["what_happened"]


async def test_given_an_old_database_then_a_password_still_opens_what_its_member_may_read(
    old: OldPortal,
) -> None:
    everyone = await old.portal.database.read(members.everyone)
    lena = next(member for member in everyone if member.name.startswith("Lena"))
    key = sealing.password_key(old.facts["password"], lena.password_salt, CHEAPEST)
    private_key = sealing.unseal(key, lena.private_key_sealed, f"{lena.id}/private key")
    readable = await old.portal.database.read(
        lambda connection: access.readable(connection, lena.id, old.portal.clock())
    )
    assert readable
    texts = {fact["what_happened"] for fact in old.facts["cases"]}
    for case in readable:
        found = await old.portal.database.read(
            partial(access.open_for, case_id=case.id, member_id=lena.id, now=old.portal.clock())
        )
        assert found is not None
        case_key = sealing.case_key_of(sealing.open_with(private_key, found[1]))
        assert await old.what_happened(case, case_key) in texts


async def test_given_an_old_database_then_who_was_excluded_still_has_nothing(
    old: OldPortal,
) -> None:
    excluded = "SELECT case_id || ' ' || team FROM exclusion WHERE team IS NOT NULL"
    pairs = [pair.split(" ") for pair in await old.scalars(excluded)]
    assert pairs, "the example has an exclusion"
    for case_id, team in pairs:
        in_team = await old.scalars("SELECT id FROM member WHERE team = :team", team=team)
        may_read = "SELECT member_id FROM access WHERE case_id = :id"
        before = await old.scalars(may_read, id=case_id)
        assert before
        assert not set(in_team) & set(before)
        joining = Reader("somebody new", "deputy", team, old.portal.recovery_public_key)
        assert await old.grant(case_id, joining) == 0
        assert await old.scalars(may_read, id=case_id) == before


async def test_given_an_old_database_then_its_schema_is_todays(
    old: OldPortal, tmp_path: Path
) -> None:
    new = Settings(data_dir=tmp_path / "new").url
    await migrate(new)
    assert await schema_of(Settings(data_dir=tmp_path / "old/data").url) == await schema_of(new)


async def test_given_an_old_database_then_wrong_keys_still_open_nothing(old: OldPortal) -> None:
    numbers = [fact["number"] for fact in old.facts["cases"]]
    case, _ = await old.case_by_number(numbers[0])
    _, other_key = await old.case_by_number(numbers[1])
    with pytest.raises(CannotUnseal):
        await old.what_happened(case, other_key)
