"""The page behind an invitation's link: who has it becomes a member, once."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges import guard
from forms_service.edges.pages import PersonalPage
from forms_service.edges.staff.account import app_picture
from forms_service.edges.staff.door import one
from forms_service.edges.staff.member_pages import MemberPages
from forms_service.rules import passwords
from forms_service.rules.languages import best_language
from forms_service.rules.text import clean_line
from forms_service.usecases import invitations, second_factor
from forms_service.usecases.invitations import InvitationOver, Joining
from forms_service.world.portal import Portal
from forms_service.world.store.invitations import Invitation


class Accepting:
    """Open to whoever has a link. The link is the permission, so no other origin could use it."""

    def __init__(self, portal: Portal, pages: MemberPages) -> None:
        self._portal = portal
        self._pages = pages

    def routes(self) -> list[Route]:
        """Return the address of every invitation."""
        return [
            Route("/staff/einladung/{token:str}/", self._answer, methods=["GET", "POST"]),
        ]

    async def _answer(self, request: Request) -> Response:
        token = request.path_params["token"]
        try:
            found = await invitations.find(self._portal, token)
            if request.method == "POST":
                response = await self._join(request, token, found)
            else:
                response = self._form(found, found.name, second_factor.new_secret())
        except InvitationOver:
            language = best_language(request.headers.get("accept-language", ""), ("de", "en"))
            response = self._pages.page("invitation_over", None, language=language, status=404)
        # The address opens the door: no other site may learn it.
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    async def _join(self, request: Request, token: str, found: Invitation) -> PersonalPage:
        values = await guard.form_values(request)
        name, new = clean_line(one(values, "name")), one(values, "new")
        secret, step = one(values, "secret"), None
        problem = "" if name else "name_missing"
        problem = problem or passwords.weakness(new, (name, found.email)) or ""
        if not problem and new != one(values, "again"):
            problem = "password_differs"
        if self._pages.second_factor:
            if not second_factor.is_secret(secret):
                secret, problem = second_factor.new_secret(), problem or "code_wrong"
            step = second_factor.step_of(secret, one(values, "code"), self._portal.clock())
            problem = problem or ("code_wrong" if step is None else "")
        if problem:
            return self._form(found, name, secret, problem)
        typed = Joining(name, new, secret if self._pages.second_factor else "", step)
        codes = await invitations.accept(self._portal, token, typed)
        return self._pages.page(
            "joined", None, language=found.language, codes=codes, name=name, email=found.email
        )

    def _form(self, found: Invitation, name: str, secret: str, problem: str = "") -> PersonalPage:
        return self._pages.page(
            "invitation",
            None,
            language=found.language,
            found=found,
            name=name,
            secret=secret,
            picture=app_picture(secret, found.email),
            problem=problem,
        )
