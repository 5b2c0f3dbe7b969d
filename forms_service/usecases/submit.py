"""Takes a checked submission in: number, keys, readers, deadlines, sealing, one transaction."""

import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import deadlines, process, receipts, sealing
from forms_service.rules.catalogues import texts_for
from forms_service.rules.fields import Answers
from forms_service.rules.files import Refusal, Upload
from forms_service.rules.forms import Form, consents
from forms_service.rules.organisation import Inbox
from forms_service.usecases import granting
from forms_service.usecases.entries import Content, seal_entry
from forms_service.usecases.figures import sealed_for_counting
from forms_service.usecases.files import Prepared, SealedFile, prepare, seal_files, store_files
from forms_service.world.portal import Portal
from forms_service.world.store import audits, cases, receipt_copies
from forms_service.world.store.cases import Case, CaseKeys, Entry

log = logging.getLogger(__name__)

SHOWN_AGAIN = timedelta(minutes=10)
LEFT_FOR = timedelta(days=1)
"""Whoever holds the phone after somebody left could go back and send the form once more."""

ALIKE_FOR = timedelta(days=1)


Channel = Literal["web", "paper", "spoken"]


@dataclass(frozen=True)
class Submission:
    """What is taken in. `browser_token` is the cookie of the browser that sent it.

    A browser that is `new`, and got its token just now, can't have sent the same before.
    `entered_by` is the id of the member who typed what somebody wrote on paper or told them; the
    number on the `slip` they hand over is replaced when it is first used.
    """

    form: Form
    language: str
    answers: Answers
    browser_token: bytes
    address: str
    new: bool = False
    suspicious: bool = False
    files: Sequence[Upload] = ()
    channel: Channel = "web"
    slip: bool = False
    entered_by: str | None = None

    @property
    def canonical(self) -> bytes:
        """The content as bytes: the same for the same form, answers and files."""
        digests = "".join(each.digest for each in self.files)
        return self.words + digests.encode()

    @property
    def words(self) -> bytes:
        """The same without the files: a photo sent twice is seldom the same to the byte."""
        return json.dumps(
            [self.form.name, self.answers], sort_keys=True, ensure_ascii=False
        ).encode()


@dataclass(frozen=True)
class Receipt:
    """What the sender gets: the number, by when a person answers, and which files are missing.

    `reference` tells this receipt from others of the same browser, and nobody else anything.
    """

    number: str
    promised: deadlines.Promises
    reference: str = ""
    refusals: Sequence[Refusal] = ()


def inbox_for(form: Form, answers: Answers, topics: Mapping[str, str]) -> str:
    """Return the name of the inbox that a submission goes to."""
    if form.name == "complaint" and answers.get("danger") == "yes":
        return "safeguarding"
    if form.name == "contact":
        return topics.get(str(answers.get("topic", "")), form.inbox)
    return form.inbox


class LeftAlreadyError(Exception):
    """This browser has sent the same before, and left: it gets neither number nor second case."""


async def receive(portal: Portal, submission: Submission) -> Receipt:
    """Store a submission durably and return its receipt.

    Raises Busy if its address sends too many, LeftAlreadyError if its sender has left quickly.

    The same content from the same browser within ten minutes gets the same receipt and makes no
    second case; from elsewhere it makes a case of its own, marked for staff.
    """
    now = portal.clock()
    browser_id = sealing.token_id(submission.browser_token)
    browser_key = sealing.token_key(submission.browser_token)
    content = sealing.keyed_hash(browser_key, "content", submission.canonical)
    name = inbox_for(submission.form, submission.answers, portal.organisation.topics)
    inbox = portal.organisation.inboxes[name]
    promised = deadlines.promises(inbox, now)

    async def seen(connection: AsyncConnection) -> bytes | None:
        return await receipt_copies.find(connection, browser_id, content, now)

    copy = None if submission.new else await portal.database.read(seen)
    if copy is None:
        number = receipts.number_from(secrets.randbelow(10**receipts.RANDOM_DIGITS))
        keys = await portal.key_pool.receipt_keys(number, submission.address)
        prepared = await prepare(portal.images, submission.files)
        refused = [[each.place, each.reason] for each in prepared.refusals]
        shown = json.dumps([number, now.isoformat(), *refused]).encode()
        sealed_copy = sealing.seal(browser_key, shown, "receipt copy")
        sealed = await _seal(submission, prepared, now)

        async def store(connection: AsyncConnection) -> bytes:
            if not submission.new:
                if (earlier := await seen(connection)) is not None:
                    return earlier
                # Only this browser's, whose place the new one may take: of all, that's the upkeep's.
                await receipt_copies.forget_expired(connection, now, browser_id)
            await _store_case(
                connection, portal, submission, sealed, name, inbox, promised, keys, now
            )
            await receipt_copies.add(
                connection,
                token_id=browser_id,
                content=content,
                sealed=sealed_copy,
                expires_at=now + SHOWN_AGAIN,
            )
            return sealed_copy

        try:
            copy = await portal.database.write(store, small=not prepared.documents)
        except IntegrityError:
            # The same browser sent the same twice at once, to two processes: the first one counts.
            copy = await portal.database.read(seen)
            if copy is None:
                raise
    if not copy:
        raise LeftAlreadyError
    number, arrived, *missing = json.loads(sealing.unseal(browser_key, copy, "receipt copy"))
    promised = deadlines.promises(inbox, datetime.fromisoformat(arrived))
    refusals = [Refusal(place, reason) for place, reason in missing]
    return Receipt(number, promised, content.hex(), refusals)


@dataclass(frozen=True)
class _Sealed:
    """A new case's key and what it opens, sealed before the transaction begins."""

    team_key: bytes
    entry: Entry
    files: Sequence[SealedFile]


async def _seal(submission: Submission, prepared: Prepared, now: datetime) -> _Sealed:
    team_key = secrets.token_bytes(sealing.KEY_BYTES)
    case_key = sealing.case_key_of(team_key)
    entry = seal_entry(
        case_key,
        case_id=cases.new_id(),
        place=0,
        kind="submission",
        content=_content(submission, prepared.refusals, now),
        written_at=now,
    )
    sealed_files = await seal_files(case_key, entry.case_id, entry.id, prepared.documents)
    return _Sealed(team_key, entry, sealed_files)


async def _store_case(
    connection: AsyncConnection,
    portal: Portal,
    submission: Submission,
    sealed: _Sealed,
    inbox_name: str,
    inbox: Inbox,
    promised: deadlines.Promises,
    receipt: sealing.ReceiptKeys,
    now: datetime,
) -> None:
    team_key = sealed.team_key
    likeness = sealing.keyed_hash(portal.secrets.pepper, "likeness", submission.words)
    case = Case(
        id=sealed.entry.case_id,
        form=submission.form.name,
        inbox=inbox_name,
        language=submission.language,
        channel=submission.channel,
        status=process.NEW,
        suspicious=submission.suspicious,
        perhaps_same=await cases.is_like_another(connection, likeness, now - ALIKE_FOR),
        arrived_at=now,
        opened_by=promised.opened_by,
        acknowledged_by=promised.acknowledged_by,
        news_by=promised.news_by,
        answer_by=promised.answer_by,
        opened_at=None,
        acknowledged_at=None,
        unread_since=None,
        delete_on=deadlines.delete_on(inbox, submission.form.name, process.NEW, now),
        slip=submission.slip,
    )
    keys = CaseKeys(
        likeness=likeness,
        receipt_lookup=receipt.lookup,
        key_for_receipt=sealing.seal(
            receipt.wrapping, sealing.case_key_of(team_key), f"{case.id}/receipt"
        ),
        key_for_recovery=sealing.seal_to(portal.recovery_public_key, team_key),
        figure_sealed=sealed_for_counting(portal, case.id, submission.answers),
    )
    await cases.add(connection, case, keys)
    if submission.entered_by is not None:
        who = {"member_id": submission.entered_by, "case_id": case.id}
        await audits.add(connection, "entered", now, **who)
    await granting.exclude_as_said(connection, case, submission.answers)
    if not await granting.open_to_first_readers(
        connection, portal.organisation, case, submission.answers, promised, team_key
    ):
        log.error("a case arrived that no member may read; only the recovery key opens it")
    await cases.add_entry(connection, sealed.entry)
    await store_files(connection, sealed.files)


def _content(submission: Submission, refusals: Sequence[Refusal], now: datetime) -> Content:
    """Return what is sealed; a consent is kept with the words, the language and the time of it."""
    texts = texts_for(submission.language)
    return {
        "answers": submission.answers,
        "consents": [
            {
                "field": tick.name,
                "text": texts.gettext(tick.label),
                "language": submission.language,
                "given_at": now.isoformat(),
            }
            for tick in consents(submission.form, submission.answers)
        ],
        "refused": [[each.place, each.reason] for each in refusals],
    }


async def forget_receipts(portal: Portal, browser_token: bytes) -> None:
    """Let this browser not see its numbers again, nor send the same anew by going back."""
    until = portal.clock() + LEFT_FOR

    async def forget(connection: AsyncConnection) -> None:
        await receipt_copies.hide(connection, sealing.token_id(browser_token), until)

    await portal.database.write(forget)
