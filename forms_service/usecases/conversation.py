"""The sender's side of a case: in by number, read, write back, out again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import deadlines, process, sealing
from forms_service.rules.files import Refusal, Upload
from forms_service.rules.organisation import Inbox
from forms_service.rules.receipts import read_number
from forms_service.usecases.entries import Content, Kind, seal_entry, unseal_entry
from forms_service.usecases.files import File, describe, prepare, seal_files, store_files
from forms_service.world.portal import Portal
from forms_service.world.store import attachments, cases, members, sessions
from forms_service.world.store.attachments import Attachment
from forms_service.world.store.cases import Case, Entry
from forms_service.world.store.sessions import Session

VISIT_LASTS = timedelta(minutes=15)
_SAID_TWICE = timedelta(minutes=10)
"""Within this time the same text again is an impatient finger, not a second message."""

Purpose = Literal["visit", "slip visit"]
VISIT: Purpose = "visit"
SLIP_VISIT: Purpose = "slip visit"
"""What a visit's key is sealed for: with the number of a slip, which staff have seen, one only
gets to the new number.
"""


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
    """One thing said. `ours` came from staff; `translations` stand beside it.

    `files` came with it, `refusals` say which of them couldn't be taken.
    """

    id: str
    kind: str
    ours: bool
    author: str
    written_at: datetime
    content: Content
    translations: tuple[Translation, ...]
    files: tuple[File, ...] = ()

    @property
    def refusals(self) -> list[Refusal]:
        """What was sent with it and couldn't be taken."""
        return [Refusal(place, reason) for place, reason in self.content.get("refused", ())]

    @property
    def has_words(self) -> bool:
        """Whether there is something of somebody's own words, which may need translating."""
        return self.kind == "submission" or bool(self.content.get("text"))


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
        key_sealed=sealing.seal(
            sealing.token_key(browser_token), case_key, SLIP_VISIT if case.slip else VISIT
        ),
        expires_at=now + VISIT_LASTS,
    )

    async def begin(connection: AsyncConnection) -> None:
        await sessions.end_expired(connection, now)
        await sessions.add(connection, visit)

    await portal.database.write(begin)
    return True


async def visit(portal: Portal, browser_token: bytes, purpose: Purpose = VISIT) -> Visit | None:
    """Return the visit of a browser while it lasts, if it was begun for this purpose."""
    now = portal.clock()

    async def find(connection: AsyncConnection) -> tuple[Session, Case] | None:
        token_id = sealing.token_id(browser_token)
        session = await sessions.find(connection, token_id, now, VISIT_LASTS)
        if session is None or session.case_id is None:
            return None
        case = await cases.by_id(connection, session.case_id)
        return (session, case) if case else None

    found = await portal.database.read(find)
    if found is None:
        return None
    session, case = found
    key = sealing.token_key(browser_token)
    try:
        return Visit(case, sealing.unseal(key, session.key_sealed, purpose))
    except sealing.CannotUnseal:
        return None


async def leave(portal: Portal, browser_token: bytes) -> None:
    """End a browser's visit."""

    async def end(connection: AsyncConnection) -> None:
        await sessions.end(connection, sealing.token_id(browser_token))

    await portal.database.write(end)


async def read_items(portal: Portal, visiting: Visit) -> list[Item]:
    """Return the conversation as its sender reads it."""

    async def read(
        connection: AsyncConnection,
    ) -> tuple[list[Entry], dict[str, str], list[Attachment]]:
        written = await cases.entries(connection, visiting.case.id)
        names = {each.id: each.name for each in await members.everyone(connection)}
        return written, names, await attachments.of_case(connection, visiting.case.id)

    written, names, attached = await portal.database.read(read)
    return items(written, visiting.case_key, names, attached)


def items(
    written: list[Entry],
    case_key: bytes,
    names: Mapping[str, str],
    attached: Sequence[Attachment] = (),
) -> list[Item]:
    """Return what both sides have said, in order; the team's notes are not among it."""
    said = [entry for entry in written if entry.kind != "note"]
    files = [describe(case_key, each) for each in attached]
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
            files=tuple(each for each in files if each.entry_id == entry.id),
        )
        for entry in said
        if entry.about is None
    ]


def newest_contact(said: list[Item]) -> Item | None:
    """Return the last correction of the contact details, if there was any."""
    return next((item for item in reversed(said) if item.kind == "contact_details"), None)


class NothingToAdd(Exception):
    """There is no text, and of the files none could be taken; `refusals` say why."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__()
        self.refusals = refusals


async def write_back(
    portal: Portal, visiting: Visit, text: str, uploads: Sequence[Upload] = ()
) -> None:
    """Add what the sender wrote and sent; staff see that there is something new.

    The same twice within ten minutes is one message. A file that can't be taken doesn't cost the
    text: what is missing is kept with it. Raises NothingToAdd where nothing would be left.
    """
    now = portal.clock()
    prepared = await prepare(portal.images, uploads)
    if not text and not prepared.documents:
        raise NothingToAdd(prepared.refusals)
    content = {
        "text": text,
        "refused": [[each.place, each.reason] for each in prepared.refusals],
        "digests": [each.digest for each in uploads],
    }
    addition = seal_entry(
        visiting.case_key,
        case_id=visiting.case.id,
        place=0,
        kind="addition",
        content=content,
        written_at=now,
    )
    files = await seal_files(visiting.case_key, visiting.case.id, addition.id, prepared.documents)

    async def add(connection: AsyncConnection) -> None:
        case = await cases.by_id(connection, visiting.case.id, to_change=True)
        if case is None or await _has_just_said(connection, visiting, content, now):
            return
        place = await cases.next_place(connection, case.id)
        await cases.add_entry(connection, replace(addition, place=place))
        await store_files(connection, files)
        inbox = portal.organisation.inboxes[case.inbox]
        changes = something_new(case, inbox, now)
        if case.delete_on is not None and not deadlines.is_deletion_fixed(
            inbox, case.deletion_asked_at
        ):
            later = deadlines.delete_on(inbox, case.form, case.status, now)
            changes["delete_on"] = max(case.delete_on, later or case.delete_on)
        await cases.change(connection, case.id, **changes)

    await portal.database.write(add)


async def add_entry(
    connection: AsyncConnection, visiting: Visit, kind: Kind, content: Content, now: datetime
) -> None:
    """Add something of the sender's to the conversation."""
    case_id = visiting.case.id
    place = await cases.next_place(connection, case_id)
    entry = seal_entry(
        visiting.case_key,
        case_id=case_id,
        place=place,
        kind=kind,
        content=content,
        written_at=now,
    )
    await cases.add_entry(connection, entry)


def something_new(case: Case, inbox: Inbox, now: datetime) -> dict[str, object]:
    """Return how a case changes in which its sender did something: staff answer by a new day."""
    if case.unread_since is not None:
        return {"unread_since": case.unread_since}
    news_by = deadlines.next_news(inbox, now)
    if process.owes_news(case.status):
        news_by = min(news_by, case.news_by)
    return {"unread_since": now, "news_by": news_by}


async def _has_just_said(
    connection: AsyncConnection, visiting: Visit, content: Content, now: datetime
) -> bool:
    last = (await cases.entries(connection, visiting.case.id))[-1]
    if last.kind != "addition" or last.written_at < now - _SAID_TWICE:
        return False
    said = unseal_entry(visiting.case_key, last)
    return (said["text"], said.get("digests", [])) == (content["text"], content["digests"])
