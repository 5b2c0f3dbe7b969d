"""Who works here, as administrators see it: members, their roles, open invitations, sign-ins.

Administrators manage members; cases they read only where they are readers like everybody else.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import readership
from forms_service.rules.readership import Lack
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import audits, invitations, members, owed_keys, roles, sessions
from forms_service.world.store.audits import Line
from forms_service.world.store.invitations import Invitation
from forms_service.world.store.members import Member
from forms_service.world.store.roles import Asked, Held

_SIGNS_SHOWN = 200


class NotAdmin(Exception):
    """Only administrators may do that."""


class NoSuchMember(Exception):
    """There is no such member, or no longer."""


@dataclass(frozen=True)
class Colleague:
    """A member with their roles; `owed` counts the cases whose keys they wait for, by inbox."""

    member: Member
    held: list[Held]
    asked: list[Asked]
    owed: dict[str, int]


@dataclass(frozen=True)
class People:
    """Everybody who works here, and what the inboxes lack."""

    colleagues: list[Colleague]
    left: list[Member]
    invitations: list[Invitation]
    lacking: list[tuple[str, Lack]]


def require_admin(at: SignedIn) -> None:
    """Raise NotAdmin for everybody else."""
    if not at.member.admin:
        raise NotAdmin


async def find_member(connection: AsyncConnection, member_id: str) -> Member:
    """Return a member who works here; NoSuchMember if there is none, or they have left."""
    found = await members.by_id(connection, member_id)
    if found is None or found.disabled_at is not None:
        raise NoSuchMember
    return found


async def people(portal: Portal, at: SignedIn) -> People:
    """Return who works here."""
    require_admin(at)
    now = portal.clock()

    async def read(connection: AsyncConnection) -> People:
        everyone = await members.everyone(connection)
        held, asked = await roles.held(connection), await roles.asked(connection)
        owed = await owed_keys.count_owed(connection)
        return People(
            colleagues=[
                Colleague(
                    each,
                    [one for one in held if one.member_id == each.id],
                    [one for one in asked if one.member_id == each.id],
                    {inbox: count for (who, inbox), count in owed.items() if who == each.id},
                )
                for each in everyone
                if each.disabled_at is None
            ],
            left=[each for each in everyone if each.disabled_at is not None],
            invitations=await invitations.waiting(connection, now),
            lacking=[
                (name, lack)
                for name, inbox in portal.organisation.inboxes.items()
                for lack in readership.lacking(
                    inbox, [(each.member_id, each.role) for each in held if each.inbox == name]
                )
            ],
        )

    return await portal.database.read(read)


async def colleague(portal: Portal, at: SignedIn, member_id: str) -> Colleague:
    """Return one member, who may have left; NoSuchMember if there is none."""
    found = await people(portal, at)
    for each in found.colleagues:
        if each.member.id == member_id:
            return each
    for left in found.left:
        if left.id == member_id:
            return Colleague(left, [], [], {})
    raise NoSuchMember


async def sign_ins(portal: Portal, at: SignedIn) -> list[Line]:
    """Return who came in, or failed to, newest first."""
    require_admin(at)

    async def read(connection: AsyncConnection) -> list[Line]:
        return await audits.signs(connection, _SIGNS_SHOWN)

    return await portal.database.read(read)


async def make_admin(portal: Portal, at: SignedIn, member_id: str) -> None:
    """Let a member manage members too."""
    require_admin(at)
    now = portal.clock()

    async def give(connection: AsyncConnection) -> None:
        await find_member(connection, member_id)
        await members.change(connection, member_id, admin=True)
        await audits.add(connection, "admin_given", now, member_id=at.member.id, about=member_id)

    await portal.database.write(give)


async def sign_out_elsewhere(portal: Portal, at: SignedIn, member_id: str) -> None:
    """End every session of a member, whose telephone is lost perhaps."""
    require_admin(at)
    now = portal.clock()

    async def end(connection: AsyncConnection) -> None:
        await find_member(connection, member_id)
        await sessions.end_all(connection, member_id)
        await audits.add(
            connection, "signed_out_everywhere", now, member_id=member_id, about=member_id
        )

    await portal.database.write(end)
