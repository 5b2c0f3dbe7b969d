"""Sends forms in and opens what became of them, for the tests of what happens between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.rules.forms import FORMS, clean
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases.entries import unseal_entry
from forms_service.usecases.submit import Receipt, Submission
from forms_service.world.portal import Portal
from forms_service.world.store import access, cases
from tests.service.conftest import Staff

SENTENCE = "لم يستمع إليّ أحد في المكتب."
BROWSER, OTHER_BROWSER = b"a" * 32, b"b" * 32


def submission(
    portal: Portal,
    answers: Mapping[str, str | list[str]] | None = None,
    *,
    form: str = "complaint",
    browser: bytes = BROWSER,
) -> Submission:
    """A submission from an Arabic page, as the web edge makes it of what a browser sends."""
    given = {"what_happened": SENTENCE} if form == "complaint" else {}
    sent = {
        name: [value] if isinstance(value, str) else value
        for name, value in {**given, **(answers or {})}.items()
    }
    cleaned = clean(FORMS[form], sent, portal.organisation, "ar")
    assert cleaned.problems == []
    return Submission(FORMS[form], "ar", cleaned.answers, browser, "an address")


@dataclass
class Opened:
    """A case as its sender opens it."""

    case: cases.Case
    content: dict[str, Any]


async def open_by(portal: Portal, receipt: Receipt) -> Opened:
    """Open a case with its number alone."""
    keys = sealing.receipt_keys(receipt.number, portal.secrets.pepper, CHEAPEST)
    found = await portal.database.read(lambda connection: cases.by_receipt(connection, keys.lookup))
    assert found is not None
    case, wrapped = found
    key = sealing.unseal(keys.wrapping, wrapped, f"{case.id}/receipt")
    (entry,) = await portal.database.read(lambda connection: cases.entries(connection, case.id))
    return Opened(case, unseal_entry(key, entry))


async def count(portal: Portal, table: str = '"case"') -> int:
    async def ask(connection: AsyncConnection) -> int:
        counted = await connection.execute(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
        return int(counted.scalar_one())

    return await portal.database.read(ask)


async def reads_when(staff: Staff, receipt: Receipt) -> dict[str, tuple[str, datetime]]:
    """Who may read a case: first name to step and moment."""
    case = (await open_by(staff.portal, receipt)).case
    found = await staff.portal.database.read(
        lambda connection: access.readers_of(connection, case.id)
    )
    assert len({each.name for each in found}) == len(found)
    return {each.name: (each.step, each.opens_at) for each in found}
