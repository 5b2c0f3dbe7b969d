"""Who reads what arrives, from when, and who never does."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from forms_service.usecases import submit
from forms_service.world.portal import Portal
from forms_service.world.store import access
from tests.service.conftest import HandClock, Staff
from tests.service.submissions import open_by, reads_when, submission


async def test_given_a_complaint_then_readers_open_it_now_and_others_when_a_promise_is_missed(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    receipt = await submit.receive(portal, submission(portal))
    promised = receipt.promised
    assert await reads_when(staff, receipt) == {
        "Lena": ("arrival", clock()),
        "Sam": ("arrival", clock()),
        "Dana": ("opened", promised.opened_by),
        "Ruth": ("acknowledged", promised.acknowledged_by),
        "Omid": ("answered", promised.answer_by),
    }


async def test_given_nobody_reacts_then_the_case_is_there_for_the_next_ones(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    receipt = await submit.receive(portal, submission(portal))

    async def readers_now() -> set[str]:
        return {
            name
            for name, member in staff.members.items()
            if await portal.database.read(
                partial(access.readable, member_id=member.id, now=clock())
            )
        }

    seen = [await readers_now()]
    for moment in (
        receipt.promised.opened_by,
        receipt.promised.acknowledged_by,
        receipt.promised.answer_by,
    ):
        clock.moment = moment
        seen.append(await readers_now())
    assert seen == [
        {"Lena", "Sam"},
        {"Lena", "Sam", "Dana"},
        {"Lena", "Sam", "Dana", "Ruth"},
        {"Lena", "Sam", "Dana", "Ruth", "Omid"},
    ]


async def test_given_an_excluded_team_then_none_of_its_members_ever_reads_it(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    receipt = await submit.receive(
        portal, submission(portal, {"not_read_by": ["housing", "management"]})
    )
    assert set(await reads_when(staff, receipt)) == {"Lena", "Dana", "Omid"}
    clock.forward(timedelta(days=365))
    for name in ("Sam", "Ruth"):
        readable = await portal.database.read(
            partial(access.readable, member_id=staff.members[name].id, now=clock())
        )
        assert readable == []


@pytest.mark.parametrize(
    "more",
    [{}, {"about_staff": "yes"}, {"not_read_by_other": "die Ombudsfrau"}],
    ids=["chosen", "and about staff", "and in words"],
)
async def test_given_the_ombudsperson_is_meant_then_the_others_open_it_and_she_never_does(
    portal: Portal, staff: Staff, clock: HandClock, more: dict[str, str]
) -> None:
    """Her name need not be known, and her post is called differently in every language."""
    answers: dict[str, str | list[str]] = {"not_read_by": ["ombudsperson"], **more}
    receipt = await submit.receive(portal, submission(portal, answers))
    readers = await reads_when(staff, receipt)
    assert readers["Lena"] == readers["Sam"] == ("arrival", clock())
    assert "Omid" not in readers


@pytest.mark.parametrize(
    "answers",
    [
        {"about_staff": "yes"},
        {"not_read_by_other": "Frau Muster"},
        {"not_read_by_other": "Frau Muster", "not_read_by": ["housing"]},
    ],
    ids=["about staff, no team", "a name", "a name and a team"],
)
async def test_given_someone_is_meant_whom_no_rule_can_find_then_only_the_outside_reader_opens_it(
    portal: Portal, staff: Staff, clock: HandClock, answers: dict[str, Any]
) -> None:
    receipt = await submit.receive(portal, submission(portal, answers))
    assert await reads_when(staff, receipt) == {"Omid": ("arrival", clock())}


async def test_given_danger_then_only_the_safeguarding_team_reads_it(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    receipt = await submit.receive(portal, submission(portal, {"danger": "yes"}))
    assert (await open_by(portal, receipt)).case.inbox == "safeguarding"
    assert await reads_when(staff, receipt) == {"Mira": ("arrival", clock())}
    assert receipt.promised.opened_by == clock() + timedelta(hours=24)


@pytest.mark.parametrize("danger", ["no", "unknown", ""])
async def test_given_no_danger_then_it_is_an_ordinary_complaint(
    portal: Portal, staff: Staff, danger: str
) -> None:
    receipt = await submit.receive(portal, submission(portal, {"danger": danger}))
    assert (await open_by(portal, receipt)).case.inbox == "complaints"
    assert "Mira" not in await reads_when(staff, receipt)


@pytest.mark.parametrize(
    "answers",
    [{"about_staff": "yes"}, {"not_read_by_other": "Frau Muster"}],
    ids=["about staff", "a name"],
)
async def test_given_danger_and_someone_who_is_meant_then_still_somebody_reads_it(
    portal: Portal, staff: Staff, answers: dict[str, str]
) -> None:
    """A cry for help that nobody may open would be the worst fault of all."""
    receipt = await submit.receive(portal, submission(portal, {"danger": "yes", **answers}))
    assert await reads_when(staff, receipt) != {}


async def test_given_a_topic_then_its_inbox_takes_the_question(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    asked = {"reach_by": "number", "language": "ar"}
    counselling = await submit.receive(
        portal, submission(portal, {"topic": "counselling", **asked}, form="contact")
    )
    without = await submit.receive(portal, submission(portal, asked, form="contact"))
    assert (await open_by(portal, counselling)).case.inbox == "counselling"
    assert (await open_by(portal, without)).case.inbox == "questions"
    assert set(await reads_when(staff, counselling)) == {"Lena"}
