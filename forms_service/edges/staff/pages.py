"""What every staff page has: its frame, and the words that templates ask for."""

from datetime import datetime
from typing import Any

from forms_service.edges.pages import PersonalPage
from forms_service.edges.staff.words import (
    ACTIONS,
    CHANNELS,
    DUE,
    SOMEBODY,
    SOMEBODY_ELSE,
    SOMEBODY_WHO_JOINED,
    STATUS_FOR_STAFF,
)
from forms_service.rules.catalogues import Texts, texts_for
from forms_service.rules.deadlines import ZONE, local_day
from forms_service.rules.forms import FORMS
from forms_service.rules.languages import LANGUAGES
from forms_service.rules.organisation import Organisation, in_language
from forms_service.rules.rendering import render
from forms_service.usecases import figures
from forms_service.world.portal import Clock
from forms_service.world.site import Site
from forms_service.world.store.audits import Line
from forms_service.world.store.members import Member


class StaffPages:
    """Fills templates, in German or English; `trial` is said on every page."""

    def __init__(self, site: Site, *, trial: bool, clock: Clock) -> None:
        self._site = site
        self._trial = trial
        self._clock = clock

    @property
    def organisation(self) -> Organisation:
        """The settings of the site."""
        return self._site.organisation

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the site offers."""
        return self._site.languages

    def page(self, name: str, member: Member, *, status: int = 200, **context: Any) -> PersonalPage:
        """Return the template of that name for a member."""
        html = self.render(name, texts_for(member.language), member, **context)
        return PersonalPage(html, status)

    def fault(self, language: str, fault: str, status: int) -> PersonalPage:
        """Return a calm page for what the staff page can't do."""
        html = self.render("fault", texts_for(language), None, fault=fault)
        return PersonalPage(html, status)

    def render(self, page: str, texts: Texts, member: Member | None, **context: Any) -> str:
        """Return the template of that name filled in, for a member or for whoever signs in."""
        return render(
            f"staff/{page}.html",
            texts,
            member=member,
            trial=self._trial,
            organisation=self._site.organisation,
            stylesheet=self._site.assets["staff.css"],
            icon=self._site.assets["icon.svg"],
            here=page,
            may_see_figures=member is not None and figures.may_see(member),
            now=self._clock(),
            form_title=lambda case: texts.gettext(FORMS[case.form].title),
            inbox_title=lambda case: in_language(
                self._site.organisation.inboxes[case.inbox].title, texts.language.code
            )[0],
            status_text=lambda case: texts.gettext(STATUS_FOR_STAFF[case.status]),
            channel_text=lambda case: texts.gettext(CHANNELS[case.channel]),
            due_text=lambda due: texts.gettext(DUE[due.what]),
            action_text=lambda line: _action_text(line, texts),
            language_name=lambda code: texts.language_name(LANGUAGES[code]),
            languages=LANGUAGES,
            local_day=local_day,
            moment_of=datetime.fromisoformat,
            clock=lambda moment: moment.astimezone(ZONE).strftime("%H:%M"),
            **context,
        )


def _action_text(line: Line, texts: Texts) -> str:
    """Say what somebody did; a colleague without a name stands there in the right case."""
    nameless = SOMEBODY_WHO_JOINED if line.action == "called_in" else SOMEBODY_ELSE
    return texts.gettext(
        ACTIONS[line.action],
        name=line.name or texts.gettext(SOMEBODY),
        other=line.about or texts.gettext(nameless),
    )
