"""The senders' side: forms in, receipts out, the conversation by number. Knows nothing of staff."""

import logging
import re
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from forms_service.edges import cookies, guard
from forms_service.edges.logging import note_fault
from forms_service.edges.pages import Endpoint, Pages, PersonalPage
from forms_service.rules.beside import QUERY
from forms_service.rules.catalogues import N_, Texts, texts_for
from forms_service.rules.fields import TOO_LONG
from forms_service.rules.forms import FORMS, TRAP, Form, clean, presets
from forms_service.rules.languages import SOURCE
from forms_service.rules.receipts import read_number
from forms_service.rules.text import clean_line, clean_text
from forms_service.usecases import conversation, submit
from forms_service.usecases.signing_in import new_browser_token
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import NUMBER, Site

log = logging.getLogger(__name__)

_SUBMISSIONS_AN_HOUR = 20
_LINK = re.compile(r"https?://", re.IGNORECASE)
_MANY_LINKS = 4

_WRONG_NUMBERS_AN_HOUR = 30
_MAX_MESSAGE = 5000
_OPEN, _SENT = "open", "sent"
"""A query on the page's own address: it makes a cache in between ask the service."""

_MESSAGE_MISSING = N_("Bitte schreiben Sie eine Nachricht.")


class Public:
    """The routes of the senders' side."""

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
        self._submissions = guard.Throttle(_SUBMISSIONS_AN_HOUR, hour, portal.clock)
        self._wrong_numbers = guard.Throttle(_WRONG_NUMBERS_AN_HOUR, hour, portal.clock)

    def routes(self) -> list[Route]:
        """Return every address of the senders' side, for every language that is offered."""
        routes = []
        for language in self._site.languages:
            for form in FORMS.values():
                path = f"/{language}/{form.page}/"
                routes.append(Route(path, self._open_form(form, language), methods=["GET"]))
                routes.append(Route(path, self._take_form(form, language), methods=["POST"]))
            answer = f"/{language}/antwort/"
            routes.append(Route(answer, self._open_conversation(language), methods=["GET"]))
            routes.append(Route(answer, self._take_number_or_text(language), methods=["POST"]))
            routes.append(Route(f"/{language}/verlassen/", self._leave, methods=["GET"]))
        return routes

    def _open_form(self, form: Form, language: str) -> Endpoint:
        async def open_form(request: Request) -> Response:
            asked = {name: request.query_params.getlist(name) for name in request.query_params}
            page = self._pages.form(form, language, presets(form, language, asked))
            return PersonalPage(self._beside(request, language, form.page, page))

        return open_form

    def _take_form(self, form: Form, language: str) -> Endpoint:
        async def take_form(request: Request) -> Response:
            values = await guard.form_values(request)
            cleaned = clean(form, values, self._site.organisation, language)
            if cleaned.problems:
                page = self._pages.form(form, language, values, cleaned.problems)
                return PersonalPage(page, 422)
            address = self._addresses.key(request)
            token = cookies.RECEIPT_AGAIN.read(request, self._secure) or new_browser_token()
            submission = submit.Submission(
                form=form,
                language=language,
                answers=cleaned.answers,
                browser_token=token,
                address=address,
                suspicious=self._is_suspicious(values, address),
            )
            self._submissions.count(address)
            try:
                receipt = await submit.receive(self._portal, submission)
            except submit.LeftAlreadyError:
                return RedirectResponse(f"/{language}/", 303)
            except Exception as fault:
                # Whatever went wrong inside: nothing is saved, and the text goes back to its
                # writer instead of being lost.
                note_fault(log, request, fault)
                page = self._pages.form(form, language, values, nothing_saved=True)
                return PersonalPage(page, 503)
            response = PersonalPage(self._pages.receipt(form, language, receipt))
            cookies.RECEIPT_AGAIN.write(response, token, self._secure)
            return response

        return take_form

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
            return PersonalPage(self._beside(request, language, NUMBER, page))

        return open_conversation

    def _beside(self, request: Request, language: str, name: str, html: str) -> str:
        """Return a form's page, with German beside its text if the address asks for that."""
        if request.query_params.get(QUERY) == SOURCE:
            return self._pages.with_german(language, name, html)
        return html

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
        if self._limits and self._wrong_numbers.is_over(address):
            return refuse("too_many", 429)
        # Counted before it is looked up: many at once must not get past the limit.
        self._wrong_numbers.count(address)
        token = new_browser_token()
        if not await conversation.come_in(self._portal, typed, token, address):
            return refuse("unknown")
        self._wrong_numbers.take_back(address)
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

    def _is_suspicious(self, values: dict[str, list[str]], address: str) -> bool:
        """Return whether staff should see it apart; nothing is ever refused for it."""
        if any(values.get(TRAP, ())):
            return True
        if self._limits and self._submissions.is_over(address):
            return True
        text = " ".join(value for each in values.values() for value in each)
        return len(_LINK.findall(text)) >= _MANY_LINKS

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
        cookies.VISIT.remove(response, self._secure)
        return response


def _to_conversation(language: str, query: str = _OPEN) -> Response:
    response = RedirectResponse(f"/{language}/antwort/?{query}", 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def _message_problem(message: str, texts: Texts) -> str:
    if not message:
        return texts.gettext(_MESSAGE_MISSING)
    if len(message) > _MAX_MESSAGE:
        return texts.gettext(TOO_LONG, limit=_MAX_MESSAGE, count=len(message))
    return ""
