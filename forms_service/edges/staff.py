"""The staff page. Everything but signing in needs a session; knows nothing of the public side."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from forms_service.edges import cookies, guard
from forms_service.edges.staff_pages import StaffPages
from forms_service.rules.deadlines import local_day
from forms_service.rules.languages import best_language
from forms_service.rules.text import clean_line, clean_text
from forms_service.usecases import casework, desk, letting_in, signing_in
from forms_service.usecases.casework import Answer, AnswerError, NoSuchCase
from forms_service.usecases.signing_in import SignedIn, new_browser_token
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site

_QUARTER = timedelta(minutes=15)
_FAILURES_OF_ONE = 5
_FAILURES_OF_ADDRESS = 30
_FAILURES_OF_ACCOUNT = 50

Handler = Callable[[Request, SignedIn], Awaitable[Response]]


class Staff:
    """The routes of the staff page."""

    def __init__(
        self, portal: Portal, site: Site, settings: Settings, addresses: guard.Addresses
    ) -> None:
        self._portal = portal
        self._pages = StaffPages(site, trial=settings.trial, clock=portal.clock)
        self._secure = settings.behind_tls
        self._origin = settings.origin
        self._trial = settings.trial
        self._addresses = addresses
        # Whoever guesses is stopped on their own line first; a colleague elsewhere still gets in.
        self._failures = guard.Throttle(_FAILURES_OF_ONE, _QUARTER, portal.clock)
        self._address_failures = guard.Throttle(_FAILURES_OF_ADDRESS, _QUARTER, portal.clock)
        # Where a member has signed in today, nobody else's guessing shuts them out.
        self._at_home = guard.Throttle(1, timedelta(days=1), portal.clock)
        self._account_failures = guard.Throttle(_FAILURES_OF_ACCOUNT, _QUARTER, portal.clock)

    def routes(self) -> list[Route]:
        """Return every address of the staff page; all but the first two need a session."""
        case = "/staff/fall/{case_id:str}/"
        return [
            Route("/staff/anmelden/", self._show_sign_in, methods=["GET"]),
            Route("/staff/anmelden/", self._sign_in, methods=["POST"]),
            Route("/staff/abmelden/", self._for_members(self._sign_out), methods=["POST"]),
            Route("/staff/", self._for_members(self._show_desk), methods=["GET"]),
            Route(case, self._for_members(self._show_case), methods=["GET"]),
            Route(case + "antwort/", self._for_members(self._answer), methods=["POST"]),
            Route(case + "notiz/", self._for_members(self._note), methods=["POST"]),
            Route(case + "uebersetzung/", self._for_members(self._translate), methods=["POST"]),
            Route(case + "dazuholen/", self._for_members(self._let_in), methods=["POST"]),
            Route(case + "loeschen/", self._for_members(self._delete), methods=["GET", "POST"]),
        ]

    def _for_members(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            if request.method == "POST" and not guard.is_same_origin(request, self._origin):
                return self._pages.fault(self._language(request), "refused", 403)
            token = cookies.DESK.read(request, self._secure)
            at = await signing_in.signed_in(self._portal, token) if token else None
            if at is None:
                return _go("/staff/anmelden/")
            try:
                return await handler(request, at)
            except NoSuchCase:
                return self._pages.fault(at.member.language, "no_case", 404)

        return guarded

    def _language(self, request: Request) -> str:
        return best_language(request.headers.get("accept-language", ""), ("de", "en"))

    async def _show_sign_in(self, request: Request) -> Response:
        return self._pages.sign_in(self._language(request))

    async def _sign_in(self, request: Request) -> Response:
        language = self._language(request)
        if not guard.is_same_origin(request, self._origin):
            return self._pages.fault(language, "refused", 403)
        values = await guard.form_values(request)
        email = clean_line(_one(values, "email")).casefold()
        address = self._addresses.key(request)
        both = f"{address} {email}"
        if (
            self._failures.is_over(both)
            or self._address_failures.is_over(address)
            or (self._account_failures.is_over(email) and not self._at_home.is_over(both))
        ):
            return self._pages.sign_in(language, problem="too_many", email=email, status=429)
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
            password=_one(values, "password"),
            code=_one(values, "code"),
            browser_token=token,
        )
        if not entered:
            return self._pages.sign_in(language, problem="wrong", email=email, status=422)
        for throttle, key in counted:
            throttle.take_back(key)
        self._failures.forget(both)
        self._at_home.count(both)
        response = _go("/staff/")
        cookies.DESK.write(response, token, self._secure)
        return response

    async def _sign_out(self, request: Request, at: SignedIn) -> Response:
        token = cookies.DESK.read(request, self._secure)
        if token is not None:
            await signing_in.sign_out(self._portal, at, token)
        response = _go("/staff/anmelden/")
        cookies.DESK.remove(response, self._secure)
        return response

    async def _show_desk(self, request: Request, at: SignedIn) -> Response:
        return self._pages.desk(at.member, await desk.today(self._portal, at))

    async def _show_case(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        opened = await casework.open_case(self._portal, at, case_id)
        colleagues = await letting_in.may_join(self._portal, at, case_id)
        return self._pages.case(at.member, opened, may_join=colleagues)

    async def _let_in(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        member_id = _one(await guard.form_values(request), "member")
        if not member_id:
            return await self._show_case(request, at)
        await letting_in.let_in(self._portal, at, case_id, member_id)
        return _go(f"/staff/fall/{case_id}/#readers")

    async def _answer(self, request: Request, at: SignedIn) -> Response:
        """Show an answer in both languages first; send it when the member has seen it."""
        case_id = request.path_params["case_id"]
        values = await guard.form_values(request)
        typed = {name: _one(values, name) for name in ("sentence", "until", "text", "translation")}
        opened = await casework.open_case(self._portal, at, case_id)
        if _one(values, "step") == "change":
            return self._pages.case(at.member, opened, typed=typed)
        try:
            answer = _answer_from(typed)
            casework.check_answer(opened.case, answer, local_day(self._portal.clock()))
            if _one(values, "step") != "send":
                return self._pages.preview(at.member, opened, answer)
            await casework.answer_case(self._portal, at, case_id, answer)
        except AnswerError as error:
            return self._pages.case(at.member, opened, problem=str(error), typed=typed)
        return _go(f"/staff/fall/{case_id}/#an-die-person")

    async def _note(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        text = clean_text(_one(await guard.form_values(request), "note"))
        if not text:
            opened = await casework.open_case(self._portal, at, case_id)
            return self._pages.case(at.member, opened, problem="note_empty")
        await casework.note(self._portal, at, case_id, text)
        return _go(f"/staff/fall/{case_id}/#nur-team")

    async def _translate(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        values = await guard.form_values(request)
        text, about = clean_text(_one(values, "translation")), _one(values, "about")
        opened = await casework.open_case(self._portal, at, case_id)
        if not text:
            return self._pages.case(at.member, opened, problem="translation_empty")
        ours = any(item.ours for item in opened.items if item.id == about)
        language = opened.case.language if ours else at.member.language
        await casework.translate(self._portal, at, case_id, about, text, language)
        return _go(f"/staff/fall/{case_id}/#eintrag-{about}")

    async def _delete(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        if request.method == "GET":
            opened = await casework.open_case(self._portal, at, case_id)
            return self._pages.deleting(at.member, opened)
        await casework.delete_now(self._portal, at, case_id)
        return _go("/staff/")


def _one(values: dict[str, list[str]], name: str) -> str:
    return values.get(name, [""])[-1]


def _answer_from(typed: dict[str, str]) -> Answer:
    until = typed["until"].strip()
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError as error:
        raise AnswerError("date_missing") from error
    return Answer(
        sentence=typed["sentence"],
        until=day,
        text=clean_text(typed["text"]),
        translation=clean_text(typed["translation"]),
    )


def _go(path: str) -> Response:
    return RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})
