"""Forms with files: multipart bodies, parsed into memory alone and never into a temporary file.

What is kept of one body is bounded by the rules for files (three of 10 MiB, and 1 MiB of text).
More than that is read, so that the text beside it is taken and the answer arrives, and forgotten.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.requests import Request
from starlette.responses import Response

from forms_service.edges import guard, limits
from forms_service.edges.pages import Endpoint
from forms_service.rules.fields import FILES
from forms_service.rules.files import MAX_FILE_BYTES, MAX_FILES, TOO_LARGE, TOO_MANY, Upload
from forms_service.rules.text import clean_line

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks


class TooManyUploads(Exception):
    """There was no room for this body in time; nothing of it was kept."""


@dataclass(frozen=True)
class Sent:
    """What a form sent. Under the name of a field for files stand the names of those chosen."""

    values: dict[str, list[str]]
    uploads: list[Upload] = field(default_factory=list)


async def read(request: Request) -> Sent:
    """Return what a form sent, with files or without; TooMuch or NotAForm if it can't be taken.

    A file that is too large, or one too many, is named and no reason to refuse the rest.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data":
        # A page from before there were files sends none, a program perhaps only their names.
        values = await guard.form_values(request)
        values[FILES] = [name for name in values.get(FILES, ()) if name]
        return Sent(values)
    if not (boundary := options.get(b"boundary")):
        raise guard.NotAForm
    parts = _Parts()
    try:
        parser = MultipartParser(boundary, parts.callbacks())
        async for piece in guard.pieces(request):
            parser.write(piece)
    except FormParserError as error:
        raise guard.NotAForm from error
    if not parts.complete:
        raise guard.NotAForm
    return parts.sent


class _Parts:
    """Collects what the parser finds, within the limits."""

    def __init__(self) -> None:
        self.sent = Sent({})
        self.complete = False
        self._count = self._text_bytes = 0
        self._header = self._value = self._disposition = b""
        self._field = ""
        self._file: str | None = None
        self._is_kept = False
        self._content = bytearray()

    def callbacks(self) -> "MultipartCallbacks":
        """Return what the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._all,
        }

    def _begin(self) -> None:
        self._count += 1
        if self._count > limits.MAX_FIELDS:
            raise guard.TooMuch
        self._header = self._value = self._disposition = b""
        self._content = bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"name" not in options:
            raise guard.NotAForm
        self._field = options[b"name"].decode("utf-8", "replace")
        name = options.get(b"filename")
        self._file = None if name is None else clean_line(name.decode("utf-8", "replace"))
        self._is_kept = (
            bool(self._file) and self._field == FILES and len(self.sent.uploads) < MAX_FILES
        )

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is None:
            self._text_bytes += end - start
            if self._text_bytes > limits.MAX_BODY_BYTES:
                raise guard.TooMuch
        elif not self._is_kept:
            return
        self._content += data[start:end]
        if len(self._content) > MAX_FILE_BYTES:
            self._is_kept, self._content = False, bytearray()

    def _end(self) -> None:
        if self._file is None:
            text = guard.without_nul(self._content.decode("utf-8", "replace"))
            self.sent.values.setdefault(self._field, []).append(text)
        elif (
            self._file and self._field == FILES and len(self.sent.uploads) < limits.MAX_NAMED_FILES
        ):
            # A field that was left empty sends a file without a name.
            self.sent.values.setdefault(FILES, []).append(self._file)
            self.sent.uploads.append(self._upload(self._file))
        self._content = bytearray()

    def _upload(self, name: str) -> Upload:
        if self._is_kept:
            return Upload(name, bytes(self._content))
        return Upload(name, problem=TOO_LARGE if len(self.sent.uploads) < MAX_FILES else TOO_MANY)

    def _all(self) -> None:
        self.complete = True


class Uploads:
    """Lets in as many bodies at once as there is memory for; the others wait a while, unread.

    One address never takes more than half of the room: whoever sends slowly on purpose stands in
    nobody's way but their neighbours'.
    """

    def __init__(
        self,
        addresses: guard.Addresses,
        at_once_bytes: int = limits.UPLOADS_AT_ONCE_BYTES,
        patience_seconds: float = limits.UPLOAD_WAITS_SECONDS,
    ) -> None:
        self._addresses = addresses
        self._room = at_once_bytes
        self._share = at_once_bytes // 2
        self._taken: Counter[str] = Counter()
        self._patience = patience_seconds
        self._freed = asyncio.Condition()

    def in_turn(self, endpoint: Endpoint) -> Endpoint:
        """Return the endpoint behind the queue; a form of the usual size passes by."""

        async def wait_and_answer(request: Request) -> Response:
            needed = _needed_bytes(request)
            if needed <= limits.SMALL_BYTES:
                return await endpoint(request)
            address = self._addresses.key(request)
            await self._enter(request, address, needed)
            try:
                return await endpoint(request)
            finally:
                async with self._freed:
                    self._take(address, -needed)
                    self._freed.notify_all()

        return wait_and_answer

    async def _enter(self, request: Request, address: str, needed: int) -> None:
        def is_room() -> bool:
            return needed <= min(self._room, self._share - self._taken[address])

        try:
            async with asyncio.timeout(self._patience), self._freed:
                await self._freed.wait_for(is_room)
                self._take(address, needed)
        except TimeoutError as error:
            # Browsers show no answer before they have sent everything.
            async for _ in guard.pieces(request):
                pass
            raise TooManyUploads from error

    def _take(self, address: str, size_bytes: int) -> None:
        self._room -= size_bytes
        self._taken[address] += size_bytes
        # Nobody is remembered who has nothing here.
        self._taken = +self._taken


def _needed_bytes(request: Request) -> int:
    """Return how much memory the body may take; one that doesn't say how long it is, the most."""
    kind = request.headers.get("content-type", "").lower()
    most = limits.MAX_KEPT_BYTES if kind.startswith("multipart/") else limits.MAX_BODY_BYTES
    announced = request.headers.get("content-length", "")
    return min(int(announced), most) if announced.isdecimal() else most
