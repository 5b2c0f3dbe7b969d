"""What a member has begun to write in a case: kept sealed, shown to that member alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.world.store import drafts

ANSWER, NOTE, TRANSLATION = "answer", "note", "translation"
HAND_OVER, PROTECTING, POSTPONING = "hand_over", "protecting", "postponing"
"""The kinds; a translation's is followed by a colon and the entry that it is about."""


@dataclass(frozen=True)
class Draft:
    """The fields of a form as they were typed."""

    fields: Mapping[str, str]
    written_at: datetime


async def keep(
    connection: AsyncConnection,
    notes_key: bytes,
    case_id: str,
    member_id: str,
    kind: str,
    fields: Mapping[str, str],
    now: datetime,
) -> None:
    """Keep what was typed in place of the draft before; with nothing typed there is none."""
    if not any(fields.values()):
        await drafts.remove(connection, case_id, member_id, kind)
        return
    plaintext = json.dumps(dict(fields), ensure_ascii=False).encode()
    sealed = sealing.seal(notes_key, plaintext, _context(case_id, member_id, kind))
    await drafts.keep(connection, case_id, member_id, kind, sealed, now)


async def of_member(
    connection: AsyncConnection, notes_key: bytes, case_id: str, member_id: str
) -> dict[str, Draft]:
    """Return a member's drafts in a case, by kind."""
    found = {}
    for kind, sealed, written_at in await drafts.of_member(connection, case_id, member_id):
        plaintext = sealing.unseal(notes_key, sealed, _context(case_id, member_id, kind))
        found[kind] = Draft(json.loads(plaintext), written_at)
    return found


def _context(case_id: str, member_id: str, kind: str) -> str:
    return f"{case_id}/{member_id}/draft/{kind}"
