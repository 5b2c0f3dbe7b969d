"""What is deleted soon, and how its day is moved."""

from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges import guard
from forms_service.edges.staff.carrying import DISCARD
from forms_service.edges.staff.door import Door, go, one
from forms_service.edges.staff.pages import StaffPages
from forms_service.edges.staff.words import PROBLEMS
from forms_service.rules.catalogues import texts_for
from forms_service.rules.deadlines import local_day
from forms_service.rules.text import clean_text
from forms_service.usecases import deleting, writing
from forms_service.usecases.deleting import PostponeError
from forms_service.usecases.drafts import POSTPONING
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal


class Deleting:
    """The list of the week, and postponing one case. Deleting at once is a view of the case."""

    def __init__(self, portal: Portal, pages: StaffPages, door: Door) -> None:
        self._portal = portal
        self._pages = pages
        self._door = door

    def routes(self) -> list[Route]:
        """Return the addresses of the list and of postponing."""
        behind = self._door.for_members
        postponing = "/staff/fall/{case_id:str}/verschieben/"
        return [
            Route("/staff/loeschen/", behind(self._show), methods=["GET"]),
            Route(postponing, behind(self._ask), methods=["GET"]),
            Route(postponing, behind(self._postpone), methods=["POST"]),
        ]

    async def _show(self, request: Request, at: SignedIn) -> Response:
        soon = await deleting.soon(self._portal, at)
        return self._pages.page("soon_deleted", at.member, soon=soon)

    async def _ask(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        found = await deleting.one(self._portal, at, case_id)
        draft = await writing.draft(self._portal, at, case_id, POSTPONING)
        typed = draft.fields if draft else {}
        return self._pages.page(
            "postponing", at.member, found=found, typed=typed, draft=draft, problem=""
        )

    async def _postpone(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        values = await guard.form_values(request)
        if one(values, "step") == DISCARD:
            await writing.keep_draft(self._portal, at, case_id, POSTPONING, {})
            return go(request.url.path)
        typed = {name: one(values, name) for name in ("day", "reason")}
        found = await deleting.one(self._portal, at, case_id)
        day, reason = _day(typed["day"]), clean_text(typed["reason"])
        try:
            deleting.check_postponing(found, day, reason, local_day(self._portal.clock()))
            if day is not None:
                await deleting.postpone(self._portal, at, case_id, day, reason)
        except PostponeError as error:
            texts, problem = texts_for(at.member.language), str(error)
            last = texts.date(found.last_day) if found.last_day else ""
            said = texts.gettext(PROBLEMS[problem])
            return self._pages.page(
                "postponing",
                at.member,
                status=422,
                found=found,
                typed=typed,
                draft=None,
                problem=problem,
                problem_text=said % {"last": last} if problem == "day_wrong" else said,
            )
        return go("/staff/loeschen/#verschoben")


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None
