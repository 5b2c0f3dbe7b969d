"""Stretches receipt numbers and passwords beside the event loop, fairly and within bounds.

One derivation a core at a time. Addresses take turns, so that someone who sends many numbers
waits for themselves and nobody else does. What staff type has a thread of its own.
"""

import asyncio
import os
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from forms_service.rules import sealing
from forms_service.rules.sealing import Cost, ReceiptKeys

_WAITING_PER_ADDRESS = 256


class Busy(Exception):
    """One address has too much waiting already."""


@dataclass
class _Job:
    work: Callable[[], ReceiptKeys]
    done: asyncio.Future[ReceiptKeys]


class KeyPool:
    """Bounded Argon2id. `receipts` and `passwords` count derivations (for tests and monitoring)."""

    def __init__(self, pepper: bytes, receipt_cost: Cost, password_cost: Cost) -> None:
        self._pepper = pepper
        self._receipt_cost = receipt_cost
        self._password_cost = password_cost
        self._threads = os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="receipt-keys")
        self._staff_pool = ThreadPoolExecutor(1, thread_name_prefix="password-keys")
        self._waiting: OrderedDict[str, deque[_Job]] = OrderedDict()
        self._running = 0
        self.receipts = 0
        self.passwords = 0

    async def receipt_keys(self, number: str, address: str) -> ReceiptKeys:
        """Stretch a receipt number in the turn of `address`; Busy if it has too much waiting."""
        queue = self._waiting.setdefault(address, deque())
        if len(queue) >= _WAITING_PER_ADDRESS:
            raise Busy
        job = _Job(
            lambda: sealing.receipt_keys(number, self._pepper, self._receipt_cost),
            asyncio.get_running_loop().create_future(),
        )
        queue.append(job)
        self._start_next()
        return await job.done

    async def receipt_keys_for_staff(self, number: str) -> ReceiptKeys:
        """Stretch a receipt number that a member looks for, in the lane of staff."""
        self.receipts += 1
        return await asyncio.get_running_loop().run_in_executor(
            self._staff_pool, sealing.receipt_keys, number, self._pepper, self._receipt_cost
        )

    async def password_key(self, password: str, salt: bytes) -> bytes:
        """Stretch a password, spelled one way whatever keyboard it was typed on."""
        self.passwords += 1
        spelled = unicodedata.normalize("NFKC", password)
        return await asyncio.get_running_loop().run_in_executor(
            self._staff_pool, sealing.password_key, spelled, salt, self._password_cost
        )

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._staff_pool.shutdown(wait=False, cancel_futures=True)

    def _start_next(self) -> None:
        while self._running < self._threads and self._waiting:
            address, queue = self._waiting.popitem(last=False)
            job = queue.popleft()
            if queue:
                self._waiting[address] = queue
            if not job.done.cancelled():
                self._running += 1
                self.receipts += 1
                running = asyncio.get_running_loop().run_in_executor(self._pool, job.work)
                running.add_done_callback(partial(self._finish, job))

    def _finish(self, job: _Job, ended: asyncio.Future[ReceiptKeys]) -> None:
        self._running -= 1
        if not job.done.done():
            if (error := ended.exception()) is not None:
                job.done.set_exception(error)
            else:
                job.done.set_result(ended.result())
        self._start_next()
