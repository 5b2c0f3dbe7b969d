"""A member's own page: name, password, second factor, sign-ins; and who is new beside them."""

from datetime import timedelta

import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges import cookies, guard
from forms_service.edges.pages import PersonalPage
from forms_service.edges.staff.door import Door, go, one
from forms_service.edges.staff.member_pages import MemberPages
from forms_service.rules import passwords
from forms_service.rules.text import clean_line
from forms_service.usecases import joining, own_account, second_factor
from forms_service.usecases.counting import counts
from forms_service.usecases.joining import NothingToConfirm
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal

_WRONG_PASSWORDS = 5
_QUARTER = timedelta(minutes=15)


class Account:
    """What members do for themselves and for those who join their inboxes."""

    def __init__(self, portal: Portal, pages: MemberPages, door: Door, *, secure: bool) -> None:
        self._portal = portal
        self._pages = pages
        self._door = door
        self._secure = secure
        # Whoever finds a desk open must not guess the password there.
        self._failures = counts(portal, "own password", _WRONG_PASSWORDS, _QUARTER)

    def routes(self) -> list[Route]:
        """Return the addresses of the own page and of what is new."""
        mine, new, behind = "/staff/ich/", "/staff/neu/", self._door.for_members
        both = ["GET", "POST"]
        return [
            Route(mine, behind(self._show), methods=["GET"]),
            Route(mine + "angaben/", behind(self._details), methods=["POST"]),
            Route(mine + "passwort/", behind(self._password), methods=both),
            Route(mine + "zweiter-faktor/", behind(self._second_factor), methods=both),
            Route(mine + "ersatzcodes/", behind(self._codes), methods=both),
            Route(mine + "ueberall-abmelden/", behind(self._sign_out), methods=["POST"]),
            Route(new, behind(self._news), methods=["GET"]),
            Route(new + "antwort/", behind(self._decide), methods=["POST"]),
            Route(new + "schluessel/", behind(self._pass_keys), methods=["POST"]),
        ]

    async def _show(self, request: Request, at: SignedIn, problem: str = "") -> Response:
        account = await own_account.look(self._portal, at)
        return self._pages.page("account", at.member, account=account, problem=problem)

    async def _details(self, request: Request, at: SignedIn) -> Response:
        values = await guard.form_values(request)
        name = clean_line(one(values, "name"))
        if not name:
            return await self._show(request, at, "name_missing")
        language = "en" if one(values, "language") == "en" else "de"
        await own_account.change_name(self._portal, at, name, language)
        return go("/staff/ich/#gespeichert")

    async def _password(self, request: Request, at: SignedIn) -> Response:
        if request.method == "GET":
            return self._pages.page("password", at.member)
        values = await guard.form_values(request)
        new = one(values, "new")
        problem = await self._too_many(at) or passwords.weakness(
            new, (at.member.name, at.member.email)
        )
        if not problem and new != one(values, "again"):
            problem = "password_differs"
        token = cookies.DESK.read(request, self._secure)
        if problem or token is None:
            return self._pages.page("password", at.member, problem=problem or "password_wrong")
        old = one(values, "password")
        await self._failures.admit(at.member.id)
        if not await own_account.change_password(self._portal, at, old, new, token):
            return self._pages.page("password", at.member, problem="password_wrong")
        await self._failures.forget(at.member.id)
        return go("/staff/ich/#passwort-neu")

    async def _second_factor(self, request: Request, at: SignedIn) -> Response:
        if not self._pages.second_factor:
            return go("/staff/ich/")
        if request.method == "GET":
            return self._app_page(at, second_factor.new_secret())
        values = await guard.form_values(request)
        secret = one(values, "secret")
        if not second_factor.is_secret(secret):
            return self._app_page(at, second_factor.new_secret(), "code_wrong")
        step = second_factor.step_of(secret, one(values, "code"), self._portal.clock())
        if problem := await self._too_many(at):
            return self._app_page(at, secret, problem)
        if step is None:
            return self._app_page(at, secret, "code_wrong")
        await self._failures.admit(at.member.id)
        codes = await own_account.change_second_factor(
            self._portal, at, one(values, "password"), secret, step
        )
        if codes is None:
            return self._app_page(at, secret, "password_wrong")
        await self._failures.forget(at.member.id)
        return self._pages.page("recovery_codes", at.member, codes=codes, name=at.member.name)

    def _app_page(self, at: SignedIn, secret: str, problem: str = "") -> PersonalPage:
        picture = app_picture(secret, at.member.email)
        return self._pages.page(
            "second_factor", at.member, secret=secret, picture=picture, problem=problem
        )

    async def _codes(self, request: Request, at: SignedIn) -> Response:
        if not self._pages.second_factor:
            return go("/staff/ich/")
        if request.method == "GET":
            return self._pages.page("new_codes", at.member)
        values = await guard.form_values(request)
        if problem := await self._too_many(at):
            return self._pages.page("new_codes", at.member, problem=problem)
        await self._failures.admit(at.member.id)
        codes = await own_account.draw_codes(self._portal, at, one(values, "password"))
        if codes is None:
            return self._pages.page("new_codes", at.member, problem="password_wrong")
        await self._failures.forget(at.member.id)
        return self._pages.page("recovery_codes", at.member, codes=codes, name=at.member.name)

    async def _too_many(self, at: SignedIn) -> str:
        return "too_many" if await self._failures.is_full(at.member.id) else ""

    async def _sign_out(self, request: Request, at: SignedIn) -> Response:
        await own_account.sign_out_everywhere(self._portal, at)
        response = go("/staff/anmelden/")
        cookies.DESK.remove(response, self._secure)
        return response

    async def _news(self, request: Request, at: SignedIn) -> Response:
        news = await joining.news(self._portal, at)
        return self._pages.page("newcomers", at.member, news=news)

    async def _decide(self, request: Request, at: SignedIn) -> Response:
        values = await guard.form_values(request)
        member_id, inbox, role = (one(values, name) for name in ("member", "inbox", "role"))
        confirm = one(values, "answer") == "confirm"
        try:
            await joining.decide(self._portal, at, member_id, inbox, role, confirm=confirm)
        except NothingToConfirm:
            return self._pages.fault(at.member.language, "no_member", 404)
        return go(f"/staff/neu/#{'bestaetigt' if confirm else 'abgelehnt'}")

    async def _pass_keys(self, request: Request, at: SignedIn) -> Response:
        await joining.pass_keys(self._portal, at)
        return go("/staff/neu/#schluessel")


def app_picture(secret: str, email: str) -> str:
    """Return the picture that an app for one-time codes scans, as inline SVG."""
    code = segno.make(second_factor.uri(secret, email), error="m")
    return code.svg_inline(border=2, omitsize=True)
