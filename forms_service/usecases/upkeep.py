"""What has to happen by itself: deleting on the day that was promised, forgetting what is over."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules.deadlines import local_day
from forms_service.usecases import absence
from forms_service.usecases.submit import ALIKE_FOR
from forms_service.world.portal import Portal
from forms_service.world.store import audits, cases, receipt_copies, sessions

_SIGNS_KEPT = timedelta(days=180)
"""Who signed in, or tried to, is of use for some months and of none later."""


async def delete_due(portal: Portal) -> int:
    """Delete the cases whose day is past, with everything in them; return how many.

    What has run out goes too: sessions, visits, numbers to be seen again, likenesses, old signs
    of who signed in.
    """
    now = portal.clock()

    async def remove(connection: AsyncConnection) -> int:
        await sessions.end_expired(connection, now)
        await receipt_copies.forget_expired(connection, now)
        await absence.end_what_is_over(connection, local_day(now))
        await cases.forget_likeness(connection, now - ALIKE_FOR)
        await audits.forget_signs(connection, now - _SIGNS_KEPT)
        due = await cases.due_for_deletion(connection, local_day(now))
        for case_id in due:
            await cases.remove(connection, case_id)
            await audits.add(connection, "deleted", now)
        return len(due)

    deleted = await portal.database.write(remove)
    # Even if nothing was deleted now: a reader may have kept the log open the last time.
    await portal.database.wipe_log()
    return deleted
