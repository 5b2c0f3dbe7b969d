"""What members do for themselves: password, second factor, recovery codes, signing out."""

from datetime import timedelta

import pyotp
import pytest

from forms_service.world.portal import Portal
from forms_service.world.tables import audit, recovery_code
from tests.service.conftest import PASSWORD, HandClock
from tests.service.http.actors import Browser, Colleague, Desk, main_text, page
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger
from tests.service.http.people import NEW_PASSWORD, id_of

Team = dict[str, Colleague]
MINE = "/staff/ich/"


async def enters(desk: Desk, clock: HandClock, who: Colleague, **other: str) -> bool:
    """Whether somebody gets in, half a minute later."""
    clock.forward(timedelta(seconds=30))
    typed = who.credentials(clock) | other
    return (await desk.post("/staff/anmelden/", typed)).status_code == 303


async def test_a_new_password_opens_the_same_cases(
    browser: Browser, sign_in: SignIn, team: Team, clock: HandClock
) -> None:
    # Given Lena at two desks, with a complaint
    await browser.send("/de/beschwerde/", VALID["complaint"])
    elsewhere, lena = await sign_in("Lena"), await sign_in("Lena")
    case_id = await lena.only_case()
    # When she changes her password
    typed = {"password": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert (await lena.post(MINE + "passwort/", typed)).status_code == 303
    # Then she goes on here, and is signed out elsewhere
    assert "Niemand hat zugehört." in (await lena.open(case_id)).text
    assert (await elsewhere.get("/staff/")).status_code == 303
    # And only the new one opens, with the same app
    again = Desk(lena.app, "192.0.2.9")
    assert not await enters(again, clock, team["Lena"])
    assert await enters(again, clock, team["Lena"], password=NEW_PASSWORD)
    assert "Niemand hat zugehört." in (await again.open(case_id)).text


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"password": "falsch"}, "Das Passwort stimmt nicht."),
        ({"new": "kurz"}, "zu kurz"),
        ({"again": "etwas anderes"}, "verschieden"),
        ({"new": "lena@example.org", "again": "lena@example.org"}, "ohne Ihren Namen"),
    ],
)
async def test_a_wrong_change_of_password_changes_nothing(
    sign_in: SignIn, team: Team, clock: HandClock, values: dict[str, str], says: str
) -> None:
    lena = await sign_in("Lena")
    typed = {"password": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD} | values
    response = await lena.post(MINE + "passwort/", typed)
    assert response.status_code == 422
    assert says in main_text(response)
    assert NEW_PASSWORD not in response.text
    assert await enters(Desk(lena.app), clock, team["Lena"])


async def test_nobody_guesses_a_password_at_an_open_desk(
    sign_in: SignIn, clock: HandClock, portal: Portal
) -> None:
    # Given a desk that Lena has left open, and five guesses
    lena = await sign_in("Lena")
    for _ in range(5):
        assert (await lena.post(MINE + "ersatzcodes/", {"password": "x"})).status_code == 422
    # Then even the right one isn't tried, at any of the forms
    before = portal.key_pool.passwords
    response = await lena.post(MINE + "ersatzcodes/", {"password": PASSWORD})
    assert "Zu viele Versuche" in main_text(response)
    typed = {"password": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert "Zu viele Versuche" in main_text(await lena.post(MINE + "passwort/", typed))
    assert portal.key_pool.passwords == before
    # And a quarter of an hour later it is
    clock.forward(timedelta(minutes=15))
    assert (await lena.post(MINE + "ersatzcodes/", {"password": PASSWORD})).status_code == 200


async def draw_codes(desk: Desk) -> list[str]:
    """Ask for new recovery codes."""
    response = await desk.post(MINE + "ersatzcodes/", {"password": PASSWORD})
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    (listed,) = page(response).classed("recovery-codes")
    return [each.text for each in listed.all("li")]


async def test_a_recovery_code_opens_once(
    sign_in: SignIn, team: Team, clock: HandClock, ledger: Ledger
) -> None:
    # Given Lena's recovery codes, of which only hashes are kept
    lena = await sign_in("Lena")
    codes = await draw_codes(lena)
    assert len(codes) == 10
    assert await ledger.count(recovery_code) == 10
    kept = repr(await ledger.rows(recovery_code))
    assert not any(code in kept or code.replace(" ", "") in kept for code in codes)
    # When she signs in with one in the place of the app's code, in her own spelling
    door = Desk(lena.app, "192.0.2.9")
    assert await enters(door, clock, team["Lena"], code=codes[0].replace(" ", "-"))
    # Then it works once, and not with a wrong password, nor for another member
    assert not await enters(Desk(lena.app, "192.0.2.10"), clock, team["Lena"], code=codes[0])
    elsewhere = Desk(lena.app, "192.0.2.11")
    assert not await enters(elsewhere, clock, team["Lena"], code=codes[1], password="falsch")
    assert not await enters(elsewhere, clock, team["Sam"], code=codes[1])
    assert "noch 9 Ersatzcodes" in main_text(await door.get(MINE))
    assert "Mit einem Ersatzcode angemeldet" in main_text(await door.get(MINE))
    # And new ones end the old
    fresh = await draw_codes(door)
    assert not set(fresh) & set(codes)
    assert not await enters(elsewhere, clock, team["Lena"], code=codes[1])
    assert await enters(elsewhere, clock, team["Lena"], code=fresh[9])


async def test_an_apps_code_works_once(
    desk: Desk, team: Team, clock: HandClock, ledger: Ledger
) -> None:
    typed = team["Lena"].credentials(clock)
    assert (await desk.post("/staff/anmelden/", typed)).status_code == 303
    again = Desk(desk.app, "192.0.2.9")
    assert (await again.post("/staff/anmelden/", typed)).status_code == 422
    # Nor does an older one after it
    older = typed | {"code": team["Lena"].code(clock, -1)}
    assert (await again.post("/staff/anmelden/", older)).status_code == 422


async def test_a_new_app_counts_once_its_code_was_typed(
    sign_in: SignIn, team: Team, clock: HandClock
) -> None:
    # Given the page with a new secret, as picture and as text
    lena = await sign_in("Lena")
    shown = page(await lena.get(MINE + "zweiter-faktor/"))
    secret = shown.one("input", name="secret").value
    assert len(shown.all("svg")) == 1
    (written,) = shown.classed("secret")
    assert written.text.replace(" ", "") == secret
    new = Colleague("Lena", team["Lena"].email, secret)
    typed = {"secret": secret, "password": PASSWORD, "code": new.code(clock)}
    # When code or password are wrong, then the old app goes on, and the picture is the same
    for wrong in ({"code": "000000"}, {"password": "falsch"}):
        response = await lena.post(MINE + "zweiter-faktor/", typed | wrong)
        assert response.status_code == 422
        assert page(response).one("input", name="secret").value == secret
    assert await enters(Desk(lena.app), clock, team["Lena"])
    # When both are right
    typed["code"] = pyotp.TOTP(secret).at(clock())
    response = await lena.post(MINE + "zweiter-faktor/", typed)
    assert len(page(response).classed("recovery-codes")) == 1
    # Then the new one opens and the old one doesn't, and the code just typed neither
    assert not await enters(Desk(lena.app, "192.0.2.9"), clock, team["Lena"])
    assert not await enters(Desk(lena.app, "192.0.2.9"), clock, new, code=typed["code"])
    assert await enters(Desk(lena.app, "192.0.2.9"), clock, new)


async def test_signing_out_everywhere(sign_in: SignIn) -> None:
    one, other, sam = await sign_in("Lena"), await sign_in("Lena"), await sign_in("Sam")
    response = await one.post(MINE + "ueberall-abmelden/", {})
    assert response.headers["location"] == "/staff/anmelden/"
    for desk in (one, other):
        assert (await desk.get("/staff/")).status_code == 303
    assert (await sam.get("/staff/")).status_code == 200


async def test_the_own_page_says_who_signed_in_as_oneself(
    desk: Desk, sign_in: SignIn, ledger: Ledger
) -> None:
    await desk.post("/staff/anmelden/", {"email": "lena@example.org", "password": "falsch"})
    await desk.post("/staff/anmelden/", {"email": "sam@example.org", "password": "falsch"})
    lena = await sign_in("Lena")
    (signs,) = page(await lena.get(MINE)).classed("signs")
    assert signs.text.count("Anmeldung nicht gelungen") == 1
    assert signs.text.count("Angemeldet") == 1
    # And what was changed is noted
    await draw_codes(lena)
    noted = [row["action"] for row in await ledger.rows(audit)]
    assert "second_factor_changed" in noted


async def test_name_and_language_are_ones_own(sign_in: SignIn, ledger: Ledger) -> None:
    lena = await sign_in("Lena")
    changed = await lena.post(MINE + "angaben/", {"name": " Lena  V. ", "language": "en"})
    assert changed.status_code == 303
    shown = page(await lena.get(MINE))
    assert shown.one("html").get("lang") == "en"
    assert await id_of(ledger, "Lena V.")
    empty = await lena.post(MINE + "angaben/", {"name": "", "language": "de"})
    assert empty.status_code == 422
