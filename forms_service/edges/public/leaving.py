"""Leaving quickly: the browser forgets what it knew, and is elsewhere at once."""

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from forms_service.edges import cookies
from forms_service.edges.logging import note_fault
from forms_service.usecases import conversation, submit
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 1
"""Whoever has to leave doesn't wait for a database that is busy or broken."""

_REMEMBERED = (cookies.RECEIPT_AGAIN, cookies.VISIT)


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
        shown, visit = (each.read(request, self._secure) for each in _REMEMBERED)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._forget(shown, visit)
        except Exception as fault:
            note_fault(log, request, fault)
            # What couldn't be forgotten here, this browser can't ask for any more.
            cookies.RECEIPT_AGAIN.remove(response, self._secure)
        else:
            if shown:
                cookies.LEFT.write(response, shown, self._secure)
        cookies.VISIT.remove(response, self._secure)
        return response

    async def _forget(self, shown: bytes | None, visit: bytes | None) -> None:
        if shown:
            await submit.forget_receipts(self._portal, shown)
        if visit:
            await conversation.leave(self._portal, visit)
            await submit.forget_receipts(self._portal, visit)
