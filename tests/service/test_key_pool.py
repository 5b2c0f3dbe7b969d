"""Stretching is slow on purpose; nobody waits for somebody else's guessing."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator

import pytest

from forms_service.rules.receipts import number_from
from forms_service.rules.sealing import CHEAPEST, RECEIPT_COST, SALT_BYTES
from forms_service.world.key_pool import Busy, KeyPool

GUESSES = 60


@pytest.fixture
async def pool() -> AsyncIterator[KeyPool]:
    """A pool as slow for numbers as the real one."""
    pool = KeyPool(b"p" * 32, RECEIPT_COST, CHEAPEST)
    yield pool
    pool.close()


def guess(pool: KeyPool, count: int) -> list["asyncio.Task[object]"]:
    """Somebody who sends many numbers at once."""
    return [
        asyncio.create_task(pool.receipt_keys(number_from(place), "a guesser"))
        for place in range(count)
    ]


async def finish(guesses: list["asyncio.Task[object]"]) -> None:
    for each in guesses:
        each.cancel()
    await asyncio.gather(*guesses, return_exceptions=True)


async def test_another_sender_does_not_wait_for_a_guesser(pool: KeyPool) -> None:
    # Given somebody with many numbers waiting
    guesses = guess(pool, GUESSES)
    await asyncio.sleep(0)
    # When somebody else sends one
    await pool.receipt_keys(number_from(GUESSES), "somebody")
    # Then it came after those that were under way and at most one more for each core
    assert sum(each.done() for each in guesses) <= 3 * (os.cpu_count() or 1)
    await finish(guesses)


async def test_stretching_gives_way_to_answering(pool: KeyPool) -> None:
    await pool.receipt_keys(number_from(1), "somebody")
    own = os.getpriority(os.PRIO_PROCESS, 0)
    stretching = [each for each in threading.enumerate() if each.name.startswith("receipt-keys")]
    assert stretching
    for each in stretching:
        assert os.getpriority(os.PRIO_PROCESS, each.native_id or 0) > own


async def test_staff_sign_in_while_numbers_wait(pool: KeyPool) -> None:
    guesses = guess(pool, GUESSES)
    await asyncio.sleep(0)
    assert len(await pool.password_key("Passphrase", b"s" * SALT_BYTES)) == 32
    assert not all(each.done() for each in guesses)
    await finish(guesses)


async def test_one_address_has_only_so_much_waiting(pool: KeyPool) -> None:
    guesses = guess(pool, 300)
    await asyncio.sleep(0)
    refused = [each for each in guesses if each.done() and isinstance(each.exception(), Busy)]
    assert refused
    # And somebody else is still served
    assert (await pool.receipt_keys(number_from(1), "somebody")).lookup
    await finish(guesses)


async def test_who_hung_up_costs_nothing_more(pool: KeyPool) -> None:
    guesses = guess(pool, GUESSES)
    await asyncio.sleep(0)
    await finish(guesses)
    before = pool.receipts
    await pool.receipt_keys(number_from(1), "somebody")
    assert pool.receipts == before + 1
