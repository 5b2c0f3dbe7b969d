"""Whoever sends or reads too slowly is cut off; a poor telephone isn't."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import ASGIApp, Receive, Scope, Send

from forms_service.edges.connections import Entrance, Room, TooManyAtOnce
from forms_service.edges.guard import Addresses
from forms_service.edges.limits import PATIENCE, Patience
from forms_service.edges.web import create_app
from forms_service.rules.catalogues import texts_for
from forms_service.rules.files import MAX_FILE_BYTES
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site
from tests.service.http.actors import HOST, ask_raw
from tests.service.http.ledger import Ledger
from tests.service.http.wire import FORM, Line, connected, head, post, served

SHORT = 0.2
LONG = 1000.0
NO_HURRY = Patience(LONG, LONG, 1, LONG, LONG)
PATH = "/ar/beschwerde/"


@pytest.fixture
async def line(
    portal: Portal, site: Site, settings: Settings, patience: Patience
) -> AsyncIterator[Line]:
    """A connection to a portal that is as patient as the test says."""
    app = create_app(portal, site, settings, patience)
    async with served(app, settings, patience) as port, connected(port) as opened:
        yield opened


async def drip(line: Line) -> None:
    """Send a byte again and again, never silent for long, until the other side hangs up."""
    async with asyncio.timeout(30):
        while not await line.has_ended(SHORT / 20):
            await line.write(b"x")


@pytest.mark.parametrize("patience", [replace(NO_HURRY, head_seconds=SHORT)])
@pytest.mark.parametrize("begun", [b"", b"GET", head("GET", "/de/kontakt/")[:-2]])
async def test_whoever_does_not_finish_a_head_is_cut_off(line: Line, begun: bytes) -> None:
    await line.write(begun)
    assert await line.ended() == b""


@pytest.mark.parametrize("patience", [replace(NO_HURRY, head_seconds=SHORT)])
async def test_a_head_that_drips_is_cut_off_too(line: Line) -> None:
    await line.write(b"GET / HTTP/1.1\r\nX-Long: ")
    await drip(line)


@pytest.mark.parametrize("patience", [replace(NO_HURRY, head_seconds=SHORT)])
async def test_a_connection_is_not_kept_for_nothing_and_time_begins_with_each_request(
    line: Line,
) -> None:
    # Given several requests that take longer together than a head may take
    loop = asyncio.get_running_loop()
    until = loop.time() + 2 * SHORT
    while loop.time() < until:
        await line.write(head("GET", "/de/kontakt/"))
        assert (await line.answer()).status == 200
    # When nothing more comes, then it ends
    assert await line.ended() == b""


@pytest.mark.parametrize(
    "patience",
    [replace(NO_HURRY, silence_seconds=SHORT), replace(NO_HURRY, body_seconds=SHORT)],
)
async def test_whoever_falls_silent_in_a_body_is_told_so(line: Line, ledger: Ledger) -> None:
    await line.write(head("POST", PATH, FORM, "Content-Length: 100") + b"what_happened=x")
    answer = await line.answer()
    assert answer.status == 408
    refused = texts_for("ar").gettext("Das konnten wir nicht annehmen")
    assert refused in answer.body.decode()
    assert answer.headers["cache-control"] == "no-store"
    assert await line.ended() == b""
    assert await ledger.cases() == []


SLOW = replace(NO_HURRY, silence_seconds=SHORT, least_bytes_per_second=1e6)


@pytest.mark.parametrize("patience", [SLOW])
@pytest.mark.parametrize("kind", [FORM, "Content-Type: multipart/form-data; boundary=x"])
async def test_a_body_that_drips_is_cut_off_with_or_without_a_length(
    line: Line, ledger: Ledger, kind: str
) -> None:
    await line.write(head("POST", PATH, kind, "Content-Length: 1000000"))
    await line.write(b'--x\r\nContent-Disposition: form-data; name="what_happened"\r\n\r\n')
    async with asyncio.timeout(30):
        answer = asyncio.create_task(line.answer())
        while not answer.done():
            await line.write(b"x")
            await asyncio.wait([answer], timeout=SHORT / 20)
    assert answer.result().status == 408
    assert await line.ended() == b""
    assert await ledger.cases() == []


@pytest.mark.parametrize("patience", [SLOW])
async def test_the_rest_of_a_body_that_nobody_reads_is_cut_off_as_well(line: Line) -> None:
    # Given an answer that didn't wait for the body
    await line.write(head("POST", "/ar/nirgends/", FORM, "Content-Length: 1000000"))
    assert (await line.answer()).status == 404
    # When the body goes on dripping, then the connection ends
    await drip(line)


@pytest.mark.parametrize("patience", [NO_HURRY])
async def test_whoever_comes_in_pieces_but_in_time_is_heard(line: Line, ledger: Ledger) -> None:
    for byte in post(PATH, b"what_happened=x"):
        await line.write(bytes([byte]))
    assert (await line.answer()).status == 200
    assert len(await ledger.cases()) == 1


async def test_connections_are_bounded_in_all_and_of_one_address(settings: Settings) -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def works(line: Line) -> bool:
        await line.write(head("GET", "/"))
        try:
            return (await line.answer()).status == 204
        except (asyncio.IncompleteReadError, ConnectionError):
            return False

    room = Room(in_all=3, of_one=2)
    async with served(answer, settings, NO_HURRY, room) as port:
        async with connected(port) as first, connected(port) as second:
            assert await works(first)
            assert await works(second)
            # Given somebody who has as many as one address may have
            async with connected(port) as third:
                assert not await works(third)
            # Then another address finds room, and when all is full, nobody does
            async with connected(port, "127.0.0.2") as elsewhere:
                assert await works(elsewhere)
                async with connected(port, "127.0.0.3") as too_late:
                    assert not await works(too_late)
        # And everybody does when they have gone
        found_room = False
        async with asyncio.timeout(30):
            while not found_room:
                async with connected(port, "127.0.0.3") as later:
                    found_room = await works(later)


async def test_a_proxy_has_the_connections_of_many() -> None:
    room = Room(in_all=4, of_one=2)
    assert [room.enter(None) for _ in range(3)] == [True] * 3
    assert [room.enter("one") for _ in range(2)] == [True, False]
    room.leave(None)
    assert room.enter("one")
    assert not room.enter("two")


async def test_requests_under_way_are_bounded_for_each_address_whoever_brings_them(
    portal: Portal,
) -> None:
    # Given an application that takes its time, and room for two requests of one address
    go, inside = asyncio.Event(), 0

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal inside
        inside += 1
        await go.wait()

    refused: list[Exception] = []

    async def refuse(request: object, fault: Exception) -> ASGIApp:
        refused.append(fault)
        return app_that_says_nothing

    async def app_that_says_nothing(scope: Scope, receive: Receive, send: Send) -> None:
        return None

    entrance = Entrance(
        app, Addresses(portal), refuse, PATIENCE, Room(in_all=100, of_one=2)  # type: ignore[arg-type]
    )  # fmt: skip

    async def come(address: str) -> None:
        scope = {
            "type": "http", "method": "GET", "path": "/", "query_string": b"",
            "headers": [(b"host", HOST.encode())], "client": (address, 50000),
        }  # fmt: skip

        async def nothing(*_: object) -> dict[str, object]:
            return {}

        await entrance(scope, nothing, nothing)  # type: ignore[arg-type]

    # When four come from one, and one from elsewhere
    under_way = [
        asyncio.create_task(come(each)) for each in ["192.0.2.1"] * 4 + ["192.0.2.2"]
    ]  # fmt: skip
    for _ in range(10):
        await asyncio.sleep(0)
    # Then the one from elsewhere is inside
    assert inside == 3
    assert [type(fault) for fault in refused] == [TooManyAtOnce] * 2
    # And when they have gone, there is room again
    go.set()
    await asyncio.gather(*under_way)
    await come("192.0.2.1")
    assert inside == 4


async def test_too_many_of_one_address_are_told_so_calmly(
    portal: Portal, site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Room, "enter", lambda *_: False)
    answer = await ask_raw(create_app(portal, site, settings), "/ar/kontakt/", query=b"topic=x")
    assert answer.status == 503
    assert texts_for("ar").gettext("Gerade kommt sehr viel an") in answer.body.decode()


def is_cut_off(patience: Patience, pieces: list[tuple[float, int]]) -> bool:
    """Whether a body is, of which pieces of some bytes come after some seconds each."""
    waited, size = 0.0, 0
    for seconds, count in pieces:
        if seconds > patience.for_more(waited, size):
            return True
        waited, size = waited + seconds, size + count
    return False


@given(st.floats(1100, 1e6), st.integers(1, 200_000), st.integers(1, MAX_FILE_BYTES))
def test_whoever_is_faster_than_the_least_gets_everything_through(
    rate: float, piece: int, size: int
) -> None:
    in_time = int(PATIENCE.body_seconds * rate / piece) - 1
    pieces = [(piece / rate, piece)] * max(1, min(size // piece, in_time, 3000))
    assert is_cut_off(PATIENCE, pieces) == (piece / rate > PATIENCE.silence_seconds)


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 100)), min_size=1))
def test_nobody_is_waited_for_beyond_the_bounds(pieces: list[tuple[float, int]]) -> None:
    waited, size = sum(each for each, _ in pieces), sum(each for _, each in pieces[:-1])
    if not is_cut_off(PATIENCE, pieces):
        assert waited <= PATIENCE.body_seconds + 1e-6
        assert waited <= PATIENCE.silence_seconds + size / PATIENCE.least_bytes_per_second + 1e-6


def test_a_telephone_at_16_kbit_a_second_sends_the_largest_file_there_may_be() -> None:
    # Given pieces of a kilobyte, and half a minute in a tunnel now and then
    seconds, tunnels = 1024 / 2000, 20
    pieces = [(seconds, 1024)] * (MAX_FILE_BYTES // 1024)
    for place in range(tunnels):
        pieces[place * 500] = (30, 1024)
    assert not is_cut_off(PATIENCE, pieces)
    # And one who sends a byte every ten seconds doesn't hold a connection for two minutes
    assert is_cut_off(PATIENCE, [(10, 1)] * 12)
