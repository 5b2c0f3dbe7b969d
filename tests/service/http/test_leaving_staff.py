"""A role or a member goes: what it means is shown, refused where a promise breaks, at once if not."""

import pytest

from forms_service.usecases.members import incomplete_inboxes
from forms_service.world.portal import Portal
from forms_service.world.tables import access, member, owed_key, role, session
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Colleague, Desk, main_text
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger
from tests.service.http.people import (
    NEW_PASSWORD,
    accept,
    answer,
    enter,
    id_of,
    invite,
    join_as_admin,
    link_on,
)

Team = dict[str, Colleague]


async def remove(admin: Desk, ledger: Ledger, name: str) -> tuple[int, str]:
    """Press the button that removes a member; status and what is said."""
    address = f"/staff/menschen/{await id_of(ledger, name)}/entfernen/"
    response = await admin.post(address, {})
    return response.status_code, "" if response.status_code == 303 else main_text(response)


async def test_a_reader_of_complaints_stays_until_a_successor_is_there(
    ada: Desk, browser: Browser, sign_in: SignIn, clock: HandClock, ledger: Ledger, portal: Portal
) -> None:
    # Given two readers of complaints; Sam reads them, and applications with Lena
    await browser.send("/de/beschwerde/", VALID["complaint"])
    sam = await sign_in("Sam")
    case_id = await sam.only_case()
    # When Sam is to go, then the page says beforehand what breaks, and the button is refused
    sams = await id_of(ledger, "Sam")
    shown = await ada.get(f"/staff/menschen/{sams}/entfernen/")
    assert "Es fehlt jemand, der liest und antwortet." in main_text(shown)
    assert (await remove(ada, ledger, "Sam"))[0] == 409
    assert await sam.cases() == [case_id]
    # When somebody is only asked for, that isn't enough
    newcomer, _ = await accept(browser, await invite(ada, **{"role-complaints": "reader"}), clock)
    assert (await remove(ada, ledger, "Sam"))[0] == 409
    # When they are confirmed, it is
    assert await answer(await sign_in("Lena"), await id_of(ledger, "Nora")) == 303
    shown = await ada.get(f"/staff/menschen/{sams}/entfernen/")
    assert shown.status_code == 200
    assert "2 Personen lesen und antworten." in main_text(shown)
    assert (await remove(ada, ledger, "Sam"))[0] == 303
    # Then he has lost everything at once: session, roles, keys
    assert (await sam.get("/staff/")).status_code == 303
    for table in (session, role, access, owed_key):
        assert sams not in [row["member_id"] for row in await ledger.rows(table)]
    (left,) = [row for row in await ledger.rows(member) if row["id"] == sams]
    assert (left["private_key_sealed"], left["totp_sealed"]) == (b"", None)
    assert "complaints" not in " ".join(await incomplete_inboxes(portal))
    # And the others go on reading
    nora = await enter(Desk(ada.app), newcomer, clock, NEW_PASSWORD)
    assert await nora.cases() == [case_id]


async def test_the_one_outside_the_line_stays_until_there_is_another(
    ada: Desk, browser: Browser, sign_in: SignIn, clock: HandClock, ledger: Ledger
) -> None:
    status, said = await remove(ada, ledger, "Omid")
    assert status == 409
    assert "Es fehlt eine Ombudsperson" in said
    # Given another one, and a complaint that only Omid may open
    await browser.send("/de/beschwerde/", VALID["complaint"] | {"about_staff": "yes"})
    await accept(browser, await invite(ada, **{"role-complaints": "outside"}), clock)
    assert await answer(await sign_in("Lena"), await id_of(ledger, "Nora"), role="outside") == 303
    # Then he still can't go: nobody else can open it
    status, said = await remove(ada, ledger, "Omid")
    assert status == 409
    assert "Diese Fälle kann sonst niemand lesen" in said
    # When he has signed in once more, then his successor can
    omid = await sign_in("Omid")
    assert (await remove(ada, ledger, "Omid"))[0] == 303
    assert (await omid.get("/staff/")).status_code == 303


async def test_names_stay_on_what_was_written(
    ada: Desk, browser: Browser, sign_in: SignIn, clock: HandClock, ledger: Ledger
) -> None:
    # Given an application that Sam has noted something in
    await browser.send("/de/bewerbung/", VALID["application"])
    sam = await sign_in("Sam")
    case_id = await sam.only_case()
    await sam.post(f"/staff/fall/{case_id}/notiz/", {"note": "Bitte anrufen."})
    await accept(browser, await invite(ada, **{"role-complaints": "reader"}), clock)
    lena = await sign_in("Lena")
    assert await answer(lena, await id_of(ledger, "Nora")) == 303
    # When he goes
    assert (await remove(ada, ledger, "Sam"))[0] == 303
    # Then his note still says who wrote it
    opened = main_text(await lena.open(case_id))
    assert "Bitte anrufen." in opened
    assert "Sam" in opened
    assert "Sam" in main_text(await ada.get("/staff/menschen/"))


async def test_who_has_left_is_a_stranger_at_the_door(
    ada: Desk, sign_in: SignIn, clock: HandClock, ledger: Ledger, team: Team, portal: Portal
) -> None:
    # Given Dana, who may go, since no promise needs a deputy
    dana = await sign_in("Dana")
    assert (await remove(ada, ledger, "Dana"))[0] == 303
    assert (await dana.get("/staff/")).status_code == 303
    # When she signs in with all that was right
    door = Desk(ada.app, "192.0.2.1")
    right = await door.post("/staff/anmelden/", team["Dana"].credentials(clock))
    before = portal.key_pool.passwords
    # Then it is what somebody unknown gets, at the same cost
    unknown = team["Dana"].credentials(clock) | {"email": "nobody@example.org"}
    stranger = await Desk(ada.app, "192.0.2.2").post("/staff/anmelden/", unknown)
    assert portal.key_pool.passwords == before + 1
    assert (right.status_code, main_text(right)) == (422, main_text(stranger))


async def test_whoever_left_can_be_invited_again_under_the_same_name(
    ada: Desk, browser: Browser, sign_in: SignIn, clock: HandClock, ledger: Ledger
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    assert (await remove(ada, ledger, "Dana"))[0] == 303
    danas = await id_of(ledger, "Dana")
    typed = {"name": "Dana", "email": "dana@example.org", "role-complaints": "deputy"}
    refused = await ada.post("/staff/menschen/einladen/", typed)
    assert "laden Sie es dort wieder ein" in main_text(refused)
    response = await ada.post(f"/staff/menschen/{danas}/neu-einladen/", {})
    dana, _ = await accept(browser, link_on(response.text), clock)
    hers = await enter(Desk(ada.app), dana, clock, NEW_PASSWORD)
    # Then she has no role of before
    assert "Keine Aufgabe" in main_text(await hers.get("/staff/ich/"))
    await sign_in("Lena")
    assert await hers.cases() == []


async def test_an_administrator_stays_until_there_is_another(
    ada: Desk, ledger: Ledger, clock: HandClock, portal: Portal
) -> None:
    # Given the only administrator
    adas = await id_of(ledger, "Ada")
    status, said = await remove(ada, ledger, "Ada")
    assert (status, "niemand mehr Mitglieder verwalten" in said) == (409, True)
    address = f"/staff/menschen/{adas}/verwaltung/"
    assert (await ada.post(address, {"admin": "no"})).status_code == 409
    # When there is another, then she may go
    lenas = await id_of(ledger, "Lena")
    made = await ada.post(f"/staff/menschen/{lenas}/verwaltung/", {"admin": "yes"})
    assert made.status_code == 303
    assert (await remove(ada, ledger, "Ada"))[0] == 303
    assert (await ada.get("/staff/menschen/")).status_code == 303
    # And the other is now the last
    ben = await enter(Desk(ada.app), await join_as_admin(portal, "Ben"), clock)
    assert (await ben.post(f"/staff/menschen/{lenas}/verwaltung/", {"admin": "no"})).is_redirect
    assert (await remove(ben, ledger, "Ben"))[0] == 409


async def test_taking_a_role_takes_what_was_read_by_it(
    ada: Desk, browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given Lena, who reads applications with Sam, and complaints too
    await browser.send("/de/bewerbung/", VALID["application"])
    application = (await ledger.only_case()).id
    await browser.send("/de/beschwerde/", VALID["complaint"])
    sam = await sign_in("Sam")
    address = f"/staff/menschen/{await id_of(ledger, 'Sam')}/aufgabe-nehmen/"
    for inbox, possible in (("complaints", False), ("applications", True)):
        shown = main_text(await ada.get(f"{address}?inbox={inbox}&role=reader"))
        assert ("Ja, Aufgabe beenden" in shown) == possible
        assert ("Das geht noch nicht" in shown) != possible
    # When his role in applications is taken
    typed = {"inbox": "applications", "role": "reader"}
    assert (await ada.post(address, typed)).status_code == 303
    # Then he doesn't find them any more, and complaints he does
    (complaint,) = await sam.cases()
    assert complaint != application
    assert (await sam.open(application)).status_code == 404
    # And what he hasn't can't be taken, nor can what would break
    assert (await ada.post(address, typed)).status_code == 404
    assert (await ada.post(address, typed | {"inbox": "complaints"})).status_code == 409
    assert await sam.cases() == [complaint]


async def test_one_of_two_roles_goes_and_the_other_stays(
    ada: Desk, browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given Lena, who is a deputy for applications beside reading them
    lenas = await id_of(ledger, "Lena")
    typed = {"inbox": "applications", "role": "deputy"}
    assert (await ada.post(f"/staff/menschen/{lenas}/aufgabe/", typed)).status_code == 303
    await browser.send("/de/bewerbung/", VALID["application"])
    address = f"/staff/menschen/{lenas}/aufgabe-nehmen/"
    assert (await ada.post(address, typed)).status_code == 303
    # Then she reads on by the other role
    assert len(await (await sign_in("Lena")).cases()) == 1
    steps = [row["step"] for row in await ledger.rows(access) if row["member_id"] == lenas]
    assert steps == ["arrival"]


WHO_MANAGES = {
    "Ada": 200,  # administrator, reads nothing
    "Lena": 403,  # reader
    "Dana": 403,  # deputy
    "Ruth": 403,  # management
    "Omid": 403,  # outside
    "Dana, gone": 303,
    "nobody": 303,
}


@pytest.mark.parametrize(("who", "status"), WHO_MANAGES.items())
async def test_only_administrators_manage_members(
    ada: Desk, sign_in: SignIn, ledger: Ledger, who: str, status: int
) -> None:
    # Given everybody there is
    desk = ada
    if who in ("Lena", "Dana", "Ruth", "Omid"):
        desk = await sign_in(who)
    elif who == "nobody":
        desk = Desk(ada.app)
    elif who == "Dana, gone":
        desk = await sign_in("Dana")
        assert (await remove(ada, ledger, "Dana"))[0] == 303
    members, roles = await ledger.count(member), await ledger.count(role)
    mira = f"/staff/menschen/{await id_of(ledger, 'Mira')}/"
    # When they look
    for path in ("", "einladen/", "anmeldungen/"):
        assert (await desk.get(f"/staff/menschen/{path}")).status_code == status
    assert (await desk.get(mira)).status_code == status
    # Then only an administrator gets further, and the others change nothing
    if status != 200:
        for path, values in (
            ("/staff/menschen/einladen/", {"name": "x", "email": "x@example.org", "admin": "yes"}),
            (f"{mira}aufgabe/", {"inbox": "questions", "role": "reader"}),
            (f"{mira}aufgabe-nehmen/", {"inbox": "training", "role": "reader"}),
            (f"{mira}verwaltung/", {"admin": "yes"}),
            (f"{mira}neu-einladen/", {}),
            (f"{mira}abmelden/", {}),
            (f"{mira}entfernen/", {}),
        ):
            assert (await desk.post(path, values)).status_code == status, path
        assert (members, roles) == (await ledger.count(member), await ledger.count(role))


async def test_an_administrator_reads_no_case_and_signs_others_out(
    ada: Desk, browser: Browser, sign_in: SignIn, ledger: Ledger
) -> None:
    # Given a complaint that Lena reads
    await browser.send("/de/beschwerde/", VALID["complaint"])
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    # Then the administrator doesn't find it
    assert await ada.cases() == []
    assert (await ada.open(case_id)).status_code == 404
    # And can end Lena's sessions
    lenas = await id_of(ledger, "Lena")
    assert (await ada.post(f"/staff/menschen/{lenas}/abmelden/", {})).status_code == 303
    assert (await lena.get("/staff/")).status_code == 303
    # And sees who came in, who failed to, and nothing else
    await Desk(ada.app).post("/staff/anmelden/", {"email": "x@example.org", "password": "y"})
    seen = main_text(await ada.get("/staff/menschen/anmeldungen/"))
    assert "Lena, Angemeldet" in seen
    assert "Unbekannte Adresse, Anmeldung nicht gelungen" in seen
    assert "x@example.org" not in seen
    # And who isn't there can't be managed
    assert (await ada.get("/staff/menschen/niemand/")).status_code == 404
    assert (await ada.post("/staff/menschen/niemand/entfernen/", {})).status_code == 404
