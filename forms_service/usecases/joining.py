"""How a new reader gets in: asked for, confirmed by another reader, given keys by who holds them.

A role in an inbox of complaints or of safeguarding counts only once another reader has confirmed
it. The keys of older cases go from hand to hand: whoever can open them passes them on when they
sign in, through `granting.grant`, which keeps the excluded out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import process, readership, sealing
from forms_service.rules.process import Role
from forms_service.usecases import granting
from forms_service.usecases.entries import unseal_entry
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import access, audits, cases, members, owed_keys, roles
from forms_service.world.store.cases import Case
from forms_service.world.store.members import Reader
from forms_service.world.store.owed_keys import Owed
from forms_service.world.store.roles import Asked, Held

NEW_FOR = timedelta(days=30)
"""How long a new member of an inbox is named to the others."""

TOLD_FOR = timedelta(days=7)
"""How long the list of today says that somebody is new."""

AT_ONCE = 200
"""How many keys one request passes on, so that it stays short."""

_IN_ONE_TRANSACTION = 50


class NothingToConfirm(Exception):
    """Nobody asked for that role, or not this member to confirm it."""


@dataclass(frozen=True)
class Question:
    """A role that waits to be confirmed; by this member if `mine_to_confirm`."""

    asked: Asked
    name: str
    asked_by: str
    mine_to_confirm: bool


@dataclass(frozen=True)
class Newcomer:
    """Who has joined an inbox lately, and for how many of its cases they wait for keys."""

    held: Held
    name: str
    owed: int


@dataclass(frozen=True)
class News:
    """What is new in the inboxes of a member."""

    questions: list[Question]
    newcomers: list[Newcomer]
    to_pass: int


async def give_or_ask(
    connection: AsyncConnection,
    portal: Portal,
    member_id: str,
    wanted: tuple[str, Role],
    *,
    asked_by: str | None,
    now: datetime,
) -> bool:
    """Give a member a role, with the keys owed; return False where it has to be confirmed first."""
    inbox, role = wanted
    held = await roles.held(connection)
    if any((one.member_id, one.inbox, one.role) == (member_id, inbox, role) for one in held):
        return True
    holders = [each.member_id for each in held if each.inbox == inbox]
    deciding = readership.confirmers(holders, newcomer=member_id, asked_by=asked_by)
    who = {"member_id": asked_by, "about": member_id}
    await roles.settle(connection, member_id, inbox, role)
    if readership.needs_confirmation(portal.organisation.inboxes[inbox]) and deciding:
        await roles.ask(connection, Asked(member_id, inbox, role, asked_by, now))
        await audits.add(connection, "role_asked", now, **who)
        return False
    await _give(connection, member_id, inbox, role, now)
    await audits.add(connection, "role_given", now, **who)
    return True


async def ask_anew(
    connection: AsyncConnection,
    portal: Portal,
    member_id: str,
    asked_by: str | None,
    now: datetime,
) -> None:
    """Let others confirm once more who came by a new invitation: the link may have gone astray."""
    for one in await roles.held(connection):
        if one.member_id == member_id and readership.needs_confirmation(
            portal.organisation.inboxes[one.inbox]
        ):
            await roles.take(connection, member_id, one.inbox, one.role)
            wanted = (one.inbox, one.role)
            await give_or_ask(connection, portal, member_id, wanted, asked_by=asked_by, now=now)


async def _give(
    connection: AsyncConnection, member_id: str, inbox: str, role: Role, now: datetime
) -> None:
    await roles.give(connection, member_id, inbox, role, now)
    await owed_keys.owe_inbox(connection, member_id, inbox, role)


async def news(portal: Portal, at: SignedIn) -> News:
    """Return what is new in the member's inboxes: who is asked for, who has joined."""
    now = portal.clock()

    async def read(connection: AsyncConnection) -> News:
        held = await roles.held(connection)
        names = {each.id: each.name for each in await members.everyone(connection)}
        mine = {each.inbox for each in held if each.member_id == at.member.id}
        owed = await owed_keys.count_owed(connection)
        questions = [
            Question(
                each,
                names[each.member_id],
                names.get(each.asked_by or "", ""),
                at.member.id in _deciding(held, each),
            )
            for each in await roles.asked(connection)
            if each.inbox in mine and each.member_id != at.member.id
        ]
        newcomers = [
            Newcomer(each, names[each.member_id], owed.get((each.member_id, each.inbox), 0))
            for each in held
            if each.inbox in mine
            and each.member_id != at.member.id
            and each.since is not None
            and each.since > now - NEW_FOR
        ]
        passing = await owed_keys.to_pass(connection, at.member.id, now, AT_ONCE)
        return News(questions, newcomers, len(passing))

    return await portal.database.read(read)


async def is_somebody_new(portal: Portal, at: SignedIn) -> bool:
    """Return whether somebody is asked for in the member's inboxes, or has just joined them."""
    since = portal.clock() - TOLD_FOR

    async def read(connection: AsyncConnection) -> bool:
        held = await roles.held(connection)
        mine = {each.inbox for each in held if each.member_id == at.member.id}
        others = [(each.inbox, each.member_id) for each in await roles.asked(connection)]
        others += [
            (each.inbox, each.member_id) for each in held if each.since and each.since > since
        ]
        return any(inbox in mine and who != at.member.id for inbox, who in others)

    return await portal.database.read(read)


def _deciding(held: list[Held], asked: Asked) -> frozenset[str]:
    holders = [each.member_id for each in held if each.inbox == asked.inbox]
    return readership.confirmers(holders, newcomer=asked.member_id, asked_by=asked.asked_by)


async def decide(
    portal: Portal, at: SignedIn, member_id: str, inbox: str, role: str, *, confirm: bool
) -> None:
    """Confirm or decline a role that was asked for; NothingToConfirm if it isn't theirs to say."""
    now = portal.clock()

    async def settle(connection: AsyncConnection) -> None:
        held = await roles.held(connection)
        for each in await roles.asked(connection):
            if (each.member_id, each.inbox, each.role) == (member_id, inbox, role):
                break
        else:
            raise NothingToConfirm
        if at.member.id not in _deciding(held, each):
            raise NothingToConfirm
        await roles.settle(connection, member_id, inbox, each.role)
        action: audits.Action = "role_declined"
        if confirm:
            action = "role_confirmed"
            await _give(connection, member_id, inbox, each.role, now)
        await audits.add(connection, action, now, member_id=at.member.id, about=member_id)

    await portal.database.write(settle)
    if confirm:
        await pass_keys(portal, at)


async def pass_keys(portal: Portal, at: SignedIn, at_most: int = AT_ONCE) -> bool:
    """Pass on the keys that others are owed and this member can open; True if some are left.

    In short transactions, so that a sender never waits long for theirs.
    """
    now = portal.clock()

    async def some(connection: AsyncConnection) -> int:
        found = await owed_keys.to_pass(connection, at.member.id, now, _IN_ONE_TRANSACTION)
        for owed, case, key_sealed in found:
            team_key = sealing.open_with(at.private_key, key_sealed)
            if await hand_over(connection, owed, case, team_key):
                who = {"member_id": at.member.id, "about": owed.member_id}
                await audits.add(connection, "key_passed", now, case_id=case.id, **who)
            await owed_keys.settle(connection, owed)
        return len(found)

    passed = 0
    while passed < at_most:
        count = await portal.database.write(some)
        passed += count
        if count < _IN_ONE_TRANSACTION:
            return False
    return True


async def hand_over(connection: AsyncConnection, owed: Owed, case: Case, team_key: bytes) -> bool:
    """Let a member read an older case as their role has it; return whether they may.

    Nobody is let in whose promise was kept in time, nor by their role alone where the sender
    has excluded someone in words: that may be them, and only a person can tell.
    """
    if _is_met(case, owed):
        return False
    reader = await reader_of(connection, owed.member_id, case.inbox, owed.step)
    if reader is None or any(
        one.member_id == owed.member_id and one.step == owed.step
        for one in await access.readers_of(connection, case.id)
    ):
        return False
    opens_at = owed.opens_at
    if owed.step != "given" and await was_excluded_in_words(connection, case, team_key):
        if reader.role != "outside":
            return False
        opens_at = case.arrived_at
    step: process.Step = owed.step  # type: ignore[assignment]
    return await granting.grant(connection, case, [(reader, step, opens_at)], team_key) > 0


async def reader_of(
    connection: AsyncConnection, member_id: str, inbox: str, step: str = ""
) -> Reader | None:
    """Return a member as a reader of the inbox, in the role of that step if they have it."""
    found = [
        each for each in await members.readers(connection, inbox) if each.member_id == member_id
    ]
    found.sort(key=lambda each: process.ESCALATION[each.role] != step)
    return found[0] if found else None


async def was_excluded_in_words(connection: AsyncConnection, case: Case, team_key: bytes) -> bool:
    """Return whether only a person can tell who must not read the case."""
    first = (await cases.entries(connection, case.id))[0]
    answers = unseal_entry(sealing.case_key_of(team_key), first).get("answers") or {}
    return process.starts_outside(answers)


def _is_met(case: Case, owed: Owed) -> bool:
    kept = {
        "opened": case.opened_at,
        "acknowledged": case.acknowledged_at,
        "answered": case.closed_at,
    }.get(owed.step)
    if owed.step == "answered" and process.is_closed(case.status) and kept is None:
        return True
    return kept is not None and kept < owed.opens_at
