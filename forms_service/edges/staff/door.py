"""The door of the staff page: who comes in, and that nothing is changed from elsewhere."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from forms_service.edges import cookies, guard
from forms_service.edges.pages import PersonalPage
from forms_service.edges.staff.pages import StaffPages
from forms_service.rules.catalogues import texts_for
from forms_service.rules.languages import best_language
from forms_service.rules.text import clean_line
from forms_service.usecases import joining, signing_in
from forms_service.usecases.casework import NoSuchCase
from forms_service.usecases.signing_in import SignedIn, new_browser_token
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings

_QUARTER = timedelta(minutes=15)
_FAILURES_OF_ONE = 5
_FAILURES_OF_ADDRESS = 30
_FAILURES_OF_ACCOUNT = 50

Handler = Callable[[Request, SignedIn], Awaitable[Response]]


class Door:
    """Signs members in and out; `for_members` keeps everybody else out."""

    def __init__(
        self, portal: Portal, pages: StaffPages, settings: Settings, addresses: guard.Addresses
    ) -> None:
        self._portal = portal
        self._pages = pages
        self._secure = settings.behind_tls
        self._origin = settings.origin
        self._addresses = addresses
        # Whoever guesses is stopped on their own line first; a colleague elsewhere still gets in.
        self._failures = guard.Throttle(_FAILURES_OF_ONE, _QUARTER, portal.clock)
        self._address_failures = guard.Throttle(_FAILURES_OF_ADDRESS, _QUARTER, portal.clock)
        # Where a member has signed in today, nobody else's guessing shuts them out.
        self._at_home = guard.Throttle(1, timedelta(days=1), portal.clock)
        self._account_failures = guard.Throttle(_FAILURES_OF_ACCOUNT, _QUARTER, portal.clock)

    def routes(self) -> list[Route]:
        """Return the addresses for coming in and going out."""
        return [
            Route("/staff/anmelden/", self._show_sign_in, methods=["GET"]),
            Route("/staff/anmelden/", self._sign_in, methods=["POST"]),
            Route("/staff/abmelden/", self.for_members(self._sign_out), methods=["POST"]),
        ]

    def for_members(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Return the handler behind the door: a session, our own origin, a case one may read."""

        async def guarded(request: Request) -> Response:
            if request.method == "POST" and not guard.is_same_origin(request, self._origin):
                return self._pages.fault(self._language(request), "refused", 403)
            token = cookies.DESK.read(request, self._secure)
            at = await signing_in.signed_in(self._portal, token) if token else None
            if at is None:
                return go("/staff/anmelden/")
            try:
                return await handler(request, at)
            except NoSuchCase:
                return self._pages.fault(at.member.language, "no_case", 404)

        return guarded

    def _language(self, request: Request) -> str:
        return best_language(request.headers.get("accept-language", ""), ("de", "en"))

    async def _show_sign_in(self, request: Request) -> Response:
        return self._sign_in_page(self._language(request))

    async def _sign_in(self, request: Request) -> Response:
        language = self._language(request)
        if not guard.is_same_origin(request, self._origin):
            return self._pages.fault(language, "refused", 403)
        values = await guard.form_values(request)
        email = clean_line(one(values, "email")).casefold()
        address = self._addresses.key(request)
        both = f"{address} {email}"
        if (
            self._failures.is_over(both)
            or self._address_failures.is_over(address)
            or (self._account_failures.is_over(email) and not self._at_home.is_over(both))
        ):
            return self._sign_in_page(language, problem="too_many", email=email, status=429)
        # Counted before it is tried: many at once must not get past the limit.
        counted = (
            (self._failures, both),
            (self._address_failures, address),
            (self._account_failures, email),
        )
        for throttle, key in counted:
            throttle.count(key)
        token = new_browser_token()
        entered = await signing_in.sign_in(
            self._portal,
            email=email,
            password=one(values, "password"),
            code=one(values, "code"),
            browser_token=token,
        )
        if not entered:
            return self._sign_in_page(language, problem="wrong", email=email, status=422)
        for throttle, key in counted:
            throttle.take_back(key)
        self._failures.forget(both)
        self._at_home.count(both)
        if at := await signing_in.signed_in(self._portal, token):
            # Whoever holds keys passes them on to those who joined.
            await joining.pass_keys(self._portal, at)
        response = go("/staff/")
        cookies.DESK.write(response, token, self._secure)
        return response

    async def _sign_out(self, request: Request, at: SignedIn) -> Response:
        token = cookies.DESK.read(request, self._secure)
        if token is not None:
            await signing_in.sign_out(self._portal, at, token)
        response = go("/staff/anmelden/")
        cookies.DESK.remove(response, self._secure)
        return response

    def _sign_in_page(
        self, language: str, *, problem: str = "", email: str = "", status: int = 200
    ) -> PersonalPage:
        texts = texts_for(language)
        html = self._pages.render("sign_in", texts, None, problem=problem, email=email)
        return PersonalPage(html, status)


def one(values: dict[str, list[str]], name: str) -> str:
    """Return the last value of that name that a form sent, or an empty string."""
    return values.get(name, [""])[-1]


def go(path: str) -> Response:
    """Lead on after something was done."""
    return RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})
