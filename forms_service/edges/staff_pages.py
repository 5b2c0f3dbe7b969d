"""What the staff page looks like: templates filled for a member, in German or English."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from forms_service.edges.pages import PersonalPage
from forms_service.rules import process
from forms_service.rules.answers import answer_lines
from forms_service.rules.catalogues import N_, Texts, texts_for
from forms_service.rules.deadlines import ZONE, local_day
from forms_service.rules.forms import FORMS
from forms_service.rules.languages import LANGUAGES
from forms_service.rules.organisation import in_language
from forms_service.rules.rendering import render, sentence_text
from forms_service.usecases.casework import Answer, OpenCase
from forms_service.usecases.desk import Desk
from forms_service.world.portal import Clock
from forms_service.world.site import Site
from forms_service.world.store.members import Member

STATUS_FOR_STAFF = {
    process.NEW: N_("Neu"),
    "acknowledged": N_("Bestätigt"),
    "in_clarification": N_("In Klärung"),
    "waiting_for_you": N_("Wartet auf die Person"),
    "waiting_for_others": N_("Wartet auf andere"),
    "answered": N_("Beantwortet"),
    "being_read": N_("Wird gelesen"),
    "invited": N_("Eingeladen"),
    "not_this_time": N_("Dieses Mal nicht"),
    "place_offered": N_("Platz angeboten"),
    "closed": N_("Abgeschlossen"),
    "closed_agreed": N_("Abgeschlossen: zugestimmt"),
    "closed_partly": N_("Abgeschlossen: teilweise zugestimmt"),
    "closed_not_agreed": N_("Abgeschlossen: nicht zugestimmt"),
    "closed_unclear": N_("Abgeschlossen: nicht zu klären"),
    "closed_passed_on": N_("Abgeschlossen: weitergegeben"),
    "closed_withdrawn": N_("Abgeschlossen: zurückgezogen"),
    "closed_accepted": N_("Abgeschlossen: Platz angenommen"),
}
DUE = {
    "read_message": N_("Neue Nachricht beantworten"),
    "open": N_("Öffnen"),
    "acknowledge": N_("Eingang bestätigen"),
    "news": N_("Nachricht geben"),
    "answer": N_("Antwort geben"),
}
ACTIONS = {
    "opened": N_("%(name)s hat den Fall geöffnet."),
    "answered": N_("%(name)s hat der Person geschrieben."),
    "noted": N_("%(name)s hat eine Notiz für das Team geschrieben."),
    "let_in": N_("%(name)s hat jemanden dazugeholt."),
    "translated": N_("%(name)s hat eine Übersetzung danebengestellt."),
}
SOMEBODY = N_("Jemand")
PROBLEMS = {
    "empty": N_("Bitte wählen Sie einen Satz oder schreiben Sie einen Text."),
    "translation_of_nothing": N_("Eine Übersetzung braucht einen Text, den sie übersetzt."),
    "unknown_sentence": N_("Diesen Satz gibt es für diesen Fall nicht."),
    "date_missing": N_("Dieser Satz nennt einen Tag. Bitte wählen Sie einen Tag ab heute."),
    "note_empty": N_("Bitte schreiben Sie eine Notiz."),
    "translation_empty": N_("Bitte schreiben Sie eine Übersetzung."),
}


class StaffPages:
    """Makes the pages; `trial` is said on every one of them."""

    def __init__(self, site: Site, *, trial: bool, clock: Clock) -> None:
        self._site = site
        self._trial = trial
        self._clock = clock

    def sign_in(
        self, language: str, *, problem: str = "", email: str = "", status: int = 200
    ) -> PersonalPage:
        """Return the page to sign in on."""
        html = self._render("sign_in", texts_for(language), None, problem=problem, email=email)
        return PersonalPage(html, status)

    def desk(self, member: Member, parts: Desk) -> PersonalPage:
        """Return the list of today."""
        return PersonalPage(self._render("desk", texts_for(member.language), member, parts=parts))

    def case(
        self,
        member: Member,
        opened: OpenCase,
        *,
        problem: str = "",
        typed: Mapping[str, str] | None = None,
        may_join: Sequence[tuple[str, str]] = (),
    ) -> PersonalPage:
        """Return a case with everything that can be done; with `problem` what was typed is kept."""
        texts = texts_for(member.language)
        html = self._render(
            "case",
            texts,
            member,
            opened=opened,
            problem=problem,
            problem_text=texts.gettext(PROBLEMS[problem]) if problem else "",
            typed=typed or {},
            may_join=may_join,
            lines=self._lines(opened, texts),
            sentences=process.SENTENCES[opened.case.form],
            sent=self._sent(opened, texts),
            needs_translation=opened.case.language != member.language,
        )
        return PersonalPage(html, 422 if problem else 200)

    def preview(self, member: Member, opened: OpenCase, answer: Answer) -> PersonalPage:
        """Return an answer in both languages, before it is sent."""
        texts, theirs = texts_for(member.language), texts_for(opened.case.language)
        content = {
            "code": answer.sentence,
            "until": answer.until.isoformat() if answer.until else None,
        }
        form = opened.case.form
        html = self._render(
            "preview",
            texts,
            member,
            opened=opened,
            answer=answer,
            sentence=process.sentence(form, answer.sentence) if answer.sentence else None,
            ours_sentence=sentence_text(form, content, texts) if answer.sentence else "",
            their_sentence=sentence_text(form, content, theirs) if answer.sentence else "",
            theirs=theirs.language,
        )
        return PersonalPage(html)

    def deleting(self, member: Member, opened: OpenCase) -> PersonalPage:
        """Return the page that asks before a case is deleted."""
        return PersonalPage(
            self._render("deleting", texts_for(member.language), member, opened=opened)
        )

    def fault(self, language: str, fault: str, status: int) -> PersonalPage:
        """Return a calm page for what the staff page can't do."""
        html = self._render("fault", texts_for(language), None, fault=fault)
        return PersonalPage(html, status)

    def _lines(self, opened: OpenCase, texts: Texts) -> list[Any]:
        answers = opened.items[0].content["answers"]
        return answer_lines(FORMS[opened.case.form], answers, texts, self._site.organisation)

    def _sent(self, opened: OpenCase, texts: Texts) -> dict[str, str]:
        return {
            item.id: sentence_text(opened.case.form, item.content, texts)
            for item in opened.items
            if item.kind == "sentence"
        }

    def _render(self, page: str, texts: Texts, member: Member | None, **context: Any) -> str:
        return render(
            f"staff/{page}.html",
            texts,
            member=member,
            trial=self._trial,
            organisation=self._site.organisation,
            stylesheet=self._site.assets["staff.css"],
            icon=self._site.assets["icon.svg"],
            here=page,
            now=self._clock(),
            form_title=lambda case: texts.gettext(FORMS[case.form].title),
            inbox_title=lambda case: in_language(
                self._site.organisation.inboxes[case.inbox].title, texts.language.code
            )[0],
            status_text=lambda case: texts.gettext(STATUS_FOR_STAFF[case.status]),
            due_text=lambda due: texts.gettext(DUE[due.what]),
            action_text=lambda line: texts.gettext(
                ACTIONS[line.action], name=line.name or texts.gettext(SOMEBODY)
            ),
            language_name=lambda code: texts.language_name(LANGUAGES[code]),
            languages=LANGUAGES,
            local_day=local_day,
            moment_of=datetime.fromisoformat,
            clock=lambda moment: moment.astimezone(ZONE).strftime("%H:%M"),
            **context,
        )
