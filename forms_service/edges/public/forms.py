"""The forms: opened with what a link chose, taken in, answered with the number."""

import logging
import re
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from forms_service.edges import bodies, cookies, guard
from forms_service.edges.logging import note_fault
from forms_service.edges.pages import Endpoint, PersonalPage, wants_german
from forms_service.edges.public.sender_pages import NoteField, SenderPages
from forms_service.edges.public.wishes import Offers
from forms_service.rules.forms import FORMS, SHOWN_IN, TRAP, Form, carried_over, clean, presets
from forms_service.usecases import submit
from forms_service.usecases.counting import counts
from forms_service.usecases.signing_in import new_browser_token
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site

log = logging.getLogger(__name__)

_SUBMISSIONS_AN_HOUR = 20
_LINK = re.compile(r"https?://", re.IGNORECASE)
_MANY_LINKS = 4


class Forms:
    """The pages with a form of their own."""

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
        self._secure = settings.behind_tls
        self._limits = settings.rate_limit == "on"
        self._addresses = addresses
        self._address = settings.address
        self._offers = offers
        self._uploads = uploads
        hour = timedelta(hours=1)
        self._submissions = counts(portal, "submissions", _SUBMISSIONS_AN_HOUR, hour)

    def routes(self) -> list[Route]:
        """Return the address of every form in every language."""
        return [
            route
            for language in self._site.languages
            for form in FORMS.values()
            for path in [f"/{language}/{form.page}/"]
            for route in (
                Route(path, self._open_form(form, language), methods=["GET"]),
                Route(
                    path, self._uploads.in_turn(self._take_form(form, language)), methods=["POST"]
                ),
            )
        ]

    def _open_form(self, form: Form, language: str) -> Endpoint:
        async def open_form(request: Request) -> Response:
            asked = {name: request.query_params.getlist(name) for name in request.query_params}
            values = presets(form, language, asked)
            return PersonalPage(
                self._pages.form(form, language, values, german=wants_german(request))
            )

        return open_form

    def _take_form(self, form: Form, language: str) -> Endpoint:
        async def take_form(request: Request) -> Response:
            sent = await bodies.read(request)
            values = sent.values
            german = wants_german(request)
            if shown_in := values.pop(SHOWN_IN, []):
                # Asked for in another way: nothing is checked, counted or kept.
                values = carried_over(form, values, shown_in[-1], language)
                return PersonalPage(self._pages.form(form, language, values, german=german))
            cleaned = clean(form, values, self._site.organisation, language)
            if cleaned.problems:
                page = self._pages.form(form, language, values, cleaned.problems, german=german)
                return PersonalPage(page, 422)
            address = self._addresses.key(request)
            known = cookies.RECEIPT_AGAIN.read(request, self._secure)
            token = known or new_browser_token()
            try:
                submission = submit.Submission(
                    form=form,
                    language=language,
                    answers=cleaned.answers,
                    browser_token=token,
                    address=address,
                    new=known is None,
                    suspicious=await self._is_suspicious(values, address),
                    files=sent.uploads if form.takes_files else (),
                )
                receipt = await submit.receive(self._portal, submission)
            except submit.LeftAlreadyError:
                return RedirectResponse(f"/{language}/", 303)
            except Exception as fault:
                # Whatever went wrong inside: nothing is saved, and the text goes back to its
                # writer instead of being lost.
                note_fault(log, request, fault)
                page = self._pages.form(form, language, values, nothing_saved=True, german=german)
                return PersonalPage(page, 503)
            note = NoteField() if self._offers.note_mails else None
            response = PersonalPage(
                self._pages.receipt(form, language, receipt, self._address, note)
            )
            cookies.RECEIPT_AGAIN.write(response, token, self._secure)
            return response

        return take_form

    async def _is_suspicious(self, values: dict[str, list[str]], address: str) -> bool:
        """Return whether staff should see it apart; nothing is ever refused for it."""
        if not await self._submissions.admit(address) and self._limits:
            return True
        if any(values.get(TRAP, ())):
            return True
        text = " ".join(value for each in values.values() for value in each)
        return len(_LINK.findall(text)) >= _MANY_LINKS
