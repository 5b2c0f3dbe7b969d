"""Nobody holds the service up by being slow, nor by taking more connections than anybody needs.

Uvicorn by itself waits for ever. Two places mind the time. The entrance stands before the
application: it waits for the body that a request brings, and whoever is too slow gets a page. The
protocol holds the connection: it waits for the head of a request, for the rest of a body that
nobody reads any more, and for an answer to be taken.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from enum import Enum

import h11
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from forms_service.edges import guard, limits
from forms_service.edges.limits import Patience

Refusal = Callable[[Request, Exception], Awaitable[Response]]

_HEAD_PIECE_BYTES = 8 * 1024
"""In no larger pieces a head is looked at, so that the limit for it is one."""


class TooSlow(Exception):
    """The body didn't come in time; nothing of it was kept."""


class TooManyAtOnce(Exception):
    """So many requests of one address are under way already."""


class Unclear(Exception):
    """The request says in two ways where its body ends."""


class Room:
    """Counts who is inside by address: so many in all, and so many of one address."""

    def __init__(
        self,
        in_all: int = limits.MAX_CONNECTIONS,
        of_one: int = limits.MAX_OF_ONE_ADDRESS,
    ) -> None:
        self._in_all = in_all
        self._of_one = of_one
        self._inside: Counter[str | None] = Counter()

    def enter(self, address: str | None) -> bool:
        """Let one more in, if there is room; None is a proxy, who stands for many."""
        if self._inside.total() >= self._in_all:
            return False
        if address is not None and self._inside[address] >= self._of_one:
            return False
        self._inside[address] += 1
        return True

    def leave(self, address: str | None) -> None:
        """Make room for another; nobody is remembered who has nothing here."""
        self._inside[address] -= 1
        if not self._inside[address]:
            del self._inside[address]


class Entrance:
    """Lets a request into the application if it is clear, and its address has room left.

    The address is the one that a trusted proxy names. Whoever is let in sends in time.
    """

    def __init__(
        self,
        app: ASGIApp,
        addresses: guard.Addresses,
        refuse: Refusal,
        patience: Patience,
        room: Room | None = None,
    ) -> None:
        self._app = app
        self._addresses = addresses
        self._refuse = refuse
        self._patience = patience
        self._room = room or Room()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if "transfer-encoding" in request.headers and "content-length" in request.headers:
            # A proxy that reads it the other way would take the rest for another's request.
            response = await self._refuse(request, Unclear())
            await response(scope, receive, send)
            return
        address = self._addresses.key(request)
        if not self._room.enter(address):
            response = await self._refuse(request, TooManyAtOnce())
            await response(scope, receive, send)
            return
        try:
            await self._app(scope, _Body(receive, self._patience), send)
        finally:
            self._room.leave(address)


class _Body:
    """What a request brings, waited for with patience; TooSlow at its end."""

    def __init__(self, receive: Receive, patience: Patience) -> None:
        self._receive = receive
        self._patience = patience
        self._waited = 0.0
        self._size = 0
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:
            # From here on it is told that somebody has gone, whenever that may be.
            return await self._receive()
        loop = asyncio.get_running_loop()
        since = loop.time()
        try:
            async with asyncio.timeout(self._patience.for_more(self._waited, self._size)):
                message = await self._receive()
        except TimeoutError as error:
            raise TooSlow from error
        self._waited += loop.time() - since
        self._size += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        return message


class _Awaited(Enum):
    """What a connection waits for."""

    HEAD = "the head of a request"
    REST = "the rest of a body, though the answer is given"
    TAKER = "an answer to be taken"
    US = "the application, which minds its own time"


class _Watched(H11Protocol):
    """A connection that ends when the other side takes too long."""

    room: Room
    patience: Patience
    is_proxy: Callable[[str], bool]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        self._address = None if type(self).is_proxy(host) else guard.network(host)
        self._received = self._first_level = self._level = 0
        self._since = self._moved_at = 0.0
        self._awaited: tuple[_Awaited, object] = (_Awaited.US, None)
        self._next_look: asyncio.TimerHandle | None = None
        self._is_inside = self.room.enter(self._address)
        if self._is_inside:
            self._look()
        else:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        # A head that comes at once would be taken however large it is.
        while self.conn.their_state is h11.IDLE and len(data) > _HEAD_PIECE_BYTES:
            super().data_received(data[:_HEAD_PIECE_BYTES])
            if self.transport.is_closing():
                return
            data = data[_HEAD_PIECE_BYTES:]
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._next_look is not None:
            self._next_look.cancel()
        if self._is_inside:
            self._is_inside = False
            self.room.leave(self._address)
        super().connection_lost(exc)

    def _look(self) -> None:
        """Cut off who takes too long, and look again soon."""
        now = self.loop.time()
        awaited, level = self._waits_for()
        # Another request is another wait, though it be for the same.
        if (awaited, self.cycle) != self._awaited:
            self._awaited = awaited, self.cycle
            self._since = self._moved_at = now
            self._first_level = level
        elif level > self._level:
            self._moved_at = now
        self._level = level
        if not self._is_over(awaited, now):
            self._next_look = self.loop.call_later(self.patience.look_every_seconds, self._look)
        elif awaited is _Awaited.HEAD:
            self.transport.close()
        else:
            self.transport.abort()

    def _waits_for(self) -> tuple[_Awaited, int]:
        """Return what is waited for, with a number that is larger than before when some came.

        Of an answer that goes on it is smaller again when more of it was written.
        """
        if unsent := self.transport.get_write_buffer_size():
            return _Awaited.TAKER, -unsent
        # Before the first request there is no cycle.
        if not getattr(self.cycle, "response_complete", True):
            return _Awaited.US, 0
        if self.conn.their_state is h11.IDLE:
            return _Awaited.HEAD, 0
        return _Awaited.REST, self._received

    def _is_over(self, awaited: _Awaited, now: float) -> bool:
        waited, silent = now - self._since, now - self._moved_at
        if awaited is _Awaited.HEAD:
            return waited > self.patience.head_seconds
        if awaited is _Awaited.REST:
            size = self._level - self._first_level
            return silent > self.patience.for_more(waited - silent, size)
        if awaited is _Awaited.TAKER:
            return silent > self.patience.answer_seconds or waited > self.patience.body_seconds
        return False


def watched(
    is_proxy: Callable[[str], bool], patience: Patience, room: Room | None = None
) -> type[H11Protocol]:
    """Return the protocol that uvicorn makes one of for each connection.

    `is_proxy` says of an address whether it is a trusted proxy's.
    """

    class Watched(_Watched):
        pass

    Watched.is_proxy = is_proxy
    Watched.patience = patience
    Watched.room = room or Room()
    return Watched
