"""A case on the staff page: read, answered, noted, translated, deleted."""

from collections.abc import Mapping
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges import guard
from forms_service.edges.pages import PersonalPage
from forms_service.edges.staff.carrying import DISCARD, WRITER, typed_in
from forms_service.edges.staff.case_page import CasePage
from forms_service.edges.staff.door import Door, go, one
from forms_service.edges.staff.pages import StaffPages
from forms_service.rules import process
from forms_service.rules.answers import answer_lines
from forms_service.rules.catalogues import texts_for
from forms_service.rules.deadlines import local_day
from forms_service.rules.forms import FORMS
from forms_service.rules.rendering import sentence_text
from forms_service.rules.text import clean_text
from forms_service.usecases import casework, deleting, writing
from forms_service.usecases.casework import Answer, AnswerError, OpenCase
from forms_service.usecases.drafts import ANSWER, NOTE, TRANSLATION
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store.members import Member

_FOR_A_CALL = (
    "name", "phone", "email", "via", "language", "language_other", "interpreter", "speak_with",
    "reach_by", "answer_by", "good_time", "may_leave_message",
)  # fmt: skip
_WHAT_IT_IS_ABOUT = ("topic", "message", "what_happened", "good_solution", "needs")
"""The answers that a call sheet shows, in its order."""


class Cases:
    """The views of one case, and what is written in it."""

    def __init__(self, portal: Portal, pages: StaffPages, door: Door) -> None:
        self._portal = portal
        self._pages = pages
        self._door = door
        self._case = CasePage(portal, pages)

    def routes(self) -> list[Route]:
        """Return the addresses for reading a case and writing in it."""
        case = "/staff/fall/{case_id:str}/"
        behind = self._door.for_members
        return [
            Route(case, behind(self._show_case), methods=["GET"]),
            Route(case + "anruf/", behind(self._call_sheet), methods=["GET"]),
            Route(case + "antwort/", behind(self._answer), methods=["POST"]),
            Route(case + "notiz/", behind(self._note), methods=["POST"]),
            Route(case + "uebersetzung/", behind(self._translate), methods=["POST"]),
            Route(case + "loeschen/", behind(self._delete), methods=["GET", "POST"]),
        ]

    async def _show_case(self, request: Request, at: SignedIn) -> Response:
        return await self._case.show(at, request.path_params["case_id"])

    async def _call_sheet(self, request: Request, at: SignedIn) -> Response:
        """Show what one needs beside the telephone, to be printed."""
        opened = await casework.open_case(self._portal, at, request.path_params["case_id"])
        texts = texts_for(at.member.language)
        answers = dict(opened.items[0].content["answers"])
        for item in opened.items:
            # What the person corrected later is how they are reached now.
            if item.kind == "contact_details":
                answers |= item.content["answers"]
        form = FORMS[opened.case.form]
        every = answer_lines(form, answers, texts, self._pages.organisation)
        lines = {line.name: line for line in every}
        return self._pages.page(
            "call_sheet",
            at.member,
            opened=opened,
            contact=[lines[name] for name in _FOR_A_CALL if name in lines],
            said=[lines[name] for name in _WHAT_IT_IS_ABOUT if name in lines],
        )

    async def _answer(self, request: Request, at: SignedIn) -> Response:
        """Show an answer in both languages first; send it when the member has seen it.

        Until then it is kept as a draft, whatever becomes of the browser.
        """
        case_id = request.path_params["case_id"]
        values = await guard.form_values(request)
        typed = {name: one(values, name) for name in ("sentence", "until", "text", "translation")}
        step = one(values, "step")
        if _is_anothers(values, at):
            return await self._case.show(at, case_id, problem="other_writer", typed=typed)
        if step == DISCARD:
            await writing.keep_draft(self._portal, at, case_id, ANSWER, {})
            return go(f"/staff/fall/{case_id}/#write")
        if step != "send":
            await self._keep(request, at, values)
        if step == "save":
            return go(f"/staff/fall/{case_id}/#entwurf")
        opened = await casework.open_case(self._portal, at, case_id)
        if step == "change":
            return await self._case.show(at, case_id, typed=typed)
        try:
            answer = _answer_from(typed)
            today = local_day(self._portal.clock())
            latest = casework.latest_day(self._portal, opened.case)
            casework.check_answer(opened.case, answer, today, latest)
            if step != "send":
                await casework.check_turn(self._portal, at, opened.case)
                return self._preview(at.member, opened, answer)
            await casework.answer_case(self._portal, at, case_id, answer)
        except AnswerError as error:
            await self._keep(request, at, values)
            return await self._case.show(at, case_id, problem=str(error), typed=typed)
        return go(f"/staff/fall/{case_id}/#an-die-person")

    async def _note(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        values = await guard.form_values(request)
        text = clean_text(one(values, "note"))
        if _is_anothers(values, at):
            typed = {"note": text}
            return await self._case.show(at, case_id, problem="other_writer_of_note", typed=typed)
        if one(values, "step") == "save":
            await writing.keep_draft(self._portal, at, case_id, NOTE, {"note": text})
            return go(f"/staff/fall/{case_id}/#entwurf")
        if not text:
            return await self._case.show(at, case_id, problem="note_empty", typed={"note": ""})
        await writing.note(self._portal, at, case_id, text)
        return go(f"/staff/fall/{case_id}/#nur-team")

    async def _translate(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        values = await guard.form_values(request)
        text, about = clean_text(one(values, "translation")), one(values, "about")
        if one(values, "step") == "save":
            kind = f"{TRANSLATION}:{about}"
            await writing.keep_draft(self._portal, at, case_id, kind, {"translation": text})
            return go(f"/staff/fall/{case_id}/#entwurf")
        opened = await casework.open_case(self._portal, at, case_id)
        if not text:
            return await self._case.show(at, case_id, problem="translation_empty")
        ours = any(item.ours for item in opened.items if item.id == about)
        language = opened.case.language if ours else at.member.language
        await writing.translate(self._portal, at, case_id, about, text, language)
        return go(f"/staff/fall/{case_id}/#eintrag-{about}")

    async def _delete(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        if request.method == "GET":
            opened = await casework.open_case(self._portal, at, case_id)
            return self._pages.page("deleting", at.member, opened=opened)
        await deleting.delete_now(self._portal, at, case_id)
        return go("/staff/#geloescht")

    async def _keep(self, request: Request, at: SignedIn, values: Mapping[str, list[str]]) -> None:
        """Keep what was typed as a draft."""
        typed = typed_in(request.url.path, values)
        if typed is not None:
            await writing.keep_draft(self._portal, at, typed.case_id, typed.kind, typed.fields)

    def _preview(self, member: Member, opened: OpenCase, answer: Answer) -> PersonalPage:
        """Return an answer in both languages, before it is sent."""
        texts, theirs = texts_for(member.language), texts_for(opened.case.language)
        content = {
            "code": answer.sentence,
            "until": answer.until.isoformat() if answer.until else None,
        }
        form = opened.case.form
        return self._pages.page(
            "preview",
            member,
            opened=opened,
            answer=answer,
            sentence=process.sentence(form, answer.sentence) if answer.sentence else None,
            ours_sentence=sentence_text(form, content, texts) if answer.sentence else "",
            their_sentence=sentence_text(form, content, theirs) if answer.sentence else "",
            theirs=theirs.language,
        )


def _is_anothers(values: Mapping[str, list[str]], at: SignedIn) -> bool:
    """Return whether the form was shown to another member, who sat at this browser before."""
    return one(dict(values), WRITER) not in ("", at.member.id)


def _answer_from(typed: dict[str, str]) -> Answer:
    until = typed["until"].strip()
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError as error:
        raise AnswerError("date_missing") from error
    return Answer(
        sentence=typed["sentence"],
        until=day,
        text=clean_text(typed["text"]),
        translation=clean_text(typed["translation"]),
    )
