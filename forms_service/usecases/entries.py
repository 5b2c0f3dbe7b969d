"""What belongs to a case, sealed and unsealed; each entry only opens in its own place."""

import json
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.world.store import cases
from forms_service.world.store.cases import Entry, new_id

Wish = Literal[
    "dissatisfied", "withdrawn", "deletion_asked", "deletion_taken_back", "contact_details"
]
"""What the sender did in the conversation besides writing."""

Kind = Literal["submission", "addition", "reply", "translation", "sentence", "note"] | Wish
Content = dict[str, Any]


def seal_entry(
    key: bytes,
    *,
    case_id: str,
    place: int,
    kind: Kind,
    content: Content,
    written_at: datetime,
    member_id: str | None = None,
    about: str | None = None,
) -> Entry:
    """Return a new entry with its content sealed under the case key (notes: the notes key)."""
    entry_id = new_id()
    plaintext = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    sealed = sealing.seal(key, plaintext, _context(case_id, entry_id, kind))
    return Entry(entry_id, case_id, place, kind, member_id, written_at, sealed, about)


class SealedEntry(Protocol):
    """As much of an entry as its unsealing needs."""

    @property
    def id(self) -> str: ...
    @property
    def case_id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def sealed(self) -> bytes: ...


def unseal_entry(key: bytes, entry: SealedEntry) -> Content:
    """Return the content; CannotUnseal if the key isn't the entry's."""
    plaintext = sealing.unseal(key, entry.sealed, _context(entry.case_id, entry.id, entry.kind))
    content: Content = json.loads(plaintext)
    return content


async def write_entry(
    connection: AsyncConnection,
    key: bytes,
    case_id: str,
    kind: Kind,
    content: Content,
    *,
    member_id: str,
    now: datetime,
    about: str | None = None,
) -> Entry:
    """Seal and keep what a member wrote, after all that was written before."""
    entry = seal_entry(
        key,
        case_id=case_id,
        place=await cases.next_place(connection, case_id),
        kind=kind,
        content=content,
        written_at=now,
        member_id=member_id,
        about=about,
    )
    await cases.add_entry(connection, entry)
    return entry


def _context(case_id: str, entry_id: str, kind: str) -> str:
    return f"{case_id}/{entry_id}/{kind}"
