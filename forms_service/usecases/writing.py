"""What a member writes in a case beside answers: notes, translations, drafts of all of them."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.usecases import drafts
from forms_service.usecases.casework import NoSuchCase, find_case
from forms_service.usecases.drafts import Draft
from forms_service.usecases.entries import write_entry
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import audits, cases
from forms_service.world.store import drafts as stored_drafts


async def note(portal: Portal, at: SignedIn, case_id: str, text: str) -> None:
    """Write something that only the team reads."""
    now = portal.clock()
    who = at.member.id

    async def add(connection: AsyncConnection) -> None:
        case, key_sealed = await find_case(connection, at, case_id, now)
        notes_key = sealing.notes_key_of(sealing.open_with(at.private_key, key_sealed))
        content = {"text": text}
        await write_entry(connection, notes_key, case.id, "note", content, member_id=who, now=now)
        await stored_drafts.remove(connection, case_id, who, drafts.NOTE)
        await audits.add(connection, "noted", now, member_id=who, case_id=case_id)

    await portal.database.write(add)


async def translate(
    portal: Portal, at: SignedIn, case_id: str, about: str, text: str, language: str
) -> None:
    """Put a translation beside something that was said; both sides see it."""
    now = portal.clock()
    who = at.member.id

    async def add(connection: AsyncConnection) -> None:
        case, key_sealed = await find_case(connection, at, case_id, now)
        await _find_said(connection, case.id, about)
        case_key = sealing.case_key_of(sealing.open_with(at.private_key, key_sealed))
        content = {"text": text, "language": language}
        await write_entry(
            connection, case_key, case.id, "translation", content,
            member_id=who, now=now, about=about,
        )  # fmt: skip
        await stored_drafts.remove(connection, case_id, who, f"{drafts.TRANSLATION}:{about}")
        await audits.add(connection, "translated", now, member_id=who, case_id=case_id)

    await portal.database.write(add)


async def keep_draft(
    portal: Portal, at: SignedIn, case_id: str, kind: str, fields: Mapping[str, str]
) -> None:
    """Keep what a member has typed and not sent, for the next time they open the case.

    Raises NoSuchCase where they may not read it, or where a translation is about nothing.
    """
    now = portal.clock()

    async def keep(connection: AsyncConnection) -> None:
        _, key_sealed = await find_case(connection, at, case_id, now)
        if kind.startswith(f"{drafts.TRANSLATION}:"):
            await _find_said(connection, case_id, kind.removeprefix(f"{drafts.TRANSLATION}:"))
        notes_key = sealing.notes_key_of(sealing.open_with(at.private_key, key_sealed))
        await drafts.keep(connection, notes_key, case_id, at.member.id, kind, fields, now)

    await portal.database.write(keep)


async def draft(portal: Portal, at: SignedIn, case_id: str, kind: str) -> Draft | None:
    """Return what the member has begun there; raises NoSuchCase where they may not read it."""
    now = portal.clock()

    async def find(connection: AsyncConnection) -> Draft | None:
        _, key_sealed = await find_case(connection, at, case_id, now)
        notes_key = sealing.notes_key_of(sealing.open_with(at.private_key, key_sealed))
        return (await drafts.of_member(connection, notes_key, case_id, at.member.id)).get(kind)

    return await portal.database.read(find)


async def _find_said(connection: AsyncConnection, case_id: str, about: str) -> None:
    written = await cases.entries(connection, case_id)
    if about not in {entry.id for entry in written if entry.kind != "note"}:
        raise NoSuchCase
