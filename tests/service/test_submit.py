"""A submission becomes a sealed case with a number, and one text never becomes two by mistake."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import deadlines, sealing
from forms_service.rules.receipts import read_number
from forms_service.rules.sealing import CHEAPEST, CannotUnseal
from forms_service.usecases import submit
from forms_service.usecases.entries import unseal_entry
from forms_service.usecases.installation import RecoveryKey
from forms_service.usecases.submit import Receipt
from forms_service.world.portal import Portal
from forms_service.world.store import cases
from tests.service.conftest import HandClock, Staff
from tests.service.submissions import (
    BROWSER,
    OTHER_BROWSER,
    SENTENCE,
    count,
    open_by,
    submission,
)


async def test_given_a_single_sentence_then_there_is_a_number_that_opens_it(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    receipt = await submit.receive(portal, submission(portal))
    assert read_number(receipt.number) == receipt.number
    inbox = portal.organisation.inboxes["complaints"]
    assert receipt.promised == deadlines.promises(inbox, clock())
    opened = await open_by(portal, receipt)
    assert opened.content["answers"]["what_happened"] == SENTENCE
    assert (opened.case.form, opened.case.language, opened.case.status) == (
        "complaint",
        "ar",
        "new",
    )
    assert opened.case.arrived_at == clock()
    assert opened.case.answer_by == receipt.promised.answer_by
    assert not opened.case.perhaps_same
    assert not opened.case.suspicious


async def test_given_a_stored_case_then_nothing_of_it_can_be_read_in_the_files(
    portal: Portal, staff: Staff, tmp_path: Path
) -> None:
    answers = {
        "name": "Amina Haddad",
        "phone": "0151 23456789",
        "email": "amina@example.org",
        "not_read_by_other": "Herr Muster",
    }
    receipt = await submit.receive(portal, submission(portal, answers))
    await submit.receive(portal, submission(portal, answers, browser=OTHER_BROWSER))
    secrets = [SENTENCE, *answers.values(), receipt.number]
    contents = [path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()]
    contents.append(await _dump(portal))
    for secret in secrets:
        for spelled in (secret.encode(), json.dumps(secret).encode(), secret.encode("utf-16-le")):
            assert not any(spelled in content for content in contents), secret


async def _dump(portal: Portal) -> bytes:
    """Every row of every table, for databases that aren't files of ours."""
    tables = ["case", "entry", "access", "exclusion", "receipt_copy"]

    async def read(connection: AsyncConnection) -> bytes:
        dumped = b""
        for table in tables:
            for row in await connection.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608
                for value in row:
                    dumped += value if isinstance(value, bytes) else str(value).encode()
        return dumped

    return await portal.database.read(read)


async def test_given_the_recovery_key_then_it_opens_the_case(
    portal: Portal, staff: Staff, recovery_key: RecoveryKey
) -> None:
    receipt = await submit.receive(portal, submission(portal))
    case = (await open_by(portal, receipt)).case

    async def sealed(connection: AsyncConnection) -> bytes:
        found = await connection.execute(text('SELECT key_for_recovery FROM "case"'))
        return bytes(found.scalar_one())

    private_key = sealing.join_recovery_key(*recovery_key.sheets)
    team_key = sealing.open_with(private_key, await portal.database.read(sealed))
    (entry,) = await portal.database.read(lambda connection: cases.entries(connection, case.id))
    content = unseal_entry(sealing.case_key_of(team_key), entry)
    assert content["answers"]["what_happened"] == SENTENCE


async def test_given_an_entry_moved_into_another_case_then_it_does_not_open(
    portal: Portal, staff: Staff
) -> None:
    receipt = await submit.receive(portal, submission(portal))
    case = (await open_by(portal, receipt)).case
    (entry,) = await portal.database.read(lambda connection: cases.entries(connection, case.id))
    keys = sealing.receipt_keys(receipt.number, portal.secrets.pepper, CHEAPEST)
    found = await portal.database.read(lambda connection: cases.by_receipt(connection, keys.lookup))
    assert found is not None
    case_key = sealing.unseal(keys.wrapping, found[1], f"{case.id}/receipt")
    for moved in (
        replace(entry, case_id="another"),
        replace(entry, id="another"),
        replace(entry, kind="note"),
    ):
        with pytest.raises(CannotUnseal):
            unseal_entry(case_key, moved)


async def test_given_the_same_browser_sends_again_then_it_gets_the_same_number(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    first = await submit.receive(portal, submission(portal))
    clock.forward(timedelta(minutes=9, seconds=59))
    again = await submit.receive(portal, submission(portal))
    assert again.number == first.number
    assert await count(portal) == 1
    assert portal.key_pool.receipts == 1, "and nothing is stretched again"


async def test_given_it_sends_again_after_midnight_then_the_promise_stays(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    clock.moment = clock.moment.replace(hour=22, minute=55)  # 23:55 in Germany
    first = await submit.receive(portal, submission(portal))
    clock.forward(timedelta(minutes=9))
    again = await submit.receive(portal, submission(portal))
    assert again == first


async def test_given_it_sends_twice_at_once_then_there_is_one_case(
    portal: Portal, staff: Staff
) -> None:
    receipts = await asyncio.gather(
        *(submit.receive(portal, submission(portal)) for _ in range(4)), return_exceptions=True
    )
    numbers = {receipt.number for receipt in receipts if isinstance(receipt, Receipt)}
    assert len(numbers) == 1
    assert await count(portal) == 1


async def test_given_ten_minutes_passed_then_the_same_text_is_a_new_case(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    first = await submit.receive(portal, submission(portal))
    clock.forward(timedelta(minutes=10))
    later = await submit.receive(portal, submission(portal))
    assert later.number != first.number
    assert (await open_by(portal, later)).case.perhaps_same
    assert await count(portal, "receipt_copy") == 1, "what is over is forgotten"


async def test_given_leave_quickly_then_going_back_gives_neither_a_number_nor_a_second_case(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    await submit.receive(portal, submission(portal))
    other = await submit.receive(portal, submission(portal, browser=OTHER_BROWSER))
    await submit.forget_receipts(portal, BROWSER)
    with pytest.raises(submit.LeftAlreadyError):
        await submit.receive(portal, submission(portal))
    again = await submit.receive(portal, submission(portal, browser=OTHER_BROWSER))
    assert again.number == other.number
    # Nor an hour later, when whoever holds the phone finds the form in its history
    clock.forward(timedelta(hours=1))
    with pytest.raises(submit.LeftAlreadyError):
        await submit.receive(portal, submission(portal))


async def test_given_the_same_text_from_elsewhere_then_it_has_its_own_number_and_a_mark(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    first = await submit.receive(portal, submission(portal))
    clock.forward(timedelta(hours=23))
    other = await submit.receive(portal, submission(portal, browser=OTHER_BROWSER))
    assert other.number != first.number
    assert not (await open_by(portal, first)).case.perhaps_same
    assert (await open_by(portal, other)).case.perhaps_same


@pytest.mark.parametrize(
    "changed",
    [{"what_happened": SENTENCE + " Wieder."}, {"name": "Amina"}, {"danger": "no"}],
    ids=["text", "name", "choice"],
)
async def test_given_anything_else_then_it_is_another_case_without_a_mark(
    portal: Portal, staff: Staff, changed: dict[str, str]
) -> None:
    first = await submit.receive(portal, submission(portal))
    other = await submit.receive(portal, submission(portal, changed))
    assert other.number != first.number
    assert not (await open_by(portal, other)).case.perhaps_same


async def test_given_nobody_reads_an_inbox_yet_then_what_arrives_is_taken_all_the_same(
    portal: Portal,
) -> None:
    """Who has begun to write is never sent away."""
    receipt = await submit.receive(portal, submission(portal))
    assert (await open_by(portal, receipt)).content["answers"]["what_happened"] == SENTENCE


async def test_given_a_consent_then_its_words_are_kept_with_language_and_time(
    portal: Portal, staff: Staff, clock: HandClock
) -> None:
    asked = {"reach_by": "number", "language": "ar", "topic": "counselling"}
    given = {"message": "أنا مريضة", "consent": "yes"}
    receipt = await submit.receive(portal, submission(portal, {**asked, **given}, form="contact"))
    (consent,) = (await open_by(portal, receipt)).content["consents"]
    assert (consent["field"], consent["language"]) == ("consent", "ar")
    assert consent["given_at"] == clock().isoformat()
    assert len(consent["text"]) > 50


async def test_given_a_mark_of_the_edge_then_staff_see_it_apart(
    portal: Portal, staff: Staff
) -> None:
    receipt = await submit.receive(portal, replace(submission(portal), suspicious=True))
    assert (await open_by(portal, receipt)).case.suspicious


async def test_given_many_submissions_then_each_is_stretched_exactly_once(
    portal: Portal, staff: Staff
) -> None:
    receipts = await asyncio.gather(
        *(
            submit.receive(
                portal, submission(portal, {"when": str(number)}, browser=bytes([number]) * 32)
            )
            for number in range(40)
        )
    )
    assert portal.key_pool.receipts == 40
    assert len({receipt.number for receipt in receipts}) == 40
    assert await count(portal) == 40
    for receipt in receipts[:3]:
        await open_by(portal, receipt)


async def test_given_the_database_fails_then_there_is_no_receipt_and_nothing_is_kept(
    portal: Portal, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def disk_full(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(cases, "add_entry", disk_full)
        with pytest.raises(OSError, match="disk full"):
            await submit.receive(portal, submission(portal))
    assert await count(portal) == 0
    assert await count(portal, "receipt_copy") == 0
    receipt = await submit.receive(portal, submission(portal))
    assert (await open_by(portal, receipt)).content["answers"]["what_happened"] == SENTENCE
