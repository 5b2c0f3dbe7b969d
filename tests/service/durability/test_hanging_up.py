"""Browsers that hang up at every stage, on the real server: nothing stays open, nothing is half."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest

from tests.service.durability.places import Place
from tests.service.durability.processes import HOST, Service
from tests.service.durability.senders import FORM, Senders, open_with_number
from tests.service.durability.test_kill import nothing_is_lost

HANGS_UP = 500
AT_ONCE = 16
GROWS = 8
"""Pools that weren't full yet may take so many more; 500 that leak would be another number."""

STAGES = ("connected", "half the head", "the head", "half the body", "all", "reading")


@dataclass
class Impatient:
    """People who hang up, some with a word of farewell and some without."""

    service: Service
    sent: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    """Texts for whose answer at least the first line came."""

    async def hang_up(self, number: int) -> None:
        """Send so much as this one's turn says, and go."""
        reader, writer = await asyncio.open_connection(HOST, self.service.port)
        text = f"Ungeduldig {number}"
        stage = STAGES[number % len(STAGES)]
        head, body = _request(text, with_files=number % 2 == 0)
        parts = {
            "connected": b"",
            "half the head": head[: len(head) // 2],
            "the head": head,
            "half the body": head + body[: len(body) // 2],
            "all": head + body,
            "reading": head + body,
        }
        self.sent.add(text)
        try:
            writer.write(parts[stage])
            await writer.drain()
            if stage == "reading" and b" 200 " in await reader.readline():
                self.answered.add(text)
        finally:
            if number % 3:
                writer.close()
            else:
                writer.transport.abort()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


def _request(text: str, with_files: bool) -> tuple[bytes, bytes]:
    kind, body = "application/x-www-form-urlencoded", urlencode({"what_happened": text}).encode()
    if with_files:
        kind = "multipart/form-data; boundary=x"
        body = (
            b'--x\r\nContent-Disposition: form-data; name="what_happened"\r\n\r\n'
            + text.encode()
            + b'\r\n--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'
            + b"%PDF-1.4\n"
            + bytes(100_000)
            + b"\r\n--x--\r\n"
        )
    head = f"POST {FORM} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode(), body


async def many(impatient: Impatient, numbers: range) -> None:
    """Let them come, a few at a time."""
    waiting = iter(numbers)

    async def one_after_the_other() -> None:
        for number in waiting:
            await impatient.hang_up(number)

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


async def until_quiet(service: Service, most: int) -> None:
    """Wait until no more files are open than that; it takes the service a moment to notice."""
    until = time.monotonic() + 30
    while service.open_files() > most:
        assert time.monotonic() < until, f"{service.open_files()} files stay open, not {most}"
        await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_given_five_hundred_who_hang_up_then_nothing_is_left_open(
    place: Place, service: Service
) -> None:
    # Given a service that has seen everything once
    service.start()
    quiet = service.open_files()
    senders, impatient = Senders(service.address), Impatient(service)
    await senders.send(AT_ONCE, 4)
    await many(impatient, range(120))
    await until_quiet(service, quiet + GROWS)
    files, threads = service.open_files(), service.threads()
    # When many hang up
    await many(impatient, range(120, 120 + HANGS_UP))
    # Then nothing stays open, and no thread goes on for nobody
    await until_quiet(service, files + GROWS)
    assert service.threads() <= threads + GROWS
    # And the next one is served
    await senders.send(1, 1, "danach ")
    await open_with_number(service.address, senders.promises[-1])
    # And what is there is whole: all that was answered, and nothing that wasn't sent
    senders.sent |= impatient.sent
    cases = await nothing_is_lost(place, senders)
    assert impatient.answered
    assert impatient.answered <= {text for each in cases for text in each.texts}
    # And the log speaks of no fault
    assert "fault" not in service.said
