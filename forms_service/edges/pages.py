"""Puts what is rendered into the built pages, and answers with them."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

import segno
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from forms_service.rules import process
from forms_service.rules.answers import answer_lines
from forms_service.rules.beside import QUERY, with_german_beside
from forms_service.rules.catalogues import Texts, texts_for
from forms_service.rules.deadlines import local_day
from forms_service.rules.fields import Problem
from forms_service.rules.forms import FORMS, Form
from forms_service.rules.languages import LANGUAGES, SOURCE, best_language
from forms_service.rules.receipts import groups
from forms_service.rules.rendering import (
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

    def receipt(self, form: Form, language: str, receipt: Receipt) -> str:
        """Return the page that shows the number, once."""
        texts = texts_for(language)
        html = render(
            "public/receipt.html",
            texts,
            hasty="exit" in self._site.shell(language, form.page).spans,
            groups=groups(receipt.number),
            code=segno.make(receipt.number, error="m").svg_inline(border=2, omitsize=True),
            promised=receipt.promised,
            local_day=local_day,
        )
        return self._in_shell(texts, form.page, main=html)

    def number_form(
        self, language: str, *, problem: str = "", typed: str = "", message: str = ""
    ) -> str:
        """Return the page that takes a receipt number; `problem` is a code the template knows."""
        texts = texts_for(language)
        html = render_number_form(texts, problem=problem, typed=typed, message=message)
        return self._in_shell(texts, NUMBER, form=html, wrong=bool(problem))

    def conversation(
        self,
        language: str,
        case: Case,
        items: list[Item],
        problem: str = "",
        typed: str = "",
        sent: bool = False,
    ) -> str:
        """Return what was said so far and where it stands, in the sender's language."""
        texts = texts_for(language)
        organisation = self._site.organisation
        form = FORMS[case.form]
        html = render(
            "public/conversation.html",
            texts,
            status=texts.gettext(process.STATUS_FOR_SENDER[case.status]),
            news_by=local_day(case.news_by if case.acknowledged_at else case.acknowledged_by)
            if process.owes_news(case.status) or case.unread_since
            else None,
            items=items,
            lines=answer_lines(form, items[0].content["answers"], texts, organisation),
            sentences={
                item.id: sentence_text(case.form, item.content, texts)
                for item in items
                if item.kind == "sentence"
            },
            delete_on=case.delete_on,
            keeping=organisation.inboxes[case.inbox].keeping,
            other_bodies=[body for body in organisation.other_bodies if body.address],
            problem=problem,
            typed=typed,
            sent=sent,
            local_day=local_day,
            tag=lambda code: LANGUAGES[code].tag,
        )
        return self._in_shell(texts, NUMBER, main=html, wrong=bool(problem))

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
        if "main" in slots and "exit" in shell.spans:
            # Leads away like the link of the built page, and lets this browser forget.
            leave = f'href="/{texts.language.code}/verlassen/"'
            slots["exit"] = re.sub(r'href="[^"]*"', leave, shell.content("exit"), count=1)
        return shell.filled(**slots)


def beside(pages: Pages, request: Request, language: str, name: str, html: str) -> str:
    """Return a form's page, with German beside its text if the address asks for that."""
    if request.query_params.get(QUERY) == SOURCE:
        return pages.with_german(language, name, html)
    return html
