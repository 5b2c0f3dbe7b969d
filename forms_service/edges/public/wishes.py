"""What a sender does in an open conversation: write, object, correct, withdraw, delete, be mailed.

Every act is posted to the page's own address and answered by a redirect, or by the same page with
what is wrong; so a reload repeats nothing.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from starlette.responses import RedirectResponse, Response

from forms_service.edges.pages import PersonalPage
from forms_service.edges.public.sender_pages import NoteField, SenderPages, Standing
from forms_service.rules import deadlines, process
from forms_service.rules.catalogues import N_, Texts, texts_for
from forms_service.rules.contact_details import NOTE_ADDRESS, contact_form
from forms_service.rules.fields import TOO_LONG, Answers
from forms_service.rules.files import Upload
from forms_service.rules.forms import FORMS, clean
from forms_service.rules.text import clean_text
from forms_service.usecases import conversation, note_address, senders_wishes
from forms_service.usecases.conversation import Visit
from forms_service.world.portal import Portal
from forms_service.world.site import NUMBER

Values = dict[str, list[str]]

OPEN = "open"
"""A query on the page's own address: it makes a cache in between ask the service."""

_MAX_MESSAGE = 5000
_MESSAGE_MISSING = N_("Bitte schreiben Sie eine Nachricht.")
_DONE = ("sent", "objected", "corrected", "withdrawn", "deleting", "staying", "noted", "unnoted")


@dataclass(frozen=True)
class Offers:
    """What the operator's set-up allows: mails, and how long backups outlive a deletion (days)."""

    note_mails: bool
    backups_kept_days: int | None = None


class Wishes:
    """The open conversation and everything that can be done in it."""

    def __init__(self, portal: Portal, pages: SenderPages, offers: Offers) -> None:
        self._portal = portal
        self._pages = pages
        self._offers = offers
        self._acts: Mapping[str, Callable[[str, Visit, Values], Awaitable[Response]]] = {
            "object": self._object,
            "contact": self._correct_contact,
            "withdraw": self._withdraw,
            "delete": self._delete,
            "stay": self._stay,
            "note": self._note,
            "unnote": self._unnote,
        }

    async def show(self, language: str, visiting: Visit, view: str) -> Response:
        """Return the conversation, or one of the pages behind it; `view` comes from the address."""
        case = visiting.case
        if view == "contact":
            answers = await senders_wishes.current_contact(self._portal, visiting)
            return PersonalPage(self._pages.contact(language, case, _as_typed(answers)))
        if view == "withdraw" and process.may_withdraw(case.status):
            return PersonalPage(self._pages.asking(language, view, case, None))
        if view == "delete" and case.deletion_asked_at is None:
            day = deadlines.asked_deletion(self._portal.clock(), case.delete_on)
            return PersonalPage(self._pages.asking(language, view, case, day))
        done = view if view in _DONE else ""
        return await self._page(language, visiting, Standing(done=done))

    async def act(
        self,
        language: str,
        visiting: Visit,
        action: str,
        values: Values,
        uploads: Sequence[Upload] = (),
    ) -> Response:
        """Do what a button of the conversation says; an unknown one does nothing."""
        if action == "write":
            return await self._write(language, visiting, values, uploads)
        if act := self._acts.get(action):
            return await act(language, visiting, values)
        return to_conversation(language)

    async def bring_back(
        self, language: str, visiting: Visit, action: str, values: Values
    ) -> Response:
        """Return the page of an act that the end of a visit interrupted, as it was filled in.

        A message is sent, since it was seen beside the number; everything else is asked for again.
        """
        if action == "write":
            return await self._write(language, visiting, values)
        if action == "contact":
            return PersonalPage(self._pages.contact(language, visiting.case, values))
        if action in ("object", "note"):
            field = "objection" if action == "object" else NOTE_ADDRESS.name
            typed = {field: "\n".join(values.get(field, ()))}
            return await self._page(language, visiting, Standing(typed=typed))
        return to_conversation(language, action if action in ("withdraw", "delete") else "")

    async def _write(
        self, language: str, visiting: Visit, values: Values, uploads: Sequence[Upload] = ()
    ) -> Response:
        message = clean_text("\n".join(values.get("message", ())))
        texts = texts_for(language)
        is_empty = not (message or uploads)
        problem = texts.gettext(_MESSAGE_MISSING) if is_empty else _too_long(message, texts)
        if not problem:
            try:
                await conversation.write_back(self._portal, visiting, message, uploads)
                return to_conversation(language, "sent")
            except conversation.NothingToAdd as nothing:
                problem = " ".join(each.sentence(texts) for each in nothing.refusals)
        standing = Standing(
            problems={"message": problem},
            typed={"message": message},
            chosen=[each.name for each in uploads],
        )
        return await self._page(language, visiting, standing, 422)

    async def _object(self, language: str, visiting: Visit, values: Values) -> Response:
        text = clean_text("\n".join(values.get("objection", ())))
        if problem := _too_long(text, texts_for(language)):
            return await self._wrong(language, visiting, "objection", text, problem)
        await senders_wishes.object_to_answer(self._portal, visiting, text)
        return to_conversation(language, "objected")

    async def _correct_contact(self, language: str, visiting: Visit, values: Values) -> Response:
        form = contact_form(FORMS[visiting.case.form])
        cleaned = clean(form, values, self._portal.organisation, language)
        if cleaned.problems:
            page = self._pages.contact(language, visiting.case, values, cleaned.problems)
            return PersonalPage(page, 422)
        await senders_wishes.correct_contact(self._portal, visiting, cleaned.answers)
        return to_conversation(language, "corrected")

    async def _withdraw(self, language: str, visiting: Visit, values: Values) -> Response:
        await senders_wishes.withdraw(self._portal, visiting)
        return to_conversation(language, "withdrawn")

    async def _delete(self, language: str, visiting: Visit, values: Values) -> Response:
        await senders_wishes.ask_deletion(self._portal, visiting)
        return to_conversation(language, "deleting")

    async def _stay(self, language: str, visiting: Visit, values: Values) -> Response:
        await senders_wishes.take_deletion_back(self._portal, visiting)
        return to_conversation(language, "staying")

    async def _note(self, language: str, visiting: Visit, values: Values) -> Response:
        address, problem = note_typed(values, texts_for(language))
        if problem:
            return await self._wrong(language, visiting, NOTE_ADDRESS.name, address, problem)
        if self._offers.note_mails:
            await note_address.keep(self._portal, visiting.case.id, address)
        return to_conversation(language, "noted")

    async def _unnote(self, language: str, visiting: Visit, values: Values) -> Response:
        await note_address.keep(self._portal, visiting.case.id, "")
        return to_conversation(language, "unnoted")

    async def _wrong(
        self, language: str, visiting: Visit, field: str, typed: str, problem: str
    ) -> Response:
        standing = Standing(problems={field: problem}, typed={field: typed})
        return await self._page(language, visiting, standing, 422)

    async def _page(
        self, language: str, visiting: Visit, standing: Standing, status: int = 200
    ) -> Response:
        items = await conversation.read_items(self._portal, visiting)
        masked = await note_address.shown(self._portal, visiting)
        note = None
        if self._offers.note_mails or masked:
            note = NoteField(
                masked,
                standing.typed.get(NOTE_ADDRESS.name, ""),
                standing.problems.get(NOTE_ADDRESS.name, ""),
            )
        shown = replace(standing, note=note, backups_kept_days=self._offers.backups_kept_days)
        return PersonalPage(self._pages.conversation(language, visiting.case, items, shown), status)


def to_conversation(language: str, view: str = "") -> Response:
    """Lead to the conversation, or to a page behind it."""
    query = f"{OPEN}={view}" if view else OPEN
    response = RedirectResponse(f"/{language}/{NUMBER}/?{query}", 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def note_typed(values: Values, texts: Texts) -> tuple[str, str]:
    """Return the address that was typed for the mail, and what is wrong with it."""
    address, problems = NOTE_ADDRESS.clean(values.get(NOTE_ADDRESS.name, ()), ())
    if not problems:
        return address, ""
    return address, texts.gettext(problems[0].message, **dict(problems[0].values))


def _too_long(text: str, texts: Texts) -> str:
    if len(text) <= _MAX_MESSAGE:
        return ""
    return texts.gettext(TOO_LONG, limit=_MAX_MESSAGE, count=len(text))


def _as_typed(answers: Answers) -> Values:
    return {
        name: answer if isinstance(answer, list) else [str(answer)]
        for name, answer in answers.items()
        if answer
    }
