"""Puts the web application together: static site, search, public side, staff side, headers, faults."""

import logging
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from wsgiref.headers import Headers

from servestatic import ServeStaticASGI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from forms_service.edges import guard
from forms_service.edges.bodies import TooManyUploads
from forms_service.edges.connections import Entrance, TooSlow, Unclear
from forms_service.edges.headers import SecurityHeaders
from forms_service.edges.limits import PATIENCE, Patience
from forms_service.edges.logging import note_fault, request_id
from forms_service.edges.pages import Pages, PersonalPage
from forms_service.edges.public.routes import public_routes
from forms_service.edges.search import Search
from forms_service.edges.side_by_side import SideBySide
from forms_service.edges.staff.routes import staff_routes
from forms_service.rules.languages import best_language
from forms_service.world.key_pool import Busy
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site

log = logging.getLogger(__name__)

_FOR_THE_SERVICE = ("portal.json", "search.jsonl")
_FINGERPRINTED = r"^/assets/.+\.[0-9a-f]{8}\.\w+$"
_TO_KEEP = re.compile(r"/\w+/anlaufstelle-\w+\.html$")
"""The files with every page: they bring their own style, which our pages' policy forbids."""


def create_app(
    portal: Portal, site: Site, settings: Settings, patience: Patience = PATIENCE
) -> ASGIApp:
    """Return the portal as an ASGI application."""
    addresses = guard.Addresses(portal)
    faults = _Faults(Pages(site))
    routes = [
        Route("/", _Front(site).choose_language, methods=["GET"]),
        Route("/healthz", _health(portal), methods=["GET"]),
        *public_routes(portal, site, settings, addresses),
        *SideBySide(site).routes(),
        *Search(site).routes(),
        *staff_routes(portal, site, settings, addresses),
    ]
    app = Starlette(
        routes=routes,
        # The built files come after what is refused; and a fault's calm page holds for them too.
        middleware=[
            Middleware(_CalmFaults, faults=faults),
            Middleware(TrustedHostMiddleware, allowed_hosts=_hosts(settings)),
            Middleware(_PlainAddresses, faults=faults),
            Middleware(_StaticFirst, site=site, dynamic={route.path for route in routes}),
            Middleware(
                Entrance, addresses=addresses, refuse=faults.at_the_entrance, patience=patience
            ),
        ],
        exception_handlers={
            HTTPException: faults.http,
            guard.TooMuch: faults.too_large,
            guard.NotAForm: faults.refused,
            TooSlow: faults.too_slow,
            Busy: faults.busy,
            TooManyUploads: faults.busy,
        },
    )
    return SecurityHeaders(app, settings.behind_tls)


def _hosts(settings: Settings) -> list[str]:
    host = re.sub(r":\d+$", "", settings.origin.split("://")[1])
    return [host, "127.0.0.1", "localhost"] if settings.trial else [host]


class _StaticFirst:
    """Answers reading from the built files; what only the service can answer goes on to it.

    A `dynamic` page is served from its file too, unless a query asks for more than that.
    """

    def __init__(self, app: ASGIApp, site: Site, dynamic: set[str]) -> None:
        self._app = app
        self._dynamic = dynamic - {"/"}
        self._static = _built_files(site.folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reading = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        asks_more = scope.get("query_string") and scope["path"] in self._dynamic
        is_file = scope["path"] in self._static.files and scope["path"] != "/"
        if reading and is_file and not asks_more:
            await self._static(scope, receive, send)
        else:
            await self._app(scope, receive, send)


@lru_cache(maxsize=4)
def _built_files(folder: Path) -> ServeStaticASGI:
    """Return what serves the files of a build; looked through once, since no build ever changes."""
    static = ServeStaticASGI(
        None,
        root=folder,
        index_file=True,
        max_age=300,
        allow_all_origins=False,
        immutable_file_test=_FINGERPRINTED,
        # Unknown to the library; without it a telephone wouldn't offer its calendar.
        mimetypes={".ics": "text/calendar"},
        add_headers_function=_headers_of_file,
    )
    for name in _FOR_THE_SERVICE:
        static.files.pop(f"/{name}", None)
    return static


def _headers_of_file(headers: Headers, path: str, url: str) -> None:
    if url == "/sw.js":
        headers["Cache-Control"] = "no-cache"
    elif _TO_KEEP.match(url):
        headers["Content-Disposition"] = "attachment"
    elif url.startswith("/assets/"):
        # It loads nothing itself, and on a slow line every byte of a head is waited for.
        headers["Content-Security-Policy"] = "default-src 'none'"


class _PlainAddresses:
    """Knows no address with a NUL: no page of ours has one, and PostgreSQL looks none up."""

    def __init__(self, app: ASGIApp, faults: "_Faults") -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            response = await self._faults.http(Request(scope), HTTPException(404))
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class _CalmFaults:
    """Turns a fault of ours into a calm page; nothing of it reaches the server's own log."""

    def __init__(self, app: ASGIApp, faults: "_Faults") -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as fault:
            if scope["type"] != "http":
                raise
            response = await self._faults.broken(Request(scope), fault)
            # An answer that has begun can't become another one; the server ends the connection.
            if not started:
                await response(scope, receive, send)


class _Front:
    """The address without a language."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def choose_language(self, request: Request) -> Response:
        """Lead a browser to its language."""
        wanted = request.headers.get("accept-language", "")
        response = RedirectResponse(f"/{best_language(wanted, self._site.languages)}/", 302)
        response.headers["Vary"] = "Accept-Language"
        response.headers["Cache-Control"] = "no-cache"
        return response


def _health(portal: Portal) -> Callable[[Request], Awaitable[Response]]:
    async def health(request: Request) -> Response:
        """Tell a monitor whether the service and its database answer."""
        alive = await portal.database.is_alive()
        status = 200 if alive else 503
        return JSONResponse({"ok": alive}, status, headers={"Cache-Control": "no-store"})

    return health


class _Faults:
    """Faults in the reader's language."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def http(self, request: Request, fault: Exception) -> Response:
        """Answer what Starlette refuses: no such page, wrong method."""
        status = fault.status_code if isinstance(fault, HTTPException) else 500
        name = "not_found" if status == 404 else "refused"
        response = self._answer(request, name, status)
        if isinstance(fault, HTTPException) and fault.headers:
            response.headers.update(fault.headers)
        return response

    async def too_large(self, request: Request, fault: Exception) -> Response:
        """Answer a body that is too large."""
        return self._answer(request, "too_large", 413)

    async def refused(self, request: Request, fault: Exception) -> Response:
        """Answer a body that no form of ours sends."""
        return self._answer(request, "refused", 415)

    async def too_slow(self, request: Request, fault: Exception) -> Response:
        """Answer a body that didn't come in time, and wait for no more of it."""
        return self._last_answer(request, "refused", 408)

    async def at_the_entrance(self, request: Request, fault: Exception) -> Response:
        """Answer what isn't let in: too many of one address, or a request of two meanings."""
        if isinstance(fault, Unclear):
            return self._last_answer(request, "refused", 400)
        return await self.busy(request, fault)

    async def busy(self, request: Request, fault: Exception) -> Response:
        """Answer where too much is waiting already."""
        return self._answer(request, "busy", 503)

    async def broken(self, request: Request, fault: Exception) -> Response:
        """Answer a fault of ours, and note where it happened."""
        note_fault(log, request, fault)
        return self._answer(request, "broken", 500, request_id(request))

    def _last_answer(self, request: Request, name: str, status: int) -> Response:
        """Answer and close the connection: what else comes on it isn't listened to."""
        response = self._answer(request, name, status)
        response.headers["Connection"] = "close"
        return response

    def _answer(self, request: Request, name: str, status: int, number: str = "") -> Response:
        language = self._pages.language_of(request)
        return PersonalPage(self._pages.fault(language, name, number), status)
