"""Stretches receipt numbers and passwords beside the event loop, fairly and within bounds.

One derivation a core at a time. Addresses take turns, so that someone who sends many numbers or
passwords waits for themselves and nobody else does. What staff type has a thread of its own.
"""

import asyncio
import os
import threading
import unicodedata
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Literal, TypeVar

from forms_service.rules import sealing
from forms_service.rules.sealing import Cost, ReceiptKeys

_WAITING_PER_ADDRESS = 256
_NICENESS = 5
"""A third of the processor's time where others want it too; more would be unfair to this machine's
other services."""


def _give_way() -> None:
    """Let pages and answers go first: on Linux each thread has a priority of its own."""
    with suppress(OSError):
        own = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, own, os.getpriority(os.PRIO_PROCESS, own) + _NICENESS)


Kind = Literal["receipt", "password"]
T = TypeVar("T")


class Busy(Exception):
    """One address has too much waiting already."""


@dataclass
class _Job(Generic[T]):
    kind: Kind
    work: Callable[[], T]
    done: asyncio.Future[T]


class _Lane:
    """Threads, and those who wait for them, in turns by address. `started` counts derivations."""

    def __init__(self, threads: int, name: str, started: Counter[Kind]) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name, initializer=_give_way)
        self._waiting: OrderedDict[str, deque[_Job[Any]]] = OrderedDict()
        self._running = 0
        self._started = started

    async def run(self, kind: Kind, address: str, work: Callable[[], T]) -> T:
        """Do the work in the turn of `address`; Busy if it has too much waiting."""
        queue = self._waiting.setdefault(address, deque())
        if len(queue) >= _WAITING_PER_ADDRESS:
            raise Busy
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        job = _Job(kind, work, done)
        queue.append(job)
        self._start_next()
        return await done

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _start_next(self) -> None:
        while self._running < self._threads and self._waiting:
            address, queue = self._waiting.popitem(last=False)
            job = queue.popleft()
            if queue:
                self._waiting[address] = queue
            if not job.done.cancelled():
                self._running += 1
                self._started[job.kind] += 1
                running = asyncio.get_running_loop().run_in_executor(self._pool, job.work)
                running.add_done_callback(partial(self._finish, job))

    def _finish(self, job: _Job[Any], ended: asyncio.Future[Any]) -> None:
        self._running -= 1
        if not job.done.done():
            if (error := ended.exception()) is not None:
                job.done.set_exception(error)
            else:
                job.done.set_result(ended.result())
        self._start_next()


class KeyPool:
    """Bounded Argon2id: a lane for senders, and one for staff."""

    def __init__(self, pepper: bytes, receipt_cost: Cost, password_cost: Cost) -> None:
        self._pepper = pepper
        self._receipt_cost = receipt_cost
        self._password_cost = password_cost
        self._started: Counter[Kind] = Counter()
        self._senders = _Lane(os.cpu_count() or 1, "receipt-keys", self._started)
        self._staff = _Lane(1, "password-keys", self._started)

    @property
    def receipts(self) -> int:
        """How many numbers were stretched so far."""
        return self._started["receipt"]

    @property
    def passwords(self) -> int:
        """How many passwords were stretched so far."""
        return self._started["password"]

    async def receipt_keys(self, number: str, address: str) -> ReceiptKeys:
        """Stretch a receipt number in the turn of `address`; Busy if it has too much waiting."""
        return await self._senders.run("receipt", address, self._stretch(number))

    async def receipt_keys_for_staff(self, number: str) -> ReceiptKeys:
        """Stretch a receipt number that a member looks for, in the lane of staff."""
        return await self._staff.run("receipt", "", self._stretch(number))

    async def password_key(self, password: str, salt: bytes, address: str = "") -> bytes:
        """Stretch a password, spelled one way whatever keyboard it was typed on.

        Whoever isn't signed in waits in the turn of their `address`, members have one together;
        Busy if too much of it is waiting.
        """
        spelled = unicodedata.normalize("NFKC", password)
        return await self._staff.run(
            "password", address, lambda: sealing.password_key(spelled, salt, self._password_cost)
        )

    def close(self) -> None:
        """Let go of the threads."""
        self._senders.close()
        self._staff.close()

    def _stretch(self, number: str) -> Callable[[], ReceiptKeys]:
        return lambda: sealing.receipt_keys(number, self._pepper, self._receipt_cost)
