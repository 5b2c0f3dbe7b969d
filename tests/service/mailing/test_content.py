"""A mail to a member leads to the staff page and says nothing."""

import re

import pytest

from forms_service.rules.languages import LANGUAGES
from forms_service.usecases import submit
from forms_service.world.portal import Portal
from tests.service.conftest import HandClock, Staff
from tests.service.mailing.conftest import ADDRESS, PostOffice, run, upkeep
from tests.service.mailing.test_members import TUESDAY_EIGHT
from tests.service.submissions import open_by, submission


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
