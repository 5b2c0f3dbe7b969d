"""What administrators and those they invite do, for tests about members."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pyotp
import pytest

from forms_service.usecases.members import add_member
from forms_service.world.portal import Portal
from forms_service.world.tables import member
from tests.service.conftest import PASSWORD, HandClock
from tests.service.http.actors import Browser, Colleague, Desk, page
from tests.service.http.ledger import Ledger

ROLE = {f"role-{inbox}": "" for inbox in ("complaints", "counselling")}
NEW_PASSWORD = "Laterne Kiesel Montag Birne"


async def join_as_admin(portal: Portal, name: str = "Ada") -> Colleague:
    """Make somebody an administrator who reads nothing, as the operator does."""
    email = f"{name.lower()}@example.org"
    totp = await add_member(portal, name=name, email=email, password=PASSWORD, roles=[], admin=True)
    return Colleague(name, email, totp)


async def enter(desk: Desk, who: Colleague, clock: HandClock, password: str = PASSWORD) -> Desk:
    """Sign somebody in at a desk; half a minute goes by, since a code works once."""
    clock.forward(timedelta(seconds=30))
    typed = who.credentials(clock) | {"password": password}
    response = await desk.post("/staff/anmelden/", typed)
    assert response.status_code == 303, response.text
    return desk


@pytest.fixture
async def ada(portal: Portal, desk: Desk, clock: HandClock) -> Desk:
    """An administrator at her desk, who reads no inbox."""
    return await enter(desk, await join_as_admin(portal), clock)


async def invite(admin: Desk, name: str = "Nora", /, **values: str) -> str:
    """Invite somebody; the path of their link."""
    typed = {"name": name, "email": f"{name.lower()}@example.org", "language": "de"}
    response = await admin.post("/staff/menschen/einladen/", typed | values)
    return link_on(response.text)


def link_on(html: str) -> str:
    """The path of the invitation's link that a page shows."""
    (link,) = re.findall(r"https://portal\.example\.org(/staff/einladung/[a-z2-7]{24}/)", html)
    return str(link)


async def accept(
    browser: Browser, link: str, clock: HandClock, /, **values: str
) -> tuple[Colleague, list[str]]:
    """Follow a link and fill its page in; who joined, and their recovery codes."""
    shown = page(await browser.get(link))
    secret = shown.one("input", name="secret").value
    name = values.get("name") or shown.one("input", id="name").value
    typed = joining(secret, clock, name) | values
    response = await browser.post(link, typed)
    assert response.status_code == 200, response.text
    (listed,) = page(response).classed("recovery-codes")
    codes = [each.text for each in listed.all("li")]
    email = shown.one("input", name="username").value
    return Colleague(name, email, secret), codes


def joining(secret: str, clock: HandClock, name: str = "Nora") -> dict[str, str]:
    """What somebody types on the page of their invitation."""
    return {
        "name": name,
        "new": NEW_PASSWORD,
        "again": NEW_PASSWORD,
        "secret": secret,
        "code": pyotp.TOTP(secret).at(clock()),
    }


async def id_of(ledger: Ledger, name: str) -> str:
    """The id of a member."""
    (found,) = [row["id"] for row in await ledger.rows(member) if row["name"] == name]
    return str(found)


async def answer(desk: Desk, member_id: str, how: str = "confirm", /, **role: str) -> int:
    """Say whether somebody shall read too; the status of the answer."""
    asked: Mapping[str, str] = {"inbox": "complaints", "role": "reader"} | role
    typed = {"member": member_id, "answer": how, **asked}
    return (await desk.post("/staff/neu/antwort/", typed)).status_code
