"""A number is shown again for ten minutes; then its copy goes, whether anybody sends or not."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.usecases.submit import receive
from forms_service.usecases.upkeep import forget_numbers
from forms_service.world.portal import Portal
from tests.service.conftest import HandClock
from tests.service.submissions import OTHER_BROWSER, submission


async def copies(portal: Portal) -> int:
    """How many copies of numbers there are."""

    async def count(connection: AsyncConnection) -> int:
        found = await connection.execute(text("SELECT count(*) FROM receipt_copy"))
        return int(found.scalar_one())

    return await portal.database.read(count)


async def test_given_ten_minutes_passed_then_the_upkeep_forgets_the_number(
    portal: Portal, clock: HandClock
) -> None:
    await receive(portal, submission(portal))
    clock.forward(timedelta(minutes=5))
    await receive(portal, submission(portal, browser=OTHER_BROWSER))
    await forget_numbers(portal)
    assert await copies(portal) == 2
    clock.forward(timedelta(minutes=6))
    await forget_numbers(portal)
    assert await copies(portal) == 1
    clock.forward(timedelta(minutes=5))
    await forget_numbers(portal)
    assert await copies(portal) == 0


async def test_given_a_new_browser_then_its_number_is_shown_again_like_any_other(
    portal: Portal,
) -> None:
    # Given a browser that has just got its token
    first = await receive(portal, replace(submission(portal), new=True))
    # When it sends the same again, with the token
    again = await receive(portal, submission(portal))
    # Then it gets the same number, and there is one copy of it
    assert again.number == first.number
    assert await copies(portal) == 1
