"""The real server on a port of its own, spoken to byte by byte, past any client's good manners."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from socket import create_server

import uvicorn
from starlette.types import ASGIApp

from forms_service.edges.connections import Room
from forms_service.edges.limits import PATIENCE, Patience
from forms_service.edges.serving import server_config
from forms_service.world.settings import Settings
from tests.service.http.actors import HOST, Raw

_LONGEST_SECONDS = 30
"""A test that waits that long has failed."""


class _Server(uvicorn.Server):
    """Says when it listens, and leaves signals alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: object = None) -> None:
        await super().startup(sockets)  # type: ignore[arg-type]
        self.listens.set()


@contextlib.asynccontextmanager
async def served(
    app: ASGIApp, settings: Settings, patience: Patience = PATIENCE, room: Room | None = None
) -> AsyncIterator[int]:
    """Serve an application as the portal is served; gives the port."""
    listener = create_server(("127.0.0.1", 0))
    server = _Server(server_config(app, settings, patience, room))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    async with asyncio.timeout(_LONGEST_SECONDS):
        await server.listens.wait()
    try:
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        server.force_exit = True
        await running


@dataclass
class Line:
    """One connection. What is waited for on it comes, or the test fails."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def write(self, *pieces: bytes) -> None:
        """Send bytes; whoever doesn't take them any more has hung up."""
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                self.writer.write(piece)
                await self.writer.drain()
                # The server lives in the same loop.
                await asyncio.sleep(0)

    async def answer(self) -> Raw:
        """Read the next answer; one that doesn't say how long it is has no body."""
        async with asyncio.timeout(_LONGEST_SECONDS):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            length = int(headers.get("content-length", 0))
            body = await self.reader.readexactly(length)
        return Raw(int(head[0].split()[1]), headers, body)

    async def ended(self) -> bytes:
        """Wait until the other side has hung up; return what still came."""
        rest = b""
        async with asyncio.timeout(_LONGEST_SECONDS):
            with contextlib.suppress(ConnectionError):
                while piece := await self.reader.read(65_536):
                    rest += piece
        return rest

    async def has_ended(self, within_seconds: float) -> bool:
        """Return whether the other side hangs up in this time without another word."""
        try:
            async with asyncio.timeout(within_seconds):
                return await self.reader.read(1) == b""
        except TimeoutError:
            return False
        except ConnectionError:
            return True


@contextlib.asynccontextmanager
async def connected(port: int, address: str = "127.0.0.1") -> AsyncIterator[Line]:
    """Open a connection from an address of this machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        yield Line(reader, writer)
    finally:
        writer.transport.abort()


def head(method: str, path: str, *lines: str) -> bytes:
    """The head of a request."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {HOST}", *lines, "", ""]).encode()


FORM = "Content-Type: application/x-www-form-urlencoded"


def post(path: str, body: bytes, *lines: str) -> bytes:
    """A form, whole and honest."""
    return head("POST", path, FORM, f"Content-Length: {len(body)}", *lines) + body
