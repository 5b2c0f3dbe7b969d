"""The recovery sheets: they open what no member can, for a member who is named."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.rules.text import clean_line
from forms_service.usecases import granting, joining
from forms_service.world.portal import Portal
from forms_service.world.store import access, audits, cases, members, owed_keys
from forms_service.world.store.cases import Case


class RecoveryError(ValueError):
    """Nothing was opened; the message says why."""


@dataclass(frozen=True)
class Recovered:
    """How many cases were opened to the member, and which were not, with the reason in English."""

    opened: int
    refused: list[tuple[str, str]]


async def closed_to_all(portal: Portal) -> list[Case]:
    """Return the cases that no member can open, now or later."""
    return await portal.database.read(owed_keys.nobodys)


async def recover(
    portal: Portal, sheets: tuple[str, str], email: str, case_ids: Collection[str]
) -> Recovered:
    """Open cases to a member with both sheets; without ids all that no member can open.

    Exclusions hold. Where the sender excluded someone in words, the case must be named: then a
    person has decided who may read it. RecoveryError if sheets or member are wrong.
    """
    try:
        private_key = sealing.join_recovery_key(*sheets)
    except sealing.WrongSheet as error:
        raise RecoveryError(f"These sheets can't be read: {error}.") from error
    if sealing.public_key_of(private_key) != portal.recovery_public_key:
        raise RecoveryError("These sheets don't belong together, or to another portal.")

    async def find(connection: AsyncConnection) -> str:
        found = await members.by_email(connection, clean_line(email).casefold())
        if found is None or found.disabled_at is not None:
            raise RecoveryError(f"There is no member with the address {email}.")
        return found.id

    member_id = await portal.database.read(find)
    chosen = case_ids or [case.id for case in await closed_to_all(portal)]
    opened, refused = 0, []
    for case_id in chosen:
        reason = await _open(portal, private_key, member_id, case_id, named=bool(case_ids))
        if reason:
            refused.append((case_id, reason))
        else:
            opened += 1
    return Recovered(opened, refused)


async def _open(
    portal: Portal, private_key: bytes, member_id: str, case_id: str, *, named: bool
) -> str:
    """Let the member read one case; return why not, or an empty string."""
    now = portal.clock()

    async def give(connection: AsyncConnection) -> str:
        case = await cases.by_id(connection, case_id)
        sealed = await owed_keys.recovery_key_of(connection, case_id)
        if case is None or sealed is None:
            return "there is no such case"
        reader = await joining.reader_of(connection, member_id, case.inbox)
        if reader is None:
            return f"the member has no role in {case.inbox}"
        if await access.open_for(connection, case_id, member_id, now):
            return "the member reads it already"
        team_key = sealing.open_with(private_key, sealed)
        in_words = await joining.was_excluded_in_words(connection, case, team_key)
        if in_words and not named and reader.role != "outside":
            return "the sender excluded someone in words; name the case if it isn't this member"
        if not await granting.grant(connection, case, [(reader, "given", now)], team_key):
            return "the sender excluded this member"
        await audits.add(connection, "recovered", now, case_id=case_id, about=member_id)
        return ""

    return await portal.database.write(give)
