"""Whoever guesses at the door of the staff page, looks over a shoulder or sends others in."""

import asyncio
from datetime import timedelta

import pytest
from starlette.types import ASGIApp

from forms_service.world.portal import Portal
from tests.service.conftest import HandClock
from tests.service.http.actors import ORIGIN, Colleague, Desk, main_text

Team = dict[str, Colleague]
SIGN_IN = "/staff/anmelden/"


async def test_a_code_works_once_and_no_older_one_after_it(
    desk: Desk, team: Team, clock: HandClock
) -> None:
    # Given codes of three steps, and that Lena signed in with the middle one
    lena = team["Lena"]
    before, now, after = (lena.code(clock, steps) for steps in (-1, 0, 1))

    async def enters(code: str) -> bool:
        typed = lena.credentials(clock) | {"code": code}
        return (await desk.post(SIGN_IN, typed)).status_code == 303

    assert await enters(now)
    # Then neither the same nor the older one opens again, and the next one does, once
    assert not await enters(now)
    assert not await enters(before)
    assert await enters(after)
    assert not await enters(after)


@pytest.mark.parametrize(("steps", "works"), [(-2, False), (-1, True), (1, True), (2, False)])
async def test_a_clock_that_is_half_a_minute_off_still_opens(
    desk: Desk, team: Team, clock: HandClock, steps: int, works: bool
) -> None:
    typed = team["Lena"].credentials(clock) | {"code": team["Lena"].code(clock, steps)}
    response = await desk.post(SIGN_IN, typed)
    assert response.status_code == (303 if works else 422)


async def test_two_people_can_not_use_one_code_at_the_same_moment(
    app: ASGIApp, team: Team, clock: HandClock
) -> None:
    # Given somebody who looked over Lena's shoulder
    typed = team["Lena"].credentials(clock)
    desks = [Desk(app, f"192.0.2.{number}") for number in range(6)]
    answers = await asyncio.gather(*(each.post(SIGN_IN, typed) for each in desks))
    assert sorted(each.status_code for each in answers) == [303] + [422] * 5


async def test_five_failures_close_this_account_at_this_address_only(
    app: ASGIApp, team: Team, clock: HandClock, portal: Portal
) -> None:
    # Given somebody who guesses Lena's password from the office
    office, home = Desk(app, "198.51.100.20"), Desk(app, "203.0.113.50")
    wrong = team["Lena"].credentials(clock) | {"password": "geraten"}
    for _ in range(5):
        assert (await office.post(SIGN_IN, wrong)).status_code == 422
    # Then there even the right password waits, and costs nothing
    before = portal.key_pool.passwords
    response = await office.post(SIGN_IN, team["Lena"].credentials(clock))
    assert response.status_code == 429
    assert "Bitte warten Sie eine Viertelstunde." in main_text(response)
    spelled = team["Lena"].credentials(clock) | {"email": "LENA@example.org "}
    assert (await office.post(SIGN_IN, spelled)).status_code == 429
    assert portal.key_pool.passwords == before
    # And a colleague at the same address gets in, and Lena elsewhere
    assert (await office.post(SIGN_IN, team["Sam"].credentials(clock))).status_code == 303
    assert (await home.post(SIGN_IN, team["Lena"].credentials(clock))).status_code == 303
    # And after a quarter of an hour Lena here, too
    clock.forward(timedelta(minutes=15, seconds=1))
    assert (await office.post(SIGN_IN, team["Lena"].credentials(clock))).status_code == 303


async def test_guessing_all_at_once_gains_nothing(desk: Desk, portal: Portal) -> None:
    # Given somebody who sends many guesses before the first answer comes
    guesses = [
        {"email": "lena@example.org", "password": f"geraten {number}", "code": "123456"}
        for number in range(20)
    ]
    answers = await asyncio.gather(*(desk.post(SIGN_IN, each) for each in guesses))
    # Then five are tried
    assert sorted(each.status_code for each in answers) == [422] * 5 + [429] * 15
    assert portal.key_pool.passwords == 5


async def test_one_address_can_not_try_every_account(desk: Desk, portal: Portal) -> None:
    for number in range(30):
        typed = {"email": f"member{number}@example.org", "password": "x" * 12, "code": "1"}
        assert (await desk.post(SIGN_IN, typed)).status_code == 422
    typed = {"email": "member30@example.org", "password": "x" * 12, "code": "1"}
    assert (await desk.post(SIGN_IN, typed)).status_code == 429
    assert portal.key_pool.passwords == 30


async def test_guessing_from_everywhere_shuts_nobody_out_where_they_are_at_home(
    app: ASGIApp, team: Team, clock: HandClock
) -> None:
    # Given Lena, who signed in at the office this morning
    office = Desk(app, "198.51.100.20")
    await office.post(SIGN_IN, team["Lena"].credentials(clock))
    # When many addresses guess her password
    wrong = {"email": team["Lena"].email, "password": "geraten", "code": "123456"}
    for number in range(50):
        await Desk(app, f"192.0.2.{number // 5}").post(SIGN_IN, wrong)
    # Then a new address has to wait, even with the right one
    clock.forward(timedelta(seconds=30))
    elsewhere = Desk(app, "203.0.113.9")
    assert (await elsewhere.post(SIGN_IN, team["Lena"].credentials(clock))).status_code == 429
    # And Lena gets in at the office
    assert (await office.post(SIGN_IN, team["Lena"].credentials(clock))).status_code == 303


async def test_signing_in_rightly_is_never_counted(
    desk: Desk, team: Team, clock: HandClock
) -> None:
    for _ in range(35):
        clock.forward(timedelta(seconds=30))
        response = await desk.post(SIGN_IN, team["Lena"].credentials(clock))
        assert response.status_code == 303


FOREIGN = [
    {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site"},
    {"sec_fetch_site": "none"},
    {"sec_fetch_site": "cross-site", "origin": ORIGIN},
    {"sec_fetch_site": "", "origin": "https://evil.example"},
]


async def test_nobody_is_signed_in_by_another_site(
    desk: Desk, team: Team, clock: HandClock
) -> None:
    for headers in FOREIGN:
        response = await desk.post(SIGN_IN, team["Lena"].credentials(clock), **headers)
        assert response.status_code == 403
        assert "set-cookie" not in response.headers


async def test_an_older_browser_names_its_origin(desk: Desk, team: Team, clock: HandClock) -> None:
    # Given a browser that sends no Sec-Fetch-Site
    typed = team["Lena"].credentials(clock)
    for origin in (
        "https://evil.example",
        "null",
        "http://portal.example.org",
        "https://portal.example.org:8443",
        "",
        None,
    ):
        headers = {} if origin is None else {"origin": origin}
        response = await desk.client.post(SIGN_IN, data=typed, headers=headers)
        assert response.status_code == 403, origin
    response = await desk.client.post(SIGN_IN, data=typed, headers={"origin": ORIGIN})
    assert response.status_code == 303
