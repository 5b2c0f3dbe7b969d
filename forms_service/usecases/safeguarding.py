"""Handing a case to those who protect people, and back: its readers change as one."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import deadlines, process, sealing
from forms_service.rules.fields import Answers
from forms_service.rules.forms import FORMS
from forms_service.usecases import drafts, granting
from forms_service.usecases.casework import find_case
from forms_service.usecases.entries import unseal_entry
from forms_service.usecases.sharing import Refused, write_note
from forms_service.usecases.signing_in import SignedIn
from forms_service.usecases.submit import inbox_for
from forms_service.world.portal import Portal
from forms_service.world.store import access, audits, cases, members
from forms_service.world.store import drafts as stored_drafts
from forms_service.world.store.audits import Action
from forms_service.world.store.cases import Case


async def protect(portal: Portal, at: SignedIn, case_id: str, note: str = "") -> None:
    """Hand a case to the safeguarding team: nobody else reads it from now on.

    Raises NoSuchCase; Refused if it is there already, or if nobody is there who may read it.
    """
    inbox = next(
        (name for name, each in portal.organisation.inboxes.items() if each.safeguarding), None
    )
    now = portal.clock()

    async def move(connection: AsyncConnection) -> None:
        case, key_sealed = await find_case(connection, at, case_id, now)
        if portal.organisation.inboxes[case.inbox].safeguarding:
            raise Refused("protected_already")
        roles = [each.role for each in await members.readers(connection, inbox or "")]
        if inbox is None or "reader" not in roles:
            raise Refused("nobody_protects")
        team_key = sealing.open_with(at.private_key, key_sealed)
        await write_note(connection, team_key, case_id, at.member.id, note, now)
        await stored_drafts.remove(connection, case_id, at.member.id, drafts.PROTECTING)
        await _move(connection, portal, case, inbox, team_key, now)
        await _note(connection, "flagged", at, case_id, now)

    await portal.database.write(move)


async def protect_no_longer(portal: Portal, at: SignedIn, case_id: str, note: str = "") -> None:
    """Hand a case back from the safeguarding team to where it would have gone without danger.

    Raises NoSuchCase; Refused if it isn't there, or if nobody would be left to read it.
    """
    now = portal.clock()

    async def move(connection: AsyncConnection) -> None:
        case, key_sealed = await find_case(connection, at, case_id, now)
        if not portal.organisation.inboxes[case.inbox].safeguarding:
            raise Refused("not_protected")
        team_key = sealing.open_with(at.private_key, key_sealed)
        answers: Answers = {**await _answers(connection, case, team_key), "danger": ""}
        inbox = inbox_for(FORMS[case.form], answers, portal.organisation.topics)
        await write_note(connection, team_key, case_id, at.member.id, note, now)
        await stored_drafts.remove(connection, case_id, at.member.id, drafts.PROTECTING)
        await _move(connection, portal, case, inbox, team_key, now)
        await _note(connection, "unflagged", at, case_id, now)

    await portal.database.write(move)


async def _move(
    connection: AsyncConnection,
    portal: Portal,
    case: Case,
    inbox_name: str,
    team_key: bytes,
    now: datetime,
) -> None:
    """Give the case new readers and new promises; no promise is put off by it."""
    inbox = portal.organisation.inboxes[inbox_name]
    promised = deadlines.promises(inbox, now)
    answers = await _answers(connection, case, team_key)
    await access.take_away(connection, case.id)
    arriving = replace(case, inbox=inbox_name, arrived_at=now)
    if not await granting.open_to_first_readers(
        connection, portal.organisation, arriving, answers, promised, team_key
    ):
        raise Refused("nobody_protects" if inbox.safeguarding else "nobody_left")
    if case.acknowledged_at is not None:
        await access.meet(connection, case.id, "acknowledged", now)
    if process.is_closed(case.status):
        await access.meet(connection, case.id, "answered", now)
    keeps = answers.get("keep") is True
    day = deadlines.delete_on(inbox, case.form, case.status, now, keeps=keeps)
    if deadlines.is_deletion_fixed(inbox, case.deletion_asked_at):
        day = deadlines.asked_deletion(now, day)
    await cases.change(
        connection,
        case.id,
        inbox=inbox_name,
        opened_at=None,
        opened_by=promised.opened_by,
        acknowledged_by=promised.acknowledged_by,
        news_by=min(case.news_by, promised.news_by),
        answer_by=min(case.answer_by, promised.answer_by),
        delete_on=day,
    )


async def _answers(connection: AsyncConnection, case: Case, team_key: bytes) -> Answers:
    """Return what the sender said in the form."""
    submission = (await cases.entries(connection, case.id))[0]
    content = unseal_entry(sealing.case_key_of(team_key), submission)
    answers: Answers = content["answers"]
    return answers


async def _note(
    connection: AsyncConnection, action: Action, at: SignedIn, case_id: str, now: datetime
) -> None:
    await audits.add(connection, action, now, member_id=at.member.id, case_id=case_id)
