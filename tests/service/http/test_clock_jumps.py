"""A clock that was wrong locks nobody out, keeps no door open, and deletes nothing."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from forms_service.edges.serving import SteadyClock
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Colleague, Desk, main_text, page
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger

YEARS = timedelta(days=4 * 365)
SIGN_IN = "/staff/anmelden/"


async def test_wrong_guesses_of_another_time_lock_nobody_out(
    desk: Desk, browser: Browser, clock: HandClock, team: dict[str, Colleague]
) -> None:
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    # Given guesses up to every limit, while the clock is years ahead
    clock.forward(YEARS)
    for _ in range(7):
        wrong = await desk.post(SIGN_IN, {"email": team["Lena"].email, "password": "x"})
    assert wrong.status_code == 429
    for _ in range(32):
        refused = await browser.post("/de/antwort/", {"number": "00000000000000000000"})
    assert refused.status_code == 429
    # When it is right again, then nobody waits for those years
    clock.forward(-YEARS)
    entered = await desk.post(SIGN_IN, team["Lena"].credentials(clock))
    assert entered.status_code == 303
    await browser.come_in(number)


async def test_a_session_that_began_in_the_future_is_over(
    sign_in: SignIn, browser: Browser, clock: HandClock, ledger: Ledger
) -> None:
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    # Given a member and a sender who came in while the clock was years ahead
    clock.forward(YEARS)
    lena = await sign_in("Lena")
    await browser.come_in(number)
    case_id = (await ledger.only_case()).id
    typed = {"note": "Noch da", "writer": await _writer(lena, case_id)}
    # When it is right again, then neither stays inside for those years, and no text is lost
    clock.forward(-YEARS)
    asked = await lena.post(f"/staff/fall/{case_id}/notiz/", typed)
    assert asked.status_code == 403
    assert "Ihr Text ist noch da." in main_text(asked)
    again = await browser.post("/de/antwort/", {"action": "write", "message": "Auch noch da"})
    assert page(again).one("textarea", id="message").value == "Auch noch da"
    # And both sides come in again (Sam: Lena's app, unlike a real one, was years ahead as well)
    assert await (await sign_in("Sam")).cases() == [case_id]
    await browser.come_in(number)


async def _writer(lena: Desk, case_id: str) -> str:
    return page(await lena.open(case_id)).all("input", name="writer")[0].value


async def test_a_step_of_some_seconds_is_not_noticed_by_anybody(
    sign_in: SignIn, browser: Browser, clock: HandClock
) -> None:
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    lena = await sign_in("Lena")
    await browser.come_in(number)
    clock.forward(timedelta(seconds=-20))
    assert len(await lena.cases()) == 1
    assert "Niemand hat zugehört." in main_text(await browser.get("/de/antwort/?open"))


async def test_a_session_lasts_as_long_in_the_night_when_the_clocks_are_changed(
    sign_in: SignIn, clock: HandClock
) -> None:
    # Given a night in which German clocks show the hour from two to three twice
    clock.moment = datetime(2026, 10, 24, 22, tzinfo=UTC)
    lena = await sign_in("Lena")
    clock.forward(timedelta(hours=7, minutes=59))
    assert (await lena.get("/staff/")).status_code == 200
    clock.forward(timedelta(minutes=1))
    assert (await lena.get("/staff/")).status_code == 303


class Machine:
    """A machine: how long it runs, and what its clock says."""

    def __init__(self) -> None:
        self.runs = 1000.0
        self.clock = HandClock()
        self.steady = SteadyClock(self.clock, lambda: self.runs)

    def run(self, minutes: int) -> bool:
        """Let minutes go by, asking in each; whether the clock is steady after them."""
        for _ in range(minutes):
            self.runs += 60
            self.clock.forward(timedelta(seconds=60))
            is_steady = self.steady.is_steady()
        return is_steady


def test_nothing_is_deleted_in_the_first_hour() -> None:
    machine = Machine()
    assert not machine.steady.is_steady()
    assert not machine.run(59)
    assert machine.run(1)
    assert machine.run(600)


@pytest.mark.parametrize(
    "jump", [timedelta(days=3650), timedelta(minutes=6), -timedelta(minutes=6), -timedelta(days=99)]
)
def test_after_a_jump_nothing_is_deleted_for_an_hour(
    jump: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    machine = Machine()
    machine.run(100)
    machine.clock.forward(jump)
    with caplog.at_level(logging.WARNING):
        assert not machine.run(1)
    assert "clock has jumped" in caplog.text
    assert not machine.run(59)
    assert machine.run(1)


def test_a_clock_that_is_set_by_seconds_is_steady() -> None:
    machine = Machine()
    for _ in range(60):
        machine.clock.forward(timedelta(seconds=2))
        machine.run(1)
    assert machine.run(1)
