"""Who visits the portal: anybody's browser, and a colleague's at the desk.

They only send what a browser sends and read what stands on the page.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlencode

import httpx
import pyotp
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from forms_service.rules.catalogues import texts_for
from tests.rules.markup import Element, parse
from tests.service.conftest import PASSWORD, HandClock

HOST = "portal.example.org"
ORIGIN = f"https://{HOST}"

Values = Mapping[str, str | Sequence[str]]


def page(response: httpx.Response) -> Element:
    """The page that an answer shows."""
    return _parsed(response.text)


@lru_cache(maxsize=64)
def _parsed(html: str) -> Element:
    return parse(html)


def title(response: httpx.Response) -> str:
    """What the browser writes into its tab."""
    return page(response).one("title").text


def main_text(response: httpx.Response) -> str:
    """All text of the page's main part."""
    return page(response).one("main").text


def sentence(message: str, language: str, **values: object) -> str:
    """A sentence of the catalogue as `Element.text` gives it: blanks folded."""
    return " ".join(texts_for(language).gettext(message, **values).split())


def typed(response: httpx.Response) -> dict[str, list[str]]:
    """What a browser would send if one pressed the page's first button now."""
    form = page(response).one("form", id="form")
    values: dict[str, list[str]] = {}
    for each in form.all("input", "textarea", "select"):
        name, kind = each.get("name"), each.get("type")
        if kind in ("radio", "checkbox") and "checked" not in each.attributes:
            continue
        if each.tag == "select":
            chosen = [
                one.get("value") for one in each.all("option") if "selected" in one.attributes
            ]
            values.setdefault(name, []).extend(chosen or [""])
        else:
            values.setdefault(name, []).append(each.value)
    return values


class Browser:
    """A browser with its cookies, at one address of the network."""

    def __init__(self, app: ASGIApp, address: str = "203.0.113.7", origin: str = ORIGIN) -> None:
        self.address = address
        self.origin = origin
        self.move_to(app, httpx.Cookies())

    def move_to(self, app: ASGIApp, cookies: httpx.Cookies) -> None:
        """Meet a portal, perhaps again after it was restarted, with these cookies."""
        self.app = app
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app, client=(self.address, 50000)),
            base_url=self.origin,
            cookies=cookies,
        )

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Open an address; redirects are not followed."""
        return await self.client.get(path, headers=_named(headers))

    async def post(self, path: str, values: Values, **headers: str) -> httpx.Response:
        """Send a form."""
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return await self.client.post(
            path, content=urlencode(values, doseq=True), headers=kind | _named(headers)
        )

    async def send(self, path: str, values: Values) -> str:
        """Send a form that is right; the number of its receipt."""
        return receipt_number(await self.post(path, values))

    async def come_in(self, number: str, language: str = "de") -> httpx.Response:
        """Type a number that is right and follow to the conversation."""
        response = await self.post(f"/{language}/antwort/", {"number": number})
        assert response.status_code == 303, main_text(response)
        return await self.get(response.headers["location"])


def receipt_number(response: httpx.Response) -> str:
    """The number that a receipt page shows, its digits only."""
    assert response.status_code == 200, (response.status_code, main_text(response))
    (shown,) = page(response).classed("receipt")
    return re.sub(r"\D", "", shown.text)


@dataclass
class Colleague:
    """A member of staff: what they know, and the app that shows them codes."""

    name: str
    email: str
    totp: str

    def code(self, clock: HandClock, steps: int = 0) -> str:
        """The code that the app shows now, or some steps of 30 seconds later."""
        return pyotp.TOTP(self.totp).at(clock() + timedelta(seconds=30 * steps))

    def credentials(self, clock: HandClock) -> dict[str, str]:
        """What they type to sign in."""
        return {"email": self.email, "password": PASSWORD, "code": self.code(clock)}


class Desk(Browser):
    """A browser of staff; what it changes, it sends from our own pages."""

    async def post(self, path: str, values: Values, **headers: str) -> httpx.Response:
        """Send a form of the staff page."""
        return await super().post(path, values, **({"sec_fetch_site": "same-origin"} | headers))

    async def cases(self) -> list[str]:
        """The ids of the cases in the list, from top to bottom."""
        response = await self.get("/staff/")
        assert response.status_code == 200
        return [
            link.get("href").removeprefix("/staff/fall/").removesuffix("/")
            for link in page(response).classed("cases__open")
        ]

    async def only_case(self) -> str:
        """The id of the only case in the list."""
        (case_id,) = await self.cases()
        return case_id

    async def open(self, case_id: str) -> httpx.Response:
        """Open a case."""
        return await self.get(f"/staff/fall/{case_id}/")

    async def answer(self, case_id: str, **values: str) -> httpx.Response:
        """Send an answer, its preview seen."""
        response = await self.post(f"/staff/fall/{case_id}/antwort/", {"step": "send"} | values)
        assert response.status_code == 303, response.text
        assert response.headers["location"] != "/staff/anmelden/"
        return response


def part(response: httpx.Response, name: str) -> list[str]:
    """The ids of the cases in one part of the list: overdue, new, ours, theirs, apart or closed."""
    return [
        link.get("href").split("/")[3]
        for section in page(response).classed(f"part--{name}")
        for link in section.classed("cases__open")
    ]


@dataclass
class Raw:
    """An answer to a request that no browser would send."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: list[str] = field(default_factory=list)


async def ask_raw(
    app: ASGIApp,
    path: str,
    *,
    method: str = "GET",
    query: bytes = b"",
    headers: Sequence[tuple[bytes, bytes]] = ((b"host", HOST.encode()),),
    body: Sequence[bytes] = (),
) -> Raw:
    """Send a request past the client, which would tidy it up."""
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogateescape"),
        "root_path": "",
        "query_string": query,
        "headers": list(headers),
        "client": ("203.0.113.99", 50000),
        "server": (HOST, 443),
    }
    chunks = list(body)
    answer = Raw(0, {}, b"")

    async def receive() -> Message:
        chunk = chunks.pop(0) if chunks else b""
        return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            sent = [(name.decode(), value.decode()) for name, value in message["headers"]]
            answer.headers = dict(sent)
            answer.cookies = [value for name, value in sent if name == "set-cookie"]
        else:
            answer.body += message.get("body", b"")

    await _call(app, scope, receive, send)
    return answer


async def _call(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
