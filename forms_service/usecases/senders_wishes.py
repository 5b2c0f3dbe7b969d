"""What senders can ask for besides writing: a second look, an end, deletion, other contact details.

Each wish is an entry that both sides see and marks the case as having something new. What can't
be wished for (any more) changes nothing, so a second press of a button does no harm.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import deadlines, process
from forms_service.rules.contact_details import contact_details
from forms_service.rules.fields import Answers
from forms_service.rules.forms import FORMS
from forms_service.rules.organisation import Inbox
from forms_service.usecases import second_look
from forms_service.usecases.conversation import Visit, add_entry, something_new
from forms_service.usecases.entries import Content, Wish, unseal_entry
from forms_service.world.portal import Portal
from forms_service.world.store import access, cases
from forms_service.world.store.cases import Case

Decide = Callable[[Case, Inbox, datetime], dict[str, object] | None]
"""How the case changes, as it stands at that moment; None if there is nothing to wish for."""


async def object_to_answer(portal: Portal, visiting: Visit, text: str) -> bool:
    """Say that the answer isn't enough: another person looks again, by a new day.

    Return whether that was possible; `text` may be empty.
    """

    def decide(case: Case, inbox: Inbox, now: datetime) -> dict[str, object] | None:
        if not process.may_object(case.form, case.status):
            return None
        by = deadlines.second_look(inbox, now)
        changes: dict[str, object] = {
            "status": process.SECOND_LOOK,
            "dissatisfied_at": now,
            "closed_at": None,
            "answer_by": by,
            "news_by": by,
        }
        if not deadlines.is_deletion_fixed(inbox, case.deletion_asked_at):
            changes["delete_on"] = None
        return changes

    return await _wish(portal, visiting, "dissatisfied", {"text": text}, decide)


async def withdraw(portal: Portal, visiting: Visit) -> bool:
    """End the case; where people are protected, tell the team, who decide. False if it has ended."""

    def decide(case: Case, inbox: Inbox, now: datetime) -> dict[str, object] | None:
        if not process.may_withdraw(case.status):
            return None
        if inbox.safeguarding:
            return {}
        changes: dict[str, object] = {"status": process.WITHDRAWN, "closed_at": now}
        if not deadlines.is_deletion_fixed(inbox, case.deletion_asked_at):
            day = deadlines.delete_on(inbox, case.form, process.WITHDRAWN, now)
            changes["delete_on"] = day
        return changes

    return await _wish(portal, visiting, "withdrawn", {}, decide)


async def ask_deletion(portal: Portal, visiting: Visit) -> bool:
    """Have everything deleted in some days; where people are protected, ask the team.

    Return False if it was asked before.
    """

    def decide(case: Case, inbox: Inbox, now: datetime) -> dict[str, object] | None:
        if case.deletion_asked_at is not None:
            return None
        if inbox.safeguarding:
            return {"deletion_asked_at": now}
        day = deadlines.asked_deletion(now, case.delete_on)
        return {"deletion_asked_at": now, "delete_on": day}

    return await _wish(portal, visiting, "deletion_asked", {}, decide)


async def take_deletion_back(portal: Portal, visiting: Visit) -> bool:
    """Let the case stay after all, until the day that is usual; False if nothing was asked."""

    async def keeps(connection: AsyncConnection) -> bool:
        first = (await cases.entries(connection, visiting.case.id))[0]
        answers = unseal_entry(visiting.case_key, first)["answers"]
        return answers.get("keep") is True

    kept_longer = await portal.database.read(keeps)

    def decide(case: Case, inbox: Inbox, now: datetime) -> dict[str, object] | None:
        if case.deletion_asked_at is None:
            return None
        changes: dict[str, object] = {"deletion_asked_at": None}
        if deadlines.is_deletion_fixed(inbox, case.deletion_asked_at):
            day = deadlines.delete_on(inbox, case.form, case.status, now, keeps=kept_longer)
            changes["delete_on"] = day
        return changes

    return await _wish(portal, visiting, "deletion_taken_back", {}, decide)


async def correct_contact(portal: Portal, visiting: Visit, answers: Answers) -> bool:
    """Keep other contact details beside the old ones; False if they are the same."""
    before = await current_contact(portal, visiting)
    if _given(answers) == _given(before):
        return False
    return await _wish(portal, visiting, "contact_details", {"answers": answers}, lambda *_: {})


def _given(answers: Answers) -> Answers:
    return {name: answer for name, answer in answers.items() if answer}


async def current_contact(portal: Portal, visiting: Visit) -> Answers:
    """Return how the sender can be reached, as last corrected."""

    async def read(connection: AsyncConnection) -> Answers:
        written = await cases.entries(connection, visiting.case.id)
        last = [each for each in written if each.kind in ("submission", "contact_details")][-1]
        answers = unseal_entry(visiting.case_key, last)["answers"]
        return contact_details(FORMS[visiting.case.form], answers)

    return await portal.database.read(read)


async def _wish(
    portal: Portal,
    visiting: Visit,
    kind: Wish,
    content: Content,
    decide: Decide,
) -> bool:
    now = portal.clock()

    async def act(connection: AsyncConnection) -> bool:
        case = await cases.by_id(connection, visiting.case.id, to_change=True)
        if case is None:
            return False
        last = (await cases.entries(connection, case.id))[-1]
        if last.kind == kind and kind != "contact_details":
            # The same press again, of a button that may have changed nothing but this.
            return False
        inbox = portal.organisation.inboxes[case.inbox]
        changes = decide(case, inbox, now)
        if changes is None:
            return False
        await add_entry(connection, visiting, kind, content, now)
        await cases.change(connection, case.id, **(something_new(case, inbox, now) | changes))
        if changes.get("status") == process.WITHDRAWN:
            # Nothing more is promised. Somebody still has to read that it was withdrawn.
            await access.meet(connection, case.id, "acknowledged", now)
            await access.meet(connection, case.id, "answered", now)
        if changes.get("status") == process.SECOND_LOOK:
            await second_look.begin(connection, portal, case, now)
        return True

    return await portal.database.write(act)
