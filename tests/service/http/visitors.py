"""Everybody who may stand before a portal at once, and the forms that they find there.

What is known only while a portal lives (the id of a case, of a member, of a file…) is written
`{case}`, so that a request can be made up before there is a portal to send it to.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from starlette.types import ASGIApp

from forms_service.edges.web import create_app
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases.installation import close_portal, open_portal
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site
from forms_service.world.tables import entry
from tests.rules.markup import Element
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Colleague, Desk, page, receipt_number
from tests.service.http.ledger import Ledger
from tests.service.http.people import enter, id_of, invite, join_as_admin
from tests.service.http.sending_files import links, upload
from tests.service.pictures import PDF

STRANGER, SENDER, READER, ADMIN = WHO = ("stranger", "sender", "reader", "admin")
_ID = re.compile(r"[0-9a-f]{32}")
_KNOWN = re.compile(r"\{(\w+)\}")

BEGIN = {
    STRANGER: ("/de/kontakt/?x", "/de/beschwerde/?x", "/ar/bewerbung/?x", "/de/antwort/?x",
               "/staff/anmelden/", "/staff/einladung/{invitation}/"),
    SENDER: ("/ar/antwort/?open", "/ar/antwort/?open=contact", "/ar/antwort/?open=withdraw",
             "/ar/antwort/?open=delete"),
    READER: ("/staff/", "/staff/eingeben/?form=complaint&channel=paper&spoken=ar"),
    ADMIN: ("/staff/menschen/",),
}  # fmt: skip
"""Where each of them begins to look around; from there links lead on."""


@dataclass(frozen=True)
class Shape:
    """A form of a page: who finds it, where it is sent, and the values of each field."""

    who: str
    path: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Visitors:
    """A portal with a case in it, and who stands before it, each with their cookies."""

    app: ASGIApp
    portal: Portal
    browsers: dict[str, Browser]
    known: dict[str, str]

    def cookie(self, who: str) -> bytes:
        """What that browser sends as its cookies."""
        jar = self.browsers[who].client.cookies
        return "; ".join(f"{name}={value}" for name, value in jar.items()).encode()

    def filled(self, text: str) -> str:
        """A text with what is known of this portal in it."""
        return _KNOWN.sub(lambda found: self.known.get(found[1], found[0]), text)

    def _general(self, text: str) -> str:
        """The same backwards."""
        for name, value in self.known.items():
            text = text.replace(value, f"{{{name}}}")
        return text

    async def shapes(self, most_pages: int = 60) -> list[Shape]:
        """Every form that links lead each of them to."""
        found: dict[Shape, None] = {}
        for who, begin in BEGIN.items():
            waiting, seen = [self.filled(each) for each in begin], set[str]()
            while waiting and len(seen) < most_pages:
                path = waiting.pop(0)
                if self._general(path) in seen:
                    continue
                seen.add(self._general(path))
                response = await self.browsers[who].get(path)
                if "text/html" not in response.headers.get("content-type", ""):
                    continue
                html = page(response)
                found.update(dict.fromkeys(self._forms(who, path, html)))
                if path.startswith("/staff/"):
                    hrefs = [urljoin(path, link.get("href")) for link in html.all("a")]
                    waiting += [each for each in hrefs if each.startswith("/staff/")]
                    # One colleague stands for all.
                    waiting = [each for each in waiting if not _ID.search(self._general(each))]
        return list(found)

    def _forms(self, who: str, path: str, html: Element) -> Iterator[Shape]:
        for form in html.all("form"):
            values: dict[str, dict[str, None]] = {}
            for each in form.all("input", "textarea", "select", "button"):
                offered = [one.get("value") for one in each.all("option")] or [each.value]
                if name := each.get("name"):
                    values.setdefault(name, {}).update(dict.fromkeys(offered))
            target = urlsplit(urljoin(path, form.get("action")))
            if form.get("method").lower() == "post" and target.path.startswith("/"):
                fields = tuple(
                    (name, tuple(self._general(each or "") for each in offered))
                    for name, offered in values.items()
                )
                yield Shape(who, self._general(target.path), fields)


@asynccontextmanager
async def visitors(
    settings: Settings, site: Site, team: dict[str, Colleague]
) -> AsyncIterator[Visitors]:
    """Open a portal; somebody has complained there with a file, Lena reads it, Ada administers."""
    clock = HandClock()
    portal = await open_portal(
        settings, site.organisation, clock=clock, receipt_cost=CHEAPEST, password_cost=CHEAPEST
    )
    try:
        yield await _with_a_case(create_app(portal, site, settings), portal, team, clock)
    finally:
        await close_portal(portal)


async def _with_a_case(
    app: ASGIApp, portal: Portal, team: dict[str, Colleague], clock: HandClock
) -> Visitors:
    sender, reader, admin = Browser(app), Desk(app, "198.51.100.20"), Desk(app, "198.51.100.21")
    said = {"what_happened": "Niemand hat zugehört.", "name": "Salma", "phone": "+49 151 234567"}
    sent = await upload(sender, "/ar/beschwerde/", dict(said), [("Brief.pdf", PDF)])
    number = receipt_number(sent)
    (file,) = links(await sender.come_in(number, "ar"))
    await enter(reader, team["Lena"], clock)
    await enter(admin, await join_as_admin(portal), clock)
    ledger = Ledger(portal)
    browsers = {STRANGER: Browser(app), SENDER: sender, READER: reader, ADMIN: admin}
    known = {
        "number": number,
        "case": await reader.only_case(),
        "file": file.split("/")[-2],
        "entry": str((await ledger.rows(entry))[0]["id"]),
        "invitation": (await invite(admin, **{"role-complaints": "reader"})).split("/")[-2],
        "reader": await id_of(ledger, "Lena"),
        "colleague": await id_of(ledger, "Sam"),
        "admin": await id_of(ledger, "Ada"),
    }
    return Visitors(app, portal, browsers, known)
