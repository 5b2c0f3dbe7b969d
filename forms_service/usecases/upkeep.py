"""What has to happen by itself: telling, deleting on the promised day, forgetting what is over."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules.deadlines import local_day
from forms_service.usecases import absence, counting, deleting
from forms_service.usecases.submit import ALIKE_FOR
from forms_service.world.portal import Portal
from forms_service.world.store import (
    attempts,
    audits,
    cases,
    invitations,
    notices,
    receipt_copies,
    sessions,
)

_SIGNS_KEPT = timedelta(days=180)
"""Who signed in, or tried to, is of use for some months and of none later."""


async def forget_numbers(portal: Portal) -> None:
    """Forget the numbers that no browser may see again; to be asked every minute."""
    now = portal.clock()

    async def are_expired(connection: AsyncConnection) -> bool:
        return await receipt_copies.are_expired(connection, now)

    async def forget(connection: AsyncConnection) -> None:
        await receipt_copies.forget_expired(connection, now)

    if await portal.database.read(are_expired):
        await portal.database.write(forget)


async def delete_due(portal: Portal) -> int:
    """Delete the cases whose day is past, with everything in them; return how many.

    What has run out goes too: sessions, visits, numbers to be seen again, likenesses, old signs
    of who signed in. A protecting team's case doesn't go by its sender's wish.
    """
    now = portal.clock()

    async def remove(connection: AsyncConnection) -> int:
        await sessions.end_expired(connection, now)
        await invitations.forget_expired(connection, now)
        await receipt_copies.forget_expired(connection, now)
        await absence.end_what_is_over(connection, local_day(now))
        await cases.forget_likeness(connection, now - ALIKE_FOR)
        await audits.forget_signs(connection, now - _SIGNS_KEPT)
        await attempts.forget_old(connection, now - counting.LONGEST)
        await notices.forget_caseless(connection, now - _SIGNS_KEPT)
        due = [
            case
            for case in await cases.to_be_deleted(connection, local_day(now))
            if not deleting.waits_for_team(portal, case)
        ]
        for case in due:
            await deleting.remove(connection, portal, case.id, now)
        return len(due)

    deleted = await portal.database.write(remove)
    # Even if nothing was deleted now: what else was changed leaves traces, too.
    await portal.database.wipe_log()
    return deleted
