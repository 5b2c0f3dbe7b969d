"""The search: a query in, one small page out. Queries are neither kept nor written down."""

from markupsafe import escape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges.compression import compressed
from forms_service.edges.pages import Endpoint
from forms_service.rules.catalogues import Texts, texts_for
from forms_service.rules.excerpts import excerpt, marked
from forms_service.rules.relevance import MAX_QUERY
from forms_service.rules.rendering import render, render_search_form
from forms_service.rules.text import clean_line
from forms_service.usecases.searching import Answer, search
from forms_service.world.site import SEARCH, Site

_HEADERS = {
    # The browser's own: going back costs nothing, and no cache in between learns what was asked.
    "Cache-Control": "private, max-age=300",
    "X-Robots-Tag": "noindex",
}


class Search:
    """The routes of the search."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """Return the address to search at, for every language that is offered."""
        return [
            Route(f"/{language}/suche/", self._search_in(language), methods=["GET"])
            for language in self._site.languages
        ]

    def _search_in(self, language: str) -> Endpoint:
        async def open_search(request: Request) -> Response:
            typed = clean_line(request.query_params.get("q", ""))[:MAX_QUERY].strip()
            html = await run_in_threadpool(self._page, language, typed)
            return compressed(html, request, _HEADERS)

        return open_search

    def _page(self, language: str, typed: str) -> str:
        shell = self._site.shell(language, SEARCH)
        if not typed:
            return shell.html
        texts = texts_for(language)
        answer = search(self._site.index, language, typed)
        found = _how_many(answer, texts)
        title = shell.content("title").removeprefix("<title>")
        main = render(
            "public/search.html",
            texts,
            form=render_search_form(texts, typed),
            answer=answer,
            found=found,
            pages=self._site.index.pages(language),
            excerpt=excerpt,
            marked=marked,
        )
        return shell.filled(title=f"<title>{escape(found)} – {title}", main=main)


def _how_many(answer: Answer, texts: Texts) -> str:
    count = len(answer.own) + len(answer.german)
    if not count:
        return texts.gettext("Dazu haben wir nichts gefunden")
    return texts.ngettext("%(n)s Treffer", "%(n)s Treffer", count)
