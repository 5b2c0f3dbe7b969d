"""Large bodies wait for one another, so that memory is enough for all of them."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from forms_service.edges import guard
from forms_service.edges.bodies import TooManyUploads, Uploads
from forms_service.edges.limits import SMALL_BYTES
from forms_service.world.portal import Portal
from tests.service.http.test_bodies import MIB, request


class Counter:
    """An endpoint that stays until it is let go, and counts who is there."""

    def __init__(self) -> None:
        self.inside = 0
        self.go = asyncio.Event()

    async def __call__(self, _request: Request) -> Response:
        self.inside += 1
        await self.go.wait()
        return PlainTextResponse("")


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_uploads_wait_until_there_is_room_and_small_forms_pass_by(portal: Portal) -> None:
    # Given room for two large bodies of one address, and three that come at once, one of unknown length
    inside, uploads = Counter(), Uploads(guard.Addresses(portal), at_once_bytes=128 * MIB)
    endpoint, kind = uploads.in_turn(inside), "multipart/form-data; boundary=x"
    text = "application/x-www-form-urlencoded"
    large = [
        asyncio.ensure_future(endpoint(request(kind, [], length=length)))
        for length in (40 * MIB, 32 * MIB, None)
    ]
    await _settle()
    assert inside.inside == 2
    # Then forms of the usual size go past them, with files or without, and no other one
    usual = [
        asyncio.ensure_future(endpoint(request(of_kind, [], length=SMALL_BYTES)))
        for of_kind in (kind, text)
    ]
    endless = asyncio.ensure_future(endpoint(request(text, [])))
    await _settle()
    assert inside.inside == 4
    # And so does a large one from elsewhere
    other = request(kind, [], length=32 * MIB)
    other.scope["client"] = ("203.0.113.9", 50000)
    elsewhere = asyncio.ensure_future(endpoint(other))
    await _settle()
    assert inside.inside == 5
    # And the others come in when one has gone
    inside.go.set()
    await asyncio.gather(*large, *usual, endless, elsewhere)
    assert inside.inside == 7


async def test_whoever_waits_too_long_is_told_after_everything_was_sent(portal: Portal) -> None:
    inside, uploads = (
        Counter(),
        Uploads(guard.Addresses(portal), at_once_bytes=64 * MIB, patience_seconds=0.01),
    )
    endpoint, kind = uploads.in_turn(inside), "multipart/form-data; boundary=x"
    first = asyncio.ensure_future(endpoint(request(kind, [], length=32 * MIB)))
    await _settle()
    late = request(kind, [bytes(MIB)] * 3, length=3 * MIB)
    with pytest.raises(TooManyUploads):
        await endpoint(late)
    assert late._stream_consumed
    inside.go.set()
    await first

    # And the next one finds room again, also after one that failed inside
    async def fail(_request: Request) -> Response:
        raise ConnectionRefusedError

    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            await uploads.in_turn(fail)(request(kind, [], length=32 * MIB))
