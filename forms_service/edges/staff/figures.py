"""The year's figures: tables with bars, and the same as a file for a spreadsheet."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges.staff import figure_words
from forms_service.edges.staff.door import Door
from forms_service.edges.staff.pages import StaffPages
from forms_service.rules.catalogues import texts_for
from forms_service.rules.deadlines import local_day
from forms_service.rules.figures import LEAST
from forms_service.usecases import figures
from forms_service.usecases.figures import YearNotOver
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal

_FIRST_YEAR, _LAST_YEAR = 1970, 9998


class Figures:
    """For who leads, is outside the line, or administers; nobody else learns that there are any."""

    def __init__(self, portal: Portal, pages: StaffPages, door: Door) -> None:
        self._portal = portal
        self._pages = pages
        self._door = door

    def routes(self) -> list[Route]:
        """Return the addresses of the view and of the file."""
        behind = self._door.for_members
        return [
            Route("/staff/zahlen/", behind(self._show), methods=["GET"]),
            Route("/staff/zahlen/zahlen.csv", behind(self._file), methods=["GET"]),
        ]

    async def _show(self, request: Request, at: SignedIn) -> Response:
        if not figures.may_see(at.member):
            return self._nothing(at)
        years = await figures.years(self._portal)
        year = self._year(request) or (years[0] if years else 0)
        published, too_early = None, False
        if year:
            try:
                published = await figures.of_year(self._portal, year)
            except YearNotOver:
                too_early = True
        texts = texts_for(at.member.language)
        return self._pages.page(
            "figures",
            at.member,
            year=year,
            years=years,
            published=published,
            too_early=too_early,
            least=LEAST,
            tables=figure_words.in_words(published, texts) if published else [],
        )

    async def _file(self, request: Request, at: SignedIn) -> Response:
        year = self._year(request)
        if year is None or not figures.may_see(at.member):
            return self._nothing(at)
        try:
            published = await figures.of_year(self._portal, year)
        except YearNotOver:
            return self._nothing(at)
        texts = texts_for(at.member.language)
        return Response(
            figure_words.as_csv(published, texts).encode("utf-8-sig"),
            media_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="zahlen-{year}.csv"',
                "Cache-Control": "no-store",
            },
        )

    def _year(self, request: Request) -> int | None:
        asked = request.query_params.get("jahr", "")
        if not (asked.isascii() and asked.isdigit() and len(asked) == 4):
            return None
        year = int(asked)
        # Beyond this there's no such moment; nobody's case arrived there either.
        return year if _FIRST_YEAR < year <= min(_LAST_YEAR, self._this_year()) else None

    def _this_year(self) -> int:
        return local_day(self._portal.clock()).year

    def _nothing(self, at: SignedIn) -> Response:
        return self._pages.fault(at.member.language, "no_page", 404)
