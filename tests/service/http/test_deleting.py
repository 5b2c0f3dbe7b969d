"""Deletion by itself, on the day that was promised."""

from datetime import UTC, datetime, timedelta

import pytest

from forms_service.usecases.upkeep import delete_due
from forms_service.world.portal import Portal
from forms_service.world.tables import access, audit, entry
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, main_text
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID, Said, address
from tests.service.http.ledger import Ledger

ARRIVED = datetime(2026, 11, 16, 9, tzinfo=UTC)
DECIDED = datetime(2027, 1, 31, 9, tzinfo=UTC)
NEVER = None


@pytest.mark.parametrize(
    ("form", "said", "answer", "last_day"),
    [
        ("contact", {}, None, datetime(2027, 2, 16, tzinfo=UTC)),
        ("contact", {"topic": "counselling"}, None, datetime(2027, 2, 16, tzinfo=UTC)),
        ("contact", {}, "acknowledged", datetime(2027, 4, 30, tzinfo=UTC)),
        ("contact", {}, "closed", datetime(2027, 4, 30, tzinfo=UTC)),
        ("complaint", {}, None, NEVER),
        ("complaint", {}, "acknowledged", NEVER),
        ("complaint", {}, "answer", NEVER),
        ("complaint", {}, "closed_agreed", datetime(2027, 7, 31, tzinfo=UTC)),
        ("complaint", {}, "closed_withdrawn", datetime(2027, 7, 31, tzinfo=UTC)),
        ("application", {}, None, NEVER),
        ("application", {}, "invited", NEVER),
        ("application", {}, "place_offered", NEVER),
        ("application", {}, "not_this_time", datetime(2027, 7, 31, tzinfo=UTC)),
        ("application", {"keep": "yes"}, "not_this_time", datetime(2028, 1, 31, tzinfo=UTC)),
        ("application", {}, "closed_accepted", datetime(2027, 2, 28, tzinfo=UTC)),
        ("application", {"keep": "yes"}, "closed_accepted", datetime(2027, 2, 28, tzinfo=UTC)),
    ],
)
async def test_a_case_goes_on_its_day_and_not_before(
    browser: Browser,
    sign_in: SignIn,
    portal: Portal,
    ledger: Ledger,
    clock: HandClock,
    form: str,
    said: Said,
    answer: str | None,
    last_day: datetime | None,
) -> None:
    # Given a case from November, perhaps decided at the end of January
    number = await browser.send(address(form, "de"), VALID[form] | said)
    if answer is not None:
        # A contact would be gone by then if nobody had seen to it: the upkeep hasn't run
        clock.moment = DECIDED
        lena = await sign_in("Lena")
        case_id = await lena.only_case()
        await lena.answer(case_id, sentence=answer)
    if last_day is NEVER:
        # When years go by, then an open case is still there
        clock.forward(timedelta(days=5 * 365))
        assert await delete_due(portal) == 0
        assert len(await ledger.cases()) == 1
        return
    # When the day before is over, then it is still there, and its sender reads that day
    clock.moment = last_day - timedelta(hours=12)
    assert await delete_due(portal) == 0
    case = await ledger.only_case()
    assert case.delete_on == last_day.date()
    await browser.come_in(number)
    # When the day is over, it is gone with everything in it
    clock.moment = last_day + timedelta(hours=36)
    assert await delete_due(portal) == 1
    for table in (entry, access):
        assert await ledger.rows(table) == []
    assert await ledger.cases() == []
    # And the number leads nowhere any more
    response = await browser.post("/de/antwort/", {"number": number})
    assert response.status_code == 422
    # And one line stays, without a name and without the case
    lines = [row for row in await ledger.rows(audit) if row["action"] == "deleted"]
    assert [(row["member_id"], row["case_id"]) for row in lines] == [(None, None)]
    assert not [row for row in await ledger.rows(audit) if row["case_id"] is not None]
    # And nothing is left to do
    assert await delete_due(portal) == 0


async def test_a_contact_lives_as_long_as_people_write(
    browser: Browser, sign_in: SignIn, portal: Portal, ledger: Ledger, clock: HandClock
) -> None:
    # Given a question in November, an answer in January, and the sender again in April
    number = await browser.send("/de/kontakt/", VALID["contact"])
    clock.moment = datetime(2027, 1, 10, 9, tzinfo=UTC)
    lena = await sign_in("Lena")
    await lena.answer(await lena.only_case(), text="Ja, gern.")
    clock.moment = datetime(2027, 4, 9, 9, tzinfo=UTC)
    assert await delete_due(portal) == 0
    await browser.come_in(number)
    await browser.post("/de/antwort/", {"action": "write", "message": "Danke!"})
    # Then three months are counted from the last word
    assert "9. Juli 2027" in main_text(await browser.get("/de/antwort/?open"))
    clock.moment = datetime(2027, 7, 8, 9, tzinfo=UTC)
    assert await delete_due(portal) == 0
    clock.moment = datetime(2027, 7, 10, 9, tzinfo=UTC)
    assert await delete_due(portal) == 1


async def test_a_complaint_that_is_opened_again_is_not_deleted(
    browser: Browser, sign_in: SignIn, portal: Portal, clock: HandClock
) -> None:
    # Given a closed complaint that staff take up again
    await browser.send("/de/beschwerde/", VALID["complaint"])
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    await lena.answer(case_id, sentence="closed_agreed")
    await lena.answer(case_id, sentence="clarifying")
    clock.forward(timedelta(days=400))
    assert await delete_due(portal) == 0


async def test_only_what_is_due_goes(
    browser: Browser, portal: Portal, ledger: Ledger, clock: HandClock
) -> None:
    # Given a question, one a month later, and a complaint
    await browser.send("/de/kontakt/", VALID["contact"])
    await browser.send("/de/beschwerde/", VALID["complaint"])
    clock.moment = ARRIVED + timedelta(days=30)
    await browser.send("/de/kontakt/", VALID["contact"] | {"name": "Noor"})
    # When the first one's day is over
    clock.moment = datetime(2027, 2, 17, 12, tzinfo=UTC)
    assert await delete_due(portal) == 1
    # Then the others are there with all that belongs to them
    left = await ledger.cases()
    assert sorted(case.form for case in left) == ["complaint", "contact"]
    assert {row["case_id"] for row in await ledger.rows(entry)} == {case.id for case in left}
    assert {row["case_id"] for row in await ledger.rows(access)} == {case.id for case in left}
