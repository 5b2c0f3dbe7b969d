"""Who sends how much, how big, and from where: what is asked before a request gets any further.

Addresses are only ever kept as a hash under a key that changes every day.
"""

from collections.abc import AsyncIterator
from ipaddress import IPv6Address, ip_address
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request

from forms_service.edges.limits import MAX_BODY_BYTES, MAX_FIELDS, MAX_READ_BYTES
from forms_service.usecases.counting import DailyKey
from forms_service.world.portal import Portal


class TooMuch(Exception):
    """The body is larger, or has more fields, than any form of ours."""


class NotAForm(Exception):
    """The body isn't what our forms send."""


async def pieces(request: Request, max_bytes: int = MAX_READ_BYTES) -> AsyncIterator[bytes]:
    """Give a body piece by piece; TooMuch if it is larger, NotAForm if it ends too early."""
    size = 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > max_bytes:
                raise TooMuch
            yield piece
    except ClientDisconnect as error:
        raise NotAForm from error


async def form_values(request: Request, max_bytes: int = MAX_BODY_BYTES) -> dict[str, list[str]]:
    """Return what a form sent, as often as it is asked; TooMuch or NotAForm if it can't be taken.

    Bytes that are no UTF-8 become replacement characters: a person's text is never refused for
    its encoding.
    """
    if not hasattr(request.state, "form_values"):
        request.state.form_values = await _read_form(request, max_bytes)
    values: dict[str, list[str]] = request.state.form_values
    return values


async def _read_form(request: Request, max_bytes: int) -> dict[str, list[str]]:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise NotAForm
    body = bytearray()
    async for piece in pieces(request, max_bytes):
        body += piece
    try:
        return fields_in(body.decode("utf-8", "replace"))
    except ValueError as error:
        raise TooMuch from error


def fields_in(text: str) -> dict[str, list[str]]:
    """Return the fields of a form as it is packed into one text; ValueError if there are too many."""
    values = parse_qs(
        text,
        keep_blank_values=True,
        encoding="utf-8",
        errors="replace",
        max_num_fields=MAX_FIELDS,
    )
    return {name: [without_nul(each) for each in sent] for name, sent in values.items()}


def without_nul(text: str) -> str:
    """Return a text that both databases take: PostgreSQL refuses NUL, which nobody types."""
    return text.replace("\0", "")


class Addresses:
    """Turns a request's address into a key that can be counted but not traced back."""

    def __init__(self, portal: Portal) -> None:
        self._daily_key = DailyKey(portal)

    def key(self, request: Request) -> str:
        """Return today's key of the address that the request came from."""
        host = request.client.host if request.client else ""
        return self._daily_key.hashed("address", network(host)).hex()[:32]


def network(host: str) -> str:
    """Return the address, of IPv6 only the /64: one household has all of it."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        # All of IPv4 lies in this one /64.
        return str(address.ipv4_mapped)
    return str(int(address) >> 64)


def is_same_origin(request: Request, origin: str) -> bool:
    """Return whether a changing request comes from our own pages, as the browser itself says."""
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return request.headers.get("origin") == origin
