"""Puts what is rendered into the built pages, and answers with them."""

import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import segno
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from forms_service.rules import process
from forms_service.rules.answers import answer_lines
from forms_service.rules.beside import QUERY, with_german_beside
from forms_service.rules.catalogues import Texts, texts_for
from forms_service.rules.contact_details import contact_form
from forms_service.rules.deadlines import local_day
from forms_service.rules.fields import Problem
from forms_service.rules.forms import FORMS, Form
from forms_service.rules.languages import LANGUAGES, SOURCE, best_language
from forms_service.rules.receipts import groups
from forms_service.rules.rendering import (
    fill,
    render,
    render_form,
    render_number_form,
    render_search_form,
    sentence_text,
)
from forms_service.usecases.conversation import Item
from forms_service.usecases.submit import Receipt
from forms_service.world.site import FAULT, NUMBER, Site, read_shell
from forms_service.world.store.cases import Case

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]
"""What a route leads to."""


class PersonalPage(HTMLResponse):
    """A page that no cache may keep and no search engine may list."""

    def __init__(self, html: str, status_code: int = 200) -> None:
        super().__init__(
            html,
            status_code,
            headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"},
        )


@dataclass(frozen=True)
class NoteField:
    """The field for the voluntary mail: the address there is (masked), what was typed instead."""

    masked: str = ""
    typed: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Standing:
    """What a conversation's page shows besides the case and what was said.

    `problems` are sentences by field and `typed` is what stood in the fields; `done` is a code
    for what has just worked. `note` is None where no mail is offered. `backups_kept_days` is how
    long copies live on after a deletion.
    """

    problems: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    done: str = ""
    note: NoteField | None = None
    backups_kept_days: int | None = None


class Pages:
    """The pages that only the service can make, in the shells of the built site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def language_of(self, request: Request) -> str:
        """Return the language of the address, or else the one the browser asks for."""
        first = request.url.path.split("/")[1]
        if first in self._site.languages:
            return first
        return best_language(request.headers.get("accept-language", ""), self._site.languages)

    def form(
        self,
        form: Form,
        language: str,
        values: dict[str, list[str]],
        problems: list[Problem] | None = None,
        *,
        nothing_saved: bool = False,
    ) -> str:
        """Return the form's page, filled in; with problems its title begins with the error word."""
        texts = texts_for(language)
        html = render_form(
            form, texts, self._site.organisation, values, problems or (), nothing_saved
        )
        if problems or nothing_saved:
            return self._in_shell(texts, form.page, form=html, wrong=True)
        return self._in_shell(texts, form.page, form=html)

    def with_german(self, language: str, name: str, html: str) -> str:
        """Return a page of any kind with the German text beside its own."""
        if language == SOURCE:
            return html
        texts = texts_for(language)
        german = read_shell(self._site.page(SOURCE, name), name).content("main")
        shell = read_shell(html, name)
        main = with_german_beside(shell.content("main"), german, texts.language)
        note = render("public/beside.html", texts, style=self._site.assets["beside.css"])
        return shell.filled(main=note + main)

    def receipt(
        self,
        form: Form,
        language: str,
        receipt: Receipt,
        address: str,
        note: NoteField | None = None,
    ) -> str:
        """Return the page that shows the number, once.

        `address` is the portal's own, for the paper; `note` the field for the voluntary mail.
        """
        texts = texts_for(language)
        context = {
            "promised": receipt.promised,
            "local_day": local_day,
            "address": address,
        }
        # A helper reads German, whatever the sender reads.
        readers = dict.fromkeys((texts, texts_for(SOURCE)))
        html = render(
            "public/receipt.html",
            texts,
            hasty="exit" in self._site.shell(language, form.page).spans,
            **_number_shown(receipt.number, texts),
            on_paper=[render("public/receipt_paper.html", each, **context) for each in readers],
            note=note,
            reference=receipt.reference,
            **context,
        )
        wrong = bool(note and note.problem)
        return self._in_shell(texts, form.page, main=html, wrong=wrong)

    def slip(self, language: str) -> str:
        """Return the page before a slip's number is replaced: pen and telephone at hand?"""
        texts = texts_for(language)
        return self._in_shell(texts, NUMBER, main=render("public/slip.html", texts))

    def new_number(self, language: str, number: str) -> str:
        """Return the page that shows the number that replaced a slip's, once."""
        texts = texts_for(language)
        html = render("public/new_number.html", texts, **_number_shown(number, texts))
        return self._in_shell(texts, NUMBER, main=html)

    def asking(self, language: str, what: str, case: Case, day: date | None) -> str:
        """Return the page that asks once more before a case is withdrawn or deleted."""
        texts = texts_for(language)
        inbox = self._site.organisation.inboxes[case.inbox]
        html = render(
            "public/asking.html", texts, what=what, team_decides=inbox.safeguarding, day=day
        )
        return self._in_shell(texts, NUMBER, main=html)

    def contact(
        self,
        language: str,
        case: Case,
        values: dict[str, list[str]],
        problems: list[Problem] | None = None,
    ) -> str:
        """Return the page where the sender corrects how to reach them."""
        texts = texts_for(language)
        form = contact_form(FORMS[case.form])
        filled = fill(form, texts, self._site.organisation, values, problems or ())
        html = render("public/contact.html", texts, form=form, filled=filled)
        return self._in_shell(texts, NUMBER, main=html, wrong=bool(problems))

    def number_form(
        self,
        language: str,
        *,
        problem: str = "",
        typed: str = "",
        message: str = "",
        kept: Sequence[tuple[str, str]] = (),
    ) -> str:
        """Return the page that takes a receipt number; `problem` is a code the template knows.

        `message` and the fields `kept` go on to the conversation with the number.
        """
        texts = texts_for(language)
        html = render_number_form(texts, problem=problem, typed=typed, message=message, kept=kept)
        return self._in_shell(texts, NUMBER, form=html, wrong=bool(problem))

    def conversation(
        self,
        language: str,
        case: Case,
        items: list[Item],
        standing: Standing,
    ) -> str:
        """Return what was said so far and where it stands, in the sender's language."""
        texts = texts_for(language)
        organisation = self._site.organisation
        form = FORMS[case.form]
        inbox = organisation.inboxes[case.inbox]
        html = render(
            "public/conversation.html",
            texts,
            status=texts.gettext(process.STATUS_FOR_SENDER[case.status]),
            news_by=local_day(case.news_by if case.acknowledged_at else case.acknowledged_by)
            if process.owes_news(case.status)
            or (case.unread_since and case.status != process.WITHDRAWN)
            else None,
            items=items,
            lines={
                item.id: answer_lines(form, item.content["answers"], texts, organisation)
                for item in items
                if "answers" in item.content
            },
            wishes={code: texts.gettext(said) for code, said in process.WISH_FOR_SENDER.items()},
            sentences={
                item.id: sentence_text(case.form, item.content, texts)
                for item in items
                if item.kind == "sentence"
            },
            delete_on=case.delete_on,
            asked_deletion=case.deletion_asked_at is not None,
            team_decides=inbox.safeguarding,
            keeping=inbox.keeping,
            may_object=process.may_object(case.form, case.status),
            may_withdraw=process.may_withdraw(case.status)
            and not (inbox.safeguarding and any(item.kind == "withdrawn" for item in items)),
            other_bodies=[body for body in organisation.other_bodies if body.address],
            standing=standing,
            note=standing.note,
            local_day=local_day,
            tag=lambda code: LANGUAGES[code].tag,
        )
        return self._in_shell(texts, NUMBER, main=html, wrong=bool(standing.problems))

    def fault(self, language: str, fault: str, request_id: str = "") -> str:
        """Return the calm page for a fault: `not_found`, `too_large`, `refused`, `broken`…"""
        texts = texts_for(language)
        html = render(
            "public/fault.html",
            texts,
            fault=fault,
            request_id=request_id,
            search_form=render_search_form(texts),
        )
        return self._in_shell(texts, FAULT, main=html)

    def _in_shell(self, texts: Texts, page: str, *, wrong: bool = False, **slots: str) -> str:
        shell = self._site.shell(texts.language.code, page)
        if wrong:
            title = re.sub(r"</?title>", "", shell.content("title")).strip()
            marked = texts.gettext("Fehler: %(problem)s", problem=title)
            slots["title"] = f"<title>{marked}</title>"
        if "main" in slots and "note" in shell.spans:
            # What the service says comes first; how far to trust the words stands below, without
            # the links to other languages: they would lead away from what is shown only once.
            note = shell.content("note").replace(shell.content("twins"), "")
            slots |= {"note": "", "main": f"{slots['main']}\n{note}"}
        if "main" in slots and "exit" in shell.spans:
            # Leads away like the link of the built page, and lets this browser forget.
            leave = f'href="/{texts.language.code}/verlassen/"'
            slots["exit"] = re.sub(r'href="[^"]*"', leave, shell.content("exit"), count=1)
        return shell.filled(**slots)


def _number_shown(number: str, texts: Texts) -> dict[str, Any]:
    """Return a number as it is shown: in groups, and as a picture for another telephone.

    The picture says in words what it is: bare digits would be dialled or taken for goods. What it
    says can be pasted as it is where the number is typed.
    """
    said = f"{texts.gettext('Ihre Nummer')}: {' '.join(groups(number))}"
    code = segno.make(said, error="m").svg_inline(border=2, omitsize=True)
    return {"groups": groups(number), "code": code}


def beside(pages: Pages, request: Request, language: str, name: str, html: str) -> str:
    """Return a form's page, with German beside its text if the address asks for that."""
    if request.query_params.get(QUERY) == SOURCE:
        return pages.with_german(language, name, html)
    return html
