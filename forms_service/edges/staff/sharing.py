"""Whose case it is and who reads it, on the staff page; what can't be undone is asked first."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges import guard
from forms_service.edges.staff import carrying
from forms_service.edges.staff.carrying import DISCARD
from forms_service.edges.staff.case_page import CasePage
from forms_service.edges.staff.door import Door, go, one
from forms_service.edges.staff.pages import StaffPages
from forms_service.edges.staff.words import PROBLEMS
from forms_service.rules.catalogues import texts_for
from forms_service.rules.text import clean_text
from forms_service.usecases import casework, safeguarding, sharing, writing
from forms_service.usecases.casework import NoSuchCase
from forms_service.usecases.sharing import Refused
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal

Change = Callable[[SignedIn, str, dict[str, list[str]]], Awaitable[str]]
"""Does something with a case for a member; returns where the case's page says that it's done."""

_GONE = {
    "stepping_back": "zurueckgetreten",
    "excluding": "weitergegeben",
    "protecting": "weitergegeben",
}
"""What the list says to whom the case is closed now."""


class Sharing:
    """Take, hand over, let in, step back, exclude, protect."""

    def __init__(self, portal: Portal, pages: StaffPages, door: Door) -> None:
        self._portal = portal
        self._pages = pages
        self._door = door
        self._case = CasePage(portal, pages)

    def routes(self) -> list[Route]:
        """Return the addresses below a case's that change who has to do with it."""
        return [
            self._at_once("nehmen/", self._take),
            self._at_once("abgeben/", self._give_back),
            self._at_once("uebergeben/", self._hand_over),
            self._at_once("dazuholen/", self._let_in),
            self._asked_first("zuruecktreten/", "stepping_back", self._step_back),
            self._asked_first("ausschliessen/", "excluding", self._exclude),
            self._asked_first("schutz/", "protecting", self._protect),
        ]

    def _at_once(self, below: str, change: Change) -> Route:
        async def handle(request: Request, at: SignedIn) -> Response:
            case_id = request.path_params["case_id"]
            values = await guard.form_values(request)
            if one(values, "step") == DISCARD:
                await self._discard(request, at, case_id)
                return go(f"/staff/fall/{case_id}/#whose")
            try:
                done = await change(at, case_id, values)
            except Refused as refused:
                typed = {"hand_over_note": one(values, "note")}
                return await self._case.show(at, case_id, problem=str(refused), typed=typed)
            return go(f"/staff/fall/{case_id}/#{done}")

        path = f"/staff/fall/{{case_id:str}}/{below}"
        return Route(path, self._door.for_members(handle), methods=["POST"])

    def _asked_first(self, below: str, page: str, change: Change) -> Route:
        async def handle(request: Request, at: SignedIn) -> Response:
            case_id = request.path_params["case_id"]
            if request.method == "GET":
                return await self._ask(at, case_id, page)
            values = await guard.form_values(request)
            if one(values, "step") == DISCARD:
                await self._discard(request, at, case_id)
                return go(request.url.path)
            try:
                await change(at, case_id, values)
            except Refused as refused:
                return await self._ask(at, case_id, page, str(refused), one(values, "note"))
            try:
                await sharing.circle_of(self._portal, at, case_id)
            except NoSuchCase:
                return go(f"/staff/#{_GONE[page]}")
            return go(f"/staff/fall/{case_id}/#readers")

        path = f"/staff/fall/{{case_id:str}}/{below}"
        return Route(path, self._door.for_members(handle), methods=["GET", "POST"])

    async def _discard(self, request: Request, at: SignedIn, case_id: str) -> None:
        if kind := carrying.kind_at(request.url.path):
            await writing.keep_draft(self._portal, at, case_id, kind, {})

    async def _ask(
        self, at: SignedIn, case_id: str, page: str, problem: str = "", note: str = ""
    ) -> Response:
        opened = await casework.open_case(self._portal, at, case_id)
        inbox = self._pages.organisation.inboxes[opened.case.inbox]
        draft = opened.drafts.get(page)
        texts = texts_for(at.member.language)
        return self._pages.page(
            page,
            at.member,
            status=422 if problem else 200,
            opened=opened,
            circle=await sharing.circle_of(self._portal, at, case_id),
            protected=inbox.safeguarding,
            teams=self._pages.organisation.teams,
            problem_text=texts.gettext(PROBLEMS[problem]) if problem else "",
            note=note or (draft.fields["note"] if draft else ""),
            draft=draft,
        )

    async def _take(self, at: SignedIn, case_id: str, values: dict[str, list[str]]) -> str:
        await sharing.take(self._portal, at, case_id, one(values, "seen"))
        return "whose"

    async def _give_back(self, at: SignedIn, case_id: str, values: dict[str, list[str]]) -> str:
        await sharing.give_back(self._portal, at, case_id)
        return "whose"

    async def _hand_over(self, at: SignedIn, case_id: str, values: dict[str, list[str]]) -> str:
        member_id = one(values, "member")
        note = clean_text(one(values, "note"))
        if not member_id:
            await sharing.circle_of(self._portal, at, case_id)
            raise Refused("nobody_chosen")
        await sharing.hand_over(self._portal, at, case_id, member_id, note)
        return "uebergeben"

    async def _let_in(self, at: SignedIn, case_id: str, values: dict[str, list[str]]) -> str:
        member_id = one(values, "member")
        if not member_id:
            await sharing.circle_of(self._portal, at, case_id)
            raise Refused("nobody_to_join")
        await sharing.let_in(self._portal, at, case_id, member_id)
        return "readers"

    async def _step_back(self, at: SignedIn, case_id: str, values: dict[str, list[str]]) -> str:
        await sharing.step_back(self._portal, at, case_id)
        return ""

    async def _exclude(self, at: SignedIn, case_id: str, values: dict[str, list[str]]) -> str:
        who, _, which = one(values, "who").partition(":")
        if not which:
            await sharing.circle_of(self._portal, at, case_id)
            raise Refused("nobody_to_exclude")
        chosen = {"team": which} if who == "team" else {"member_id": which}
        await sharing.exclude(self._portal, at, case_id, **chosen)
        return "readers"

    async def _protect(self, at: SignedIn, case_id: str, values: dict[str, list[str]]) -> str:
        note = clean_text(one(values, "note"))
        if one(values, "step") == "back":
            await safeguarding.protect_no_longer(self._portal, at, case_id, note)
        else:
            await safeguarding.protect(self._portal, at, case_id, note)
        return ""
