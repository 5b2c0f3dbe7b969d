"""How a role or a member goes: seen beforehand what it means, refused where a promise would break."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import readership
from forms_service.rules.process import ESCALATION, Role
from forms_service.rules.readership import Lack
from forms_service.usecases.administration import NoSuchMember, find_member, require_admin
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import audits, invitations, members, owed_keys, roles, sessions
from forms_service.world.store.cases import Case
from forms_service.world.store.members import Member
from forms_service.world.store.roles import Held


class CannotLeave(Exception):
    """Something would break; `consequences` says what has to be done first."""

    def __init__(self, consequences: "Consequences") -> None:
        super().__init__()
        self.consequences = consequences


@dataclass(frozen=True)
class InboxAfter:
    """An inbox after a role is gone: how many readers it has left, what it would lack."""

    inbox: str
    readers_left: int
    lacks: list[Lack]


@dataclass(frozen=True)
class Consequences:
    """What it means that a role or a member goes; `only_theirs` nobody else can read now."""

    member: Member
    inboxes: list[InboxAfter]
    only_theirs: list[Case]
    last_admin: bool

    @property
    def allowed(self) -> bool:
        """Whether nothing would break."""
        broken = any(each.lacks for each in self.inboxes)
        return not (broken or self.only_theirs or self.last_admin)


async def of_disabling(portal: Portal, at: SignedIn, member_id: str) -> Consequences:
    """Return what it would mean that a member leaves."""
    require_admin(at)
    now = portal.clock()

    async def read(connection: AsyncConnection) -> Consequences:
        return await _consequences(connection, portal, member_id, None, now)

    return await portal.database.read(read)


async def of_taking(
    portal: Portal, at: SignedIn, member_id: str, inbox: str, role: str
) -> Consequences:
    """Return what it would mean to take a role; NoSuchMember where they don't have it."""
    require_admin(at)
    now = portal.clock()

    async def read(connection: AsyncConnection) -> Consequences:
        gone = await _held(connection, member_id, inbox, role)
        return await _consequences(connection, portal, member_id, gone, now)

    return await portal.database.read(read)


async def disable(portal: Portal, at: SignedIn, member_id: str) -> None:
    """Let a member go: sessions, roles, keys and what they had begun to write end at once.

    Their name stays on what they wrote. Raises CannotLeave where something would break.
    """
    require_admin(at)
    now = portal.clock()

    async def remove(connection: AsyncConnection) -> None:
        found = await _consequences(connection, portal, member_id, None, now)
        if not found.allowed:
            raise CannotLeave(found)
        await sessions.end_all(connection, member_id)
        await roles.take(connection, member_id)
        await owed_keys.forget(connection, member_id)
        await members.leave_cases(connection, member_id)
        await members.keep_codes(connection, member_id, ())
        # Without the sealed key not even a mistake of ours could let them in again.
        await members.change(
            connection,
            member_id,
            disabled_at=now,
            admin=False,
            private_key_sealed=b"",
            totp_sealed=None,
            totp_last_step=None,
        )
        await audits.add(connection, "disabled", now, member_id=at.member.id, about=member_id)

    await portal.database.write(remove)


async def take_role(portal: Portal, at: SignedIn, member_id: str, inbox: str, role: str) -> None:
    """Take a role, and with the last one in an inbox everything they read there.

    Raises CannotLeave where something would break, NoSuchMember where they don't have the role.
    """
    require_admin(at)
    now = portal.clock()

    async def take(connection: AsyncConnection) -> None:
        gone = await _held(connection, member_id, inbox, role)
        found = await _consequences(connection, portal, member_id, gone, now)
        if not found.allowed:
            raise CannotLeave(found)
        await roles.take(connection, member_id, inbox, gone.role)
        if _others_in(await roles.held(connection), gone):
            await owed_keys.forget(connection, member_id, inbox, ESCALATION[gone.role])
        else:
            await owed_keys.forget(connection, member_id, inbox)
            await members.leave_cases(connection, member_id, inbox)
        await audits.add(connection, "role_taken", now, member_id=at.member.id, about=member_id)

    await portal.database.write(take)


async def withdraw_question(
    portal: Portal, at: SignedIn, member_id: str, inbox: str, role: Role
) -> None:
    """Take back a role that was asked for and nobody has confirmed yet."""
    require_admin(at)
    now = portal.clock()

    async def take(connection: AsyncConnection) -> None:
        if not await roles.settle(connection, member_id, inbox, role):
            raise NoSuchMember
        await audits.add(connection, "role_taken", now, member_id=at.member.id, about=member_id)

    await portal.database.write(take)


async def take_admin(portal: Portal, at: SignedIn, member_id: str) -> bool:
    """Let a member no longer manage members; False where they are the last who does."""
    require_admin(at)
    now = portal.clock()

    async def take(connection: AsyncConnection) -> bool:
        member = await find_member(connection, member_id)
        if await _is_last_admin(connection, member):
            return False
        await members.change(connection, member_id, admin=False)
        await audits.add(connection, "admin_taken", now, member_id=at.member.id, about=member_id)
        return True

    return await portal.database.write(take)


async def withdraw_invitation(portal: Portal, at: SignedIn, token_id: bytes) -> None:
    """Let a link lead nowhere; it doesn't matter whether it was used meanwhile."""
    require_admin(at)
    now = portal.clock()

    async def remove(connection: AsyncConnection) -> None:
        if await invitations.remove(connection, token_id):
            await audits.add(connection, "invitation_withdrawn", now, member_id=at.member.id)

    await portal.database.write(remove)


async def _held(connection: AsyncConnection, member_id: str, inbox: str, role: str) -> Held:
    for each in await roles.held(connection):
        if (each.member_id, each.inbox, each.role) == (member_id, inbox, role):
            return each
    raise NoSuchMember


def _others_in(held: list[Held], gone: Held) -> bool:
    """Return whether a member has another role in the same inbox."""
    return any(
        each.member_id == gone.member_id and each.inbox == gone.inbox and each.role != gone.role
        for each in held
    )


async def _consequences(
    connection: AsyncConnection,
    portal: Portal,
    member_id: str,
    gone: Held | None,
    now: datetime,
) -> Consequences:
    """Return what it means that one role goes, or without one the member with all of theirs."""
    member = await find_member(connection, member_id)
    held = await roles.held(connection)
    going = [each for each in held if each.member_id == member_id and gone in (None, each)]
    stays_inside = gone is not None and _others_in(held, gone)
    return Consequences(
        member=member,
        inboxes=[
            _after(portal, name, held, going)
            for name in portal.organisation.inboxes
            if any(each.inbox == name for each in going)
        ],
        only_theirs=[]
        if stays_inside
        else await owed_keys.only_theirs(connection, member_id, now, gone.inbox if gone else None),
        last_admin=gone is None and await _is_last_admin(connection, member),
    )


def _after(portal: Portal, name: str, held: list[Held], going: list[Held]) -> InboxAfter:
    left = [
        (each.member_id, each.role) for each in held if each.inbox == name and each not in going
    ]
    return InboxAfter(
        name,
        sum(role == "reader" for _, role in left),
        readership.lacking(portal.organisation.inboxes[name], left),
    )


async def _is_last_admin(connection: AsyncConnection, member: Member) -> bool:
    admins = [
        each.id
        for each in await members.everyone(connection)
        if each.admin and each.disabled_at is None
    ]
    return admins == [member.id]
