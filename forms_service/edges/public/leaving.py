"""Leaving quickly: the browser forgets what it knew, and is elsewhere at once."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from forms_service.edges import cookies
from forms_service.usecases import conversation, submit
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site


class Leaving:
    """The address behind "leave this page quickly"."""

    def __init__(self, portal: Portal, site: Site, settings: Settings) -> None:
        self._portal = portal
        self._site = site
        self._secure = settings.behind_tls

    def routes(self) -> list[Route]:
        """Return the address in every language."""
        return [
            Route(f"/{language}/verlassen/", self._leave, methods=["GET"])
            for language in self._site.languages
        ]

    async def _leave(self, request: Request) -> Response:
        """Lead away at once; this browser forgets its number and its visit."""
        response = RedirectResponse(self._site.organisation.leave_to, 303)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        if token := cookies.RECEIPT_AGAIN.read(request, self._secure):
            await submit.forget_receipts(self._portal, token)
            cookies.LEFT.write(response, token, self._secure)
        if token := cookies.VISIT.read(request, self._secure):
            await conversation.leave(self._portal, token)
            await submit.forget_receipts(self._portal, token)
        cookies.VISIT.remove(response, self._secure)
        return response
