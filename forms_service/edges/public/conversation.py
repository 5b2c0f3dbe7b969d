"""The number typed, and the way into the conversation behind it."""

import logging
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from forms_service.edges import bodies, cookies, guard
from forms_service.edges.logging import note_fault
from forms_service.edges.pages import Endpoint, PersonalPage, beside
from forms_service.edges.public.sender_pages import NoteField, SenderPages
from forms_service.edges.public.wishes import (
    OPEN,
    Offers,
    Values,
    Wishes,
    note_typed,
    to_conversation,
)
from forms_service.rules.catalogues import texts_for
from forms_service.rules.contact_details import NOTE_ADDRESS, contact_form, masked
from forms_service.rules.fields import FILES
from forms_service.rules.forms import FORMS
from forms_service.rules.receipts import read_number
from forms_service.rules.text import clean_line, clean_text
from forms_service.usecases import conversation, note_address, renumbering
from forms_service.usecases.conversation import SLIP_VISIT, VISIT
from forms_service.usecases.counting import counts
from forms_service.usecases.signing_in import new_browser_token
from forms_service.usecases.submit import LeftAlreadyError
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import NUMBER, Site

log = logging.getLogger(__name__)

_WRONG_NUMBERS_AN_HOUR = 30
_FROM_RECEIPT, _NEW_NUMBER = "receipt_note", "new_number"
"""What is posted here without an open conversation."""

_KEPT = {
    "objection",
    "reference",
    NOTE_ADDRESS.name,
    *(each.name for form in FORMS.values() for each in contact_form(form).fields),
}
"""What somebody may have typed when their visit ended, besides a message; and which receipt they
had before them.
"""


class Conversation:
    """The page `antwort`, with a number and without."""

    def __init__(
        self,
        portal: Portal,
        site: Site,
        settings: Settings,
        addresses: guard.Addresses,
        offers: Offers,
        uploads: bodies.Uploads,
    ) -> None:
        self._portal = portal
        self._site = site
        self._pages = SenderPages(site)
        self._wishes = Wishes(portal, self._pages, offers)
        self._offers = offers
        self._address = settings.address
        self._secure = settings.behind_tls
        self._limits = settings.rate_limit == "on"
        self._addresses = addresses
        self._uploads = uploads
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
                Route(path, self._uploads.in_turn(self._take(language)), methods=["POST"]),
            )
        ]

    def _open_conversation(self, language: str) -> Endpoint:
        async def open_conversation(request: Request) -> Response:
            token = self._token(request)
            view = request.query_params.get(OPEN, "")
            if visiting := await conversation.visit(self._portal, token, VISIT):
                return await self._wishes.show(language, visiting, view)
            if on_slip := await conversation.visit(self._portal, token, SLIP_VISIT):
                if on_slip.case.slip:
                    return PersonalPage(self._pages.slip(language))
                return PersonalPage(self._pages.number_form(language, problem="replaced"))
            ended = "ended" if OPEN in request.query_params else ""
            page = self._pages.number_form(language, problem=ended)
            return PersonalPage(beside(self._pages, request, language, NUMBER, page))

        return open_conversation

    def _take(self, language: str) -> Endpoint:
        async def take(request: Request) -> Response:
            sent = await bodies.read(request)
            action = (sent.values.get("action") or [""])[-1]
            try:
                return await self._act(request, language, action, sent)
            except Exception as fault:
                if not _has_typed(sent.values):
                    raise
                # Whatever went wrong inside: what was written goes back to its writer.
                note_fault(log, request, fault)
                typed = clean_line(" ".join(sent.values.get("number", ())))
                return self._ask_number(language, "not_saved", sent.values, action, typed, 503)

        return take

    async def _act(
        self, request: Request, language: str, action: str, sent: bodies.Sent
    ) -> Response:
        values = sent.values
        if "number" in values or not action:
            return await self._take_number(request, language, values, action)
        if action == _FROM_RECEIPT:
            return await self._note_from_receipt(request, language, values)
        if action == _NEW_NUMBER:
            return await self._new_number(request, language)
        visiting = await conversation.visit(self._portal, self._token(request), VISIT)
        if visiting is None:
            return self._ask_number(language, "ended", values, action)
        return await self._wishes.act(language, visiting, action, values, sent.uploads)

    async def _take_number(
        self, request: Request, language: str, values: Values, action: str
    ) -> Response:
        typed = clean_line(" ".join(values.get("number", ())))
        address = self._addresses.key(request)

        def refuse(problem: str, status: int = 422) -> Response:
            return self._ask_number(language, problem, values, action, typed, status)

        if not typed:
            return refuse("empty")
        if read_number(typed) is None:
            return refuse("mistyped")
        # Counted before it is looked up: many at once must not get past the limit.
        if not await self._wrong_numbers.admit(address) and self._limits:
            return refuse("too_many", 429)
        token = new_browser_token()
        try:
            if not await conversation.come_in(self._portal, typed, token, address):
                return refuse("unknown")
        except Exception:
            # A fault of ours is nobody's wrong number.
            await self._wrong_numbers.take_back(address)
            raise
        await self._wrong_numbers.take_back(address)
        response = await self._first_page(language, token, values, action)
        cookies.VISIT.write(response, token, self._secure)
        return response

    async def _first_page(
        self, language: str, token: bytes, values: Values, action: str
    ) -> Response:
        """Lead into the conversation; what the end of an earlier visit interrupted goes on."""
        visiting = await conversation.visit(self._portal, token, VISIT)
        waiting = action or ("write" if any(values.get("message", ())) else "")
        if visiting is None or not waiting:
            return to_conversation(language)
        return await self._wishes.bring_back(language, visiting, waiting, values)

    def _ask_number(
        self,
        language: str,
        problem: str,
        values: Values,
        action: str = "",
        typed: str = "",
        status: int = 422,
    ) -> Response:
        """Return the form for the number; what was typed in the conversation stays in it.

        What wasn't saved during a visit is sent again from there as it is, without a number.
        """
        message = clean_text("\n".join(values.get("message", ())))
        kept = [(name, value) for name, each in values.items() if name in _KEPT for value in each]
        if action and (action != "write" or problem == "not_saved"):
            kept.append(("action", action))
        page = self._pages.number_form(
            language,
            problem=problem,
            typed=typed,
            message=message,
            kept=kept,
            chosen=values.get(FILES, ()),
        )
        return PersonalPage(page, status)

    async def _new_number(self, request: Request, language: str) -> Response:
        """Replace a slip's number and show the new one."""
        token = self._token(request)
        number = None
        if on_slip := await conversation.visit(self._portal, token, SLIP_VISIT):
            address = self._addresses.key(request)
            try:
                number = await renumbering.replace_number(self._portal, on_slip, token, address)
            except renumbering.ReplacedAlready:
                return self._ask_number(language, "replaced", {})
        elif visiting := await conversation.visit(self._portal, token, VISIT):
            number = await renumbering.number_again(self._portal, visiting, token)
            if number is None:
                return to_conversation(language)
        if number is None:
            return self._ask_number(language, "ended", {})
        return PersonalPage(self._pages.new_number(language, number))

    async def _note_from_receipt(self, request: Request, language: str, values: Values) -> Response:
        """Keep an address typed below a number that this browser may still see."""
        token = cookies.RECEIPT_AGAIN.read(request, self._secure) or b""
        reference = (values.get("reference") or [""])[-1]
        network_address = self._addresses.key(request)
        try:
            found = await note_address.receipt_again(
                self._portal, token, reference, network_address
            )
        except LeftAlreadyError:
            return RedirectResponse(f"/{language}/", 303)
        typed, problem = note_typed(values, texts_for(language))
        if found is None or not self._offers.note_mails:
            return self._ask_number(language, "ended", {NOTE_ADDRESS.name: [typed]}, "note")
        case, receipt = found
        note = NoteField(typed=typed, problem=problem)
        if not problem:
            await note_address.keep(self._portal, case.id, typed)
            note = NoteField(masked=masked(typed))
        page = self._pages.receipt(FORMS[case.form], language, receipt, self._address, note)
        return PersonalPage(page, 422 if problem else 200)

    def _token(self, request: Request) -> bytes:
        return cookies.VISIT.read(request, self._secure) or b""


def _has_typed(values: Values) -> bool:
    """Return whether a form holds anything that somebody would have to write again."""
    return any(any(values.get(name, ())) for name in (*_KEPT, "number", "message", FILES))
