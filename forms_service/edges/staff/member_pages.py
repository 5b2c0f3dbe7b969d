"""The staff pages about members: the same frame, with the words for roles, inboxes and problems."""

from typing import Any

from forms_service.edges.pages import PersonalPage
from forms_service.edges.staff.member_words import (
    FIELDS,
    LACKS,
    PROBLEMS,
    ROLES,
    ROLES_LONG,
    SIGNS,
)
from forms_service.edges.staff.pages import StaffPages
from forms_service.rules.catalogues import Texts, texts_for
from forms_service.rules.organisation import in_language
from forms_service.usecases.second_factor import uri
from forms_service.world.site import Site
from forms_service.world.store.members import Member


class MemberPages:
    """Fills templates that speak of members; without one it is for who has only a link."""

    def __init__(self, pages: StaffPages, site: Site, *, trial: bool) -> None:
        self._pages = pages
        self._site = site
        self.second_factor = not trial

    def fault(self, language: str, fault: str, status: int) -> PersonalPage:
        """Return a calm page for what can't be done."""
        return self._pages.fault(language, fault, status)

    def page(
        self,
        template: str,
        member: Member | None,
        /,
        *,
        language: str = "de",
        status: int = 200,
        problem: str = "",
        **context: Any,
    ) -> PersonalPage:
        """Return the template of that name; `problem` is a code of `member_words.PROBLEMS`."""
        texts = texts_for(member.language if member else language)
        html = self._pages.render(
            template,
            texts,
            member,
            problem=problem,
            problem_text=texts.gettext(PROBLEMS[problem]) if problem else "",
            place=FIELDS.get(problem, ""),
            second_factor=self.second_factor,
            **self._words(texts),
            **context,
        )
        return PersonalPage(html, 422 if problem else status)

    def _words(self, texts: Texts) -> dict[str, Any]:
        organisation, code = self._site.organisation, texts.language.code
        return {
            "inboxes": {
                name: in_language(inbox.title, code)[0]
                for name, inbox in organisation.inboxes.items()
            },
            "teams": {
                name: in_language(title, code)[0] for name, title in organisation.teams.items()
            },
            "roles": {role: texts.gettext(text) for role, text in ROLES.items()},
            "roles_long": {role: texts.gettext(text) for role, text in ROLES_LONG.items()},
            "lacks": {lack: texts.gettext(text) for lack, text in LACKS.items()},
            "sign_text": lambda line: texts.gettext(SIGNS[line.action]),
            "app_uri": uri,
        }
