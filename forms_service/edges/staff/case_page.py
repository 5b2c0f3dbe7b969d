"""The page of one case, with everything that can be done in it."""

from collections.abc import Mapping
from typing import Any

from forms_service.edges.pages import PersonalPage
from forms_service.edges.staff.pages import StaffPages
from forms_service.edges.staff.words import PROBLEMS, WISHES
from forms_service.rules import process
from forms_service.rules.answers import answer_lines
from forms_service.rules.catalogues import Texts, texts_for
from forms_service.rules.forms import FORMS
from forms_service.rules.rendering import sentence_text
from forms_service.usecases import casework, sharing
from forms_service.usecases.casework import OpenCase
from forms_service.usecases.conversation import Item, newest_contact
from forms_service.usecases.drafts import ANSWER, HAND_OVER, NOTE
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal


class CasePage:
    """Shows a case to a member."""

    def __init__(self, portal: Portal, pages: StaffPages) -> None:
        self._portal = portal
        self._pages = pages

    async def show(
        self,
        at: SignedIn,
        case_id: str,
        *,
        problem: str = "",
        typed: Mapping[str, str] | None = None,
    ) -> PersonalPage:
        """Return the case; with `problem` it says what is wrong and keeps what was typed.

        What was typed and not sent yet stands in its fields again. Raises NoSuchCase.
        """
        opened = await casework.open_case(self._portal, at, case_id)
        circle = await sharing.circle_of(self._portal, at, case_id)
        texts = texts_for(at.member.language)
        latest = casework.latest_day(self._portal, opened.case)
        drafts = {kind: draft.fields for kind, draft in opened.drafts.items()}
        handing_over = drafts.get(HAND_OVER, {}).get("note", "")
        fields = {
            **drafts.get(ANSWER, {}),
            **drafts.get(NOTE, {}),
            "hand_over_note": handing_over,
            **(typed or {}),
        }
        inboxes = self._pages.organisation.inboxes
        return self._pages.page(
            "case",
            at.member,
            status=422 if problem else 200,
            opened=opened,
            circle=circle,
            problem=problem,
            problem_text=texts.gettext(PROBLEMS[problem], date=texts.date(latest))
            if problem
            else "",
            typed=fields,
            drafts=drafts,
            drafted_at=max((each.written_at for each in opened.drafts.values()), default=None),
            lines=self._lines(opened.items[0], opened, texts),
            contact_lines=lambda item: self._lines(item, opened, texts),
            newest_contact=newest_contact(opened.items),
            wishes=WISHES,
            sentences=process.SENTENCES[opened.case.form],
            sent=self._sent(opened, texts),
            latest=latest,
            needs_translation=opened.case.language != at.member.language,
            protected=inboxes[opened.case.inbox].safeguarding,
            mine=circle.taken_by is not None and circle.taken_by[0] == at.member.id,
            second_look=opened.case.status == process.SECOND_LOOK,
            seen_by={line.member_id for line in opened.log if line.action == "opened"},
            teams=self._pages.organisation.teams,
        )

    def _lines(self, item: Item, opened: OpenCase, texts: Texts) -> list[Any]:
        answers = item.content["answers"]
        return answer_lines(FORMS[opened.case.form], answers, texts, self._pages.organisation)

    def _sent(self, opened: OpenCase, texts: Texts) -> dict[str, str]:
        return {
            item.id: sentence_text(opened.case.form, item.content, texts)
            for item in opened.items
            if item.kind == "sentence"
        }
