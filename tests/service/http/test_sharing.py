"""Who finds a case after it was handed over, stepped back from, kept from somebody or protected."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import delete

from forms_service.world.portal import Portal
from forms_service.world.tables import access, audit, case, entry, exclusion, member, role
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Desk, main_text, page
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID, Said
from tests.service.http.ledger import Ledger
from tests.service.http.test_access import EVERYBODY, requests

DAY = timedelta(days=1)
MANAGEMENT: Said = {"not_read_by": "management"}
NAMED: Said = {"not_read_by_other": "der Chef"}
DANGER: Said = {"danger": "yes"}

# What the sender said; what happens to the case then; who finds it in the end.
TABLE: list[tuple[Said, list[str], set[str]]] = [
    ({}, ["Lena hands over to Sam"], {"Lena", "Sam"}),
    ({}, ["Lena hands over to Dana"], {"Lena", "Sam", "Dana"}),
    ({}, ["Lena hands over to Omid", "Omid hands over to Ruth"], {"Lena", "Sam", "Omid", "Ruth"}),
    ({}, ["Lena steps back"], {"Sam"}),
    ({}, ["Lena steps back", "120 days pass"], {"Sam", "Dana", "Ruth", "Omid"}),
    ({}, ["Lena lets in Dana", "Lena steps back", "Sam steps back"], {"Dana"}),
    ({}, ["Lena excludes Sam"], {"Lena"}),
    ({}, ["Lena excludes Dana", "120 days pass"], {"Lena", "Sam", "Ruth", "Omid"}),
    ({}, ["Lena excludes Team housing"], {"Lena"}),
    ({}, ["Sam excludes Team support", "120 days pass"], {"Sam", "Dana", "Ruth", "Omid"}),
    ({}, ["Lena protects"], {"Mira"}),
    ({}, ["Lena protects", "120 days pass"], {"Mira", "Omid"}),
    ({}, ["Lena protects", "Mira returns"], {"Lena", "Sam"}),
    ({}, ["Lena steps back", "Sam protects", "Mira returns"], {"Sam"}),
    ({}, ["2 days pass", "Dana protects"], {"Mira"}),
    ({}, ["120 days pass", "Omid protects"], {"Mira"}),
    (MANAGEMENT, ["Lena protects", "Mira returns", "120 days pass"],
     {"Lena", "Sam", "Dana", "Omid"}),
    (NAMED, ["Omid lets in Lena"], {"Omid", "Lena"}),
    (NAMED, ["Omid lets in Lena", "Omid steps back"], {"Lena"}),
    (NAMED, ["Omid protects"], {"Mira", "Omid"}),
    (NAMED, ["Omid lets in Lena", "Lena protects", "Mira returns"], {"Omid"}),
    (DANGER, ["Mira hands over to Omid"], {"Mira", "Omid"}),
    (DANGER, ["Mira hands over to Omid", "Mira steps back"], {"Omid"}),
    (DANGER, ["Mira returns"], {"Lena", "Sam"}),
]  # fmt: skip


@pytest.fixture
async def ids(ledger: Ledger) -> dict[str, str]:
    """The members' ids by name."""
    return {row["name"]: row["id"] for row in await ledger.rows(member)}


async def act(desk: Desk, case_id: str, what: str, ids: dict[str, str]) -> httpx.Response:
    """Do one thing of the table as the member of that desk."""
    verb, _, whom = what.partition(" ")
    if verb == "excludes" and whom.startswith("Team "):
        who = {"who": f"team:{whom.removeprefix('Team ')}"}
    else:
        who = {"who": f"member:{ids.get(whom, '')}"}
    name = whom.split()[-1] if whom else ""
    below, values = {
        "hands": ("uebergeben/", {"member": ids.get(name, "")}),
        "lets": ("dazuholen/", {"member": ids.get(name, "")}),
        "steps": ("zuruecktreten/", {}),
        "excludes": ("ausschliessen/", who),
        "protects": ("schutz/", {"step": "protect"}),
        "returns": ("schutz/", {"step": "back"}),
    }[verb]
    return await desk.post(f"/staff/fall/{case_id}/{below}", values)


@pytest.mark.parametrize(
    ("said", "steps", "readers"),
    TABLE,
    ids=["; ".join([*map(str, r[0].values()), *r[1]]) for r in TABLE],
)
async def test_after_it_was_shared_only_its_readers_find_a_case(
    browser: Browser,
    sign_in: SignIn,
    ledger: Ledger,
    clock: HandClock,
    ids: dict[str, str],
    said: Said,
    steps: list[str],
    readers: set[str],
) -> None:
    # Given a complaint with which all this happens
    await browser.send("/de/beschwerde/", VALID["complaint"] | said)
    case_id = (await ledger.only_case()).id
    for step in steps:
        actor, _, what = step.partition(" ")
        if what.endswith("days pass") or actor.isdigit():
            clock.forward(int(actor) * DAY)
            continue
        response = await act(await sign_in(actor), case_id, what, ids)
        assert response.status_code == 303, (step, main_text(response))
    # When everybody looks, then it is in its readers' lists and in nobody else's
    desks = {name: await sign_in(name) for name in EVERYBODY}
    assert {name for name, desk in desks.items() if await desk.cases()} == readers
    # And by no address of it do the others learn that it is there
    outsider = next(
        name for name in ("Lena", "Mira", "Dana") if name not in readers or name == "Dana"
    )
    if outsider not in readers:
        about = next(row["id"] for row in await ledger.rows(entry))
        known = await requests(desks[outsider], case_id, about)
        unknown = await requests(desks[outsider], uuid4().hex, about)
        for what, answer in known.items():
            assert answer.status_code == 404, what
            assert answer.content == unknown[what].content, what
    for name in readers:
        assert "Niemand hat zugehört." in (await desks[name].open(case_id)).text


# What the sender said, who tries what, and that it's refused: 404 as if nobody were there, or 422
# with a sentence.
REFUSED: list[tuple[Said, str, int]] = [
    ({}, "Lena hands over to Mira", 404),
    ({}, "Lena hands over to Lena", 404),
    (MANAGEMENT, "Lena hands over to Ruth", 404),
    (NAMED, "Lena hands over to Lena", 404),
    ({}, "Lena excludes Omid", 404),
    ({}, "Lena excludes Lena", 404),
    ({}, "Lena excludes Mira", 404),
    ({}, "Lena excludes Team support", 404),
    ({}, "Lena excludes Team nobody", 404),
    ({}, "Dana steps back", 404),
    ({}, "Mira protects", 404),
    ({}, "Lena returns", 422),
    (NAMED, "Omid steps back", 422),
    (DANGER, "Mira protects", 422),
    (DANGER, "Mira steps back", 422),
    (DANGER, "Lena returns", 404),
]


async def readers_and_excluded(ledger: Ledger) -> list[object]:
    """Who reads what; whoever waits until nobody opens a case isn't counted."""
    rows = [row for row in await ledger.rows(access) if row["step"] != "opened"]
    return [*rows, *await ledger.rows(exclusion)]


@pytest.mark.parametrize(("said", "step", "status"), REFUSED)
async def test_what_must_not_be_changes_nothing(
    browser: Browser,
    sign_in: SignIn,
    ledger: Ledger,
    ids: dict[str, str],
    said: Said,
    step: str,
    status: int,
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"] | said)
    before = await readers_and_excluded(ledger)
    actor, _, what = step.partition(" ")
    response = await act(await sign_in(actor), (await ledger.only_case()).id, what, ids)
    assert response.status_code == status
    assert await readers_and_excluded(ledger) == before
    assert {row["action"] for row in await ledger.rows(audit)} <= {
        "signed_in",
        "member_added",
        "opened",
    }


async def test_a_hand_over_brings_the_note_and_is_said_in_the_log(
    browser: Browser, sign_in: SignIn, ledger: Ledger, ids: dict[str, str]
) -> None:
    # Given a complaint that Lena took on
    await browser.send("/de/beschwerde/", VALID["complaint"])
    case_id = (await ledger.only_case()).id
    lena, dana = await sign_in("Lena"), await sign_in("Dana")
    assert "Noch kümmert sich niemand" in main_text(await lena.open(case_id))
    await lena.post(f"/staff/fall/{case_id}/nehmen/", {"seen": ""})
    assert "Sie kümmern sich um diesen Fall." in main_text(await lena.open(case_id))
    # When she hands it to the deputy with a note
    values = {"member": ids["Dana"], "note": "Bitte am Montag anrufen."}
    await lena.post(f"/staff/fall/{case_id}/uebergeben/", values)
    # Then it is Dana's, who reads the note and everything before it
    shown = main_text(await dana.open(case_id))
    for said in (
        "Sie kümmern sich um diesen Fall.",
        "Bitte am Montag anrufen.",
        "Lena hat den Fall an Dana übergeben.",
        "Niemand hat zugehört.",
    ):
        assert said in shown
    # And the note's words are nowhere in the database
    assert "Montag" not in str(await ledger.rows(entry))
    # And Dana can give it back to all
    await dana.post(f"/staff/fall/{case_id}/abgeben/", {})
    assert "Noch kümmert sich niemand" in main_text(await lena.open(case_id))


async def test_two_take_a_case_at_once_and_the_second_is_told(
    browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    case_id = (await ledger.only_case()).id
    lena, sam = await sign_in("Lena"), await sign_in("Sam")
    # Given both see that nobody has it, when both take it
    assert (await lena.post(f"/staff/fall/{case_id}/nehmen/", {"seen": ""})).status_code == 303
    second = await sam.post(f"/staff/fall/{case_id}/nehmen/", {"seen": ""})
    # Then it is Lena's, and Sam sees so and can still take it over from her
    assert second.status_code == 422
    (form,) = [each for each in page(second).all("form") if each.get("action").endswith("nehmen/")]
    seen = form.one("input", name="seen").value
    assert (await ledger.only_case()).taken_by == seen
    await sam.post(f"/staff/fall/{case_id}/nehmen/", {"seen": seen})
    assert (await ledger.only_case()).taken_by != seen


async def test_the_last_reader_is_told_whom_to_let_in_first(
    browser: Browser, sign_in: SignIn, ledger: Ledger, ids: dict[str, str]
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"] | NAMED)
    case_id = (await ledger.only_case()).id
    omid = await sign_in("Omid")
    asked = await omid.get(f"/staff/fall/{case_id}/zuruecktreten/")
    assert "Bitte holen Sie zuerst jemanden dazu." in main_text(asked)
    await act(omid, case_id, "lets in Lena", ids)
    assert (await act(omid, case_id, "steps back", ids)).headers["location"] == (
        "/staff/#zurueckgetreten"
    )
    # And nobody can bring him back
    lena = await sign_in("Lena")
    for what in ("lets in Omid", "hands over to Omid"):
        assert (await act(lena, case_id, what, ids)).status_code == 404
    assert "Ausgeschlossen, für immer: Omid" in main_text(await lena.open(case_id))


async def test_protecting_promises_sooner_and_tells_the_team(
    browser: Browser, sign_in: SignIn, ledger: Ledger, clock: HandClock
) -> None:
    # Given a complaint of some days ago, noted and taken by Lena
    await browser.send("/de/beschwerde/", VALID["complaint"])
    before = await ledger.only_case()
    clock.forward(2 * DAY)
    lena = await sign_in("Lena")
    await lena.post(f"/staff/fall/{before.id}/nehmen/", {"seen": ""})
    await lena.post(f"/staff/fall/{before.id}/antwort/", {"text": "Entwurf", "step": "save"})
    # When she hands it to those who protect, with a note
    asked = await lena.get(f"/staff/fall/{before.id}/schutz/")
    assert "Sie selbst sehen ihn nicht mehr" in main_text(asked)
    note = {"step": "protect", "note": "Der Vater droht."}
    gone = await lena.post(f"/staff/fall/{before.id}/schutz/", note)
    assert (gone.status_code, gone.headers["location"]) == (303, "/staff/#weitergegeben")
    # Then it is new there, due in 24 hours, nobody's, and no promise to the sender is put off
    after = await ledger.only_case()
    assert (after.inbox, after.taken_by, after.opened_at) == ("safeguarding", None, None)
    assert after.opened_by == clock() + DAY
    assert after.answer_by == before.answer_by
    assert after.news_by == min(before.news_by, clock() + DAY)
    # And Mira reads the note and who flagged it; nothing of Lena's draft is left
    mira = await sign_in("Mira")
    shown = main_text(await mira.open(before.id))
    assert "Der Vater droht." in shown
    assert "Lena hat den Fall an das Schutzteam gegeben." in shown
    assert "Entwurf vom" not in shown


async def test_without_anybody_to_protect_a_case_stays(
    browser: Browser, sign_in: SignIn, ledger: Ledger, portal: Portal
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    case_id = (await ledger.only_case()).id
    gone = delete(role).where(role.c.inbox == "safeguarding", role.c.role == "reader")
    await portal.database.write(lambda connection: connection.execute(gone))
    lena = await sign_in("Lena")
    refused = await lena.post(f"/staff/fall/{case_id}/schutz/", {"note": "Wichtig"})
    assert refused.status_code == 422
    assert "Im Schutzteam ist gerade niemand" in main_text(refused)
    assert page(refused).one("textarea", id="note").value == "Wichtig"
    assert await lena.cases() == [case_id]
    assert (await ledger.count(case), await ledger.count(entry)) == (1, 1)


async def test_every_view_that_asks_first_can_be_left(
    new_browser: Callable[..., Browser], sign_in: SignIn, ledger: Ledger
) -> None:
    await new_browser().send("/de/beschwerde/", VALID["complaint"])
    lena, case_id = await sign_in("Lena"), (await ledger.only_case()).id
    opened = (await lena.open(case_id)).text
    links = re.findall(rf'href="(/staff/fall/{case_id}/[a-z]+/)"', opened)
    assert len(links) == 6
    for link in links:
        asked = await lena.get(link)
        assert asked.status_code == 200
        assert f'href="/staff/fall/{case_id}/"' in asked.text
    assert await lena.cases() == [case_id]
