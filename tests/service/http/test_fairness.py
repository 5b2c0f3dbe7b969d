"""Whoever guesses, or sends without end, waits for themselves and stops nobody else.

What counts is in which order people are served, not how long it takes.
"""

import asyncio
import os
import secrets
from collections.abc import Callable
from threading import Event, Lock
from typing import Any

import pytest
from msgspec import structs
from starlette.types import ASGIApp

from forms_service.edges.limits import MAX_OF_ONE_ADDRESS
from forms_service.edges.web import create_app
from forms_service.rules import sealing
from forms_service.rules.receipts import number_from
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Colleague, Desk

CORES = os.cpu_count() or 1
GUESSES = 500


class Gate:
    """Stands before a derivation: nothing goes through until it opens; then it notes the order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        self.order: list[object] = []
        self._open, self._lock = Event(), Lock()
        self._real: Callable[..., Any] = getattr(sealing, name)
        monkeypatch.setattr(sealing, name, self._pass)

    def _pass(self, secret: object, *rest: object) -> object:
        if not self._open.wait(30):
            raise TimeoutError
        with self._lock:
            self.order.append(secret)
        return self._real(secret, *rest)

    def open(self) -> None:
        """Let everybody through who waits, one after the other."""
        self._open.set()


def waiting(monkeypatch: pytest.MonkeyPatch, portal: Portal, name: str) -> list[str]:
    """Everything that has come to the pool so far."""
    come: list[str] = []
    real = getattr(portal.key_pool, name)

    async def note(secret: str, *rest: object) -> object:
        come.append(secret)
        return await real(secret, *rest)

    monkeypatch.setattr(portal.key_pool, name, note)
    return come


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what is waited for lies deep in the pool
            await asyncio.sleep(0)


def nobodys() -> str:
    return number_from(secrets.randbelow(10**19))


async def test_a_case_opens_while_somebody_sends_five_hundred_wrong_numbers(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given somebody's case
    somebody = Browser(app, "203.0.113.7")
    number = await somebody.send("/de/beschwerde/", {"what_happened": "Niemand hört zu."})
    gate = Gate(monkeypatch, "receipt_keys")
    come = waiting(monkeypatch, portal, "receipt_keys")
    # And five hundred wrong numbers at once from another address
    guesser = Browser(app, "192.0.2.66")
    guesses = [
        asyncio.create_task(guesser.post("/de/antwort/", {"number": nobodys()}))
        for _ in range(GUESSES)
    ]
    await until(lambda: len(come) == 30)
    # When their owner opens the case, after all of them
    opening = asyncio.create_task(somebody.post("/de/antwort/", {"number": number}))
    await until(lambda: number in come)
    gate.open()
    assert (await opening).status_code == 303
    statuses = [(await each).status_code for each in guesses]
    # Then thirty were looked up, the others cost nothing, and the case came after those that were
    # under way and at most one more for each core
    assert statuses.count(422) == 30
    assert set(statuses) <= {422, 429, 503}
    assert len(gate.order) == 31
    assert gate.order.index(number) <= 2 * CORES


@pytest.mark.slow
async def test_forms_without_end_from_one_address_let_others_through(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch, "receipt_keys")
    come = waiting(monkeypatch, portal, "receipt_keys")
    one, other = Browser(app, "192.0.2.66"), Browser(app, "203.0.113.7")

    def send(browser: Browser, text: str) -> "asyncio.Task[Any]":
        return asyncio.create_task(browser.post("/de/beschwerde/", {"what_happened": text}))

    # Given forty forms of one address, whose numbers wait to be stretched, and then one more
    flood = [send(one, f"{place}") for place in range(40)]
    await until(lambda: len(come) == 40)
    honest = send(other, "Niemand hört zu.")
    await until(lambda: len(come) == 41)
    gate.open()
    # Then it comes first, but for what was under way; and none of the forty is refused
    assert (await honest).status_code == 200
    assert gate.order.index(come[40]) <= 2 * CORES
    assert [(await each).status_code for each in flood] == [200] * 40


async def test_staff_sign_in_while_twenty_addresses_guess_passwords(
    app: ASGIApp,
    portal: Portal,
    team: dict[str, Colleague],
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given twenty addresses with three guesses each, at accounts that needn't be there
    gate = Gate(monkeypatch, "password_key")
    come = waiting(monkeypatch, portal, "password_key")
    guessers = [Desk(app, f"192.0.2.{place}") for place in range(20)]

    def guess(place: int) -> "asyncio.Task[Any]":
        typed = {"email": f"{place}@example.org", "password": f"geraten {place}", "code": "1"}
        return asyncio.create_task(guessers[place % 20].post("/staff/anmelden/", typed))

    guesses = [guess(place) for place in range(60)]
    await until(lambda: len(come) == 60)
    # When Lena signs in, after all of them
    lena = team["Lena"].credentials(clock)
    entering = asyncio.create_task(Desk(app, "198.51.100.20").post("/staff/anmelden/", lena))
    await until(lambda: lena["password"] in come)
    gate.open()
    # Then nobody is served twice before her
    assert (await entering).status_code == 303
    assert gate.order.index(lena["password"]) <= 20 + 1
    assert {(await each).status_code for each in guesses} == {422}


@pytest.mark.slow
async def test_what_waits_is_bounded_even_without_any_limit(
    portal: Portal, site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a portal for load tests, which counts no tries
    trial = structs.replace(settings, trial=True, site_url="", rate_limit="off")
    app = create_app(portal, site, trial)
    gate = Gate(monkeypatch, "receipt_keys")
    guesser = Browser(app, "192.0.2.66", "http://127.0.0.1:8000")
    guesses = [
        asyncio.create_task(guesser.post("/de/antwort/", {"number": nobodys()}))
        for _ in range(GUESSES)
    ]
    # Then more than so many requests of one address aren't even let in, and are told to come later
    await until(lambda: any(each.done() for each in guesses))
    gate.open()
    statuses = [(await each).status_code for each in guesses]
    assert set(statuses) == {422, 503}
    assert len(gate.order) == statuses.count(422) == MAX_OF_ONE_ADDRESS
