"""Members hear of what is new, once, and learn nothing from the mail."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from forms_service.rules.languages import LANGUAGES
from forms_service.usecases import conversation, submit
from forms_service.usecases.casework import Answer, answer_case, open_case
from forms_service.usecases.noticing import look_around
from forms_service.world.portal import Portal
from tests.service.conftest import HandClock, Staff
from tests.service.mailing.conftest import (
    ADDRESS,
    PostOffice,
    at_desk,
    run,
    upkeep,
    waiting_mails,
)
from tests.service.submissions import BROWSER, OTHER_BROWSER, count, open_by, submission

MONDAY_EVENING = datetime(2026, 11, 16, 18, tzinfo=UTC)
TUESDAY_BEFORE_EIGHT = datetime(2026, 11, 17, 6, 59, tzinfo=UTC)
TUESDAY_EIGHT = datetime(2026, 11, 17, 7, tzinfo=UTC)
FRIDAY_EVENING = datetime(2026, 11, 20, 18, tzinfo=UTC)
MONDAY_EIGHT = datetime(2026, 11, 23, 7, tzinfo=UTC)


async def test_given_a_new_complaint_then_its_readers_hear_of_it_on_the_next_morning(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    await submit.receive(mailing, submission(mailing))
    for moment in (MONDAY_EVENING, TUESDAY_BEFORE_EIGHT):
        clock.moment = moment
        await upkeep(mailing)
        assert post.taken == []
    # When it is eight in Germany, then each reader has one mail, however often one looks
    clock.moment = TUESDAY_EIGHT
    for _ in range(3):
        await upkeep(mailing)
        clock.forward(timedelta(minutes=1))
    assert post.recipients == ["lena", "sam"]
    assert await waiting_mails(mailing) == 0


async def test_given_a_weekend_then_the_mail_of_the_day_comes_on_monday(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    clock.moment = FRIDAY_EVENING
    await submit.receive(mailing, submission(mailing, form="contact", answers=_counselling()))
    for days in (1, 2):
        clock.moment = FRIDAY_EVENING + timedelta(days=days)
        await upkeep(mailing)
    assert post.taken == []
    clock.moment = MONDAY_EIGHT
    await upkeep(mailing)
    assert post.recipients == ["lena"]


def _counselling() -> dict[str, str | list[str]]:
    return {"topic": "counselling", "language": "ar", "reach_by": "number"}


async def test_there_is_one_mail_a_day_for_whatever_comes(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    # Given two complaints before the hour, and one after it
    await submit.receive(mailing, submission(mailing))
    await submit.receive(mailing, submission(mailing, {"what_happened": "Zwei"}))
    clock.moment = TUESDAY_EIGHT
    await upkeep(mailing)
    clock.forward(timedelta(hours=3))
    await submit.receive(mailing, submission(mailing, {"what_happened": "Drei"}))
    await upkeep(mailing)
    assert post.recipients == ["lena", "sam"]
    # Then the third is told on the next day
    clock.moment = TUESDAY_EIGHT + timedelta(days=1)
    await upkeep(mailing)
    assert [each for each in post.recipients if each == "sam"] == ["sam", "sam"]


async def test_what_a_member_has_seen_already_needs_no_mail(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    receipt = await submit.receive(mailing, submission(mailing))
    case = (await open_by(mailing, receipt)).case
    await look_around(mailing)
    clock.forward(timedelta(minutes=5))
    await open_case(mailing, await at_desk(mailing, staff.members["Lena"]), case.id)
    clock.moment = TUESDAY_EIGHT
    await upkeep(mailing)
    assert post.recipients == ["sam"]


async def test_given_somebody_in_danger_then_those_who_protect_hear_at_once(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    clock.moment = FRIDAY_EVENING
    await submit.receive(mailing, submission(mailing, {"danger": "yes"}))
    for _ in range(3):
        await upkeep(mailing)
    assert post.recipients == ["mira"]


async def test_escalation_calls_the_next_person_at_once_and_nobody_who_is_excluded(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    # Given a complaint that the housing team and those who lead must not read
    answers: dict[str, str | list[str]] = {"not_read_by": ["housing", "management"]}
    receipt = await submit.receive(mailing, submission(mailing, answers))
    case = (await open_by(mailing, receipt)).case
    heard: dict[str, datetime] = {}
    # When nobody does anything, hour after hour, for two months
    while clock() < case.answer_by + timedelta(days=20):
        before = len(post.taken)
        await upkeep(mailing)
        for address, _ in post.taken[before:]:
            heard.setdefault(address.split("@")[0], clock())
        clock.forward(timedelta(hours=6))
    # Then each was called within hours of the promise that was missed
    assert set(heard) == {"lena", "dana", "omid"}
    assert timedelta() < heard["dana"] - case.opened_by <= timedelta(hours=6)
    assert timedelta() < heard["omid"] - case.answer_by <= timedelta(hours=6)
    # And of the excluded there isn't even a notice
    shut_out = [staff.members[name].id for name in ("Sam", "Ruth", "Mira")]
    for member_id in shut_out:
        assert await count(mailing, f"notice WHERE member_id = '{member_id}'") == 0


async def test_whoever_has_left_hears_nothing(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    await submit.receive(mailing, submission(mailing))
    await run(mailing, "UPDATE member SET disabled_at = 1 WHERE name = 'Sam'")
    clock.moment = TUESDAY_EIGHT
    await upkeep(mailing)
    assert post.recipients == ["lena"]


async def test_whoever_lost_their_access_before_the_mail_hears_nothing(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    await submit.receive(mailing, submission(mailing))
    await look_around(mailing)
    sam = staff.members["Sam"].id
    await run(mailing, "DELETE FROM access WHERE member_id = :member", member=sam)
    clock.moment = TUESDAY_EIGHT
    await upkeep(mailing)
    assert post.recipients == ["lena"]


async def test_given_a_missed_answer_then_all_who_may_read_hear_at_once_and_once(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    # Given a complaint that Lena has opened, and that was acknowledged
    receipt = await submit.receive(mailing, submission(mailing))
    case = (await open_by(mailing, receipt)).case
    lena = await at_desk(mailing, staff.members["Lena"])
    await answer_case(
        mailing, lena, case.id, Answer("need_time", datetime(2026, 12, 31, tzinfo=UTC).date())
    )
    await open_case(mailing, lena, case.id)
    clock.moment = TUESDAY_EIGHT
    await upkeep(mailing)
    post.taken.clear()
    # When the day of the answer has passed, at night
    clock.moment = case.answer_by + timedelta(hours=1)
    for _ in range(3):
        await upkeep(mailing)
        clock.forward(timedelta(minutes=1))
    # Then the readers hear, and who is outside the line now reads it too
    assert post.recipients == ["lena", "omid", "sam"]


async def test_given_a_message_of_the_sender_then_it_is_told_once_and_not_when_it_is_answered(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    receipt = await submit.receive(mailing, submission(mailing))
    case = (await open_by(mailing, receipt)).case
    clock.moment = TUESDAY_EIGHT
    await upkeep(mailing)
    post.taken.clear()
    # Given the sender writes twice on Tuesday, and Sam answers in between
    await conversation.come_in(mailing, receipt.number, BROWSER, "x")
    visit = await conversation.visit(mailing, BROWSER)
    assert visit is not None
    clock.forward(timedelta(minutes=5))
    await conversation.write_back(mailing, visit, "Eins")
    await look_around(mailing)
    sam = await at_desk(mailing, staff.members["Sam"])
    await open_case(mailing, sam, case.id)
    await answer_case(mailing, sam, case.id, Answer(text="Danke."))
    clock.moment = TUESDAY_EIGHT + timedelta(days=1)
    await upkeep(mailing)
    assert post.taken == []
    # When they write again, then the next morning tells both
    await conversation.come_in(mailing, receipt.number, OTHER_BROWSER, "x")
    visit = await conversation.visit(mailing, OTHER_BROWSER)
    assert visit is not None
    await conversation.write_back(mailing, visit, "Zwei")
    clock.moment = TUESDAY_EIGHT + timedelta(days=2)
    for _ in range(2):
        await upkeep(mailing)
    assert post.recipients == ["lena", "sam"]


async def test_what_is_suspicious_is_never_urgent(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    await submit.receive(mailing, submission(mailing, {"danger": "yes"}))
    await run(mailing, 'UPDATE "case" SET suspicious = 1')
    await upkeep(mailing)
    assert post.taken == []
    clock.moment = TUESDAY_EIGHT
    await upkeep(mailing)
    assert post.recipients == ["mira"]


async def test_a_deletion_is_announced_a_week_before(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    # Given a question that everybody has seen, to be deleted on 16 February
    receipt = await submit.receive(
        mailing, submission(mailing, form="contact", answers=_counselling())
    )
    case = (await open_by(mailing, receipt)).case
    lena = await at_desk(mailing, staff.members["Lena"])
    await answer_case(mailing, lena, case.id, Answer("closed"))
    await open_case(mailing, lena, case.id)
    clock.moment = datetime(2027, 2, 8, 12, tzinfo=UTC)
    await upkeep(mailing)
    assert post.taken == []
    # When it is a week before
    for day in (9, 10, 11):
        clock.moment = datetime(2027, 2, day, 12, tzinfo=UTC)
        await upkeep(mailing)
    # Then there's one mail of it
    assert post.recipients == ["lena"]


async def test_a_role_that_waits_for_confirmation_is_told_to_those_who_can_give_it(
    mailing: Portal, staff: Staff, post: PostOffice
) -> None:
    nora = await staff.join("Nora")
    asked = (
        "INSERT INTO asked_role (member_id, inbox, role, asked_by, asked_at) "
        "VALUES (:nora, 'complaints', 'reader', :ruth, 1000)"
    )
    await run(mailing, asked, nora=nora.id, ruth=staff.members["Ruth"].id)
    for _ in range(2):
        await upkeep(mailing)
    assert post.recipients == ["dana", "lena", "omid", "sam"]


@pytest.mark.parametrize("language", ["de", "en"])
async def test_a_mail_holds_a_link_and_not_a_word_of_the_case(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice, language: str
) -> None:
    # Given a complaint full of words, and Lena who reads in some language
    answers: dict[str, str | list[str]] = {
        "what_happened": "Gestern abends schlug jemand an meine Zimmertür.",
        "name": "Salma Müller",
        "phone": "+49 151 23456789",
        "email": "salma@example.net",
        "principle": "time_to_listen",
        "place": "office",
    }
    await run(mailing, "UPDATE member SET language = :code WHERE name = 'Lena'", code=language)
    receipt = await submit.receive(mailing, submission(mailing, answers))
    opened = await open_by(mailing, receipt)
    clock.moment = TUESDAY_EIGHT
    await upkeep(mailing)
    message = post.message("lena")
    body = message.get_content()
    whole = f"{message.as_string()} {message['Subject']} {body}"
    for ours in ("lena@example.org", "portal.example.org"):
        whole = whole.replace(ours, "")
    # Then it leads to the staff page, in her language
    assert f"{ADDRESS}staff/\n" in body
    assert message["Content-Language"] == LANGUAGES[language].tag
    assert message["To"] == "lena@example.org"
    # And nothing of the case is in it: no word, id, name of a form, inbox, stage or language, no number
    words = {
        *re.findall(r"\w{4,}", " ".join(str(each) for each in answers.values())),
        opened.case.id,
        receipt.number,
        "Beschwerde",
        "complaint",
        "acknowledged",
        "Arab",
        "Lena",
        "Posteingang",
        "inbox",
    }
    assert [word for word in words if word.lower() in whole.lower()] == []
    assert re.findall(r"\d", body.replace(ADDRESS, "")) == []


async def test_every_mail_to_members_reads_the_same(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    """Not even its urgency is told."""
    await submit.receive(mailing, submission(mailing, {"danger": "yes"}))
    await submit.receive(mailing, submission(mailing, {"what_happened": "Zwei"}))
    await upkeep(mailing)
    clock.moment = TUESDAY_EIGHT
    await upkeep(mailing)
    assert post.recipients == ["lena", "mira", "sam"]
    lena, mira = post.message("lena"), post.message("mira")
    assert lena.get_content() == mira.get_content()
    assert lena["Subject"] == mira["Subject"]
    assert lena["Message-ID"] != mira["Message-ID"]
