"""A member's absence on the staff page: from when to when, and who reads for them."""

from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges import guard
from forms_service.edges.staff.door import Door, go, one
from forms_service.edges.staff.pages import StaffPages
from forms_service.edges.staff.words import PROBLEMS
from forms_service.rules.catalogues import texts_for
from forms_service.rules.deadlines import local_day
from forms_service.usecases import absence
from forms_service.usecases.sharing import Refused
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal


class Away:
    """Go away and come back."""

    def __init__(self, portal: Portal, pages: StaffPages, door: Door) -> None:
        self._portal = portal
        self._pages = pages
        self._door = door

    def routes(self) -> list[Route]:
        """Return the address of the view."""
        handler = self._door.for_members(self._handle)
        return [Route("/staff/abwesend/", handler, methods=["GET", "POST"])]

    async def _handle(self, request: Request, at: SignedIn) -> Response:
        if request.method == "GET":
            return await self._show(at)
        values = await guard.form_values(request)
        if one(values, "step") == "back":
            await absence.come_back(self._portal, at)
            return go("/staff/abwesend/#zurueck")
        typed = {name: one(values, name) for name in ("deputy", "from", "to")}
        try:
            first, last = _day(typed["from"]), _day(typed["to"])
            await absence.go_away(self._portal, at, typed["deputy"], first, last)
        except Refused as refused:
            return await self._show(at, str(refused), typed)
        return go("/staff/abwesend/#gespeichert")

    async def _show(
        self, at: SignedIn, problem: str = "", typed: dict[str, str] | None = None
    ) -> Response:
        texts = texts_for(at.member.language)
        return self._pages.page(
            "away",
            at.member,
            status=422 if problem else 200,
            deputies=await absence.look(self._portal, at),
            today=local_day(self._portal.clock()),
            typed=typed or {},
            problem=problem,
            problem_text=texts.gettext(PROBLEMS[problem]) if problem else "",
        )


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError as error:
        raise Refused("days_wrong") from error
