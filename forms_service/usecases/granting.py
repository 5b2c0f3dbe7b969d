"""The one way to let someone read a case. Every grant, now or later, goes through `grant`."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.rules.deadlines import Promises
from forms_service.rules.process import ESCALATION, Step
from forms_service.world.store import access, cases
from forms_service.world.store.cases import Case
from forms_service.world.store.members import Reader


async def grant(
    connection: AsyncConnection,
    case: Case,
    readers: Iterable[tuple[Reader, Step, datetime]],
    team_key: bytes,
) -> int:
    """Seal the team key to each reader who isn't excluded; return how many there are.

    Each comes with the step they belong to and the moment from which they may read.
    """
    members, teams = await cases.excluded(connection, case.id)
    granted: set[tuple[str, Step]] = set()
    for reader, step, opens_at in readers:
        if reader.member_id in members or reader.team in teams:
            continue
        if (reader.member_id, step) in granted:
            continue
        await access.add(
            connection,
            case_id=case.id,
            member_id=reader.member_id,
            step=step,
            opens_at=opens_at,
            key_sealed=sealing.seal_to(reader.public_key, team_key),
        )
        granted.add((reader.member_id, step))
    return len(granted)


def at_arrival(
    readers: Iterable[Reader], case: Case, promised: Promises, outside_only: bool
) -> list[tuple[Reader, Step, datetime]]:
    """Return who reads a new case when: readers now, the others when a promise is missed.

    With `outside_only` an outside reader opens the case at once, and nobody else does.
    """
    opens: dict[Step, datetime] = {
        "arrival": case.arrived_at,
        "opened": promised.opened_by,
        "acknowledged": promised.acknowledged_by,
        "answered": promised.answer_by,
    }
    if outside_only:
        return [(reader, "arrival", case.arrived_at) for reader in readers]
    return [(reader, ESCALATION[reader.role], opens[ESCALATION[reader.role]]) for reader in readers]
