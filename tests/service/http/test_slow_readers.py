"""An answer is kept for whoever takes it, however slowly, and for nobody who doesn't."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from forms_service.edges.limits import PATIENCE, Patience
from forms_service.edges.serving import server_config
from forms_service.world.settings import Settings
from tests.service.http.test_slowness import NO_HURRY, SHORT
from tests.service.http.wire import connected, head, served


@pytest.mark.parametrize(
    "patience",
    [replace(NO_HURRY, answer_seconds=SHORT), replace(NO_HURRY, body_seconds=SHORT)],
)
async def test_an_answer_that_nobody_takes_is_not_kept(
    settings: Settings, patience: Patience
) -> None:
    # Given an answer larger than any buffer between here and there, and somebody who reads nothing
    gone = asyncio.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

        async def write() -> None:
            while True:
                await send({"type": "http.response.body", "body": bytes(65536), "more_body": True})
                await asyncio.sleep(0)

        writing = asyncio.create_task(write())
        while (await receive())["type"] != "http.disconnect":
            pass
        writing.cancel()
        gone.set()

    async with served(endless, settings, patience) as port, connected(port) as line:
        line.reader._transport.pause_reading()  # type: ignore[attr-defined]
        await line.write(head("GET", "/"))
        # Then the server gives up, and the application is told
        async with asyncio.timeout(30):
            await gone.wait()


class Line:
    """The server's end of a connection, with `unsent` bytes waiting, on a clock of the test's own."""

    def __init__(self, settings: Settings) -> None:
        self.now, self.unsent, self.cut_off = 0.0, 0, False
        self._look: Callable[[], None] | None = None

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            raise NotImplementedError

        config = server_config(app, settings, PATIENCE)
        config.load()
        protocol: Any = config.http_protocol_class
        self._loop_and_transport: Any = self
        self.protocol = protocol(config, ServerState(), {}, _loop=self._loop_and_transport)
        self.protocol.connection_made(self._loop_and_transport)

    # What the protocol asks of its loop
    def time(self) -> float:
        return self.now

    def call_later(self, _seconds: float, look: Callable[[], None]) -> None:
        self._look = look

    # What it asks of its transport
    def get_extra_info(self, name: str) -> object:
        return ("203.0.113.7", 50000) if name == "peername" else None

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def abort(self) -> None:
        self.cut_off = True

    def goes_on(self, unsent: int) -> None:
        """A second later so much is waiting, and the connection is looked at."""
        self.now, self.unsent = self.now + PATIENCE.look_every_seconds, unsent
        look, self._look = self._look, None
        if look is not None:
            look()


def test_an_answer_that_is_taken_slowly_goes_on(settings: Settings) -> None:
    # Given a page of ten mebibytes of which two kilobytes a second are taken, written in pieces
    # whenever little of it is left
    line, unsent = Line(settings), 64 * 1024
    for _ in range(10 * 1024 // 2):
        unsent -= 2000
        if unsent < 16 * 1024:
            unsent += 64 * 1024
        line.goes_on(unsent)
    assert not line.cut_off
    # When nothing more is taken, then it is kept for a while and no longer
    for _ in range(int(PATIENCE.answer_seconds)):
        line.goes_on(unsent)
    assert not line.cut_off
    for _ in range(3):
        line.goes_on(unsent)
    assert line.cut_off


def test_no_answer_is_kept_for_ever_though_some_of_it_is_taken(settings: Settings) -> None:
    line, unsent = Line(settings), 10**6
    while not line.cut_off:
        unsent -= 1
        line.goes_on(unsent)
    assert PATIENCE.body_seconds < line.now < PATIENCE.body_seconds + 5
