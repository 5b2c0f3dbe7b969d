"""The staff page opens to members who are signed in, and changes nothing for anybody else's page."""

import re
from collections.abc import Callable
from itertools import product
from urllib.parse import quote
from uuid import uuid4

import pytest
from starlette.types import ASGIApp

from forms_service.edges import guard
from forms_service.edges.staff.routes import staff_routes
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site
from forms_service.world.tables import audit, case, entry
from tests.service.http.actors import ORIGIN, Browser, Desk, ask_raw, main_text
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger

SIGN_IN = "/staff/anmelden/"
# An invitation's link is the permission; `test_inviting.py` looks at what it opens.
INVITATION = "/staff/einladung/{token:str}/"
OPEN_TO_ALL = {
    (method, path) for method in ("GET", "HEAD", "POST") for path in (SIGN_IN, INVITATION)
}


def came_from(path: str) -> str:
    """What the sign-in's address says of the one that was asked for."""
    # After signing in a page is opened, nothing that is saved.
    leads_on = path != "/staff/" and not path.endswith(".csv")
    return "?weiter=" + quote(path, safe="") if leads_on else ""


@pytest.fixture
def requests(portal: Portal, site: Site, settings: Settings) -> list[tuple[str, str]]:
    """Every method and address of the staff page, as its routes say."""
    routes = staff_routes(portal, site, settings, guard.Addresses(portal))
    every = {(method, route.path) for route in routes for method in route.methods or ()}
    assert every >= OPEN_TO_ALL
    closed = sorted(every - OPEN_TO_ALL)
    assert len(closed) >= 8, "the routes of the staff page have moved"
    return closed


def at(path: str, case_id: str) -> str:
    """A route's address for a case; of everything else, one that isn't there."""
    return re.sub(r"\{\w+:str\}", uuid4().hex, path.replace("{case_id:str}", case_id))


@pytest.fixture
async def case_id(new_browser: Callable[..., Browser], ledger: Ledger) -> str:
    """A case that is there."""
    await new_browser().send("/de/beschwerde/", VALID["complaint"])
    return (await ledger.only_case()).id


async def test_whoever_is_not_signed_in_is_led_to_the_door(
    app: ASGIApp, requests: list[tuple[str, str]], case_id: str, ledger: Ledger
) -> None:
    noted = await ledger.count(audit)
    for cookie in (None, "x", "A" * 43 + "=", "A" * 44):
        # Given a browser without a session, or with a cookie that somebody made up
        desk = Desk(app)
        if cookie:
            desk.client.cookies.set("__Host-desk", cookie, domain="portal.example.org")
        for method, path in requests:
            # When it asks for anything, whether the case is there or not
            for known in (case_id, uuid4().hex):
                address = at(path, known)
                response = await desk.client.request(
                    method,
                    address,
                    headers={"sec-fetch-site": "same-origin"},
                )
                # Then it is led to the door and told nothing
                assert (response.status_code, response.content) == (303, b""), (method, path)
                back = "" if method == "POST" else came_from(address)
                assert response.headers["location"] == f"{SIGN_IN}{back}", (method, path)
    # And nothing has happened
    assert (await ledger.only_case()).opened_at is None
    assert await ledger.count(entry) == 1
    assert await ledger.count(audit) == noted


async def test_a_senders_cookies_open_no_desk(
    new_browser: Callable[..., Browser], requests: list[tuple[str, str]], case_id: str
) -> None:
    # Given a sender in their conversation, who puts their cookie in the place of staff's
    sender = new_browser()
    await sender.come_in(await sender.send("/de/beschwerde/", {"what_happened": "Eins."}))
    desk = Desk(sender.app)
    token = sender.client.cookies["__Host-visit"]
    desk.client.cookies.set("__Host-desk", token, domain="portal.example.org")
    for method, path in requests:
        response = await desk.client.request(
            method,
            at(path, case_id),
            headers={"sec-fetch-site": "same-origin"},
        )
        assert response.status_code == 303
        assert response.headers["location"].startswith(SIGN_IN)


async def test_a_members_cookie_opens_no_conversation(
    sign_in: SignIn, new_browser: Callable[..., Browser], case_id: str
) -> None:
    lena = await sign_in("Lena")
    browser = new_browser()
    token = lena.client.cookies["__Host-desk"]
    browser.client.cookies.set("__Host-visit", token, domain="portal.example.org")
    response = await browser.get("/de/antwort/?open")
    assert response.status_code == 200
    assert "Niemand hat zugehört." not in response.text


FOREIGN: list[dict[str, str]] = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"referer": f"{ORIGIN}/staff/"},
    {},
]


async def test_no_other_site_changes_anything_in_a_members_name(
    sign_in: SignIn, requests: list[tuple[str, str]], case_id: str, ledger: Ledger
) -> None:
    # Given Lena at her desk, who opens a page that sends forms to the portal
    lena = await sign_in("Lena")
    about = next(row["id"] for row in await ledger.rows(entry))
    answer = {"step": "send", "sentence": "acknowledged"}
    values = answer | {"note": "x", "translation": "x", "about": about}
    changing = [path for method, path in requests if method == "POST"]
    for path, headers in product(changing, FOREIGN):
        # When one arrives with her cookie
        response = await lena.client.post(at(path, case_id), data=values, headers=headers)
        # Then it is refused
        assert response.status_code == 403, path
        assert "Das geht nicht" in main_text(response)
    # And nothing has changed, and she is still signed in
    assert await ledger.count(entry) == 1
    assert await ledger.count(case) == 1
    assert (await lena.get("/staff/")).status_code == 200


async def test_a_forged_request_learns_nothing_about_a_case(
    sign_in: SignIn, case_id: str, requests: list[tuple[str, str]]
) -> None:
    lena = await sign_in("Lena")
    for _, path in requests:
        bodies = [
            (
                await lena.client.post(at(path, known), headers={"sec-fetch-site": "cross-site"})
            ).content
            for known in (case_id, uuid4().hex)
        ]
        assert bodies[0] == bodies[1]


async def test_what_is_no_address_of_the_staff_page_leads_nowhere(
    app: ASGIApp, sign_in: SignIn, case_id: str
) -> None:
    # Given somebody without, and somebody with a session
    lena = await sign_in("Lena")
    token = lena.client.cookies["__Host-desk"].encode()
    host = (b"host", b"portal.example.org")
    for path in (
        "/staff/fall/",
        "/staff/fall//",
        "/staff/fall/x/y/",
        "/staff/fall/../anmelden/",
        "/staff/fall/' OR 1=1 --/",
        "/staff/fall/%/",
        "/staff/fall/" + "x" * 10_000 + "/",
        "/staff/nirgends/",
        "/staff//",
        "/STAFF/",
    ):
        for headers in ([host], [host, (b"cookie", b"__Host-desk=" + token)]):
            answer = await ask_raw(app, path, headers=headers)
            assert answer.status in (303, 307, 404), path
            assert "Niemand hat zugehört." not in answer.body.decode()
            assert case_id not in answer.body.decode()


async def test_the_staff_page_takes_forms_only(sign_in: SignIn, case_id: str) -> None:
    lena = await sign_in("Lena")
    for path in ("antwort/", "notiz/", "uebersetzung/"):
        response = await lena.client.post(
            f"/staff/fall/{case_id}/{path}",
            json={"note": "x"},
            headers={"sec-fetch-site": "same-origin"},
        )
        assert response.status_code == 415
        fields = {f"f{number}": "x" for number in range(301)}
        assert (await lena.post(f"/staff/fall/{case_id}/{path}", fields)).status_code == 413
