"""The files of a case on the staff page: saved, never shown."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges.downloads import Download
from forms_service.edges.staff.door import Door
from forms_service.edges.staff.pages import StaffPages
from forms_service.usecases import downloads
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal


class Files:
    """The address of each file of a case."""

    def __init__(self, portal: Portal, pages: StaffPages, door: Door) -> None:
        self._portal = portal
        self._pages = pages
        self._door = door

    def routes(self) -> list[Route]:
        """Return the address of a file."""
        path = "/staff/fall/{case_id:str}/datei/{file_id:str}/"
        return [Route(path, self._door.for_members(self._save), methods=["GET"])]

    async def _save(self, request: Request, at: SignedIn) -> Response:
        case_id, file_id = request.path_params["case_id"], request.path_params["file_id"]
        try:
            file, content = await downloads.open_for_member(self._portal, at, case_id, file_id)
        except downloads.NoSuchFile:
            return self._pages.fault(at.member.language, "no_case", 404)
        return Download(file, content)
