"""Of a deleted case nothing is left in the files: whatever table it had a row in."""

from collections.abc import Iterator

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.usecases.installation import close_portal
from forms_service.usecases.noticing import look_around
from forms_service.usecases.upkeep import delete_due
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.store import cases, mails
from forms_service.world.tables import (
    attachment,
    attachment_chunk,
    audit,
    draft,
    figure,
    metadata,
    owed_key,
)
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser
from tests.service.http.conftest import SignIn
from tests.service.http.ledger import Ledger

LONG = 5_000
"""Larger than a page of the database, so that it overflows into others."""

# Rows that are there for other reasons than one case.
OTHERS = {"installation", "member", "role", "figure", "invitation", "asked_role",
          "recovery_code", "absence", "receipt_copy", "attempt"}  # fmt: skip


async def of_the_case(ledger: Ledger) -> dict[Table, list[dict[str, object]]]:
    """Every row of every table that a case can have rows in."""
    return {
        table: [row for row in await ledger.rows(table) if row.get("case_id", "") is not None]
        for table in metadata.sorted_tables
        if table.name not in OTHERS
    }


def needles(rows: dict[Table, list[dict[str, object]]]) -> Iterator[bytes]:
    """What can be searched for: sealed parts, lookups and ids of our own making."""
    for table, found in rows.items():
        for row in found:
            for name, value in row.items():
                if isinstance(value, bytes) and value:
                    yield value[:40]
                    yield value[-40:]
                elif name in ("id", "case_id", "entry_id", "attachment_id") and value:
                    assert isinstance(value, str), (table.name, name)
                    yield value.encode()


async def fill(connection: AsyncConnection, portal: Portal, case_id: str, member_id: str) -> None:
    """Give the case a row in every table that has any of it."""
    (first,) = (await cases.entries(connection, case_id))[:1]
    now = portal.clock()
    key = sealing.derive(portal.secrets.mail_key, "note address")
    address = sealing.seal(key, b"wer@example.net", f"{case_id}/note address")
    await cases.change(connection, case_id, note_address_sealed=address)
    await mails.add_for_sender(connection, case_id, now)
    sealed = sealing.seal(key, b"x" * LONG, "file")
    await connection.execute(
        insert(attachment).values(
            id="a" * 32, case_id=case_id, entry_id=first.id, place=0,
            description_sealed=sealed[:300], header=sealed[300:340],
        )
    )  # fmt: skip
    await connection.execute(
        insert(attachment_chunk).values(attachment_id="a" * 32, place=0, sealed=sealed)
    )
    await connection.execute(
        insert(owed_key).values(
            case_id=case_id, member_id=member_id, step="given", opens_at=now
        )
    )  # fmt: skip
    await connection.execute(
        insert(draft).values(
            case_id=case_id, member_id=member_id, kind="answer", sealed=sealed[40:400],
            written_at=now,
        )
    )  # fmt: skip


async def test_of_a_case_with_rows_everywhere_nothing_is_left_but_its_figure(
    browser: Browser,
    sign_in: SignIn,
    portal: Portal,
    ledger: Ledger,
    settings: Settings,
    clock: HandClock,
) -> None:
    # Given a case that has a row in every table, its sender on their page
    number = await browser.send("/de/beschwerde/", {"what_happened": "Wort " * 900, "name": "W"})
    await browser.come_in(number)
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    await lena.open(case_id)
    await lena.answer(case_id, sentence="closed_partly")
    await lena.post(f"/staff/fall/{case_id}/notiz/", {"note": "Eine Notiz"})
    await browser.post("/de/antwort/", {"action": "write", "message": "Danke " * 300})
    await look_around(portal)
    (reader,) = {row["member_id"] for row in await ledger.rows(audit) if row["case_id"]} - {None}
    await portal.database.write(lambda connection: fill(connection, portal, case_id, reader))
    await portal.database.write(
        lambda connection: cases.exclude(connection, case_id, team="housing")
    )
    rows = await of_the_case(ledger)
    empty = {table.name for table, found in rows.items() if not found}
    assert empty == set(), "this test has to learn of a new table"
    gone = set(needles({t: f for t, f in rows.items() if t.name not in ("session", "audit")}))
    gone |= {
        bytes(row["key_sealed"]) for row in await ledger.rows(metadata.tables["session"])
        if row["case_id"]
    }  # fmt: skip
    gone |= {row["id"].encode() for row in await ledger.rows(audit) if row["case_id"]}
    assert len(gone) > 30
    before = _files(settings)
    assert all(any(each in content for content in before) for each in gone)
    # When its day has come
    case = await ledger.only_case()
    assert case.delete_on is not None
    clock.moment = clock.moment.replace(year=clock.moment.year + 1)
    assert await delete_due(portal) == 1
    # Then nothing of it lies in database, log or index, running or stopped
    for _ in range(2):
        left = [each for each in gone if any(each in content for content in _files(settings))]
        assert left == []
        await close_portal(portal)
    # (the files are there)
    assert sum(len(content) for content in _files(settings)) > 100_000


async def test_only_a_figure_and_that_one_was_deleted_stay(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    await browser.send("/de/beschwerde/", {"what_happened": "Eins"})
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    await lena.open(case_id)
    await lena.post(f"/staff/fall/{case_id}/loeschen/", {})
    for table in metadata.sorted_tables:
        for row in await ledger.rows(table):
            assert row.get("case_id") is None
            assert case_id not in row.values()
    assert await ledger.count(figure) == 1
    assert [row["action"] for row in await ledger.rows(audit)].count("deleted") == 1


def _files(settings: Settings) -> list[bytes]:
    return [path.read_bytes() for path in settings.data_dir.rglob("*") if path.is_file()]
