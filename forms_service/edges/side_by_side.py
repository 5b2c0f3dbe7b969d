"""Any page to read with German beside it, at an address of its own: `?also=de`."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges.compression import compressed
from forms_service.edges.pages import Endpoint, Pages
from forms_service.rules.beside import QUERY
from forms_service.rules.forms import FORMS
from forms_service.rules.languages import SOURCE
from forms_service.world.site import NUMBER, Site

_HEADERS = {"Cache-Control": "max-age=300", "X-Robots-Tag": "noindex"}


class SideBySide:
    """The routes of the pages that hold no form; a form's own route puts German beside it too."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._pages = Pages(site)

    def routes(self) -> list[Route]:
        """Return the addresses of all pages to read, which only a query leads to the service."""
        with_forms = {form.page for form in FORMS.values()} | {NUMBER}
        return [
            Route(address, self._open(language, name), methods=["GET"])
            for language, addresses in self._site.pages.items()
            for name, address in addresses.items()
            if name not in with_forms
        ]

    def _open(self, language: str, name: str) -> Endpoint:
        async def open_page(request: Request) -> Response:
            wants_german = request.query_params.get(QUERY) == SOURCE
            return await run_in_threadpool(self._answer, request, language, name, wants_german)

        return open_page

    def _answer(self, request: Request, language: str, name: str, wants_german: bool) -> Response:
        html = self._site.page(language, name)
        if wants_german:
            html = self._pages.with_german(language, name, html)
        return compressed(html, request, _HEADERS)
