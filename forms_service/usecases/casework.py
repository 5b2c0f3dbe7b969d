"""The staff's side of a case: open it, answer.

Every function asks for the case as this member; without an `access` row that has opened there
is no case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import deadlines, process, sealing
from forms_service.rules.organisation import Inbox
from forms_service.usecases import drafts, second_look
from forms_service.usecases.conversation import Item, items
from forms_service.usecases.desk import Due, next_due
from forms_service.usecases.drafts import Draft
from forms_service.usecases.entries import unseal_entry, write_entry
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import access, attachments, audits, cases, mails, members
from forms_service.world.store import drafts as stored_drafts
from forms_service.world.store.access import MayRead
from forms_service.world.store.audits import Line
from forms_service.world.store.cases import Case

_ONE_LOOK = timedelta(minutes=15)
"""Going back and forth between a case, its preview and an error is one look at it."""


class NoSuchCase(Exception):
    """There is none, or not for this member: the two look the same."""


@dataclass(frozen=True)
class Note:
    """What a member wrote for the team only."""

    written_at: datetime
    author: str
    text: str


@dataclass(frozen=True)
class OpenCase:
    """A case on the desk, unsealed."""

    case: Case
    due: Due | None
    items: list[Item]
    notes: list[Note]
    readers: list[MayRead]
    log: list[Line]
    drafts: Mapping[str, Draft]


async def open_case(portal: Portal, at: SignedIn, case_id: str) -> OpenCase:
    """Open a case; the first time keeps the first promise, every time is noted.

    Raises NoSuchCase where the member may not read it (now).
    """
    now = portal.clock()

    async def note_opening(connection: AsyncConnection) -> bytes:
        case, key_sealed = await find_case(connection, at, case_id, now)
        if case.opened_at is None:
            await cases.change(connection, case_id, opened_at=now)
            await access.meet(connection, case_id, "opened", now)
        who = {"member_id": at.member.id, "case_id": case_id}
        if not await audits.has_line(connection, "opened", now - _ONE_LOOK, **who):
            await audits.add(connection, "opened", now, **who)
        team_key = sealing.open_with(at.private_key, key_sealed)
        await second_look.call_another(connection, case, team_key, now)
        return team_key

    team_key = await portal.database.write(note_opening)
    notes_key = sealing.notes_key_of(team_key)

    async def read(connection: AsyncConnection) -> OpenCase:
        case, _ = await find_case(connection, at, case_id, now)
        written = await cases.entries(connection, case_id)
        names = {each.id: each.name for each in await members.everyone(connection)}
        return OpenCase(
            case=case,
            due=next_due(case),
            items=items(
                written,
                sealing.case_key_of(team_key),
                names,
                await attachments.of_case(connection, case_id),
            ),
            notes=[
                Note(
                    entry.written_at,
                    names.get(entry.member_id or "", ""),
                    str(unseal_entry(notes_key, entry)["text"]),
                )
                for entry in written
                if entry.kind == "note"
            ],
            readers=await access.readers_of(connection, case_id),
            log=await audits.of_case(connection, case_id),
            drafts=await drafts.of_member(connection, notes_key, case_id, at.member.id),
        )

    return await portal.database.read(read)


@dataclass(frozen=True)
class Answer:
    """What goes to the sender: a prepared sentence, words of one's own, or both.

    `until` is the day a sentence names. `translation` stands beside the text, in the sender's
    language, as the member's own.
    """

    sentence: str = ""
    until: date | None = None
    text: str = ""
    translation: str = ""


class AnswerError(ValueError):
    """The answer can't be sent like this; the message is a code for the page."""


def latest_day(portal: Portal, case: Case) -> date:
    """Return the last day that a sentence may name: nobody waits longer for an answer."""
    months = portal.organisation.inboxes[case.inbox].deadlines.answer_months_at_most
    return deadlines.months_after(deadlines.local_day(case.arrived_at), months)


def check_answer(case: Case, answer: Answer, today: date, latest: date) -> None:
    """Refuse an answer that says nothing, or a sentence whose date is missing or too late."""
    if not answer.sentence and not answer.text:
        raise AnswerError("empty")
    if answer.translation and not answer.text:
        raise AnswerError("translation_of_nothing")
    if answer.sentence:
        try:
            prepared = process.sentence(case.form, answer.sentence)
        except KeyError as error:
            raise AnswerError("unknown_sentence") from error
        if prepared.names_date and (answer.until is None or answer.until < today):
            raise AnswerError("date_missing")
        if prepared.names_date and answer.until and answer.until > latest:
            raise AnswerError("date_too_late")


async def check_turn(portal: Portal, at: SignedIn, case: Case) -> None:
    """Refuse whoever's answer is being looked at again, before they have written all of it."""

    async def is_anothers(connection: AsyncConnection) -> bool:
        return await second_look.needs_another(connection, case, at.member.id)

    if await portal.database.read(is_anothers):
        raise AnswerError("second_look")


async def answer_case(portal: Portal, at: SignedIn, case_id: str, answer: Answer) -> None:
    """Send an answer: it acknowledges the case, renews the promise of news, may change the stage.

    Raises NoSuchCase and AnswerError.
    """
    now = portal.clock()

    async def send(connection: AsyncConnection) -> None:
        case, key_sealed = await find_case(connection, at, case_id, now)
        check_answer(case, answer, deadlines.local_day(now), latest_day(portal, case))
        case_key = sealing.case_key_of(sealing.open_with(at.private_key, key_sealed))
        if await second_look.needs_another(connection, case, at.member.id):
            raise AnswerError("second_look")
        write = partial(write_entry, connection, case_key, case.id, member_id=at.member.id, now=now)
        if answer.sentence:
            until = answer.until.isoformat() if answer.until else None
            await write("sentence", {"code": answer.sentence, "until": until})
        if answer.text:
            language = at.member.language
            reply = await write("reply", {"text": answer.text, "language": language})
            if answer.translation:
                content = {"text": answer.translation, "language": case.language}
                await write("translation", content, about=reply.id)
        await _keep_promises(connection, portal, case, case_key, answer, now)
        await stored_drafts.remove(connection, case.id, at.member.id, "answer")
        if portal.postman is not None:
            await mails.add_for_sender(connection, case_id, now)
        await audits.add(connection, "answered", now, member_id=at.member.id, case_id=case_id)

    await portal.database.write(send)


async def _keep_promises(
    connection: AsyncConnection,
    portal: Portal,
    case: Case,
    case_key: bytes,
    answer: Answer,
    now: datetime,
) -> None:
    inbox = portal.organisation.inboxes[case.inbox]
    prepared = process.sentence(case.form, answer.sentence) if answer.sentence else None
    # A day left in its field promises nothing where the sentence doesn't name it.
    until = answer.until if prepared and prepared.names_date else None
    status = prepared.status if prepared else case.status
    if status == process.NEW:
        status = process.after_first_reply(case.form)
    written = await cases.entries(connection, case.id)
    submission = unseal_entry(case_key, written[0])
    await cases.change(
        connection,
        case.id,
        status=status,
        acknowledged_at=case.acknowledged_at or now,
        news_by=deadlines.end_of(until) if until else deadlines.next_news(inbox, now),
        unread_since=None,
        closed_at=(case.closed_at or now) if process.is_closed(status) else None,
        delete_on=_delete_on(inbox, case, status, now, submission["answers"]),
    )
    await access.meet(connection, case.id, "acknowledged", now)
    if process.is_closed(status):
        await access.meet(connection, case.id, "answered", now)


def _delete_on(
    inbox: Inbox, case: Case, status: str, now: datetime, answers: Mapping[str, object]
) -> date | None:
    """Return the day of deletion; what we do doesn't move the day that the sender asked for."""
    if deadlines.is_deletion_fixed(inbox, case.deletion_asked_at):
        return case.delete_on
    return deadlines.delete_on(inbox, case.form, status, now, keeps=answers.get("keep") is True)


async def find_case(
    connection: AsyncConnection, at: SignedIn, case_id: str, now: datetime
) -> tuple[Case, bytes]:
    """Return a case and its team key sealed to the member; NoSuchCase if they may not read it."""
    found = await access.open_for(connection, case_id, at.member.id, now)
    if found is None:
        raise NoSuchCase
    return found
