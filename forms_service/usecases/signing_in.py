"""How staff sign in and out. The password opens the private key; nothing else is compared."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.rules.text import clean_line
from forms_service.usecases import second_factor
from forms_service.world.portal import Portal
from forms_service.world.store import audits, members, sessions
from forms_service.world.store.members import Member
from forms_service.world.store.sessions import Session

SESSION_LASTS = timedelta(hours=8)


@dataclass(frozen=True)
class SignedIn:
    """A member at the desk, with the key that opens what they may read."""

    member: Member
    private_key: bytes


def new_browser_token() -> bytes:
    """Return a random token for one browser's cookie."""
    return secrets.token_bytes(sealing.KEY_BYTES)


async def sign_in(
    portal: Portal,
    *,
    email: str,
    password: str,
    code: str,
    browser_token: bytes,
    network_address: str = "",
) -> bool:
    """Begin a session; False if address, password or code are wrong, without saying which.

    An unknown address costs the same derivation as a known one, in the turn of whoever comes from
    the same `network_address`; Busy if too many wait there.
    """
    known_as = clean_line(email).casefold()

    async def find(connection: AsyncConnection) -> Member | None:
        return await members.by_email(connection, known_as)

    member = await portal.database.read(find)
    salt = member.password_salt if member else secrets.token_bytes(sealing.SALT_BYTES)
    key = await portal.key_pool.password_key(password, salt, network_address)
    private_key = _open_private_key(member, key)
    step = _totp_step(member, key, code, portal) if member and private_key else None
    now = portal.clock()

    async def begin(connection: AsyncConnection) -> bool:
        if (
            member is None
            or private_key is None
            or not await _use_second_factor(connection, portal, member, step, code)
        ):
            await audits.add(
                connection, "sign_in_failed", now, member_id=member.id if member else None
            )
            return False
        await sessions.end_expired(connection, now)
        await sessions.add(
            connection,
            Session(
                token_id=sealing.token_id(browser_token),
                member_id=member.id,
                case_id=None,
                key_sealed=sealing.seal(
                    sealing.token_key(browser_token), private_key, f"{member.id}/session"
                ),
                expires_at=now + SESSION_LASTS,
            ),
        )
        await audits.add(connection, "signed_in", now, member_id=member.id)
        return True

    return await portal.database.write(begin)


def _open_private_key(member: Member | None, key: bytes) -> bytes | None:
    if member is None or member.disabled_at is not None:
        return None
    try:
        return sealing.unseal(key, member.private_key_sealed, f"{member.id}/private key")
    except sealing.CannotUnseal:
        return None


def _totp_step(member: Member, key: bytes, code: str, portal: Portal) -> int | None:
    """Return the time step whose code was typed, 0 without a second factor, None if it's wrong."""
    if member.totp_sealed is None:
        return 0
    secret = sealing.unseal(key, member.totp_sealed, f"{member.id}/totp").decode()
    return second_factor.step_of(secret, code, portal.clock())


async def _use_second_factor(
    connection: AsyncConnection, portal: Portal, member: Member, step: int | None, code: str
) -> bool:
    """Use up the code of the app, or a recovery code in its place; False if it was used before."""
    if step is not None:
        return step == 0 or await members.note_totp_step(connection, member.id, step)
    if not second_factor.is_recovery_code(code):
        return False
    code_id = second_factor.code_id(portal, member.id, code)
    used = await members.use_code(connection, member.id, code_id)
    if used:
        await audits.add(connection, "recovery_code_used", portal.clock(), member_id=member.id)
    return used


async def signed_in(portal: Portal, browser_token: bytes) -> SignedIn | None:
    """Return who sits at this browser while the session lasts."""
    now = portal.clock()

    async def find(connection: AsyncConnection) -> tuple[Session, Member] | None:
        token_id = sealing.token_id(browser_token)
        session = await sessions.find(connection, token_id, now, SESSION_LASTS)
        if session is None or session.member_id is None:
            return None
        member = await members.by_id(connection, session.member_id)
        return (session, member) if member and member.disabled_at is None else None

    found = await portal.database.read(find)
    if found is None:
        return None
    session, member = found
    private_key = sealing.unseal(
        sealing.token_key(browser_token), session.key_sealed, f"{member.id}/session"
    )
    return SignedIn(member, private_key)


async def sign_out(portal: Portal, desk: SignedIn, browser_token: bytes) -> None:
    """End the session of this browser."""
    now = portal.clock()

    async def end(connection: AsyncConnection) -> None:
        await sessions.end(connection, sealing.token_id(browser_token))
        await audits.add(connection, "signed_out", now, member_id=desk.member.id)

    await portal.database.write(end)
