"""A sentence that names a day names one within the months that nobody waits longer than."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, main_text, receipt_number
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger


@pytest.mark.parametrize(
    ("until", "status"),
    [("2026-11-16", 303), ("2027-02-16", 303), ("2027-02-17", 422), ("2026-11-15", 422)],
    ids=["today", "three months after it arrived", "a day later", "yesterday"],
)
async def test_nobody_waits_longer_than_three_months(
    browser: Browser, sign_in: SignIn, ledger: Ledger, until: str, status: int
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    values = {"sentence": "need_time", "until": until, "step": "send"}
    response = await lena.post(f"/staff/fall/{case_id}/antwort/", values)
    assert response.status_code == status
    if until == "2027-02-17":
        assert "bis zum 16. Februar 2027" in main_text(response)


@pytest.fixture
def move_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Moves this machine's clock to another time zone."""

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


async def test_promises_go_by_german_time_whatever_the_machines_time_zone_is(
    new_browser: Callable[..., Browser], clock: HandClock, move_machine: Callable[[str], None]
) -> None:
    async def told_at(zone: str) -> str:
        move_machine(zone)
        sent = await new_browser().post("/de/beschwerde/", VALID["complaint"])
        told = main_text(sent) + main_text(await new_browser().come_in(receipt_number(sent)))
        return re.sub(r"(\d{4}\s?){5}", "", told)

    # Given the last minutes of a Monday in Germany, and its morning; elsewhere it is another day
    for moment in ("2026-11-16T22:58", "2026-11-16T09:00"):
        clock.moment = datetime.fromisoformat(f"{moment}+00:00")
        zones = ("Europe/Berlin", "Pacific/Kiritimati", "America/Los_Angeles")
        told = [await told_at(zone) for zone in zones]
        # Then the same days are promised
        assert "November 2026" in told[0]
        assert told[1:] == [told[0]] * 2
