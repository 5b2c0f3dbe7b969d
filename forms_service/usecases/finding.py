"""Finding a case again by its number, a name or the end of a telephone number.

Names and telephone numbers are sealed, and no index of them lies in the database. The member's own
key opens what they may read; the spellings found are kept in memory, sealed under that key, so
that the next search need not open everything again. Between two searches nobody can read them.
"""

import asyncio
import json
import os
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import people, sealing
from forms_service.rules.fields import dialable
from forms_service.rules.receipts import LENGTH, read_number
from forms_service.rules.spelling import Speller
from forms_service.rules.text import digits_only
from forms_service.usecases.desk import DeskRow, next_due
from forms_service.usecases.entries import Content, unseal_entry
from forms_service.usecases.signing_in import SESSION_LASTS, SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import access, cases, contacts
from forms_service.world.store.cases import Case
from forms_service.world.store.contacts import Sealed

MOST_SHOWN = 50
_MOST_MEMBERS = 64
_AT_ONCE = 500
"""Rows that a thread opens in one go."""

Problem = Literal["", "empty", "too_few_digits", "mistyped"]


class _Person(NamedTuple):
    """Who wrote a case: `entries` says from which entries the rest was read."""

    entries: str
    name: str
    phones: str


@dataclass(frozen=True)
class FoundRow:
    """A case that was found, with the name and telephone number that stand in it."""

    row: DeskRow
    name: str
    phone: str


@dataclass(frozen=True)
class Found:
    """What a search found: the newest first, and how many there are in all."""

    rows: Sequence[FoundRow] = ()
    count: int = 0
    problem: Problem = ""


@dataclass(frozen=True)
class _Kept:
    sealed: bytes
    until: datetime


class Finder:
    """Searches for members; remembers, sealed, what it has read for each of them."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def forget(self, member_id: str) -> None:
        """Drop what was kept for a member who leaves the desk, and what is being read for them."""
        self._turns.pop(member_id, None)
        self._kept.pop(member_id, None)

    async def get_ready(self, at: SignedIn) -> None:
        """Read what a member who comes to the desk may search: the first search waits for less."""
        if at.member.id not in self._kept and at.member.id not in self._turns:
            await self._people(at)

    async def find(self, at: SignedIn, typed: str) -> Found:
        """Return the cases that the member may read now and that fit what was typed.

        A whole number is looked up as a receipt number, fewer digits as the end of a telephone
        number, everything else as a name.
        """
        asked = people.read_query(typed)
        if not (asked.digits or asked.name):
            return Found(problem="empty")
        if len(asked.digits) >= LENGTH:
            return await self._by_number(at, typed)
        if asked.digits and len(asked.digits) < people.FEWEST_DIGITS:
            return Found(problem="too_few_digits")
        known = await self._people(at)
        fitting = [
            case_id
            for case_id, person in known.items()
            if (asked.digits and people.ends_like(asked.digits, person.phones))
            or (asked.name and people.has_name(asked.name, person.name))
        ]
        return await self._shown(at, fitting)

    async def _by_number(self, at: SignedIn, typed: str) -> Found:
        number = read_number(typed)
        if number is None:
            return Found(problem="mistyped")
        keys = await self._portal.key_pool.receipt_keys_for_staff(number)

        async def look_up(connection: AsyncConnection) -> str | None:
            found = await cases.by_receipt(connection, keys.lookup)
            return found[0].id if found else None

        case_id = await self._portal.database.read(look_up)
        return await self._shown(at, [case_id] if case_id else [])

    async def _people(self, at: SignedIn) -> dict[str, _Person]:
        """Return who wrote each case that the member may read now; no case is opened twice."""
        turn = self._turns.setdefault(at.member.id, asyncio.Lock())
        async with turn:
            known, is_new = await self._read_people(at)
            # Nothing is kept for who has left meanwhile.
            if is_new and self._turns.get(at.member.id) is turn:
                self._keep(at, known)
            return known

    async def _read_people(self, at: SignedIn) -> tuple[dict[str, _Person], bool]:
        """Return them, and whether that is more or less than what was kept."""
        now = self._portal.clock()
        before = self._unsealed(at, now)

        async def look(connection: AsyncConnection) -> dict[str, str]:
            return await contacts.readable(connection, at.member.id, now)

        readable = await self._portal.database.read(look)
        known = {
            case_id: person
            for case_id, entries in readable.items()
            if (person := before.get(case_id)) and person.entries == entries
        }
        if missing := [case_id for case_id in readable if case_id not in known]:
            speller = Speller()
            for each in await self._open(at, missing, now):
                known[each.case_id] = _person(each, readable[each.case_id], speller)
        return known, known != before

    async def _open(self, at: SignedIn, case_ids: Sequence[str], now: datetime) -> list["_Opened"]:
        """Unseal what people wrote about themselves, on all cores and beside the event loop."""

        async def read(connection: AsyncConnection) -> list[Sealed]:
            return await contacts.sealed(connection, at.member.id, now, case_ids)

        rows = await self._portal.database.read(read)
        turn = asyncio.Semaphore(os.cpu_count() or 1)

        async def some(part: list[Sealed]) -> list[_Opened]:
            async with turn:
                return await asyncio.to_thread(_opened, at.private_key, part)

        parts = [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]
        return [each for part in await asyncio.gather(*map(some, parts)) for each in part]

    async def _shown(self, at: SignedIn, case_ids: Sequence[str]) -> Found:
        now = self._portal.clock()

        async def read(connection: AsyncConnection) -> list[Case]:
            return await access.readable(connection, at.member.id, now, case_ids)

        found = await self._portal.database.read(read) if case_ids else []
        found.sort(key=lambda case: (case.arrived_at, case.id), reverse=True)
        newest = found[:MOST_SHOWN]
        opened = await self._open(at, [case.id for case in newest], now) if newest else []
        said = {each.case_id: each for each in opened}
        rows = [
            FoundRow(
                DeskRow(case, next_due(case)), said[case.id].name, dialable(said[case.id].phone)
            )
            for case in newest
            if case.id in said
        ]
        return Found(rows, len(found))

    def _unsealed(self, at: SignedIn, now: datetime) -> dict[str, _Person]:
        for member_id in [each for each, kept in self._kept.items() if kept.until <= now]:
            del self._kept[member_id]
        kept = self._kept.get(at.member.id)
        if kept is None:
            return {}
        try:
            rows = json.loads(sealing.unseal(_key_of(at), kept.sealed, at.member.id))
        except sealing.CannotUnseal:
            # The member has new keys.
            return {}
        return {case_id: _Person(*person) for case_id, *person in rows}

    def _keep(self, at: SignedIn, known: dict[str, _Person]) -> None:
        rows = [(case_id, *person) for case_id, person in known.items()]
        said = json.dumps(rows, ensure_ascii=False).encode()
        sealed = sealing.seal(_key_of(at), said, at.member.id)
        self._kept[at.member.id] = _Kept(sealed, self._portal.clock() + SESSION_LASTS)
        self._kept.move_to_end(at.member.id)
        while len(self._kept) > _MOST_MEMBERS:
            self._kept.popitem(last=False)


def _key_of(at: SignedIn) -> bytes:
    return sealing.derive(at.private_key, "people found")


class _Opened(NamedTuple):
    """What a person wrote about themselves."""

    case_id: str
    name: str
    phone: str
    via: str


def _opened(private_key: bytes, rows: Sequence[Sealed]) -> list[_Opened]:
    open_one = sealing.opener(private_key)
    found = []
    for row in rows:
        case_key = sealing.case_key_of(open_one(row.key_sealed))
        said: Content = {}
        for entry in row.entries:
            content = unseal_entry(case_key, entry)
            said |= content.get("answers", content)
        texts = (str(said.get(field) or "") for field in ("name", "phone", "via"))
        found.append(_Opened(row.case_id, *texts))
    return found


def _person(opened: _Opened, entries: str, speller: Speller) -> _Person:
    """Return a person as they are looked for; applicants may be reached through somebody else."""
    name = people.folded(f"{opened.name} {opened.via}", speller)
    return _Person(entries, name, f"{digits_only(opened.phone)} {digits_only(opened.via)}")
