"""Members of staff: how they join."""

import secrets
from collections.abc import Sequence

import pyotp
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.rules.process import Role
from forms_service.rules.text import clean_line
from forms_service.world.portal import Portal
from forms_service.world.store import audits, members
from forms_service.world.store.cases import new_id
from forms_service.world.store.members import Member

MIN_PASSWORD_LENGTH = 12


class MemberError(ValueError):
    """The member can't be added; the message says why."""


async def add_member(
    portal: Portal,
    *,
    name: str,
    email: str,
    password: str,
    roles: Sequence[tuple[str, Role]],
    language: str = "de",
    team: str | None = None,
    second_factor: bool = True,
) -> str:
    """Add a member with keys of their own, who reads what arrives from now on.

    Returns the secret for the app that shows codes (RFC 6238), or an empty string in the
    trying-out mode, which does without the second factor. MemberError if something is wrong.
    """
    name, email = clean_line(name), clean_line(email).casefold()
    if not name or "@" not in email:
        raise MemberError("A member needs a name and an e-mail address.")
    if len(password) < MIN_PASSWORD_LENGTH:
        raise MemberError(f"A password needs at least {MIN_PASSWORD_LENGTH} characters.")
    for inbox, _ in roles:
        if inbox not in portal.organisation.inboxes:
            known = ", ".join(portal.organisation.inboxes)
            raise MemberError(f"There is no inbox {inbox!r}. There are: {known}.")
    if team is not None and team not in portal.organisation.teams:
        raise MemberError(f"There is no team {team!r} in the settings of the site.")
    private_key = secrets.token_bytes(sealing.KEY_BYTES)
    salt = secrets.token_bytes(sealing.SALT_BYTES)
    totp = pyotp.random_base32() if second_factor else ""
    member_id = new_id()
    key = await portal.key_pool.password_key(password, salt)
    new = Member(
        id=member_id,
        name=name,
        email=email,
        language=language,
        team=team,
        public_key=sealing.public_key_of(private_key),
        private_key_sealed=sealing.seal(key, private_key, f"{member_id}/private key"),
        password_salt=salt,
        created_at=portal.clock(),
        totp_sealed=sealing.seal(key, totp.encode(), f"{member_id}/totp") if totp else None,
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
        lacking = []
        for name, inbox in portal.organisation.inboxes.items():
            roles = [each.role for each in await members.readers(connection, name)]
            needed = 2 if inbox.complaints else 1
            if roles.count("reader") < needed:
                lacking.append(f"{name}: needs {needed} reader(s), has {roles.count('reader')}")
            if inbox.complaints and "outside" not in roles:
                lacking.append(f"{name}: needs a reader outside the line (role 'outside')")
        return lacking

    return await portal.database.read(read)
