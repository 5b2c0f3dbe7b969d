"""A case on the staff page: read, answered, noted, translated, shared, deleted."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges import guard
from forms_service.edges.pages import PersonalPage
from forms_service.edges.staff.door import Door, go, one
from forms_service.edges.staff.pages import StaffPages
from forms_service.edges.staff.words import PROBLEMS, WISHES
from forms_service.rules import process
from forms_service.rules.answers import answer_lines
from forms_service.rules.catalogues import Texts, texts_for
from forms_service.rules.deadlines import local_day
from forms_service.rules.forms import FORMS
from forms_service.rules.rendering import sentence_text
from forms_service.rules.text import clean_text
from forms_service.usecases import casework, deleting, letting_in
from forms_service.usecases.casework import Answer, AnswerError, OpenCase
from forms_service.usecases.conversation import Item, newest_contact
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
    """The views of one case, and what can be done in it."""

    def __init__(self, portal: Portal, pages: StaffPages, door: Door) -> None:
        self._portal = portal
        self._pages = pages
        self._door = door

    def routes(self) -> list[Route]:
        """Return every address of a case."""
        case = "/staff/fall/{case_id:str}/"
        behind = self._door.for_members
        return [
            Route(case, behind(self._show_case), methods=["GET"]),
            Route(case + "anruf/", behind(self._call_sheet), methods=["GET"]),
            Route(case + "antwort/", behind(self._answer), methods=["POST"]),
            Route(case + "notiz/", behind(self._note), methods=["POST"]),
            Route(case + "uebersetzung/", behind(self._translate), methods=["POST"]),
            Route(case + "dazuholen/", behind(self._let_in), methods=["POST"]),
            Route(case + "loeschen/", behind(self._delete), methods=["GET", "POST"]),
        ]

    async def _show_case(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        opened = await casework.open_case(self._portal, at, case_id)
        colleagues = await letting_in.may_join(self._portal, at, case_id)
        return self._case(at.member, opened, may_join=colleagues)

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

    async def _let_in(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        member_id = one(await guard.form_values(request), "member")
        if not member_id:
            return await self._show_case(request, at)
        await letting_in.let_in(self._portal, at, case_id, member_id)
        return go(f"/staff/fall/{case_id}/#readers")

    async def _answer(self, request: Request, at: SignedIn) -> Response:
        """Show an answer in both languages first; send it when the member has seen it."""
        case_id = request.path_params["case_id"]
        values = await guard.form_values(request)
        typed = {name: one(values, name) for name in ("sentence", "until", "text", "translation")}
        opened = await casework.open_case(self._portal, at, case_id)
        if one(values, "step") == "change":
            return self._case(at.member, opened, typed=typed)
        try:
            answer = _answer_from(typed)
            casework.check_answer(opened.case, answer, local_day(self._portal.clock()))
            if one(values, "step") != "send":
                return self._preview(at.member, opened, answer)
            await casework.answer_case(self._portal, at, case_id, answer)
        except AnswerError as error:
            return self._case(at.member, opened, problem=str(error), typed=typed)
        return go(f"/staff/fall/{case_id}/#an-die-person")

    async def _note(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        text = clean_text(one(await guard.form_values(request), "note"))
        if not text:
            opened = await casework.open_case(self._portal, at, case_id)
            return self._case(at.member, opened, problem="note_empty")
        await casework.note(self._portal, at, case_id, text)
        return go(f"/staff/fall/{case_id}/#nur-team")

    async def _translate(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        values = await guard.form_values(request)
        text, about = clean_text(one(values, "translation")), one(values, "about")
        opened = await casework.open_case(self._portal, at, case_id)
        if not text:
            return self._case(at.member, opened, problem="translation_empty")
        ours = any(item.ours for item in opened.items if item.id == about)
        language = opened.case.language if ours else at.member.language
        await casework.translate(self._portal, at, case_id, about, text, language)
        return go(f"/staff/fall/{case_id}/#eintrag-{about}")

    async def _delete(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        if request.method == "GET":
            opened = await casework.open_case(self._portal, at, case_id)
            return self._pages.page("deleting", at.member, opened=opened)
        await deleting.delete_now(self._portal, at, case_id)
        return go("/staff/")

    def _case(
        self,
        member: Member,
        opened: OpenCase,
        *,
        problem: str = "",
        typed: Mapping[str, str] | None = None,
        may_join: Sequence[tuple[str, str]] = (),
    ) -> PersonalPage:
        """Return a case with everything that can be done; with `problem` what was typed is kept."""
        texts = texts_for(member.language)
        return self._pages.page(
            "case",
            member,
            status=422 if problem else 200,
            opened=opened,
            problem=problem,
            problem_text=texts.gettext(PROBLEMS[problem]) if problem else "",
            typed=typed or {},
            may_join=may_join,
            lines=self._lines(opened.items[0], opened, texts),
            contact_lines=lambda item: self._lines(item, opened, texts),
            newest_contact=newest_contact(opened.items),
            wishes=WISHES,
            sentences=process.SENTENCES[opened.case.form],
            sent=self._sent(opened, texts),
            needs_translation=opened.case.language != member.language,
        )

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

    def _lines(self, item: Item, opened: OpenCase, texts: Texts) -> list[Any]:
        answers = item.content["answers"]
        return answer_lines(FORMS[opened.case.form], answers, texts, self._pages.organisation)

    def _sent(self, opened: OpenCase, texts: Texts) -> dict[str, str]:
        return {
            item.id: sentence_text(opened.case.form, item.content, texts)
            for item in opened.items
            if item.kind == "sentence"
        }


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
