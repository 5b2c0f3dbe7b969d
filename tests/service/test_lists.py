"""The list in the database says the same as the rule that a case's own page follows."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import process
from forms_service.rules.fields import Answers
from forms_service.rules.forms import FORMS
from forms_service.usecases import desk, submit
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import access, lists
from forms_service.world.store.lists import Chosen
from forms_service.world.tables import case
from tests.service.conftest import HandClock, Staff

HOW_MANY = 60


def any_state(chance: Random, now: datetime) -> dict[str, Any]:
    """What can be in clear of a case, in any combination."""

    def about_now() -> datetime:
        return now + timedelta(hours=chance.randrange(-200, 200))

    def perhaps() -> datetime | None:
        return chance.choice([None, now - timedelta(hours=chance.randrange(1, 200))])

    promised = ("opened_by", "acknowledged_by", "news_by", "answer_by")
    return {name: about_now() for name in promised} | {
        "status": chance.choice(list(process.STATUS_FOR_SENDER)),
        "suspicious": chance.random() < 0.2,
        "arrived_at": now - timedelta(minutes=chance.randrange(10_000)),
        "opened_at": perhaps(),
        "acknowledged_at": perhaps(),
        "unread_since": chance.choice([None, None, now]),
    }


async def test_every_case_is_in_the_part_and_order_that_its_next_promise_says(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    # Given cases in more states than anybody would write down
    chance, now = Random(7), clock()  # noqa: S311 - the same in every run
    lena = staff.members["Lena"]
    for number in range(HOW_MANY):
        said: Answers = {"what_happened": str(number)}
        token = bytes([number]) * 32
        await submit.receive(portal, submit.Submission(FORMS["complaint"], "de", said, token, "x"))

    async def happen(connection: AsyncConnection) -> None:
        for each in await access.readable(connection, lena.id, now):
            changed = update(case).where(case.c.id == each.id).values(**any_state(chance, now))
            await connection.execute(changed)

    await portal.database.write(happen)
    # When the list is read
    at = SignedIn(lena, b"")
    parts = {name: await desk.whole_part(portal, at, Chosen(), name, 1) for name in lists.PARTS}
    # Then every case is in it once, and counted
    shown = [row for part in parts.values() for row in part.rows]
    assert len({row.case.id for row in shown}) == len(shown) == HOW_MANY
    assert sum(part.count for part in parts.values()) == HOW_MANY
    for name, part in parts.items():
        assert part.rows, name
        # And where the rule for a single case says
        assert {expected(row, now) for row in part.rows} == {name}
        # And the oldest promise stands first, or who waits longest, or what was closed last
        if name in ("overdue", "new", "ours"):
            order = [row.due.by for row in part.rows if row.due]
            assert len(order) == len(part.rows)
        else:
            order = [row.case.arrived_at for row in part.rows]
        assert order == sorted(order, reverse=name == "closed"), name
    # And the file has the same ones in the same order
    taken = await desk.take_along(portal, at, Chosen())
    assert [row.case.id for row in taken] == [row.case.id for row in shown]


def expected(row: desk.DeskRow, now: datetime) -> str:
    """The part that a case belongs to, by what is next."""
    if row.case.suspicious and row.case.acknowledged_at is None:
        return "apart"
    if row.due is None:
        return "closed" if process.is_closed(row.case.status) else "theirs"
    if row.due.by < now:
        return "overdue"
    untouched = row.case.acknowledged_at is None and not process.is_closed(row.case.status)
    return "new" if untouched else "ours"
