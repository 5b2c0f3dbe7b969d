"""The list that staff begin their day with: in parts, narrowed, as a file; and the search."""

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges import guard
from forms_service.edges.staff.door import Door, one
from forms_service.edges.staff.filters import Filter, as_query, chosen_by, filters
from forms_service.edges.staff.pages import StaffPages
from forms_service.edges.staff.table import list_rows
from forms_service.rules.catalogues import texts_for
from forms_service.rules.deadlines import local_day
from forms_service.rules.spreadsheet import csv_bytes
from forms_service.usecases import desk, joining
from forms_service.usecases.finding import Finder
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store.lists import PARTS


class Today:
    """What is overdue, new, waiting; and what somebody looks for."""

    def __init__(self, portal: Portal, pages: StaffPages, door: Door, finder: Finder) -> None:
        self._portal = portal
        self._pages = pages
        self._door = door
        self._finder = finder

    def routes(self) -> list[Route]:
        """Return the addresses of the list and of the search."""
        behind = self._door.for_members
        return [
            Route("/staff/", behind(self._show), methods=["GET"]),
            Route("/staff/liste.csv", behind(self._take_along), methods=["GET"]),
            Route("/staff/suchen/", behind(self._search), methods=["GET", "POST"]),
        ]

    async def _show(self, request: Request, at: SignedIn) -> Response:
        """Show the beginning of each part, or one part a page at a time."""
        asked = dict(request.query_params)
        chosen = self._filters(request, at)
        narrowed = chosen_by(chosen, at.member)
        name = asked.get("part", "")
        if name in PARTS:
            number = asked.get("page", "")
            page = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
            part = await desk.whole_part(self._portal, at, narrowed, name, max(page, 1))
            parts = [part]
        else:
            name = ""
            parts = await desk.today(self._portal, at, narrowed)
        shown = self._pages.page(
            "desk",
            at.member,
            parts=parts,
            whole=name,
            filters=chosen,
            is_narrowed=any(each.value for each in chosen),
            address=lambda **more: f"/staff/?{as_query(chosen, **more)}",
            list_query=as_query(chosen),
            names=await desk.names(self._portal),
            somebody_new=await joining.is_somebody_new(self._portal, at),
        )
        # While the list is read; nobody waits for it.
        shown.background = BackgroundTask(self._finder.get_ready, at)
        return shown

    async def _take_along(self, request: Request, at: SignedIn) -> Response:
        chosen = chosen_by(self._filters(request, at), at.member)
        rows = await desk.take_along(self._portal, at, chosen)
        texts = texts_for(at.member.language)
        day = local_day(self._portal.clock()).isoformat()
        return Response(
            csv_bytes(list_rows(rows, texts, self._pages.organisation)),
            media_type="text/csv; charset=utf-8",
            headers={
                "Cache-Control": "no-store",
                "Content-Disposition": f'attachment; filename="anlaufstelle-{day}.csv"',
            },
        )

    async def _search(self, request: Request, at: SignedIn) -> Response:
        """Show what was found; what is typed stands in no address and no log."""
        if request.method != "POST":
            return self._pages.page("found", at.member, typed="", found=None, names={})
        typed = one(await guard.form_values(request), "typed")[:_LONGEST_QUERY]
        found = await self._finder.find(at, typed)
        return self._pages.page(
            "found",
            at.member,
            status=422 if found.problem else 200,
            typed=typed,
            found=found,
            names=await desk.names(self._portal),
        )

    def _filters(self, request: Request, at: SignedIn) -> list[Filter]:
        texts = texts_for(at.member.language)
        return filters(self._pages.organisation, texts, dict(request.query_params))


_LONGEST_QUERY = 200
"""Longer than any name or number."""
