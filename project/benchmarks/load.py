"""Sends requests over keep-alive connections and times the answers, in a process of its own.

No HTTP library in between: it shares the machine's cores with what it measures, so it must need
next to nothing of them. Each connection sends its next request when it has its answer, after a
pause if one is wanted.

`python -m project.benchmarks.load` reads a plan as JSON from its input and prints what it found.
"""

import asyncio
import json
import math
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import cast
from urllib.parse import urlencode

_PATIENCE_SECONDS = 30
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_COUNTED = b"00000000"
"""Stands in a request for a number that is another one each time."""


@dataclass(frozen=True)
class Plan:
    """What is asked of a server on this machine, by so many connections, for so long.

    `requests` are whole HTTP/1.1 messages, sent in turn; an answer is right if its status is 200
    and `expected` stands in it. What happens in the first `warming_seconds` doesn't count.
    """

    port: int
    requests: Sequence[str]
    connections: int
    seconds: float
    expected: str = ""
    pause_seconds: float = 0
    warming_seconds: float = 1


@dataclass(frozen=True)
class Found:
    """What was measured: answers a second, their times, and the generator's own work.

    Errors are answers with another status or content, broken connections, and requests without an
    answer within half a minute.
    """

    a_second: float
    p50_ms: float
    p99_ms: float
    errors: int
    worked_ms: float
    """Processor time that the generator needed for a request."""


def get(port: int, path: str) -> str:
    """Return the request for a page, as a browser asks."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n"
        "Accept-Encoding: gzip, deflate, br\r\n\r\n"
    )


def post(port: int, path: str, values: Mapping[str, str]) -> str:
    """Return the request that sends a form, as a browser sends it."""
    body = urlencode(values)
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n"
        "Accept-Encoding: gzip, deflate, br\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        f"{body}"
    )


def start(plan: Plan) -> "subprocess.Popen[str]":
    """Begin to send; `found` waits for the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "project.benchmarks.load"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if process.stdin is not None:
        process.stdin.write(json.dumps(asdict(plan)))
        process.stdin.close()
    return process


def found(process: "subprocess.Popen[str]") -> Found:
    """Return what a generator has found, when it is done."""
    printed = process.stdout.read() if process.stdout else ""
    if process.wait() != 0:
        raise RuntimeError("the generator failed; see above")
    return Found(**json.loads(printed))


@dataclass
class _Run:
    """One plan under way."""

    plan: Plan
    begins: float
    ends: float
    requests: list[bytes]
    took: list[float] = field(default_factory=list)
    errors: int = 0
    asked: int = 0
    waiting: int = 0
    connected: int = 0
    opening: set[asyncio.Task[object]] = field(default_factory=set)

    def next_request(self) -> bytes:
        self.asked += 1
        request = self.requests[self.asked % len(self.requests)]
        return request.replace(_COUNTED, b"%08d" % self.asked)

    def note(self, began: float, is_right: bool) -> None:
        now = time.perf_counter()
        if self.begins <= now < self.ends:
            self.took.append(now - began)
            self.errors += not is_right


class _Connection(asyncio.Protocol):
    """One connection: asks, reads the whole answer, asks again; opened again when it is closed."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._expected = run.plan.expected.encode()
        self._buffer = bytearray()
        self._needed = 0
        self._began = 0.0
        self._is_waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._run.connected += 1
        self._ask()

    def _ask(self) -> None:
        if self._transport.is_closing():
            return
        if time.perf_counter() >= self._run.ends:
            self._transport.close()
            return
        self._buffer.clear()
        self._needed = 0
        self._is_waiting = True
        self._run.waiting += 1
        self._began = time.perf_counter()
        self._transport.write(self._run.next_request())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._needed:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            length = _LENGTH.search(self._buffer, 0, end + 2)
            if length is None:
                raise RuntimeError(f"an answer without a length: {bytes(self._buffer[:200])!r}")
            self._needed = end + 4 + int(length[1])
        if len(self._buffer) >= self._needed:
            self._answered(self._buffer.startswith(b"200 ", 9) and self._expected in self._buffer)
            if pause := self._run.plan.pause_seconds:
                asyncio.get_running_loop().call_later(pause, self._ask)
            else:
                self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        self._run.connected -= 1
        if self._is_waiting:
            self._answered(False)
        if time.perf_counter() < self._run.ends:
            _open(self._run)

    def _answered(self, is_right: bool) -> None:
        self._is_waiting = False
        self._run.waiting -= 1
        self._run.note(self._began, is_right)


def _open(run: _Run) -> None:
    def opened(task: asyncio.Task[object]) -> None:
        run.opening.discard(task)
        run.errors += task.exception() is not None

    connecting = asyncio.get_running_loop().create_connection(
        lambda: _Connection(run), "127.0.0.1", run.plan.port
    )
    task: asyncio.Task[object] = asyncio.ensure_future(connecting)
    run.opening.add(task)
    task.add_done_callback(opened)


async def carry_out(plan: Plan) -> Found:
    """Send as planned, from this process; return what was found."""
    begins = time.perf_counter() + plan.warming_seconds
    requests = [each.encode() for each in plan.requests]
    run = _Run(plan, begins, begins + plan.seconds, requests)
    for _ in range(plan.connections):
        _open(run)
    await asyncio.sleep(plan.warming_seconds)
    asked, worked = run.asked, time.process_time()
    await asyncio.sleep(run.ends - time.perf_counter())
    asked, worked = run.asked - asked, time.process_time() - worked
    give_up = time.perf_counter() + _PATIENCE_SECONDS
    # Until the last connection is closed: one left to the collector would be closed anywhere.
    while (run.connected or run.opening) and time.perf_counter() < give_up:  # noqa: ASYNC110 - no longer measured
        await asyncio.sleep(0.05)
    took = sorted(run.took)
    return Found(
        a_second=(len(took) - run.errors) / plan.seconds,
        p50_ms=_percentile(took, 0.5) * 1000,
        p99_ms=_percentile(took, 0.99) * 1000,
        errors=run.errors + run.waiting,
        worked_ms=worked / max(asked, 1) * 1000,
    )


def _percentile(in_order: Sequence[float], share: float) -> float:
    """Return the smallest of the values that so many are not above; 0 if there are none."""
    return in_order[math.ceil(len(in_order) * share) - 1] if in_order else 0


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(carry_out(Plan(**json.load(sys.stdin)))))))
