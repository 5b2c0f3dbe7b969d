"""The second look: who wasn't satisfied with an answer is answered by another person."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules.process import SECOND_LOOK, Role
from forms_service.usecases import granting
from forms_service.world.portal import Portal
from forms_service.world.store import access, audits, cases, members
from forms_service.world.store.access import MayRead
from forms_service.world.store.cases import Case

_ASKED_IN_TURN: tuple[Role, ...] = ("reader", "management", "outside", "deputy")


async def begin(connection: AsyncConnection, portal: Portal, case: Case, now: datetime) -> None:
    """Give a case whose sender isn't satisfied to somebody who hasn't answered in it.

    That is a reader who is there already, else whoever would have been called in next. If only
    those who answered hold the key, one of them calls somebody in by opening the case next.
    """
    answered = await _who_answered(connection, case)
    others = [
        each
        for each in await access.readers_of(connection, case.id)
        if each.member_id not in answered and each.step != "deputy_while_away"
    ]
    if case.taken_by is not None and case.taken_by in _ids(_open(others, now)):
        return
    chosen = next(iter(_open(others, now) or others), None)
    if chosen is not None:
        await access.open_at(connection, case.id, chosen.member_id, now)
    await cases.change(connection, case.id, taken_by=chosen.member_id if chosen else None)


async def needs_another(connection: AsyncConnection, case: Case, member_id: str) -> bool:
    """Return whether this member gave the answer that is looked at again: they can't repeat it."""
    return case.status == SECOND_LOOK and member_id == await last_to_answer(connection, case)


async def last_to_answer(connection: AsyncConnection, case: Case) -> str | None:
    """Return who wrote to the person last before they said that they weren't satisfied."""
    said = [
        entry.member_id
        for entry in await cases.entries(connection, case.id)
        if entry.kind in ("reply", "sentence")
        and (case.dissatisfied_at is None or entry.written_at <= case.dissatisfied_at)
    ]
    return said[-1] if said else None


async def call_another(
    connection: AsyncConnection, case: Case, team_key: bytes, now: datetime
) -> None:
    """Let somebody in for a second look where all who read the case have answered in it.

    Asked are the inbox's readers, then management, then who is outside the line.
    """
    if case.status != SECOND_LOOK:
        return
    answered = await _who_answered(connection, case)
    inside = await access.readers_of(connection, case.id)
    if _ids(_open(inside, now)) - answered:
        return
    candidates = [
        *await members.readers(connection, case.inbox),
        *await granting.outside_readers(connection, case.inbox),
    ]
    for role in _ASKED_IN_TURN:
        for reader in candidates:
            if reader.role != role or reader.member_id in answered:
                continue
            await access.open_at(connection, case.id, reader.member_id, now)
            opened = reader.member_id in _ids(
                _open(await access.readers_of(connection, case.id), now)
            )
            if opened or await granting.grant(connection, case, [(reader, "given", now)], team_key):
                await cases.change(connection, case.id, taken_by=reader.member_id)
                about = {"case_id": case.id, "about": reader.member_id}
                await audits.add(connection, "called_in", now, **about)
                return


async def _who_answered(connection: AsyncConnection, case: Case) -> set[str]:
    return {
        entry.member_id
        for entry in await cases.entries(connection, case.id)
        if entry.kind in ("reply", "sentence") and entry.member_id
    }


def _open(readers: Iterable[MayRead], now: datetime) -> list[MayRead]:
    return [each for each in readers if each.opens_at <= now]


def _ids(readers: Iterable[MayRead]) -> set[str]:
    return {each.member_id for each in readers}
