"""What members do for themselves: password, second factor, signing out everywhere."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.usecases import second_factor
from forms_service.usecases.members import sealed_under
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import audits, members, roles, sessions
from forms_service.world.store.audits import Line
from forms_service.world.store.roles import Asked, Held

_SIGNS_SHOWN = 20


@dataclass(frozen=True)
class Account:
    """What a member sees of themselves."""

    held: list[Held]
    asked: list[Asked]
    codes_left: int
    signs: list[Line]


async def look(portal: Portal, at: SignedIn) -> Account:
    """Return the member's own roles, how many recovery codes are left, and who signed in as them."""

    async def read(connection: AsyncConnection) -> Account:
        mine = at.member.id
        return Account(
            held=[each for each in await roles.held(connection) if each.member_id == mine],
            asked=[each for each in await roles.asked(connection) if each.member_id == mine],
            codes_left=await members.codes_left(connection, mine),
            signs=await audits.signs(connection, _SIGNS_SHOWN, member_id=mine),
        )

    return await portal.database.read(read)


async def is_password(portal: Portal, at: SignedIn, password: str) -> bool:
    """Return whether that is the member's password."""
    return await _secret(portal, at, password) is not None


async def _secret(portal: Portal, at: SignedIn, password: str) -> str | None:
    """Return the secret of the member's app, empty without one; None if the password is wrong."""
    member = at.member
    key = await portal.key_pool.password_key(password, member.password_salt)
    try:
        sealing.unseal(key, member.private_key_sealed, f"{member.id}/private key")
        if member.totp_sealed is None:
            return ""
        return sealing.unseal(key, member.totp_sealed, f"{member.id}/totp").decode()
    except sealing.CannotUnseal:
        return None


async def change_name(portal: Portal, at: SignedIn, name: str, language: str) -> None:
    """Change how colleagues know the member, and the language of their staff page."""

    async def change(connection: AsyncConnection) -> None:
        await members.change(connection, at.member.id, name=name, language=language)

    await portal.database.write(change)


async def change_password(
    portal: Portal, at: SignedIn, old: str, new: str, browser_token: bytes
) -> bool:
    """Seal the private key and the app's secret anew; False if the old password is wrong.

    Every other session ends. The new password has been checked.
    """
    totp = await _secret(portal, at, old)
    if totp is None:
        return False
    keys = await sealed_under(portal, at.member.id, new, at.private_key, totp)
    now = portal.clock()

    async def change(connection: AsyncConnection) -> None:
        await members.change(connection, at.member.id, **keys.__dict__)
        await sessions.end_all(connection, at.member.id, but=sealing.token_id(browser_token))
        await audits.add(connection, "password_changed", now, member_id=at.member.id)

    await portal.database.write(change)
    return True


async def change_second_factor(
    portal: Portal, at: SignedIn, password: str, totp: str, step: int
) -> list[str] | None:
    """Exchange the app's secret, whose code was typed; return new recovery codes to be shown once.

    None if the password is wrong.
    """
    if not await is_password(portal, at, password):
        return None
    keys = await sealed_under(portal, at.member.id, password, at.private_key, totp)
    codes = second_factor.new_codes()
    now = portal.clock()

    async def change(connection: AsyncConnection) -> None:
        await members.change(connection, at.member.id, totp_last_step=step, **keys.__dict__)
        await _keep_codes(connection, portal, at, codes)
        await audits.add(connection, "second_factor_changed", now, member_id=at.member.id)

    await portal.database.write(change)
    return codes


async def draw_codes(portal: Portal, at: SignedIn, password: str) -> list[str] | None:
    """Return new recovery codes, to be shown once; None if the password is wrong. Old ones end."""
    if not await is_password(portal, at, password):
        return None
    codes = second_factor.new_codes()
    now = portal.clock()

    async def change(connection: AsyncConnection) -> None:
        await _keep_codes(connection, portal, at, codes)
        await audits.add(connection, "second_factor_changed", now, member_id=at.member.id)

    await portal.database.write(change)
    return codes


async def _keep_codes(
    connection: AsyncConnection, portal: Portal, at: SignedIn, codes: list[str]
) -> None:
    hashes = [second_factor.code_id(portal, at.member.id, code) for code in codes]
    await members.keep_codes(connection, at.member.id, hashes)


async def sign_out_everywhere(portal: Portal, at: SignedIn) -> None:
    """End every session of the member, this one too."""
    now = portal.clock()

    async def end(connection: AsyncConnection) -> None:
        await sessions.end_all(connection, at.member.id)
        await audits.add(connection, "signed_out_everywhere", now, member_id=at.member.id)

    await portal.database.write(end)
