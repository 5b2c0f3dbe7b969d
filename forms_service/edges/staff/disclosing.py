"""A person's right of access, on the staff page: one case as a file that opens anywhere."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from forms_service.edges import guard
from forms_service.edges.staff.door import Door, one
from forms_service.edges.staff.pages import StaffPages
from forms_service.rules.answers import answer_lines
from forms_service.rules.catalogues import texts_for
from forms_service.rules.deadlines import local_day
from forms_service.rules.forms import FORMS
from forms_service.rules.languages import LANGUAGES
from forms_service.rules.process import STATUS_FOR_SENDER, WISH_FOR_SENDER
from forms_service.rules.rendering import render, sentence_text
from forms_service.usecases import casework, disclosure
from forms_service.usecases.casework import OpenCase
from forms_service.usecases.disclosure import HAPPENED
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal


class Disclosing:
    """Shows what the file will hold, then hands it out."""

    def __init__(self, portal: Portal, pages: StaffPages, door: Door) -> None:
        self._portal = portal
        self._pages = pages
        self._door = door

    def routes(self) -> list[Route]:
        """Return the address below a case's."""
        handler = self._door.for_members(self._handle)
        return [Route("/staff/fall/{case_id:str}/auskunft/", handler, methods=["GET", "POST"])]

    async def _handle(self, request: Request, at: SignedIn) -> Response:
        case_id = request.path_params["case_id"]
        if request.method == "GET":
            opened = await casework.open_case(self._portal, at, case_id)
            return self._pages.page("disclosing", at.member, opened=opened)
        notes = one(await guard.form_values(request), "notes") == "yes"
        opened = await disclosure.disclose(self._portal, at, case_id)
        return HTMLResponse(
            self._file(opened, notes=notes),
            headers={
                "Cache-Control": "no-store",
                "Content-Disposition": 'attachment; filename="auskunft.html"',
            },
        )

    def _file(self, opened: OpenCase, *, notes: bool) -> str:
        """Return the file in the person's language; what isn't translated yet stands in German."""
        case = opened.case
        texts = texts_for(case.language)
        organisation = self._pages.organisation
        return render(
            "public/disclosure.html",
            texts,
            organisation=organisation,
            inbox=organisation.inboxes[case.inbox],
            opened=opened,
            with_notes=notes,
            status=texts.gettext(STATUS_FOR_SENDER[case.status]),
            happened=HAPPENED,
            lines_of=lambda item: answer_lines(
                FORMS[case.form], item.content["answers"], texts, organisation
            ),
            wishes=WISH_FOR_SENDER,
            sentences={
                item.id: sentence_text(case.form, item.content, texts)
                for item in opened.items
                if item.kind == "sentence"
            },
            tag=lambda code: LANGUAGES[code].tag,
            local_day=local_day,
            moment_of=datetime.fromisoformat,
            today=local_day(self._portal.clock()),
        )
