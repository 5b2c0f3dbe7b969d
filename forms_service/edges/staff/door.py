"""The door of the staff page: who comes in, and that nothing is changed from elsewhere.

What somebody has typed isn't lost here, neither by a session's end nor by a fault of ours.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from forms_service.edges import cookies, guard
from forms_service.edges.connections import TooSlow
from forms_service.edges.limits import MAX_BODY_BYTES, MAX_STRANGERS_BYTES
from forms_service.edges.logging import note_fault, request_id
from forms_service.edges.pages import PersonalPage
from forms_service.edges.staff import carrying
from forms_service.edges.staff.pages import StaffPages
from forms_service.rules.catalogues import texts_for
from forms_service.rules.languages import best_language
from forms_service.rules.text import clean_line
from forms_service.usecases import joining, signing_in, writing
from forms_service.usecases.casework import NoSuchCase
from forms_service.usecases.counting import Counts, counts
from forms_service.usecases.signing_in import SignedIn, new_browser_token
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings

log = logging.getLogger(__name__)

_QUARTER = timedelta(minutes=15)
_FAILURES_OF_ONE = 5
_FAILURES_OF_ADDRESS = 30
_FAILURES_OF_ACCOUNT = 50

SIGN_IN = "/staff/anmelden/"
BACK = "weiter"
"""The field, and the part of the address, that says where one came from."""

Handler = Callable[[Request, SignedIn], Awaitable[Response]]
FillIn = Callable[[SignedIn, dict[str, list[str]]], Response]
"""Shows a form again as it was filled in, to whom it was shown before."""

_ANSWERED_ELSEWHERE = (HTTPException, guard.NotAForm, guard.TooMuch, TooSlow)


class Door:
    """Signs members in and out; `for_members` keeps everybody else out.

    `when_leaving` is told the id of a member who signs out.
    """

    def __init__(
        self,
        portal: Portal,
        pages: StaffPages,
        settings: Settings,
        addresses: guard.Addresses,
        when_leaving: Callable[[str], None],
    ) -> None:
        self._portal = portal
        self._pages = pages
        self._secure = settings.behind_tls
        self._origin = settings.origin
        self._addresses = addresses
        self._when_leaving = when_leaving
        self._filled_in_again: dict[str, FillIn] = {}
        # Whoever guesses is stopped on their own line first; a colleague elsewhere still gets in.
        self._failures = counts(portal, "one", _FAILURES_OF_ONE, _QUARTER)
        self._address_failures = counts(portal, "from address", _FAILURES_OF_ADDRESS, _QUARTER)
        # Where a member has signed in today, nobody else's guessing shuts them out.
        self._at_home = counts(portal, "at home", 1, timedelta(days=1))
        self._account_failures = counts(portal, "of account", _FAILURES_OF_ACCOUNT, _QUARTER)

    def routes(self) -> list[Route]:
        """Return the addresses for coming in and going out."""
        return [
            Route(SIGN_IN, self._show_sign_in, methods=["GET"]),
            Route(SIGN_IN, self._sign_in, methods=["POST"]),
            Route("/staff/abmelden/", self.for_members(self._sign_out), methods=["POST"]),
        ]

    def fill_in_again(self, path: str, form: FillIn) -> None:
        """Let what is sent to `path` without a session come back in its form, not as a draft."""
        self._filled_in_again[path] = form

    def for_members(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Return the handler behind the door: a session, our own origin, a case one may read."""

        async def guarded(request: Request) -> Response:
            if request.method == "POST" and not guard.is_same_origin(request, self._origin):
                return self._pages.fault(self._language(request), "refused", 403)
            token = cookies.DESK.read(request, self._secure)
            at: SignedIn | None = None
            try:
                at = await signing_in.signed_in(self._portal, token) if token else None
                if at is None:
                    return await self._come_in_first(request)
                return await handler(request, at)
            except NoSuchCase:
                language = at.member.language if at else self._language(request)
                return self._pages.fault(language, "no_case", 404)
            except _ANSWERED_ELSEWHERE:
                raise
            except Exception as fault:
                values = await self._sent(request)
                if request.method != "POST" or not carrying.SECRETS.isdisjoint(values):
                    raise
                note_fault(log, request, fault)
                return self._again(request, at, values)

        return guarded

    def _again(
        self, request: Request, at: SignedIn | None, values: dict[str, list[str]]
    ) -> Response:
        """Return a page that holds all that was sent, to be sent once more."""
        html = self._pages.render(
            "again",
            texts_for(at.member.language if at else self._language(request)),
            at.member if at else None,
            path=carrying.own_address(request.url.path),
            fields=[(name, value) for name, each in values.items() for value in each],
            request_id=request_id(request),
        )
        return PersonalPage(html, 503)

    async def _sent(
        self, request: Request, max_bytes: int = MAX_BODY_BYTES
    ) -> dict[str, list[str]]:
        """Return what a form sent; nothing where it wasn't one."""
        try:
            return await guard.form_values(request, max_bytes)
        except _ANSWERED_ELSEWHERE:
            return {}

    async def _come_in_first(self, request: Request) -> Response:
        """Lead to the sign-in, which leads back; what somebody has just typed comes along."""
        path = carrying.own_address(request.url.path)
        if request.method != "POST":
            return go(SIGN_IN if path == "/staff/" else f"{SIGN_IN}?{urlencode({BACK: path})}")
        values = await self._sent(request, MAX_STRANGERS_BYTES)
        comes_back = values and path in self._filled_in_again
        if carrying.typed_in(path, values) is None and not comes_back:
            return go(SIGN_IN)
        carried = {BACK: path, "carried": carrying.packed(values)}
        return self._sign_in_page(self._language(request), carried=carried, status=403)

    def _language(self, request: Request) -> str:
        return best_language(request.headers.get("accept-language", ""), ("de", "en"))

    async def _show_sign_in(self, request: Request) -> Response:
        path = carrying.own_address(request.query_params.get(BACK, ""))
        return self._sign_in_page(self._language(request), carried={BACK: path})

    async def _sign_in(self, request: Request) -> Response:
        language = self._language(request)
        if not guard.is_same_origin(request, self._origin):
            return self._pages.fault(language, "refused", 403)
        values = await guard.form_values(request, MAX_STRANGERS_BYTES)
        email = clean_line(one(values, "email")).casefold()
        path = carrying.own_address(one(values, BACK))
        carried = {BACK: path, "carried": one(values, "carried")}
        try:
            token = new_browser_token()
            if problem := await self._begin(request, values, email, token):
                status = 429 if problem == "too_many" else 422
            else:
                response = await self._led_back(token, carried)
                cookies.DESK.write(response, token, self._secure)
                return response
        except Exception as fault:
            note_fault(log, request, fault)
            problem, status = "broken", 503
        return self._sign_in_page(
            language, problem=problem, email=email, carried=carried, status=status
        )

    async def _begin(
        self, request: Request, values: dict[str, list[str]], email: str, token: bytes
    ) -> str:
        """Begin a session, or return a code for what is wrong."""
        address = self._addresses.key(request)
        both = f"{address} {email}"
        counted = (
            (self._failures, both),
            (self._address_failures, address),
            (self._account_failures, email),
        )
        if not await self._may_try(counted, at_home=await self._at_home.is_full(both)):
            return "too_many"
        try:
            entered = await signing_in.sign_in(
                self._portal,
                email=email,
                password=one(values, "password"),
                code=one(values, "code"),
                browser_token=token,
                network_address=address,
            )
        except Exception:
            # A fault of ours is nobody's wrong guess.
            await self._take_back(counted)
            raise
        if not entered:
            return "wrong"
        await self._take_back(counted)
        await self._failures.forget(both)
        await self._at_home.admit(both)
        if at := await signing_in.signed_in(self._portal, token):
            # Whoever holds keys passes them on to those who joined.
            await joining.pass_keys(self._portal, at)
        return ""

    async def _may_try(self, tries: Sequence[tuple[Counts, str]], *, at_home: bool) -> bool:
        """Count a try before it is made: many at once must not get past the limit."""
        for place, (throttle, key) in enumerate(tries):
            spared = at_home and throttle is self._account_failures
            if not await throttle.admit(key) and not spared:
                await self._take_back(tries[:place])
                return False
        return True

    async def _take_back(self, tries: Sequence[tuple[Counts, str]]) -> None:
        for throttle, key in tries:
            await throttle.take_back(key)

    async def _led_back(self, token: bytes, carried: Mapping[str, str]) -> Response:
        """Lead to where a member goes on; a text that they had typed is a draft or a form there."""
        path, values = carried[BACK], carrying.unpacked(carried["carried"])
        if not values:
            return go(path)
        at = await signing_in.signed_in(self._portal, token)
        if at is None or at.member.id != one(values, carrying.WRITER):
            return go("/staff/")
        if fill_in := self._filled_in_again.get(path):
            return fill_in(at, values)
        typed = carrying.typed_in(path, values)
        if typed is None:
            return go(carrying.page_of(path))
        try:
            await writing.keep_draft(self._portal, at, typed.case_id, typed.kind, typed.fields)
        except NoSuchCase:
            return go("/staff/")
        return go(f"{carrying.page_of(path)}#entwurf")

    async def _sign_out(self, request: Request, at: SignedIn) -> Response:
        token = cookies.DESK.read(request, self._secure)
        if token is not None:
            await signing_in.sign_out(self._portal, at, token)
        self._when_leaving(at.member.id)
        response = go(SIGN_IN)
        cookies.DESK.remove(response, self._secure)
        return response

    def _sign_in_page(
        self,
        language: str,
        *,
        carried: Mapping[str, str],
        problem: str = "",
        email: str = "",
        status: int = 200,
    ) -> PersonalPage:
        """Return the page for signing in, with what it hands on in hidden fields."""
        texts = texts_for(language)
        html = self._pages.render(
            "sign_in",
            texts,
            None,
            problem=problem,
            email=email,
            carried={name: value for name, value in carried.items() if value},
            in_its_form=carried[BACK] in self._filled_in_again,
        )
        return PersonalPage(html, status)


def one(values: dict[str, list[str]], name: str) -> str:
    """Return the last value of that name that a form sent, or an empty string."""
    return values.get(name, [""])[-1]


def go(path: str) -> Response:
    """Lead on after something was done."""
    return RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})
