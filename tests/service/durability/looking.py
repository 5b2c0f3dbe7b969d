"""What lies in a database, looked at past the service: whole cases, and nothing that is half done."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.rules.sealing import RECEIPT_COST, ReceiptKeys
from forms_service.usecases.entries import unseal_entry
from forms_service.usecases.files import unseal_file
from forms_service.usecases.submit import SHOWN_AGAIN
from forms_service.world.database import Database
from forms_service.world.store.attachments import Attachment
from forms_service.world.tables import (
    access,
    attachment,
    attachment_chunk,
    case,
    entry,
    receipt_copy,
)
from tests.service.durability.senders import Promise


@dataclass(frozen=True)
class Stored:
    """A case opened with the recovery key: what was written in it, and its files."""

    id: str
    case_key: bytes
    key_for_receipt: bytes
    texts: list[str]
    files: list[bytes]


async def whole_cases(database: Database, recovery_private_key: bytes) -> dict[bytes, Stored]:
    """Return every case by what its number is stretched to; nothing in the database is half done.

    The file is sound; each case has its entries, somebody who reads it, all of its files, and the
    copy of its number for as long as that is shown.
    """
    if not database.is_shared:
        await database.read(_is_sound)
    return await database.read(partial(_open_all, recovery_private_key=recovery_private_key))


async def _open_all(
    connection: AsyncConnection, recovery_private_key: bytes
) -> dict[bytes, Stored]:
    cases = list(await connection.execute(select(case)))
    entries = await _by("case_id", connection, select(entry).order_by(entry.c.place))
    readers = await _by("case_id", connection, select(access))
    files = await _by("case_id", connection, select(attachment).order_by(attachment.c.place))
    in_order = select(attachment_chunk).order_by(attachment_chunk.c.place)
    chunks = await _by("attachment_id", connection, in_order)
    open_key = sealing.opener(recovery_private_key)
    found = {}
    for row in cases:
        key = sealing.case_key_of(open_key(row.key_for_recovery))
        assert [each.place for each in entries[row.id]] == list(range(len(entries[row.id])))
        assert entries[row.id][0].kind == "submission"
        assert readers[row.id], "nobody may read it"
        contents = [unseal_entry(key, each) for each in entries[row.id]]
        kept = [Attachment(**each._mapping) for each in files[row.id]]
        found[row.receipt_lookup] = Stored(
            row.id,
            key,
            row.key_for_receipt,
            [each.get("text") or each["answers"]["what_happened"] for each in contents],
            [
                await unseal_file(key, each, [chunk.sealed for chunk in chunks[each.id]])
                for each in kept
            ],
        )
    # The copies of numbers that are over go with the next form that arrives.
    now = datetime.now(UTC)
    arrived = [each.arrived_at + SHOWN_AGAIN for each in cases]
    shown = [each.expires_at for each in await connection.execute(select(receipt_copy))]
    assert sorted(each for each in shown if each > now) == sorted(
        each for each in arrived if each > now
    ), "a number without its case, or a case without its number"
    return found


async def _is_sound(connection: AsyncConnection) -> None:
    assert (await connection.execute(text("PRAGMA integrity_check"))).scalars().all() == ["ok"]
    assert (await connection.execute(text("PRAGMA foreign_key_check"))).all() == []


async def _by(
    column: str, connection: AsyncConnection, query: Select[Any]
) -> defaultdict[str, list[Any]]:
    grouped = defaultdict(list)
    for row in await connection.execute(query):
        grouped[getattr(row, column)].append(row)
    return grouped


def lost(
    promises: Iterable[Promise], cases: dict[bytes, Stored], pepper: bytes
) -> list[tuple[str, str]]:
    """Return what was promised and isn't there, as number and text."""
    missing = []
    for promise in promises:
        keys = _stretched(promise.number, pepper)
        stored = cases.get(keys.lookup)
        if stored is not None:
            context = f"{stored.id}/receipt"
            assert sealing.unseal(keys.wrapping, stored.key_for_receipt, context) == stored.case_key
            for kept, (name, sent) in zip(stored.files, promise.files, strict=True):
                # A photo is kept as another one.
                assert kept == sent or name.endswith(".jpg")
        texts = stored.texts if stored is not None else []
        missing += [(promise.number, each) for each in promise.texts if each not in texts]
    return missing


@cache
def _stretched(number: str, pepper: bytes) -> ReceiptKeys:
    return sealing.receipt_keys(number, pepper, RECEIPT_COST)
