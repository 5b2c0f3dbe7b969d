"""A sender who goes away at any step: all of what they sent is kept, or nothing; nothing leaks."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Generator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.rules.organisation import Organisation
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases import conversation
from forms_service.usecases.installation import RecoveryKey, close_portal, open_portal
from forms_service.usecases.submit import receive
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from tests.service.conftest import HandClock, Staff
from tests.service.durability.looking import whole_cases
from tests.service.submissions import submission

READERS = 4


class _GoesAway(Coroutine[Any, Any, Any]):
    """Work whose task is cancelled at the n-th moment at which it waits for something."""

    def __init__(self, work: Coroutine[Any, Any, Any], at: int) -> None:
        self._work = work
        self._left = at

    def send(self, value: Any) -> Any:
        self._left -= 1
        task = asyncio.current_task()
        if self._left == 0 and task is not None:
            task.cancel()
        return self._work.send(value)

    def throw(self, *fault: Any) -> Any:
        return self._work.throw(*fault)

    def close(self) -> None:
        self._work.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return (yield from self._work.__await__())


async def at_every_step(work: Callable[[int], Coroutine[Any, Any, object]]) -> int:
    """Do the work again and again, cancelled one step later each time, until it is through.

    Returns how often it was cancelled.
    """
    for step in itertools.count(1):
        task = asyncio.create_task(_GoesAway(work(step), step))
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()
            return step - 1
    raise AssertionError


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """On which of the two databases the test runs."""
    return str(request.param)


async def test_given_senders_who_go_away_then_each_case_is_whole_or_not_there(
    portal: Portal,
    staff: Staff,
    settings: Settings,
    organisation: Organisation,
    recovery_key: RecoveryKey,
    clock: HandClock,
) -> None:
    async def send(step: int) -> None:
        said = {"what_happened": f"Schritt {step}"}
        await receive(portal, submission(portal, said, browser=step.to_bytes(32, "big")))

    # When people go away at every step of sending, and of coming in with a number
    steps = await at_every_step(send)
    assert steps >= 5
    number = (await receive(portal, submission(portal))).number
    coming = await at_every_step(
        lambda step: conversation.come_in(portal, number, step.to_bytes(32, "big"), "an address")
    )
    assert coming >= 3
    # Then every connection is free again, and the next one is served
    together = asyncio.Barrier(READERS)

    async def meet(_: AsyncConnection) -> None:
        await together.wait()

    async with asyncio.timeout(30):
        await asyncio.gather(*(portal.database.read(meet) for _ in range(READERS)))
    # And whatever was begun is whole
    await close_portal(portal)
    again = await open_portal(settings, organisation, clock=clock, receipt_cost=CHEAPEST)
    cases = await whole_cases(again.database, sealing.join_recovery_key(*recovery_key.sheets))
    await close_portal(again)
    # Nothing of those who went away early; all of the last one, who stayed
    texts = {text for each in cases.values() for text in each.texts}
    assert "Schritt 1" not in texts
    assert f"Schritt {steps + 1}" in texts
