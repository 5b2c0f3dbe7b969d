"""The sender's side of a case: in by number, read, write back, out again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import deadlines, process, sealing
from forms_service.rules.receipts import read_number
from forms_service.usecases.entries import Content, seal_entry, unseal_entry
from forms_service.world.portal import Portal
from forms_service.world.store import cases, members, sessions
from forms_service.world.store.cases import Case, Entry
from forms_service.world.store.sessions import Session

VISIT_LASTS = timedelta(minutes=15)


@dataclass(frozen=True)
class Visit:
    """A sender who came with the number: the case and the key of what they may read."""

    case: Case
    case_key: bytes


@dataclass(frozen=True)
class Translation:
    """A translation that a member put beside something."""

    text: str
    language: str
    author: str


@dataclass(frozen=True)
class Item:
    """One thing said. `ours` came from staff; `translations` stand beside it."""

    id: str
    kind: str
    ours: bool
    author: str
    written_at: datetime
    content: Content
    translations: tuple[Translation, ...]


async def come_in(portal: Portal, typed: str, browser_token: bytes, address: str) -> bool:
    """Begin a visit with a number; False if nothing belongs to it.

    Every well-formed number costs exactly one derivation, right or wrong; what can't be a
    number costs none.
    """
    number = read_number(typed)
    if number is None:
        return False
    keys = await portal.key_pool.receipt_keys(number, address)
    now = portal.clock()

    async def find(connection: AsyncConnection) -> tuple[Case, bytes] | None:
        return await cases.by_receipt(connection, keys.lookup)

    found = await portal.database.read(find)
    if found is None:
        return False
    case, wrapped = found
    case_key = sealing.unseal(keys.wrapping, wrapped, f"{case.id}/receipt")
    visit = Session(
        token_id=sealing.token_id(browser_token),
        member_id=None,
        case_id=case.id,
        key_sealed=sealing.seal(sealing.token_key(browser_token), case_key, "visit"),
        expires_at=now + VISIT_LASTS,
    )

    async def begin(connection: AsyncConnection) -> None:
        await sessions.end_expired(connection, now)
        await sessions.add(connection, visit)

    await portal.database.write(begin)
    return True


async def visit(portal: Portal, browser_token: bytes) -> Visit | None:
    """Return the visit of a browser while it lasts."""
    now = portal.clock()

    async def find(connection: AsyncConnection) -> tuple[Session, Case] | None:
        session = await sessions.find(connection, sealing.token_id(browser_token), now)
        if session is None or session.case_id is None:
            return None
        case = await cases.by_id(connection, session.case_id)
        return (session, case) if case else None

    found = await portal.database.read(find)
    if found is None:
        return None
    session, case = found
    case_key = sealing.unseal(sealing.token_key(browser_token), session.key_sealed, "visit")
    return Visit(case, case_key)


async def leave(portal: Portal, browser_token: bytes) -> None:
    """End a browser's visit."""

    async def end(connection: AsyncConnection) -> None:
        await sessions.end(connection, sealing.token_id(browser_token))

    await portal.database.write(end)


async def read_items(portal: Portal, visiting: Visit) -> list[Item]:
    """Return the conversation as its sender reads it."""

    async def read(connection: AsyncConnection) -> tuple[list[Entry], dict[str, str]]:
        written = await cases.entries(connection, visiting.case.id)
        return written, {each.id: each.name for each in await members.everyone(connection)}

    written, names = await portal.database.read(read)
    return items(written, visiting.case_key, names)


def items(written: list[Entry], case_key: bytes, names: Mapping[str, str]) -> list[Item]:
    """Return what both sides have said, in order; the team's notes are not among it."""
    said = [entry for entry in written if entry.kind != "note"]
    translations: dict[str, list[Translation]] = {}
    for entry in said:
        if entry.about is not None:
            content = unseal_entry(case_key, entry)
            author = names.get(entry.member_id or "", "")
            translations.setdefault(entry.about, []).append(
                Translation(content["text"], content["language"], author)
            )
    return [
        Item(
            id=entry.id,
            kind=entry.kind,
            ours=entry.kind in ("reply", "sentence"),
            author=names.get(entry.member_id or "", ""),
            written_at=entry.written_at,
            content=unseal_entry(case_key, entry),
            translations=tuple(translations.get(entry.id, ())),
        )
        for entry in said
        if entry.about is None
    ]


async def write_back(portal: Portal, visiting: Visit, text: str) -> None:
    """Add what the sender wrote; staff see that there is something new."""
    now = portal.clock()
    case = visiting.case

    async def add(connection: AsyncConnection) -> None:
        place = await cases.next_place(connection, case.id)
        addition = seal_entry(
            visiting.case_key,
            case_id=case.id,
            place=place,
            kind="addition",
            content={"text": text},
            written_at=now,
        )
        await cases.add_entry(connection, addition)
        inbox = portal.organisation.inboxes[case.inbox]
        current = await cases.by_id(connection, case.id) or case
        changes: dict[str, object] = {}
        if current.unread_since is None:
            news_by = deadlines.next_news(inbox, now)
            if process.owes_news(current.status):
                news_by = min(news_by, current.news_by)
            changes = {"unread_since": now, "news_by": news_by}
        if current.delete_on is not None:
            later = deadlines.delete_on(inbox, case.form, current.status, now)
            changes["delete_on"] = max(current.delete_on, later or current.delete_on)
        if changes:
            await cases.change(connection, case.id, **changes)

    await portal.database.write(add)
