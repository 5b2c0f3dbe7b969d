"""Members of staff: what they are given to begin with, and what their inboxes lack."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import passwords, readership, sealing
from forms_service.rules.process import Role
from forms_service.rules.text import clean_line
from forms_service.usecases import second_factor as second
from forms_service.world.portal import Portal
from forms_service.world.store import audits, members, roles
from forms_service.world.store.cases import new_id
from forms_service.world.store.members import Member

MIN_PASSWORD_LENGTH = passwords.MIN_LENGTH


class MemberError(ValueError):
    """The member can't be added; the message says why."""


@dataclass(frozen=True)
class MemberKeys:
    """A member's keys as they are kept: columns of `member`."""

    public_key: bytes
    private_key_sealed: bytes
    password_salt: bytes
    totp_sealed: bytes | None


async def new_keys(portal: Portal, member_id: str, password: str, totp: str) -> MemberKeys:
    """Draw a pair of keys and seal the private one, and the app's secret, under the password."""
    private_key = secrets.token_bytes(sealing.KEY_BYTES)
    return await sealed_under(portal, member_id, password, private_key, totp)


async def sealed_under(
    portal: Portal, member_id: str, password: str, private_key: bytes, totp: str
) -> MemberKeys:
    """Seal a member's private key and the app's secret under a password, with a new salt."""
    salt = secrets.token_bytes(sealing.SALT_BYTES)
    key = await portal.key_pool.password_key(password, salt)
    return MemberKeys(
        public_key=sealing.public_key_of(private_key),
        private_key_sealed=sealing.seal(key, private_key, f"{member_id}/private key"),
        password_salt=salt,
        totp_sealed=sealing.seal(key, totp.encode(), f"{member_id}/totp") if totp else None,
    )


def check(
    portal: Portal, name: str, email: str, held: Sequence[tuple[str, Role]], team: str | None
) -> None:
    """Raise MemberError where name, address, inboxes or team can't be."""
    if not name or "@" not in email:
        raise MemberError("A member needs a name and an e-mail address.")
    for inbox, _ in held:
        if inbox not in portal.organisation.inboxes:
            known = ", ".join(portal.organisation.inboxes)
            raise MemberError(f"There is no inbox {inbox!r}. There are: {known}.")
    if team is not None and team not in portal.organisation.teams:
        raise MemberError(f"There is no team {team!r} in the settings of the site.")


async def add_member(
    portal: Portal,
    *,
    name: str,
    email: str,
    password: str,
    roles: Sequence[tuple[str, Role]],
    language: str = "de",
    team: str | None = None,
    admin: bool = False,
    second_factor: bool = True,
) -> str:
    """Add a member with keys of their own, who reads what arrives from now on.

    This is for whoever runs the server; others are invited. Returns the secret for the app that
    shows codes, or an empty string in the trying-out mode, which does without the second factor.
    MemberError if something is wrong.
    """
    name, email = clean_line(name), clean_line(email).casefold()
    check(portal, name, email, roles, team)
    if len(password) < MIN_PASSWORD_LENGTH:
        raise MemberError(f"A password needs at least {MIN_PASSWORD_LENGTH} characters.")
    totp = second.new_secret() if second_factor else ""
    member_id = new_id()
    keys = await new_keys(portal, member_id, password, totp)
    new = Member(
        id=member_id,
        name=name,
        email=email,
        language=language,
        team=team,
        created_at=portal.clock(),
        admin=admin,
        **keys.__dict__,
    )

    async def add(connection: AsyncConnection) -> None:
        if await members.by_email(connection, email) is not None:
            raise MemberError(f"There is a member with the address {email} already.")
        await members.add(connection, new, roles)
        await audits.add(connection, "member_added", new.created_at, member_id=new.id)

    await portal.database.write(add)
    return totp


async def incomplete_inboxes(portal: Portal) -> list[str]:
    """Return, for each inbox that can't keep its promises, what it lacks."""

    async def read(connection: AsyncConnection) -> list[str]:
        held = await roles.held(connection)
        said = []
        for name, inbox in portal.organisation.inboxes.items():
            pairs = {(each.member_id, each.role) for each in held if each.inbox == name}
            for lack in readership.lacking(inbox, pairs):
                if lack == "readers":
                    needed = readership.readers_needed(inbox)
                    there = sum(role == "reader" for _, role in pairs)
                    said.append(f"{name}: needs {needed} reader(s), has {there}")
                else:
                    said.append(f"{name}: needs a reader outside the line (role 'outside')")
        return said

    return await portal.database.read(read)
