"""Signing in and out of the staff page."""

from datetime import timedelta

import httpx
import pytest
from msgspec import structs

from forms_service.edges.web import create_app
from forms_service.rules import sealing
from forms_service.usecases.members import add_member
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site
from forms_service.world.tables import audit, member, session
from tests.service.conftest import PASSWORD, HandClock
from tests.service.http.actors import Colleague, Desk, main_text, page, title
from tests.service.http.conftest import SignIn
from tests.service.http.ledger import Ledger

Team = dict[str, Colleague]
SIGN_IN = "/staff/anmelden/"


async def test_password_and_code_open_the_desk(desk: Desk, team: Team, clock: HandClock) -> None:
    # Given the page to sign in on
    shown = await desk.get(SIGN_IN)
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    # When Lena types her address (her way), her password and the code
    typed = team["Lena"].credentials(clock) | {"email": "  LENA@Example.org "}
    code = " ".join((typed["code"][:3], typed["code"][3:]))
    response = await desk.post(SIGN_IN, typed | {"code": code})
    # Then she is at her desk, with a cookie that only this browser sends, and only to us
    assert (response.status_code, response.headers["location"]) == (303, "/staff/")
    (cookie,) = response.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-desk=")
    attributes = {each.strip().lower() for each in cookie.split(";")[1:]}
    assert attributes == {"httponly", "path=/", "samesite=lax", "secure"}
    opened = await desk.get("/staff/")
    assert "Lena" in page(opened).text
    assert opened.headers["cache-control"] == "no-store"
    assert opened.headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize(("name", "language"), [("Lena", "de"), ("Sam", "en")])
async def test_the_desk_speaks_the_members_language(
    sign_in: SignIn, name: str, language: str
) -> None:
    desk = await sign_in(name)
    opened = await desk.get("/staff/", accept_language="ar")
    assert page(opened).one("html").get("lang") == language


async def test_whatever_is_wrong_the_answer_is_the_same(
    desk: Desk, team: Team, clock: HandClock, portal: Portal
) -> None:
    # Given every way to be wrong
    right = team["Lena"].credentials(clock)
    wrong = [
        right | {"password": "eine andere Passphrase"},
        right | {"password": ""},
        right | {"code": "000000" if right["code"] != "000000" else "000001"},
        right | {"code": ""},
        right | {"code": team["Sam"].code(clock)},
        right | {"email": "sam@example.org"},
        right | {"email": "nobody@example.org"},
        right | {"email": ""},
        {"email": "' OR 1=1 --", "password": "x", "code": "x"},
        {},
    ]
    said = set()
    for number, typed in enumerate(wrong):
        # When it is tried, each from a browser elsewhere
        before = portal.key_pool.passwords
        stranger = Desk(desk.app, f"192.0.2.{number}")
        response = await stranger.post(SIGN_IN, typed)
        # Then each costs one derivation, and says the same
        assert portal.key_pool.passwords == before + 1
        assert response.status_code == 422
        assert title(response).startswith("Fehler")
        assert PASSWORD not in response.text
        said.add((main_text(response), title(response)))
        assert "set-cookie" not in response.headers
        assert (await stranger.get("/staff/")).status_code == 303
    assert len(said) == 1


async def test_an_unknown_address_costs_exactly_what_a_known_one_costs(
    desk: Desk, team: Team, clock: HandClock, portal: Portal
) -> None:
    for email in ("lena@example.org", "nobody@example.org"):
        before = portal.key_pool.passwords
        await desk.post(SIGN_IN, {"email": email, "password": "falsch", "code": "123456"})
        assert portal.key_pool.passwords == before + 1
    before = portal.key_pool.passwords
    await desk.post(SIGN_IN, team["Lena"].credentials(clock))
    assert portal.key_pool.passwords == before + 1


async def test_a_session_ends_after_eight_hours(sign_in: SignIn, clock: HandClock) -> None:
    # Given Lena at her desk
    lena = await sign_in("Lena")
    clock.forward(timedelta(hours=7, minutes=59, seconds=59))
    assert (await lena.get("/staff/")).status_code == 200
    # When eight hours are over, then she has to sign in again
    clock.forward(timedelta(seconds=1))
    response = await lena.get("/staff/")
    assert (response.status_code, response.headers["location"]) == (303, SIGN_IN)


async def test_signing_out_ends_it_on_the_server(sign_in: SignIn, ledger: Ledger) -> None:
    # Given Lena at two desks
    lena, elsewhere = await sign_in("Lena"), await sign_in("Lena")
    cookie = lena.client.cookies["__Host-desk"]
    # When she signs out at one
    response = await lena.post("/staff/abmelden/", {})
    assert (response.status_code, response.headers["location"]) == (303, SIGN_IN)
    assert "__Host-desk" not in lena.client.cookies
    # Then the old cookie opens nothing, and the other desk stays
    lena.client.cookies.set("__Host-desk", cookie, domain="portal.example.org")
    assert (await lena.get("/staff/")).status_code == 303
    assert (await elsewhere.get("/staff/")).status_code == 200
    assert await ledger.count(session) == 1


async def test_a_stolen_row_of_a_session_opens_nothing(
    sign_in: SignIn, ledger: Ledger, portal: Portal, team: Team, clock: HandClock
) -> None:
    # Given the private key of Lena, as she has it when she is signed in
    await sign_in("Lena")
    (lena,) = [row for row in await ledger.rows(member) if row["name"] == "Lena"]
    key = await portal.key_pool.password_key(PASSWORD, lena["password_salt"])
    private_key = sealing.unseal(key, lena["private_key_sealed"], f"{lena['id']}/private key")
    assert sealing.public_key_of(private_key) == lena["public_key"]
    # When somebody has the database, then neither the key nor the cookie is in the row
    (row,) = await ledger.rows(session)
    kept = b"".join(value for value in row.values() if isinstance(value, bytes))
    assert private_key not in kept
    # And nothing in the row, nor in Lena's, unseals the key
    for stolen in [*row.values(), *lena.values()]:
        if isinstance(stolen, bytes) and len(stolen) == sealing.KEY_BYTES:
            for attempt in (stolen, sealing.token_key(stolen)):
                with pytest.raises(sealing.CannotUnseal):
                    sealing.unseal(attempt, row["key_sealed"], f"{lena['id']}/session")
    assert team["Lena"].totp.encode() not in lena["totp_sealed"]


async def test_who_signed_in_and_who_failed_is_noted(
    desk: Desk, sign_in: SignIn, ledger: Ledger
) -> None:
    await desk.post(SIGN_IN, {"email": "lena@example.org", "password": "falsch", "code": "1"})
    await desk.post(SIGN_IN, {"email": "nobody@example.org", "password": "falsch", "code": "1"})
    lena = await sign_in("Lena")
    await lena.post("/staff/abmelden/", {})
    names = {row["id"]: row["name"] for row in await ledger.rows(member)}
    noted = [
        (row["action"], names.get(row["member_id"]))
        for row in await ledger.rows(audit)
        if row["action"] != "member_added"
    ]
    assert sorted(noted, key=str) == [
        ("sign_in_failed", "Lena"),
        ("sign_in_failed", None),
        ("signed_in", "Lena"),
        ("signed_out", "Lena"),
    ]


async def test_the_trying_out_mode_does_without_codes_and_says_what_it_is(
    portal: Portal, site: Site, settings: Settings
) -> None:
    # Given the trying-out mode with a member who has no second factor
    await add_member(
        portal,
        name="Tara",
        email="tara@example.org",
        password=PASSWORD,
        roles=[],
        second_factor=False,
    )
    trial = structs.replace(settings, trial=True, site_url="")
    desk = Desk(create_app(portal, site, trial), origin="http://127.0.0.1:8000")

    def says_trial(response: httpx.Response) -> bool:
        return bool(page(response).classed("trial"))

    shown = await desk.get(SIGN_IN)
    assert says_trial(shown)
    assert not page(shown).all("input", id="code")
    # Then she signs in with her password, and every view says that nothing is real
    wrong = await desk.post(SIGN_IN, {"email": "tara@example.org", "password": "x"})
    assert says_trial(wrong)
    typed = {"email": "tara@example.org", "password": PASSWORD}
    assert (await desk.post(SIGN_IN, typed)).status_code == 303
    assert says_trial(await desk.get("/staff/"))
    assert says_trial(await desk.get("/staff/fall/x/"))


async def test_a_member_with_a_second_factor_needs_it_always(desk: Desk, team: Team) -> None:
    typed = {"email": team["Lena"].email, "password": PASSWORD}
    assert (await desk.post(SIGN_IN, typed)).status_code == 422
