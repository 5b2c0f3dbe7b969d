"""Inviting somebody by a link that works once, and what they do with it.

Whoever has lost password and codes is invited anew: new keys in the place of the old ones, and
what they could read is owed to them like to a joiner.
"""

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.rules.catalogues import N_
from forms_service.rules.process import Role
from forms_service.rules.text import clean_line
from forms_service.usecases import joining, members, second_factor
from forms_service.usecases.administration import find_member, require_admin
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import audits, invitations, owed_keys, sessions
from forms_service.world.store import members as member_store
from forms_service.world.store.cases import new_id
from forms_service.world.store.invitations import Invitation
from forms_service.world.store.members import Member

VALID_FOR = timedelta(days=7)
_TOKEN_BYTES = 15
"""120 random bits, 24 characters that can be read from paper."""

PROBLEMS = {
    "name_missing": N_("Bitte schreiben Sie einen Namen."),
    "email_wrong": N_("Bitte schreiben Sie eine E-Mail-Adresse, zum Beispiel name@example.org."),
    "email_taken": N_("Mit dieser Adresse arbeitet schon jemand hier."),
    "email_left": N_(
        "Mit dieser Adresse hat früher jemand hier gearbeitet. Öffnen Sie unter „Menschen“ die "
        "Seite dieses Mitglieds, und laden Sie es dort wieder ein."
    ),
    "nothing": N_("Bitte wählen Sie mindestens eine Aufgabe oder die Verwaltung."),
}


class InvitationError(ValueError):
    """Nobody was invited; the message is a code of `PROBLEMS`."""


class InvitationOver(Exception):
    """The link was used, withdrawn, or is too old; which of them isn't told."""


@dataclass(frozen=True)
class Wanted:
    """Whom an administrator invites to what."""

    name: str
    email: str
    language: str = "de"
    team: str | None = None
    admin: bool = False
    roles: tuple[tuple[str, Role], ...] = ()


async def invite(portal: Portal, at: SignedIn, wanted: Wanted) -> str:
    """Keep an invitation and return the token of its link, which is kept nowhere.

    InvitationError says what is wrong. An older invitation to the address ends.
    """
    require_admin(at)
    name, email = clean_line(wanted.name), clean_line(wanted.email).casefold()
    if not name:
        raise InvitationError("name_missing")
    if "@" not in email.strip("@") or " " in email:
        raise InvitationError("email_wrong")
    if not wanted.roles and not wanted.admin:
        raise InvitationError("nothing")
    members.check(portal, name, email, wanted.roles, wanted.team)

    async def check_address(connection: AsyncConnection) -> None:
        if there := await member_store.by_email(connection, email):
            raise InvitationError("email_taken" if there.disabled_at is None else "email_left")

    await portal.database.read(check_address)
    return await _keep(portal, at, Wanted(**(wanted.__dict__ | {"name": name, "email": email})))


async def invite_anew(portal: Portal, at: SignedIn, member_id: str, *, lock: bool = False) -> str:
    """Invite a member who lost password or codes, or comes back; their old keys end when they come.

    With `lock` they end at once, because somebody else may know the password: what only this
    member could read, only the recovery sheets open from then on. NoSuchMember if there never was
    such a member.
    """
    require_admin(at)
    now = portal.clock()

    async def find(connection: AsyncConnection) -> Member:
        found = await member_store.by_id(connection, member_id)
        return found or await find_member(connection, member_id)

    found = await portal.database.read(find)
    if lock:

        async def shut(connection: AsyncConnection) -> None:
            await sessions.end_all(connection, member_id)
            await member_store.change(connection, member_id, private_key_sealed=b"")
            await audits.add(connection, "locked", now, member_id=at.member.id, about=member_id)

        await portal.database.write(shut)
    wanted = Wanted(found.name, found.email, found.language, found.team, found.admin)
    return await _keep(portal, at, wanted, replaces=member_id)


async def _keep(portal: Portal, at: SignedIn, wanted: Wanted, replaces: str | None = None) -> str:
    now = portal.clock()
    raw = secrets.token_bytes(_TOKEN_BYTES)
    new = Invitation(
        token_id=sealing.token_id(raw),
        invited_by=at.member.id,
        replaces=replaces,
        expires_at=now + VALID_FOR,
        **wanted.__dict__,
    )

    async def add(connection: AsyncConnection) -> None:
        await invitations.forget_expired(connection, now)
        await invitations.add(connection, new)
        await audits.add(connection, "invited", now, member_id=at.member.id, about=replaces)

    await portal.database.write(add)
    return base64.b32encode(raw).decode().lower()


def _token_id(token: str) -> bytes:
    try:
        raw = base64.b32decode(token.upper())
    except (binascii.Error, ValueError) as error:
        raise InvitationOver from error
    if len(raw) != _TOKEN_BYTES:
        raise InvitationOver
    return sealing.token_id(raw)


async def find(portal: Portal, token: str) -> Invitation:
    """Return the invitation that a link belongs to; InvitationOver if there is none."""
    now = portal.clock()
    token_id = _token_id(token)

    async def read(connection: AsyncConnection) -> Invitation | None:
        return await invitations.find(connection, token_id, now)

    found = await portal.database.read(read)
    if found is None:
        raise InvitationOver
    return found


@dataclass(frozen=True)
class Joining:
    """What an invited person typed; without `totp` there is no second factor (trying out)."""

    name: str
    password: str
    totp: str = ""
    totp_step: int | None = None


async def accept(portal: Portal, token: str, typed: Joining) -> list[str]:
    """Make the invited person a member; return their recovery codes, to be shown once.

    What was typed has been checked. InvitationOver if the link was used meanwhile.
    """
    now = portal.clock()
    found = await find(portal, token)
    member_id = found.replaces or new_id()
    keys = await members.new_keys(portal, member_id, typed.password, typed.totp)
    codes = second_factor.new_codes() if typed.totp else []
    hashes = [second_factor.code_id(portal, member_id, code) for code in codes]
    fresh = {"name": typed.name, "totp_last_step": typed.totp_step, **keys.__dict__}

    async def join(connection: AsyncConnection) -> None:
        if not await invitations.remove(connection, found.token_id):
            raise InvitationOver
        if found.replaces is not None:
            await sessions.end_all(connection, member_id)
            await owed_keys.owe_again(connection, member_id)
            await member_store.change(connection, member_id, disabled_at=None, **fresh)
            await joining.ask_anew(connection, portal, member_id, found.invited_by, now)
            await audits.add(connection, "new_keys", now, member_id=member_id)
        elif await member_store.by_email(connection, found.email) is not None:
            raise InvitationOver
        else:
            new = Member(
                id=member_id,
                email=found.email,
                language=found.language,
                team=found.team,
                admin=found.admin,
                created_at=now,
                **fresh,
            )
            await member_store.add(connection, new, ())
            await audits.add(connection, "member_added", now, member_id=member_id)
        await member_store.keep_codes(connection, member_id, hashes)
        for wanted in found.roles:
            await joining.give_or_ask(
                connection, portal, member_id, wanted, asked_by=found.invited_by, now=now
            )

    await portal.database.write(join)
    return codes


async def give_role(portal: Portal, at: SignedIn, member_id: str, inbox: str, role: Role) -> bool:
    """Give a member one more role; False where another reader has to confirm it first."""
    require_admin(at)
    now = portal.clock()

    async def give(connection: AsyncConnection) -> bool:
        await find_member(connection, member_id)
        return await joining.give_or_ask(
            connection, portal, member_id, (inbox, role), asked_by=at.member.id, now=now
        )

    return await portal.database.write(give)
