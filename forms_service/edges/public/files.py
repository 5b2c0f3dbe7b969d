"""What senders sent, for themselves: saved during a visit, never shown."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges import cookies
from forms_service.edges.downloads import Download
from forms_service.usecases import conversation, downloads
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import NUMBER, Site


class SentFiles:
    """The address of each file of a conversation; without its number there is none."""

    def __init__(self, portal: Portal, site: Site, settings: Settings) -> None:
        self._portal = portal
        self._site = site
        self._secure = settings.behind_tls

    def routes(self) -> list[Route]:
        """Return the address of a file in every language."""
        return [
            Route(f"/{language}/{NUMBER}/datei/{{file_id:str}}/", self._save, methods=["GET"])
            for language in self._site.languages
        ]

    async def _save(self, request: Request) -> Response:
        token = cookies.VISIT.read(request, self._secure)
        visiting = await conversation.visit(self._portal, token) if token else None
        if visiting is None:
            raise HTTPException(404)
        try:
            file, content = await downloads.open_for_sender(
                self._portal, visiting, request.path_params["file_id"]
            )
        except downloads.NoSuchFile as error:
            raise HTTPException(404) from error
        return Download(file, content)
