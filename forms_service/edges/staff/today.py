"""The list that staff begin their day with."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges.staff.door import Door
from forms_service.edges.staff.pages import StaffPages
from forms_service.usecases import desk, joining
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal


class Today:
    """What is overdue, new, waiting."""

    def __init__(self, portal: Portal, pages: StaffPages, door: Door) -> None:
        self._portal = portal
        self._pages = pages
        self._door = door

    def routes(self) -> list[Route]:
        """Return the address of the list."""
        return [Route("/staff/", self._door.for_members(self._show), methods=["GET"])]

    async def _show(self, request: Request, at: SignedIn) -> Response:
        parts = await desk.today(self._portal, at)
        new = await joining.is_somebody_new(self._portal, at)
        return self._pages.page("desk", at.member, parts=parts, somebody_new=new)
