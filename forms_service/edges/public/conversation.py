"""The number typed, and the conversation behind it."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from forms_service.edges import cookies, guard
from forms_service.edges.pages import Endpoint, Pages, PersonalPage, beside
from forms_service.rules.catalogues import N_, Texts, texts_for
from forms_service.rules.fields import TOO_LONG
from forms_service.rules.receipts import read_number
from forms_service.rules.text import clean_line, clean_text
from forms_service.usecases import conversation
from forms_service.usecases.counting import counts
from forms_service.usecases.signing_in import new_browser_token
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import NUMBER, Site

_WRONG_NUMBERS_AN_HOUR = 30
_MAX_MESSAGE = 5000
_OPEN, _SENT = "open", "sent"
"""A query on the page's own address: it makes a cache in between ask the service."""

_MESSAGE_MISSING = N_("Bitte schreiben Sie eine Nachricht.")


class Conversation:
    """The page `antwort`, with a number and without."""

    def __init__(
        self, portal: Portal, site: Site, settings: Settings, addresses: guard.Addresses
    ) -> None:
        self._portal = portal
        self._site = site
        self._pages = Pages(site)
        self._secure = settings.behind_tls
        self._limits = settings.rate_limit == "on"
        self._addresses = addresses
        hour = timedelta(hours=1)
        self._wrong_numbers = counts(portal, "wrong numbers", _WRONG_NUMBERS_AN_HOUR, hour)

    def routes(self) -> list[Route]:
        """Return the address in every language."""
        return [
            route
            for language in self._site.languages
            for path in [f"/{language}/{NUMBER}/"]
            for route in (
                Route(path, self._open_conversation(language), methods=["GET"]),
                Route(path, self._take_number_or_text(language), methods=["POST"]),
            )
        ]

    def _open_conversation(self, language: str) -> Endpoint:
        async def open_conversation(request: Request) -> Response:
            visiting = await self._visit(request)
            if visiting is not None:
                items = await conversation.read_items(self._portal, visiting)
                sent = request.query_params.get(_OPEN) == _SENT
                return PersonalPage(
                    self._pages.conversation(language, visiting.case, items, sent=sent)
                )
            ended = "ended" if _OPEN in request.query_params else ""
            page = self._pages.number_form(language, problem=ended)
            return PersonalPage(beside(self._pages, request, language, NUMBER, page))

        return open_conversation

    def _take_number_or_text(self, language: str) -> Endpoint:
        async def take(request: Request) -> Response:
            values = await guard.form_values(request)
            message = clean_text("\n".join(values.get("message", ())))
            if "action" in values:
                return await self._take_text(request, language, message)
            typed = clean_line(" ".join(values.get("number", ())))
            return await self._take_number(request, language, typed, message)

        return take

    async def _take_text(self, request: Request, language: str, message: str) -> Response:
        visiting = await self._visit(request)
        if visiting is None:
            page = self._pages.number_form(language, problem="ended", message=message)
            return PersonalPage(page, 422)
        return await self._send_text(language, visiting, message)

    async def _send_text(
        self, language: str, visiting: conversation.Visit, message: str
    ) -> Response:
        if problem := _message_problem(message, texts_for(language)):
            items = await conversation.read_items(self._portal, visiting)
            page = self._pages.conversation(language, visiting.case, items, problem, message)
            return PersonalPage(page, 422)
        await conversation.write_back(self._portal, visiting, message)
        return _to_conversation(language, f"{_OPEN}={_SENT}")

    async def _take_number(
        self, request: Request, language: str, typed: str, message: str
    ) -> Response:
        def refuse(problem: str, status: int = 422) -> Response:
            page = self._pages.number_form(language, problem=problem, typed=typed, message=message)
            return PersonalPage(page, status)

        address = self._addresses.key(request)
        if not typed:
            return refuse("empty")
        if read_number(typed) is None:
            return refuse("mistyped")
        # Counted before it is looked up: many at once must not get past the limit.
        if not await self._wrong_numbers.admit(address) and self._limits:
            return refuse("too_many", 429)
        token = new_browser_token()
        if not await conversation.come_in(self._portal, typed, token, address):
            return refuse("unknown")
        await self._wrong_numbers.take_back(address)
        response = await self._first_page(language, token, message)
        cookies.VISIT.write(response, token, self._secure)
        return response

    async def _first_page(self, language: str, token: bytes, message: str) -> Response:
        """Lead into the conversation; a message kept from before is sent, or comes back."""
        visiting = await conversation.visit(self._portal, token)
        if visiting is None or not message:
            return _to_conversation(language)
        return await self._send_text(language, visiting, message)

    async def _visit(self, request: Request) -> conversation.Visit | None:
        token = cookies.VISIT.read(request, self._secure)
        return await conversation.visit(self._portal, token) if token else None


def _to_conversation(language: str, query: str = _OPEN) -> Response:
    response = RedirectResponse(f"/{language}/{NUMBER}/?{query}", 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def _message_problem(message: str, texts: Texts) -> str:
    if not message:
        return texts.gettext(_MESSAGE_MISSING)
    if len(message) > _MAX_MESSAGE:
        return texts.gettext(TOO_LONG, limit=_MAX_MESSAGE, count=len(message))
    return ""
