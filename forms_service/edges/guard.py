"""Who sends how much, how big, and from where: what is asked before a request gets any further.

Addresses are only ever kept as a hash under a key that lives in memory and changes every day.
"""

import secrets
from collections import OrderedDict
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from urllib.parse import parse_qs

from starlette.requests import Request

from forms_service.rules.sealing import KEY_BYTES, keyed_hash
from forms_service.world.portal import Clock

MAX_BODY_BYTES = 1024 * 1024
MAX_FIELDS = 300


class TooMuch(Exception):
    """The body is larger, or has more fields, than any form of ours."""


class NotAForm(Exception):
    """The body isn't what our forms send."""


async def form_values(request: Request) -> dict[str, list[str]]:
    """Return what a form sent; TooMuch or NotAForm if it can't be taken in.

    Bytes that are no UTF-8 become replacement characters: a person's text is never refused for
    its encoding.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise NotAForm
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise TooMuch
    try:
        return parse_qs(
            body.decode("utf-8", "replace"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="replace",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError as error:
        raise TooMuch from error


class Addresses:
    """Turns a request's address into a key that can be counted but not traced back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._day: date | None = None
        self._key = b""

    def key(self, request: Request) -> str:
        """Return today's key of the address that the request came from."""
        today = self._clock().date()
        if today != self._day:
            self._day, self._key = today, secrets.token_bytes(KEY_BYTES)
        host = request.client.host if request.client else ""
        return keyed_hash(self._key, "address", _network(host).encode()).hex()[:32]


def _network(host: str) -> str:
    """Return the address, of IPv6 only the /64: one household has all of it."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(int(address) >> 64)
    return host


class Throttle:
    """Counts events for each key over a sliding time; in memory only, bounded.

    One key's events never count for another, so nobody is locked out by somebody else's.
    """

    _MAX_KEYS = 50_000

    def __init__(self, limit: int, within: timedelta, clock: Clock) -> None:
        self._limit = limit
        self._within = within
        self._clock = clock
        self._events: OrderedDict[str, list[datetime]] = OrderedDict()

    def count(self, key: str) -> None:
        """Note that it happened now."""
        recent = [*self._recent(key), self._clock()]
        self._events[key] = recent[-self._limit :]
        self._events.move_to_end(key)
        while len(self._events) > self._MAX_KEYS:
            self._events.popitem(last=False)

    def take_back(self, key: str) -> None:
        """Undo the newest count: what was counted beforehand didn't happen."""
        if events := self._events.get(key):
            events.pop()

    def is_over(self, key: str) -> bool:
        """Return whether the key has reached its limit."""
        return len(self._recent(key)) >= self._limit

    def forget(self, key: str) -> None:
        """Start anew for a key that has proved itself."""
        self._events.pop(key, None)

    def _recent(self, key: str) -> list[datetime]:
        since = self._clock() - self._within
        return [moment for moment in self._events.get(key, ()) if moment > since]


def is_same_origin(request: Request, origin: str) -> bool:
    """Return whether a changing request comes from our own pages, as the browser itself says."""
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return request.headers.get("origin") == origin
