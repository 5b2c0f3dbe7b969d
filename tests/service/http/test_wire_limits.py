"""What comes over the wire is bounded: heads, bodies, parts, and lies about where a body ends."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from starlette.types import ASGIApp

from forms_service.edges.limits import (
    MAX_BODY_BYTES,
    MAX_FIELDS,
    MAX_HEAD_BYTES,
    MAX_READ_BYTES,
)
from forms_service.rules.catalogues import texts_for
from forms_service.rules.files import MAX_FILE_BYTES
from forms_service.world.settings import Settings
from tests.service.http.actors import Raw
from tests.service.http.ledger import Ledger
from tests.service.http.wire import FORM, Line, connected, head, post, served

PATH = "/ar/beschwerde/"
MIB = 1024 * 1024
SAID = b"what_happened=x"
SMUGGLED = head("GET", "/de/kontakt/")


@pytest.fixture
async def port(app: ASGIApp, settings: Settings) -> AsyncIterator[int]:
    """The portal, served."""
    async with served(app, settings) as listens:
        yield listens


@pytest.fixture
async def line(port: int) -> AsyncIterator[Line]:
    """A connection to it."""
    async with connected(port) as opened:
        yield opened


def is_calm(answer: Raw, sentence: str) -> bool:
    """Whether an answer is a page in the address's language that says the sentence."""
    return texts_for("ar").gettext(sentence) in answer.body.decode()


def parts(*fields: tuple[str, bytes]) -> tuple[str, bytes]:
    """A multipart body and its kind; a field called `files` is a file."""
    body = b""
    for name, content in fields:
        file = b'; filename="a.jpg"' if name == "files" else b""
        body += b'--x\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n' % (
            name.encode(), file, content,
        )  # fmt: skip
    return "Content-Type: multipart/form-data; boundary=x", body + b"--x--\r\n"


async def test_a_head_has_room_for_what_browsers_send_and_no_more(port: int) -> None:
    # Given a cookie as large as no browser sends, then it is taken
    large = head("GET", "/de/kontakt/", "Cookie: x=" + "y" * (MAX_HEAD_BYTES - 1000))
    async with connected(port) as line:
        await line.write(large)
        assert (await line.answer()).status == 200
    # And whatever is larger ends the connection, in one go or in pieces, ended or not
    for longer in (
        head("GET", "/de/kontakt/", "Cookie: x=" + "y" * 2 * MAX_HEAD_BYTES),
        head("GET", "/de/kontakt/", *(f"X-{place}: y" for place in range(MAX_HEAD_BYTES // 8))),
        head("GET", "/" + "a" * 2 * MAX_HEAD_BYTES),
        b"G" * 2 * MAX_HEAD_BYTES,
    ):
        for size in (len(longer), 5000):
            async with connected(port) as line:
                await line.write(*(longer[at : at + size] for at in range(0, len(longer), size)))
                said = await line.ended()
                assert said.startswith(b"HTTP/1.1 400 ") or not said


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, SAID + b"&other=" + b"y" * MAX_BODY_BYTES),
        (FORM, b"&".join([b"a=b"] * (MAX_FIELDS + 1))),
        parts(("what_happened", b"x" * MAX_BODY_BYTES), ("other", b"y")),
        parts(*[("a", b"b")] * (MAX_FIELDS + 1)),
    ],
    ids=["text", "fields", "text in parts", "parts"],
)
async def test_too_much_is_said_calmly_with_and_without_a_length(
    port: int, ledger: Ledger, kind: str, body: bytes
) -> None:
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    for request in (
        head("POST", PATH, kind, f"Content-Length: {len(body)}") + body,
        head("POST", PATH, kind, "Transfer-Encoding: chunked") + chunked,
    ):
        async with connected(port) as line:
            await line.write(request)
            answer = await line.answer()
            assert answer.status == 413
            assert is_calm(answer, "Das ist zu viel auf einmal")
            # And the connection can be used again: the rest was read and forgotten
            await line.write(head("GET", "/de/kontakt/"))
            assert (await line.answer()).status == 200
    assert await ledger.cases() == []


async def _endlessly(line: Line, piece: bytes) -> tuple[Raw, int]:
    """Send the same chunk until there is an answer; how many were needed."""
    answer, count = asyncio.create_task(line.answer()), 0
    while not answer.done():
        await line.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        count += 1
    return await answer, count


async def test_a_body_in_chunks_without_end_is_ended(line: Line) -> None:
    await line.write(head("POST", PATH, FORM, "Transfer-Encoding: chunked"))
    answer, count = await _endlessly(line, b"a" * 65_536)
    assert answer.status == 413
    assert count < 4 * MAX_BODY_BYTES // 65_536


@pytest.mark.slow
async def test_a_file_without_end_is_ended(line: Line) -> None:
    kind, body = parts(("files", b"@"))
    await line.write(head("POST", PATH, kind, "Transfer-Encoding: chunked"))
    start = body.split(b"@")[0]
    await line.write(b"%x\r\n%b\r\n" % (len(start), start))
    answer, count = await _endlessly(line, bytes(MIB))
    assert answer.status == 413
    assert MAX_READ_BYTES // MIB <= count < MAX_READ_BYTES // MIB + 16


async def test_a_file_too_large_is_named_and_the_text_beside_it_taken(
    line: Line, ledger: Ledger
) -> None:
    kind, body = parts(("files", bytes(MAX_FILE_BYTES + 1)), ("what_happened", b"x"))
    await line.write(head("POST", PATH, kind, f"Content-Length: {len(body)}"), body)
    assert (await line.answer()).status == 200
    assert len(await ledger.cases()) == 1


async def test_a_body_shorter_than_it_was_said_to_be_is_nothing(
    port: int, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "forms_service")
    multipart, body = parts(("what_happened", b"x"))
    for kind, sent in ((FORM, SAID), (multipart, body)):
        for more in ("Content-Length: 5000", "Transfer-Encoding: chunked"):
            async with connected(port) as line:
                chunk = b"%x\r\n%b\r\n" % (len(sent), sent)
                await line.write(head("POST", PATH, kind, more))
                await line.write(sent if "Length" in more else chunk)
                # When the sender goes before everything was sent
                line.writer.write_eof()
                await line.ended()
    # Then nothing is kept, and it isn't a fault of ours
    assert await ledger.cases() == []
    assert caplog.records == []


async def test_a_body_longer_than_it_was_said_to_be_is_no_second_request(
    line: Line, ledger: Ledger
) -> None:
    await line.write(post(PATH, SAID) + b"&name=y and much more\r\n\r\n")
    assert (await line.answer()).status == 200
    assert (await line.ended()).startswith(b"HTTP/1.1 400 ")
    assert len(await ledger.cases()) == 1


LENGTHS = [
    ("Content-Length: 15", "Content-Length: 16"),
    ("Content-Length: 15, 16",),
    ("Content-Length: -15",),
    ("Content-Length: +15",),
    ("Content-Length: 0x0f",),
    ("Content-Length: 1 5",),
    ("Content-Length: " + "9" * 5000,),
    ("Content-Length : 15",),
    ("Transfer-Encoding: chunked, gzip",),
    ("Transfer-Encoding: xchunked",),
    ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
    ("Transfer-Encoding: chunked", "Content-Length: 15"),
    ("Content-Length: 15", "Transfer-Encoding: chunked"),
    ("Content-Length: 4", "transfer-encoding:\tChunked"),
]


@pytest.mark.parametrize("lines", LENGTHS, ids=lambda lines: " & ".join(lines)[:60])
async def test_a_request_that_is_unclear_about_its_end_is_refused_and_nothing_follows(
    line: Line, ledger: Ledger, lines: tuple[str, ...]
) -> None:
    # Given a body that reads as a request of its own, if one believes the other end
    await line.write(head("POST", PATH, FORM, *lines) + b"0\r\n\r\n" + SMUGGLED)
    # Then there is one answer, a refusal, and the connection ends
    said = await line.ended()
    assert said.startswith(b"HTTP/1.1 400 ")
    assert said.count(b"HTTP/1.1 ") == 1
    assert await ledger.cases() == []


async def test_the_same_length_twice_is_one_length(line: Line, ledger: Ledger) -> None:
    await line.write(post(PATH, SAID, f"Content-Length: {len(SAID)}"))
    assert (await line.answer()).status == 200
    assert len(await ledger.cases()) == 1


@pytest.mark.parametrize(
    "chunks", [b"FFFFFFFFFFFFFFFFFFFFFFFF\r\n", b"-1\r\nx", b"zz\r\n", b"1\r\nxy\r\n", b"\0"]
)
async def test_broken_chunks_are_refused(line: Line, ledger: Ledger, chunks: bytes) -> None:
    await line.write(head("POST", PATH, FORM, "Transfer-Encoding: chunked") + chunks)
    line.writer.write_eof()
    said = await line.ended()
    assert not said or said.startswith(b"HTTP/1.1 4")
    assert await ledger.cases() == []
