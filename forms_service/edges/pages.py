"""Puts what is rendered into the built pages, and answers with them."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

import segno
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from forms_service.rules.beside import QUERY, with_german_beside
from forms_service.rules.catalogues import Texts, texts_for
from forms_service.rules.fields import Problem
from forms_service.rules.forms import FORMS, Form
from forms_service.rules.languages import SOURCE, best_language
from forms_service.rules.receipts import groups
from forms_service.rules.rendering import (
    render,
    render_form,
    render_search_form,
)
from forms_service.world.site import FAULT, Site, read_shell

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
        self.site = site

    def language_of(self, request: Request) -> str:
        """Return the language of the address, or else the one the browser asks for."""
        first = request.url.path.split("/")[1]
        if first in self.site.languages:
            return first
        return best_language(request.headers.get("accept-language", ""), self.site.languages)

    def form(
        self,
        form: Form,
        language: str,
        values: dict[str, list[str]],
        problems: list[Problem] | None = None,
        *,
        nothing_saved: bool = False,
        german: bool = False,
    ) -> str:
        """Return the form's page, filled in; with problems its title begins with the error word.

        With `german`, form and page say everything in German too.
        """
        texts = texts_for(language)
        html = render_form(
            form,
            texts,
            self.site.organisation,
            values,
            problems or (),
            nothing_saved,
            languages=self.site.languages,
            german=german and language != SOURCE,
        )
        wrong = bool(problems or nothing_saved)
        page = self.in_shell(texts, form.page, form=html, wrong=wrong)
        return self.with_german(language, form.page, page) if german else page

    def with_german(self, language: str, name: str, html: str) -> str:
        """Return a page of any kind with the German text beside its own."""
        if language == SOURCE:
            return html
        texts = texts_for(language)
        german = read_shell(self.site.page(SOURCE, name), name).content("main")
        shell = read_shell(html, name)
        main = with_german_beside(shell.content("main"), german, texts.language)
        # A form has a button for that, which keeps what was typed.
        leave = name not in {form.page for form in FORMS.values()}
        note = render(
            "public/beside.html", texts, style=self.site.assets["beside.css"], leave=leave
        )
        return shell.filled(main=note + main)

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
        return self.in_shell(texts, FAULT, main=html)

    def in_shell(self, texts: Texts, page: str, *, wrong: bool = False, **slots: str) -> str:
        """Return a built page with other contents in its slots; `wrong` marks its title."""
        shell = self.site.shell(texts.language.code, page)
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


_MASK = 3
"""Every camera reads all eight masks; to try which of them looks best takes longer than the rest
of a submission."""


def number_shown(number: str, texts: Texts) -> dict[str, Any]:
    """Return a number as it is shown: in groups, and as a picture for another telephone.

    The picture says in words what it is: bare digits would be dialled or taken for goods. What it
    says can be pasted as it is where the number is typed.
    """
    said = f"{texts.gettext('Ihre Nummer')}: {' '.join(groups(number))}"
    code = segno.make(said, error="m", mask=_MASK).svg_inline(border=2, omitsize=True)
    return {"groups": groups(number), "code": code}


def beside(pages: Pages, request: Request, language: str, name: str, html: str) -> str:
    """Return a page, with German beside its text if the address asks for that."""
    return pages.with_german(language, name, html) if wants_german(request) else html


def wants_german(request: Request) -> bool:
    """Return whether the address asks for German beside the page's own language."""
    return request.query_params.get(QUERY) == SOURCE
