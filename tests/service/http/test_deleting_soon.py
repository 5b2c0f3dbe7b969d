"""What is deleted soon stands on the staff page; its day can be moved for a reason, and noted."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import deadlines
from forms_service.usecases.upkeep import delete_due
from forms_service.world.portal import Portal
from forms_service.world.store import cases
from forms_service.world.tables import audit, entry
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Desk, main_text, page
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger

LIST = "/staff/loeschen/"
# The contact of 16 November goes on 16 February.
EIGHT_DAYS_BEFORE = datetime(2027, 2, 8, 12, tzinfo=UTC)
A_WEEK_BEFORE = datetime(2027, 2, 9, 12, tzinfo=UTC)
ON_ITS_DAY = datetime(2027, 2, 16, 12, tzinfo=UTC)


async def listed(desk: Desk) -> list[str]:
    """The ids of the cases that are deleted soon, from top to bottom."""
    response = await desk.get(LIST)
    assert response.status_code == 200
    return [
        each.one("h2").one("a").get("href").split("/")[3]
        for each in page(response).classed("soon__case")
    ]


@pytest.fixture
async def case_id(browser: Browser, ledger: Ledger, clock: HandClock) -> str:
    """A question to the counselling, a week before its day; Lena alone reads it."""
    await browser.send("/de/kontakt/", VALID["contact"] | {"topic": "counselling"})
    clock.moment = A_WEEK_BEFORE
    return (await ledger.only_case()).id


async def test_a_case_is_listed_a_week_before_its_day_for_those_who_may_read_it(
    case_id: str, sign_in: SignIn, clock: HandClock
) -> None:
    clock.moment = EIGHT_DAYS_BEFORE
    assert await listed(await sign_in("Lena")) == []
    clock.moment = A_WEEK_BEFORE
    lena = await sign_in("Lena")
    assert await listed(lena) == [case_id]
    assert "16. Februar 2027" in main_text(await lena.get(LIST))
    for name in ("Sam", "Dana", "Ruth", "Omid", "Mira"):
        assert await listed(await sign_in(name)) == [], name


async def test_postponing_needs_a_later_day_and_a_reason_and_loses_nothing(
    case_id: str, sign_in: SignIn, ledger: Ledger, portal: Portal, clock: HandClock
) -> None:
    lena = await sign_in("Lena")
    address = f"/staff/fall/{case_id}/verschieben/"
    assert "9. Mai 2027" in main_text(await lena.get(address))
    # When the day is none, too early, too late, or the reason is missing
    reason = "Der Antrag läuft noch bis April."
    for day in ("", "morgen", "2027-02-16", "2027-02-01", "2027-05-10", "9999-12-31"):
        response = await lena.post(address, {"day": day, "reason": reason})
        # Then it says so, with what was typed
        assert response.status_code == 422, day
        assert page(response).one("title").text.startswith("Fehler")
        assert page(response).one("textarea", id="reason").value == reason
        assert "9. Mai 2027" in page(response).classed("error-summary")[0].text
    response = await lena.post(address, {"day": "2027-04-01", "reason": " \n"})
    assert response.status_code == 422
    assert page(response).one("input", id="day").get("value") == "2027-04-01"
    assert (await ledger.only_case()).delete_on == date(2027, 2, 16)
    assert await ledger.count(entry) == 1
    # When both are right
    response = await lena.post(address, {"day": "2027-04-01", "reason": reason})
    assert (response.status_code, response.headers["location"]) == (303, f"{LIST}#verschoben")
    # Then the day has moved, and the reason stands in the case, sealed, for the team
    assert await listed(lena) == []
    assert (await ledger.only_case()).delete_on == date(2027, 4, 1)
    opened = main_text(await lena.open(case_id))
    assert f"Wird erst am 1. April 2027 gelöscht. Grund: {reason}" in opened
    assert "Lena hat den Tag des Löschens verschoben." in opened
    assert not [row for row in await ledger.rows(entry) if b"Antrag" in row["sealed"]]
    # And it stays until that day
    clock.moment = datetime(2027, 3, 31, 12, tzinfo=UTC)
    assert await delete_due(portal) == 0
    clock.moment = datetime(2027, 4, 1, 12, tzinfo=UTC)
    assert await delete_due(portal) == 1


async def test_a_postponed_case_can_be_postponed_again_in_its_last_week(
    case_id: str, sign_in: SignIn, ledger: Ledger, clock: HandClock
) -> None:
    lena = await sign_in("Lena")
    address = f"/staff/fall/{case_id}/verschieben/"
    await lena.post(address, {"day": "2027-05-01", "reason": "Eins"})
    clock.moment = datetime(2027, 4, 28, 12, tzinfo=UTC)
    lena = await sign_in("Lena")
    assert await listed(lena) == [case_id]
    assert (await lena.post(address, {"day": "2027-07-01", "reason": "Zwei"})).status_code == 303
    assert (await ledger.only_case()).delete_on == date(2027, 7, 1)


async def test_deleting_now_leads_through_a_question(
    case_id: str, sign_in: SignIn, ledger: Ledger
) -> None:
    lena = await sign_in("Lena")
    (case,) = page(await lena.get(LIST)).classed("soon__case")
    links = [link.get("href") for link in case.all("a")]
    assert f"/staff/fall/{case_id}/loeschen/" in links
    await lena.get(f"/staff/fall/{case_id}/loeschen/")
    assert len(await ledger.cases()) == 1
    await lena.post(f"/staff/fall/{case_id}/loeschen/", {})
    assert await ledger.cases() == []


async def test_who_may_not_read_a_case_can_not_postpone_it(
    case_id: str, sign_in: SignIn, ledger: Ledger
) -> None:
    values = {"day": "2027-04-01", "reason": "Ich will."}
    for name in ("Sam", "Ruth", "Mira"):
        desk = await sign_in(name)
        there = await desk.post(f"/staff/fall/{case_id}/verschieben/", values)
        nowhere = await desk.post(f"/staff/fall/{uuid4().hex}/verschieben/", values)
        assert there.status_code == 404
        assert there.content == nowhere.content
    assert (await ledger.only_case()).delete_on == date(2027, 2, 16)
    assert not [row for row in await ledger.rows(audit) if row["action"] == "postponed"]


async def ask_deletion(portal: Portal, case_id: str, now: datetime, day: date | None) -> None:
    """What the sender's page does when they ask for it."""

    async def change(connection: AsyncConnection) -> None:
        await cases.change(connection, case_id, deletion_asked_at=now, delete_on=day)

    await portal.database.write(change)


async def test_a_senders_own_deletion_comes_after_seven_days_whatever_staff_do(
    browser: Browser, sign_in: SignIn, portal: Portal, ledger: Ledger, clock: HandClock
) -> None:
    # Given a complaint whose sender wants everything deleted
    await browser.send("/de/beschwerde/", VALID["complaint"])
    case_id = (await ledger.only_case()).id
    day = deadlines.asked_deletion(clock(), None)
    assert day == date(2026, 11, 23)
    await ask_deletion(portal, case_id, clock(), day)
    # When Lena answers, closes, and tries to postpone
    lena = await sign_in("Lena")
    await lena.answer(case_id, text="Schade.")
    await lena.answer(case_id, sentence="closed_agreed")
    values = {"day": "2026-12-24", "reason": "Beweis"}
    response = await lena.post(f"/staff/fall/{case_id}/verschieben/", values)
    # Then the day stays, and she reads why
    assert response.status_code == 422
    assert "Das verschieben wir nicht." in main_text(response)
    assert "Das verschieben wir nicht." in main_text(await lena.get(LIST))
    clock.moment = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert await delete_due(portal) == 0
    clock.moment = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert await delete_due(portal) == 1


@pytest.mark.parametrize("handed_over", [False, True])
async def test_a_protecting_team_decides_on_a_senders_wish(
    browser: Browser,
    sign_in: SignIn,
    portal: Portal,
    ledger: Ledger,
    clock: HandClock,
    handed_over: bool,
) -> None:
    # Given a case that protects somebody, whose sender (or who holds their phone) asks for
    # deletion; perhaps before it was handed to that team, so that it has a day already
    await browser.send("/de/beschwerde/", VALID["complaint"] | {"danger": "yes"})
    case_id = (await ledger.only_case()).id
    day = deadlines.asked_deletion(clock(), None) if handed_over else None
    await ask_deletion(portal, case_id, clock(), day)
    # When weeks go by, then it is there, and the team reads that they have to decide
    clock.forward(timedelta(days=30))
    assert await delete_due(portal) == 0
    mira = await sign_in("Mira")
    assert await listed(mira) == [case_id]
    assert "Sie entscheiden." in main_text(await mira.get(LIST))
    # And they can keep it until a day
    later = (deadlines.local_day(clock()) + timedelta(days=20)).isoformat()
    values = {"day": later, "reason": "Die Polizei ermittelt."}
    response = await mira.post(f"/staff/fall/{case_id}/verschieben/", values)
    assert response.status_code == 303, main_text(response)
    assert await listed(mira) == []
    clock.forward(timedelta(days=21))
    assert await delete_due(portal) == 1


async def test_a_reader_of_the_log_keeps_it_open_and_it_is_wiped_later(
    case_id: str, portal: Portal, clock: HandClock
) -> None:
    clock.moment = ON_ITS_DAY

    async def read_while_deleting(connection: AsyncConnection) -> None:
        await cases.by_id(connection, case_id)
        assert await delete_due(portal) == 1
        assert not portal.database.log_is_wiped

    # Given somebody who reads meanwhile, then it isn't claimed that the log is wiped
    await portal.database.read(read_while_deleting)
    # And the next time it is
    assert await portal.database.wipe_log()
    assert portal.database.log_is_wiped
