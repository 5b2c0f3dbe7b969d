"""Counts events for each key, so that edges can limit them: alone in memory, together in a table.

Keys are addresses of the network and of members. They are kept as a hash under a key of the day
only, and forgotten with their time. On PostgreSQL that key follows from the pepper, since all
processes need the same one; alone it is random and never leaves memory.
"""

import secrets
from collections import OrderedDict
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules.sealing import KEY_BYTES, keyed_hash
from forms_service.world.portal import Portal
from forms_service.world.store import attempts

LONGEST = timedelta(days=1)
"""Nothing is counted over a longer time, nor kept for longer."""

_ASTRAY = timedelta(minutes=1)
"""Clocks of several machines differ a little. What is noted further ahead was noted by a clock that
was wrong: it mustn't lock anybody out until that day.
"""

_MAX_KEYS = 50_000


class DailyKey:
    """The key under which addresses are hashed today; tomorrow nobody finds them again."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._day: date | None = None
        self._key = b""

    def hashed(self, purpose: str, text: str) -> bytes:
        """Return what stands for a text today."""
        today = self._portal.clock().date()
        if today != self._day:
            self._day, self._key = today, self._of(today)
        return keyed_hash(self._key, purpose, text.encode())

    def _of(self, day: date) -> bytes:
        if self._portal.database.is_shared:
            return keyed_hash(self._portal.secrets.pepper, "day", day.isoformat().encode())
        return secrets.token_bytes(KEY_BYTES)


class Counts(Protocol):
    """How often something happened."""

    async def admit(self, key: str) -> bool:
        """Count one more unless that would be too many; return whether it was counted.

        However many ask at once, no more than the limit are admitted.
        """

    async def is_full(self, key: str) -> bool:
        """Return whether the key has reached its limit."""

    async def take_back(self, key: str) -> None:
        """Undo the newest count: what was counted beforehand didn't happen."""

    async def forget(self, key: str) -> None:
        """Start anew for a key that has proved itself."""


def counts(portal: Portal, name: str, limit: int, within: timedelta) -> Counts:
    """Return a count of its own by `name`: at most `limit` for a key `within` a sliding time."""
    if within > LONGEST:
        raise ValueError("nothing is kept that long")
    if portal.database.is_shared:
        return _Together(portal, name, limit, within)
    return _Alone(portal, limit, within)


class _Alone:
    """In memory, bounded. Nothing here waits, so nobody gets in between asking and counting."""

    def __init__(self, portal: Portal, limit: int, within: timedelta) -> None:
        self._limit = limit
        self._within = within
        self._clock = portal.clock
        self._events: OrderedDict[str, list[datetime]] = OrderedDict()

    async def admit(self, key: str) -> bool:
        recent = self._recent(key)
        if len(recent) >= self._limit:
            return False
        self._events[key] = [*recent, self._clock()]
        self._events.move_to_end(key)
        while len(self._events) > _MAX_KEYS:
            self._events.popitem(last=False)
        return True

    async def is_full(self, key: str) -> bool:
        return len(self._recent(key)) >= self._limit

    async def take_back(self, key: str) -> None:
        if events := self._events.get(key):
            events.pop()

    async def forget(self, key: str) -> None:
        self._events.pop(key, None)

    def _recent(self, key: str) -> list[datetime]:
        now = self._clock()
        events = self._events.get(key, ())
        return [each for each in events if now - self._within < each <= now + _ASTRAY]


class _Together:
    """In a table that all processes share."""

    def __init__(self, portal: Portal, name: str, limit: int, within: timedelta) -> None:
        self._database = portal.database
        self._daily_key = DailyKey(portal)
        self._name = name
        self._limit = limit
        self._within = within
        self._clock = portal.clock

    async def admit(self, key: str) -> bool:
        key_id, now = self._id(key), self._clock()

        async def count(connection: AsyncConnection) -> bool:
            await attempts.take_turn(connection, key_id)
            if await self._count(connection, key_id) >= self._limit:
                return False
            await attempts.add(connection, key_id, now)
            return True

        return await self._database.jot(count)

    async def is_full(self, key: str) -> bool:
        key_id = self._id(key)
        counted = await self._database.read(lambda connection: self._count(connection, key_id))
        return counted >= self._limit

    async def take_back(self, key: str) -> None:
        key_id = self._id(key)
        await self._database.jot(lambda connection: attempts.remove_newest(connection, key_id))

    async def forget(self, key: str) -> None:
        key_id = self._id(key)
        await self._database.jot(lambda connection: attempts.forget(connection, key_id))

    def _id(self, key: str) -> bytes:
        return self._daily_key.hashed(self._name, key)

    async def _count(self, connection: AsyncConnection, key_id: bytes) -> int:
        now = self._clock()
        return await attempts.how_many(connection, key_id, now - self._within, now + _ASTRAY)
