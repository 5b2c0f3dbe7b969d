"""The list of today, and who is called in when nobody reacts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from forms_service.world.tables import access, member
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, main_text, page, part
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger

# Monday 16 November: opened by Tuesday, acknowledged by Thursday, answered by 16 December,
# each to the end of the day in Germany.
ARRIVED = datetime(2026, 11, 16, 9, tzinfo=UTC)
OPENED_BY = datetime(2026, 11, 17, 22, 59, 59, tzinfo=UTC)
ACKNOWLEDGED_BY = datetime(2026, 11, 19, 22, 59, 59, tzinfo=UTC)
ANSWERED_BY = datetime(2026, 12, 16, 22, 59, 59, tzinfo=UTC)


async def rights(ledger: Ledger) -> set[tuple[str, str]]:
    """Who has a row in the table of access, and for which step."""
    names = {row["id"]: row["name"] for row in await ledger.rows(member)}
    return {(names[row["member_id"]], row["step"]) for row in await ledger.rows(access)}


async def test_the_oldest_promise_stands_on_top(
    browser: Browser, sign_in: SignIn, ledger: Ledger, clock: HandClock
) -> None:
    # Given complaints of several days, some overdue, one answered, one closed, one odd
    ids = {}

    async def arrives(name: str, moment: datetime, **more: str) -> None:
        clock.moment = moment
        known = {case.id for case in await ledger.cases()}
        await browser.send("/de/beschwerde/", {"what_happened": name} | more)
        (ids[name],) = {case.id for case in await ledger.cases()} - known

    await arrives("closed", ARRIVED)
    await arrives("answered", ARRIVED + timedelta(hours=1))
    await arrives("waiting", ARRIVED + timedelta(hours=2))
    lena = await sign_in("Lena")
    await lena.answer(ids["closed"], sentence="closed_unclear")
    await lena.answer(ids["answered"], sentence="answer")
    # Opened at once, so that the next promise is the acknowledgement, on Thursday
    await lena.open(ids["waiting"])
    await arrives("late", ARRIVED + timedelta(hours=3))
    await arrives("later", ARRIVED + timedelta(days=1))
    await arrives("odd", ARRIVED + timedelta(days=1), website="x")
    await arrives("new", datetime(2026, 11, 19, 8, tzinfo=UTC))
    await arrives("newer", datetime(2026, 11, 19, 9, tzinfo=UTC))
    # When Lena looks on Thursday
    desk = await (await sign_in("Lena")).get("/staff/")
    # Then overdue ones come first, then what is due next, then the rest
    assert part(desk, "overdue") == [ids["late"], ids["later"]]
    assert part(desk, "new") == [ids["waiting"], ids["new"], ids["newer"]]
    assert part(desk, "theirs") == [ids["answered"]]
    assert part(desk, "apart") == [ids["odd"]]
    assert part(desk, "closed") == [ids["closed"]]
    sections = [section.get("class").split("--")[1] for section in page(desk).classed("part")]
    assert sections == ["overdue", "new", "theirs", "apart", "closed"]
    # And each overdue one says so, as of the clock on this wall
    (overdue,) = page(desk).classed("part--overdue")
    assert [mark.text for mark in overdue.classed("mark--late")] == [
        "Seit 2 Tagen überfällig",
        "Seit 1 Tag überfällig",
    ]


async def test_the_list_tells_form_language_stage_and_next_promise(
    browser: Browser, sign_in: SignIn
) -> None:
    await browser.send("/ar/beschwerde/", VALID["complaint"])
    sam = await sign_in("Sam")
    row = page(await sam.get("/staff/")).one("tbody").one("tr").text
    for expected in ("Complaint", "16 November 2026", "Arabic", "New", "17 November 2026"):
        assert expected in row
    # But nothing of what was written
    assert "Niemand hat zugehört." not in (await sam.get("/staff/")).text


async def test_an_empty_desk_says_so(sign_in: SignIn) -> None:
    assert "Hier ist nichts." in main_text(await (await sign_in("Lena")).get("/staff/"))


async def test_opening_keeps_the_first_promise(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given a new complaint: readers may open it, the others wait for a missed promise
    await browser.send("/de/beschwerde/", VALID["complaint"])
    readers = {("Lena", "arrival"), ("Sam", "arrival")}
    others = {("Dana", "opened"), ("Ruth", "acknowledged"), ("Omid", "answered")}
    assert await rights(ledger) == readers | others
    # When Lena opens it, the deputy isn't needed any more
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    await lena.open(case_id)
    assert await rights(ledger) == readers | others - {("Dana", "opened")}
    # When she answers, the management isn't, and the outside reader stays until the end
    await lena.answer(case_id, sentence="acknowledged")
    assert await rights(ledger) == readers | {("Omid", "answered")}
    await lena.answer(case_id, sentence="answer", text="So ist es.")
    assert await rights(ledger) == readers | {("Omid", "answered")}
    await lena.answer(case_id, sentence="closed_agreed")
    assert await rights(ledger) == readers


async def test_a_look_at_the_list_opens_nothing(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    await (await sign_in("Lena")).get("/staff/")
    assert (await ledger.only_case()).opened_at is None
    assert ("Dana", "opened") in await rights(ledger)


@pytest.mark.parametrize(
    ("name", "moment"), [("Dana", OPENED_BY), ("Ruth", ACKNOWLEDGED_BY), ("Omid", ANSWERED_BY)]
)
async def test_a_missed_promise_calls_the_next_by_the_clock_alone(
    browser: Browser, sign_in: SignIn, ledger: Ledger, clock: HandClock, name: str, moment: datetime
) -> None:
    # Given a complaint that nobody opens
    await browser.send("/de/beschwerde/", VALID["complaint"])
    case_id = (await ledger.only_case()).id
    # When it is a second before the end of the promise, the next one finds nothing
    clock.moment = moment - timedelta(seconds=31)
    called = await sign_in(name)
    assert await called.cases() == []
    assert (await called.open(case_id)).status_code == 404
    # When the promise is missed, it is there, without anybody doing anything
    clock.moment = moment
    assert await called.cases() == [case_id]
    assert "Niemand hat zugehört." in main_text(await called.open(case_id))


async def test_whoever_was_called_in_stays(
    browser: Browser, sign_in: SignIn, ledger: Ledger, clock: HandClock
) -> None:
    # Given a complaint that was opened too late, by the deputy
    await browser.send("/de/beschwerde/", VALID["complaint"])
    case_id = (await ledger.only_case()).id
    clock.moment = OPENED_BY + timedelta(hours=1)
    dana = await sign_in("Dana")
    await dana.open(case_id)
    lena = await sign_in("Lena")
    await lena.answer(case_id, sentence="closed_agreed")
    # Then she keeps it to the end, and those who weren't called in lose it
    assert await dana.cases() == [case_id]
    assert await rights(ledger) == {("Lena", "arrival"), ("Sam", "arrival"), ("Dana", "opened")}


async def test_a_message_of_a_closed_case_comes_back_to_the_top(
    browser: Browser, sign_in: SignIn, clock: HandClock
) -> None:
    # Given a closed complaint whose sender isn't satisfied
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    await lena.answer(case_id, sentence="closed_not_agreed", text="Wir sehen es anders.")
    assert part(await lena.get("/staff/"), "closed") == [case_id]
    # When the sender writes back
    await browser.come_in(number)
    await browser.post("/de/antwort/", {"action": "write", "message": "Ich bin nicht zufrieden."})
    # Then it waits for staff, and is overdue when nobody answers
    assert part(await lena.get("/staff/"), "ours") == [case_id]
    clock.forward(timedelta(days=15))
    assert part(await (await sign_in("Lena")).get("/staff/"), "overdue") == [case_id]


async def test_each_sees_their_own_list(
    new_browser: Callable[..., Browser], sign_in: SignIn, ledger: Ledger
) -> None:
    # Given one case in each of several inboxes
    await new_browser().send("/de/beschwerde/", VALID["complaint"])
    await new_browser().send("/de/beschwerde/", VALID["complaint"] | {"danger": "yes"})
    await new_browser().send("/de/bewerbung/", VALID["application"])
    await new_browser().send("/de/kontakt/", VALID["contact"] | {"topic": "counselling"})
    by_inbox = {case.inbox: case.id for case in await ledger.cases()}
    expected = {
        "Lena": {"complaints", "applications", "counselling"},
        "Sam": {"complaints", "applications"},
        "Dana": set(),
        "Omid": set(),
        "Mira": {"safeguarding"},
    }
    # Then each sees what is theirs, and counts nothing else
    for name, inboxes in expected.items():
        desk = await sign_in(name)
        assert set(await desk.cases()) == {by_inbox[inbox] for inbox in inboxes}
        counted = page(await desk.get("/staff/")).classed("count")
        assert sum(int(count.text) for count in counted) == len(inboxes)
