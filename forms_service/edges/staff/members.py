"""Who works here, for administrators: the list, a member, inviting, roles, removing."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges import guard
from forms_service.edges.pages import PersonalPage
from forms_service.edges.staff.door import Door, go, one
from forms_service.edges.staff.member_pages import MemberPages
from forms_service.rules.process import ESCALATION, Role
from forms_service.usecases import administration, invitations, leaving
from forms_service.usecases.administration import NoSuchMember, NotAdmin
from forms_service.usecases.invitations import InvitationError, Wanted
from forms_service.usecases.leaving import CannotLeave, Consequences
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal

Handler = Callable[[Request, SignedIn], Awaitable[Response]]


class Members:
    """The views of administrators. Nobody else gets in, and no case is shown here."""

    def __init__(self, portal: Portal, pages: MemberPages, door: Door, address: str) -> None:
        self._portal = portal
        self._pages = pages
        self._door = door
        self._address = address

    def routes(self) -> list[Route]:
        """Return every address below `/staff/menschen/`."""
        every, member = "/staff/menschen/", "/staff/menschen/{member_id:str}/"
        both = ["GET", "POST"]
        return [
            Route(every, self._for_admins(self._list), methods=["GET"]),
            Route(every + "einladen/", self._for_admins(self._invite), methods=both),
            Route(every + "anmeldungen/", self._for_admins(self._sign_ins), methods=["GET"]),
            Route(every + "zurueckziehen/", self._for_admins(self._withdraw), methods=["POST"]),
            Route(member, self._for_admins(self._show), methods=["GET"]),
            Route(member + "aufgabe/", self._for_admins(self._give_role), methods=["POST"]),
            Route(member + "aufgabe-nehmen/", self._for_admins(self._take_role), methods=both),
            Route(member + "verwaltung/", self._for_admins(self._admin), methods=["POST"]),
            Route(member + "neu-einladen/", self._for_admins(self._anew), methods=both),
            Route(member + "abmelden/", self._for_admins(self._sign_out), methods=["POST"]),
            Route(member + "entfernen/", self._for_admins(self._remove), methods=both),
        ]

    def _for_admins(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request, at: SignedIn) -> Response:
            try:
                administration.require_admin(at)
                return await handler(request, at)
            except NotAdmin:
                return self._pages.fault(at.member.language, "refused", 403)
            except NoSuchMember:
                return self._pages.fault(at.member.language, "no_member", 404)

        return self._door.for_members(guarded)

    async def _list(self, request: Request, at: SignedIn) -> Response:
        people = await administration.people(self._portal, at)
        return self._pages.page("members", at.member, people=people)

    async def _sign_ins(self, request: Request, at: SignedIn) -> Response:
        lines = await administration.sign_ins(self._portal, at)
        return self._pages.page("sign_ins", at.member, lines=lines)

    async def _show(self, request: Request, at: SignedIn) -> Response:
        found = await administration.colleague(self._portal, at, _member_id(request))
        return self._pages.page("member", at.member, colleague=found)

    async def _invite(self, request: Request, at: SignedIn) -> Response:
        if request.method == "GET":
            return self._invite_page(at, {"language": at.member.language})
        values = await guard.form_values(request)
        typed = {name: one(values, name) for name in values}
        roles = tuple(
            (inbox, role)
            for inbox in self._portal.organisation.inboxes
            if (role := _role(typed.get(f"role-{inbox}", "")))
        )
        team = typed.get("team", "")
        wanted = Wanted(
            name=typed.get("name", ""),
            email=typed.get("email", ""),
            language="en" if typed.get("language") == "en" else "de",
            team=team if team in self._portal.organisation.teams else None,
            admin=typed.get("admin") == "yes",
            roles=roles,
        )
        try:
            token = await invitations.invite(self._portal, at, wanted)
        except InvitationError as error:
            return self._invite_page(at, typed, str(error))
        return self._invited(at, token, wanted.name)

    def _invite_page(
        self, at: SignedIn, typed: Mapping[str, str], problem: str = ""
    ) -> PersonalPage:
        return self._pages.page("invite", at.member, problem=problem, typed=typed)

    def _invited(self, at: SignedIn, token: str, name: str) -> PersonalPage:
        """Show the link, once: it isn't kept."""
        link = f"{self._address}staff/einladung/{token}/"
        code = segno.make(link, error="m").svg_inline(border=2, omitsize=True)
        lasts = invitations.VALID_FOR + self._portal.clock()
        return self._pages.page("invited", at.member, link=link, code=code, name=name, until=lasts)

    async def _withdraw(self, request: Request, at: SignedIn) -> Response:
        typed = one(await guard.form_values(request), "invitation")
        try:
            token_id = bytes.fromhex(typed)
        except ValueError:
            raise NoSuchMember from None
        await leaving.withdraw_invitation(self._portal, at, token_id)
        return go("/staff/menschen/#einladungen")

    async def _anew(self, request: Request, at: SignedIn) -> Response:
        member_id = _member_id(request)
        found = await administration.colleague(self._portal, at, member_id)
        if request.method == "GET":
            return self._pages.page("invite_anew", at.member, colleague=found)
        lock = one(await guard.form_values(request), "lock") == "yes"
        token = await invitations.invite_anew(self._portal, at, member_id, lock=lock)
        return self._invited(at, token, found.member.name)

    async def _give_role(self, request: Request, at: SignedIn) -> Response:
        member_id = _member_id(request)
        values = await guard.form_values(request)
        inbox, role = one(values, "inbox"), _role(one(values, "role"))
        if role is None or inbox not in self._portal.organisation.inboxes:
            raise NoSuchMember
        given = await invitations.give_role(self._portal, at, member_id, inbox, role)
        return go(f"/staff/menschen/{quote(member_id)}/#{'aufgaben' if given else 'gefragt'}")

    async def _take_role(self, request: Request, at: SignedIn) -> Response:
        member_id = _member_id(request)
        if request.method == "GET":
            inbox, role = (request.query_params.get(name, "") for name in ("inbox", "role"))
            found = await leaving.of_taking(self._portal, at, member_id, inbox, role)
            return self._leaving(at, found, inbox, role)
        values = await guard.form_values(request)
        inbox, role = one(values, "inbox"), one(values, "role")
        if one(values, "asked") and (asked := _role(role)):
            await leaving.withdraw_question(self._portal, at, member_id, inbox, asked)
            return go(f"/staff/menschen/{quote(member_id)}/#aufgaben")
        try:
            await leaving.take_role(self._portal, at, member_id, inbox, role)
        except CannotLeave as error:
            return self._leaving(at, error.consequences, inbox, role, status=409)
        return go(f"/staff/menschen/{quote(member_id)}/#aufgaben")

    async def _remove(self, request: Request, at: SignedIn) -> Response:
        member_id = _member_id(request)
        if request.method == "GET":
            found = await leaving.of_disabling(self._portal, at, member_id)
            return self._leaving(at, found)
        try:
            await leaving.disable(self._portal, at, member_id)
        except CannotLeave as error:
            return self._leaving(at, error.consequences, status=409)
        return go("/staff/menschen/")

    def _leaving(
        self,
        at: SignedIn,
        found: Consequences,
        inbox: str = "",
        role: str = "",
        *,
        status: int = 200,
    ) -> PersonalPage:
        """Show what it would mean, and ask whether it is really meant, where nothing breaks."""
        return self._pages.page(
            "leaving", at.member, status=status, found=found, inbox=inbox, role=role
        )

    async def _admin(self, request: Request, at: SignedIn) -> Response:
        member_id = _member_id(request)
        if one(await guard.form_values(request), "admin") == "yes":
            await administration.make_admin(self._portal, at, member_id)
        elif not await leaving.take_admin(self._portal, at, member_id):
            found = await leaving.of_disabling(self._portal, at, member_id)
            return self._pages.page("last_admin", at.member, status=409, found=found)
        return go(f"/staff/menschen/{quote(member_id)}/#verwaltung")

    async def _sign_out(self, request: Request, at: SignedIn) -> Response:
        member_id = _member_id(request)
        await administration.sign_out_elsewhere(self._portal, at, member_id)
        return go(f"/staff/menschen/{quote(member_id)}/#abgemeldet")


def _member_id(request: Request) -> str:
    return str(request.path_params["member_id"])


def _role(text: str) -> Role | None:
    return next((known for known in ESCALATION if known == text), None)
