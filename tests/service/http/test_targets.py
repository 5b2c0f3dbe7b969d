"""What stands in a request's first line, over a real connection to the real server."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import uvicorn
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from forms_service.edges.staff.carrying import own_address
from tests.service.http.actors import HOST
from tests.service.http.promised_headers import LEADS_ON
from tests.service.http.strange import nasty_requests, nasty_texts

Say = Callable[[bytes], Awaitable[bytes]]


@pytest.fixture
async def say(app: ASGIApp) -> AsyncIterator[Say]:
    """Sends bytes over a connection of their own and gives back all that was answered."""
    config = uvicorn.Config(app, http="h11", ws="none", proxy_headers=False, log_config=None)
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: H11Protocol(config, ServerState(), {}), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]

    async def say(sent: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        async with asyncio.timeout(20):
            answer = await reader.read()
        writer.close()
        return answer

    yield say
    server.close()
    await server.wait_closed()


def asking(target: bytes, *headers: bytes, host: bytes = HOST.encode()) -> bytes:
    """A request for a target, after which the connection ends."""
    lines = (b"GET " + target + b" HTTP/1.1", b"Host: " + host, b"Connection: close", *headers)
    return b"\r\n".join([*lines, b"", b""])


def heads(answer: bytes) -> tuple[int, list[bytes]]:
    """The status and the header lines of an answer."""
    first, *lines = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")
    return int(first.split()[1]), lines


async def test_no_target_leads_elsewhere_or_smuggles_a_header_in(say: Say) -> None:
    for target in nasty_requests()["targets"]:
        # When somebody follows a link that was made to mislead
        status, lines = heads(await say(asking(target.encode())))
        # Then they stay here, and nothing of it became a header
        assert 200 <= status < 500, target
        named = {line.partition(b":")[0].lower(): line.partition(b": ")[2] for line in lines}
        location = named.get(b"location", b"/").decode()
        assert LEADS_ON.fullmatch(location), (target, location)
        assert b"set-cookie" not in named, target
        assert b"x" not in named, target


BROKEN = [
    b"GET /\xff HTTP/1.1",
    b"GET /\0 HTTP/1.1",
    b"GET /de/ /en/ HTTP/1.1",
    b"GET  /de/ HTTP/1.1",
    b"GET /de/\rX: y HTTP/1.1",
    b"GET /de/ HTTP/1.1\nX: y",
    b"GET /de/ HTTP/9.9",
    b"GET /de/",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"G\xc3\x84T / HTTP/1.1",
    b"GET / HTTP/1.1\r\nHost: portal.example.org\r\nHost: evil.example",
    b"GET / HTTP/1.1\r\nX: a\0b",
    b"GET / HTTP/1.1\r\n X: folded",
    b"GET / HTTP/1.1\r\nX : y",
    b"GET / HTTP/1.1\r\n: y",
    b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443",
    b"GET / HTTP/1.0",
    b"PRI * HTTP/2.0",
]


@pytest.mark.parametrize("lines", BROKEN)
async def test_what_is_no_request_ends_at_the_door(say: Say, lines: bytes) -> None:
    answer = await say(lines + b"\r\nConnection: close\r\n\r\n")
    assert heads(answer)[0] in (400, 404, 405)
    assert b"evil" not in answer


async def test_a_foreign_host_is_refused_on_every_kind_of_address(say: Say) -> None:
    for target in (b"/", b"/de/", b"/de/kontakt", b"/sw.js", b"/staff/", b"http://evil.example/"):
        answer = await say(asking(target, host=b"evil.example"))
        assert heads(answer)[0] == 400, target
        assert b"evil" not in answer


texts = st.sampled_from([*nasty_requests()["targets"], *nasty_texts()]) | st.text()


@settings(max_examples=30)
@given(texts, texts)
@example("/staff/", "/evil.example/")
@example("/staff/", "\n")
def test_after_signing_in_one_stays_at_the_desk(before: str, after: str) -> None:
    for path in (before, after, before + after, f"/staff/{after}"):
        found = own_address(path)
        assert re.fullmatch(r"/staff/([a-z0-9-]+/)*", found)
        assert found in (path, "/staff/")
