"""The outbox outlives a mail server that is down and a service that dies, and doubles nothing."""

import asyncio
import contextlib
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.rules.catalogues import texts_for
from forms_service.rules.languages import LANGUAGES
from forms_service.usecases import submit
from forms_service.usecases.casework import Answer, answer_case, open_case
from forms_service.usecases.noticing import look_around
from forms_service.usecases.outbox import send_due
from forms_service.world.portal import Portal
from forms_service.world.store import cases
from tests.service.conftest import HandClock, Staff
from tests.service.mailing.conftest import (
    ADDRESS,
    PostOffice,
    at_desk,
    upkeep,
    waiting_mails,
)
from tests.service.mailing.test_members import TUESDAY_EIGHT
from tests.service.submissions import count, open_by, submission

SENDERS_ADDRESS = "wer@example.net"


async def _danger(portal: Portal) -> str:
    receipt = await submit.receive(portal, submission(portal, {"danger": "yes"}))
    return (await open_by(portal, receipt)).case.id


async def test_given_a_server_that_is_down_then_the_mail_goes_once_it_is_up(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    await _danger(mailing)
    await post.close()
    # When it is tried every minute for two hours
    with caplog.at_level(logging.INFO):
        for _ in range(120):
            await upkeep(mailing)
            clock.forward(timedelta(minutes=1))
    # Then the pauses grew: a minute, two, four …
    tried = [each for each in caplog.records if each.name.endswith("outbox")]
    assert 5 <= len(tried) <= 8
    # And no line says whom it was for
    assert "@" not in caplog.text
    assert await waiting_mails(mailing) == 1
    # When the server is there again, then it has the mail within hours, once
    await post.open()
    for _ in range(24):
        clock.forward(timedelta(minutes=30))
        await upkeep(mailing)
    assert post.recipients == ["mira"]
    assert await waiting_mails(mailing) == 0


async def test_given_a_service_that_dies_after_handing_over_then_the_mail_isnt_sent_again(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    # Given a server that has the text, and a service that dies before the answer
    case_id = await _danger(mailing)
    post.hangs = True
    await look_around(mailing)
    dying = asyncio.create_task(send_due(mailing))
    await post.got_text.wait()
    dying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await dying
    post.hangs = False
    assert post.recipients == ["mira"]
    # When the service works again, for hours, and Mira has looked
    await open_case(mailing, await at_desk(mailing, staff.members["Mira"]), case_id)
    for _ in range(36):
        clock.forward(timedelta(minutes=30))
        await upkeep(mailing)
    # Then it was sent once, and nothing is left
    assert post.recipients == ["mira"]
    assert await waiting_mails(mailing) == 0


async def test_given_a_lost_mail_then_the_next_mail_of_the_day_tells_what_nobody_has_seen(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    # Given a mail of which nobody knows whether it was taken
    await _danger(mailing)
    post.hangs = True
    await look_around(mailing)
    dying = asyncio.create_task(send_due(mailing))
    await post.got_text.wait()
    dying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await dying
    post.hangs = False
    post.taken.clear()
    # When hours go by, then it isn't repeated at once
    for _ in range(10):
        clock.forward(timedelta(hours=1))
        await upkeep(mailing)
    assert post.taken == []
    # And the mail of the next morning tells Mira, who hasn't looked
    clock.moment = TUESDAY_EIGHT
    await upkeep(mailing)
    assert post.recipients == ["mira"]


async def test_given_two_processes_then_each_mail_goes_once(
    mailing: Portal, staff: Staff, post: PostOffice
) -> None:
    await _danger(mailing)
    await look_around(mailing)
    await asyncio.gather(*(send_due(mailing) for _ in range(4)))
    assert post.recipients == ["mira"]


async def test_the_same_mail_has_the_same_id_at_every_try(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    await _danger(mailing)
    await look_around(mailing)
    (row,) = await mailing.database.read(_mail_ids)
    await post.close()
    await send_due(mailing)
    await post.open()
    clock.forward(timedelta(minutes=2))
    await send_due(mailing)
    assert post.message("mira")["Message-ID"] == f"<{row}@portal.example.org>"


async def _mail_ids(connection: AsyncConnection) -> list[str]:
    return [row[0] for row in await connection.execute(text("SELECT id FROM mail"))]


async def test_given_an_address_that_doesnt_exist_then_the_others_get_theirs(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    post.refuses = {"lena@example.org"}
    await submit.receive(mailing, submission(mailing))
    clock.moment = TUESDAY_EIGHT
    await upkeep(mailing)
    assert post.recipients == ["sam"]
    assert await waiting_mails(mailing) == 0


async def test_given_a_week_without_a_server_then_the_mail_is_given_up(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice
) -> None:
    await post.close()
    await _danger(mailing)
    await look_around(mailing)
    for _ in range(60):
        clock.forward(timedelta(hours=6))
        await send_due(mailing)
    assert await waiting_mails(mailing) == 0


async def test_without_a_mail_server_in_the_settings_nothing_piles_up(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    receipt = await submit.receive(portal, submission(portal))
    case = (await open_by(portal, receipt)).case
    await _leave_address(portal, case.id)
    lena = await at_desk(portal, staff.members["Lena"])
    await answer_case(portal, lena, case.id, Answer("acknowledged"))
    for _ in range(40):
        clock.forward(timedelta(days=1))
        await upkeep(portal)
    assert await waiting_mails(portal) == 0
    assert await count(portal, "notice") > 0


async def _leave_address(portal: Portal, case_id: str, address: str = SENDERS_ADDRESS) -> None:
    """What a sender does on their page."""
    key = sealing.derive(portal.secrets.mail_key, "note address")
    sealed = sealing.seal(key, address.encode(), f"{case_id}/note address")
    await portal.database.write(
        lambda connection: cases.change(connection, case_id, note_address_sealed=sealed)
    )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_sender_hears_in_their_language_that_there_is_something_new(
    mailing: Portal, staff: Staff, clock: HandClock, post: PostOffice, language: str
) -> None:
    # Given a sender who left an address
    sent = replace(submission(mailing), language=language)
    receipt = await submit.receive(mailing, sent)
    case = (await open_by(mailing, receipt)).case
    await _leave_address(mailing, case.id)
    # When Lena answers twice before the service comes to send
    lena = await at_desk(mailing, staff.members["Lena"])
    await answer_case(mailing, lena, case.id, Answer("acknowledged"))
    await answer_case(mailing, lena, case.id, Answer(text="Kommen Sie am Montag ins Büro."))
    await send_due(mailing)
    await send_due(mailing)
    # Then there is one mail, in their language, that leads to the page for numbers
    message = post.message("wer")
    texts = texts_for(language)
    assert message["Subject"] == texts.gettext("Es gibt etwas Neues")
    assert message["Content-Language"] == LANGUAGES[language].tag
    body = message.get_content()
    assert f"\n{ADDRESS}{language}/antwort/\n" in body
    # And nothing else
    for word in ("Montag", receipt.number, case.id, "Lena", sent.answers["what_happened"]):
        assert str(word) not in message.as_string() + body
    # And neither the mail nor the address lies in the outbox
    assert await waiting_mails(mailing) == 0
    # And an answer later there's another one
    clock.forward(timedelta(days=1))
    await answer_case(mailing, lena, case.id, Answer(text="Und am Dienstag."))
    await send_due(mailing)
    assert post.recipients == ["wer", "wer"]


async def test_a_sender_who_took_their_address_back_gets_no_mail(
    mailing: Portal, staff: Staff, post: PostOffice
) -> None:
    receipt = await submit.receive(mailing, submission(mailing))
    case = (await open_by(mailing, receipt)).case
    await _leave_address(mailing, case.id)
    lena = await at_desk(mailing, staff.members["Lena"])
    await answer_case(mailing, lena, case.id, Answer("acknowledged"))
    await mailing.database.write(
        lambda connection: cases.change(connection, case.id, note_address_sealed=None)
    )
    await send_due(mailing)
    assert post.taken == []
    assert await waiting_mails(mailing) == 0


async def test_a_deleted_case_takes_its_mail_with_it(
    mailing: Portal, staff: Staff, post: PostOffice
) -> None:
    receipt = await submit.receive(mailing, submission(mailing))
    case = (await open_by(mailing, receipt)).case
    await _leave_address(mailing, case.id)
    lena = await at_desk(mailing, staff.members["Lena"])
    await answer_case(mailing, lena, case.id, Answer("acknowledged"))
    await mailing.database.write(lambda connection: cases.remove(connection, case.id))
    await send_due(mailing)
    assert post.taken == []
    assert await waiting_mails(mailing) == 0
