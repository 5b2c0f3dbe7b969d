"""Who finds a case: every member, inbox, exclusion and moment, by every request there is.

Whoever may not read it finds nothing, and learns nothing by asking for it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from forms_service.edges import guard
from forms_service.edges.staff.routes import staff_routes
from forms_service.rules.process import Role
from forms_service.usecases.members import add_member
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site
from forms_service.world.tables import audit, entry
from tests.service.conftest import PASSWORD, HandClock
from tests.service.http.actors import Browser, Colleague, Desk
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID, Said, address
from tests.service.http.ledger import Ledger
from tests.service.http.test_desk import ACKNOWLEDGED_BY, ANSWERED_BY, ARRIVED, OPENED_BY

EVERYBODY = ("Lena", "Sam", "Dana", "Ruth", "Omid", "Mira")
IN_TIME = ARRIVED + timedelta(hours=1)
MONTHS_LATER = ANSWERED_BY + timedelta(days=60)

# The form and what is said in it; when somebody looks; who finds the case then.
TABLE: list[tuple[str, str, Said, datetime, set[str]]] = [
    ("a complaint", "complaint", {}, IN_TIME, {"Lena", "Sam"}),
    ("unopened", "complaint", {}, OPENED_BY, {"Lena", "Sam", "Dana"}),
    ("unacknowledged", "complaint", {}, ACKNOWLEDGED_BY, {"Lena", "Sam", "Dana", "Ruth"}),
    ("unanswered", "complaint", {}, ANSWERED_BY, {"Lena", "Sam", "Dana", "Ruth", "Omid"}),
    ("a team excluded", "complaint", {"not_read_by": "housing"}, IN_TIME, {"Lena"}),
    (
        "a team excluded, for ever",
        "complaint",
        {"not_read_by": ["housing"]},
        MONTHS_LATER,
        {"Lena", "Dana", "Ruth", "Omid"},
    ),
    (
        "those who lead excluded, for ever",
        "complaint",
        {"not_read_by": ["management", "support"]},
        MONTHS_LATER,
        {"Sam", "Dana", "Omid"},
    ),
    (
        "all readers excluded",
        "complaint",
        {"not_read_by": ["housing", "support"]},
        IN_TIME,
        set(),
    ),
    (
        "all readers excluded, unopened",
        "complaint",
        {"not_read_by": ["housing", "support"]},
        OPENED_BY,
        {"Dana"},
    ),
    (
        "somebody excluded in words",
        "complaint",
        {"not_read_by_other": "Sams Chefin"},
        MONTHS_LATER,
        {"Omid"},
    ),
    ("about a member of staff", "complaint", {"about_staff": "yes"}, IN_TIME, {"Omid"}),
    (
        "about a member of a team",
        "complaint",
        {"about_staff": "yes", "not_read_by": "support"},
        IN_TIME,
        {"Sam"},
    ),
    ("about nobody", "complaint", {"about_staff": "no"}, IN_TIME, {"Lena", "Sam"}),
    ("danger", "complaint", {"danger": "yes"}, IN_TIME, {"Mira"}),
    ("danger, unanswered", "complaint", {"danger": "yes"}, ANSWERED_BY, {"Mira", "Omid"}),
    (
        "danger, somebody excluded in words",
        "complaint",
        {"danger": "yes", "not_read_by_other": "der Mann vom Empfang"},
        IN_TIME,
        {"Mira", "Omid"},
    ),
    (
        "danger, somebody excluded by name",
        "complaint",
        {"danger": "yes", "not_read_by_other": "auf keinen Fall MIRA!"},
        MONTHS_LATER,
        {"Omid"},
    ),
    (
        "the one outside excluded by name",
        "complaint",
        {"not_read_by_other": "Omid"},
        MONTHS_LATER,
        {"Lena", "Sam"},
    ),
    (
        "danger, about a member of staff",
        "complaint",
        {"danger": "yes", "about_staff": "yes"},
        IN_TIME,
        {"Mira", "Omid"},
    ),
    ("counselling", "contact", {"topic": "counselling"}, MONTHS_LATER, {"Lena"}),
    ("another inbox", "contact", {"topic": "training"}, MONTHS_LATER, {"Mira"}),
    ("an application", "application", {}, MONTHS_LATER, {"Lena", "Sam"}),
]


# What is sent to which address below a case's, and what a reader gets for it.
REQUESTS: dict[str, tuple[str, dict[str, str] | None, int]] = {
    "open": ("", None, 200),
    "call sheet": ("anruf/", None, 200),
    "preview": ("antwort/", {"text": "Antwort", "step": "preview"}, 200),
    "answer": ("antwort/", {"text": "Antwort", "step": "send"}, 303),
    "note": ("notiz/", {"note": "Notiz"}, 303),
    "translate": ("uebersetzung/", {"translation": "Übersetzung"}, 303),
    # The case is there, the file isn't; test_files asks for those that are
    "file": ("datei/none/", None, 404),
    "empty": ("notiz/", {}, 422),
    # Whoever is inside already, or isn't of the inbox, can't be let in: 404 for everybody
    "let in": ("dazuholen/", {"member": "somebody"}, 404),
    "save a draft": ("antwort/", {"text": "Entwurf", "step": "save"}, 303),
    "hand over": ("uebergeben/", {"member": "somebody"}, 404),
    "hand over to nobody": ("uebergeben/", {"note": "Notiz"}, 422),
    "let in nobody": ("dazuholen/", {}, 422),
    "take": ("nehmen/", {}, 303),
    "give back": ("abgeben/", {}, 303),
    "ask to exclude": ("ausschliessen/", None, 200),
    "exclude": ("ausschliessen/", {"who": "member:somebody"}, 404),
    "exclude nobody": ("ausschliessen/", {}, 422),
    "ask to step back": ("zuruecktreten/", None, 200),
    "ask to protect": ("schutz/", None, 200),
    "ask for the file": ("auskunft/", None, 200),
    "have the file": ("auskunft/", {}, 200),
    "ask to postpone": ("verschieben/", None, 200),
    "postpone without a day": ("verschieben/", {}, 422),
    "ask to delete": ("loeschen/", None, 200),
    "delete": ("loeschen/", {}, 303),
}


async def requests(desk: Desk, case_id: str, about: str) -> dict[str, httpx.Response]:
    """Everything that can be asked about a case by its address, deleting last."""
    answers = {}
    for name, (below, values, _) in REQUESTS.items():
        path = f"/staff/fall/{case_id}/{below}"
        if values is None:
            answers[name] = await desk.get(path)
        else:
            answers[name] = await desk.post(path, values | {"about": about})
    return answers


def test_every_address_of_a_case_is_asked(portal: Portal, site: Site, settings: Settings) -> None:
    routes = staff_routes(portal, site, settings, guard.Addresses(portal))
    below = {
        route.path.split("{case_id:str}/")[1].replace("{file_id:str}", "none")
        for route in routes
        if "case_id" in route.path
    }
    assert below == {each for each, _, _ in REQUESTS.values()}


@pytest.mark.parametrize(
    ("form", "said", "moment", "readers"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
async def test_only_those_who_may_read_a_case_find_it(
    browser: Browser,
    sign_in: SignIn,
    ledger: Ledger,
    clock: HandClock,
    form: str,
    said: Said,
    moment: datetime,
    readers: set[str],
) -> None:
    # Given a case that nobody has touched until some moment
    await browser.send(address(form, "de"), VALID[form] | said)
    case = await ledger.only_case()
    about = next(row["id"] for row in await ledger.rows(entry))
    clock.moment = moment
    desks = {name: await sign_in(name) for name in EVERYBODY}
    lines = await ledger.count(audit)
    # When everybody looks at their list, then it is there for its readers
    found = {name for name, desk in desks.items() if await desk.cases() == [case.id]}
    assert found == readers
    nowhere = {name: await requests(desks[name], uuid4().hex, about) for name in ("Lena", "Sam")}
    for name in set(EVERYBODY) - readers:
        # And the others have an empty list, and by every address the answer for any other id
        assert await desks[name].cases() == []
        # (Sam works in English)
        elsewhere = nowhere["Sam" if name == "Sam" else "Lena"]
        for what, response in (await requests(desks[name], case.id, about)).items():
            assert response.status_code == 404, (name, what)
            assert response.content == elsewhere[what].content, (name, what)
            assert response.headers.multi_items() == elsewhere[what].headers.multi_items()
    # And nothing of it left a trace
    assert await ledger.count(entry) == 1
    assert await ledger.count(audit) == lines
    assert (await ledger.only_case()).opened_at is None
    # And a reader can do everything with it
    for name in sorted(readers)[:1]:
        answers = await requests(desks[name], case.id, about)
        for what, (_, _, status) in REQUESTS.items():
            assert answers[what].status_code == status, what


async def test_every_reader_can_open_it(
    new_browser: Callable[..., Browser], sign_in: SignIn, ledger: Ledger, clock: HandClock
) -> None:
    # Given a complaint that everybody was called in for
    await new_browser().send("/de/beschwerde/", VALID["complaint"])
    case = await ledger.only_case()
    clock.moment = ANSWERED_BY
    for name in ("Omid", "Ruth", "Dana", "Sam", "Lena"):
        desk = await sign_in(name)
        response = await desk.open(case.id)
        assert response.status_code == 200, name
        assert "Niemand hat zugehört." in response.text


async def join(
    portal: Portal, name: str, *roles: tuple[str, Role], team: str | None = None
) -> Colleague:
    email = f"{name.lower()}@example.org"
    totp = await add_member(
        portal, name=name, email=email, password=PASSWORD, roles=roles, team=team
    )
    return Colleague(name, email, totp)


async def test_whoever_joins_later_finds_nothing_of_before(
    browser: Browser, portal: Portal, ledger: Ledger, clock: HandClock, sign_in: SignIn
) -> None:
    # Given a complaint, and a reader who joins after it
    await browser.send("/de/beschwerde/", VALID["complaint"])
    before = await ledger.only_case()
    newcomer = await join(portal, "Nora", ("complaints", "reader"), ("complaints", "outside"))
    nora = Desk(browser.app, "198.51.100.30")
    await nora.post("/staff/anmelden/", newcomer.credentials(clock))
    # Then she doesn't find it, then or ever
    about = next(row["id"] for row in await ledger.rows(entry))
    assert await nora.cases() == []
    for response in (await requests(nora, before.id, about)).values():
        assert response.status_code == 404
    # And the complaint after it she does, once, though she has two roles
    await browser.send("/de/beschwerde/", {"what_happened": "Danach."})
    (case_id,) = await nora.cases()
    assert case_id != before.id
    assert "Danach." in (await nora.open(case_id)).text
    # And the others find both
    lena = await sign_in("Lena")
    assert set(await lena.cases()) == {before.id, case_id}


async def test_a_member_without_any_role_finds_nothing(
    browser: Browser, portal: Portal, ledger: Ledger, clock: HandClock
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    nobody = await join(portal, "Nils")
    nils = Desk(browser.app)
    await nils.post("/staff/anmelden/", nobody.credentials(clock))
    assert await nils.cases() == []
    assert (await nils.open((await ledger.only_case()).id)).status_code == 404


async def test_two_in_a_team_are_excluded_together(
    browser: Browser, portal: Portal, clock: HandClock, sign_in: SignIn
) -> None:
    # Given a second member of Sam's team, in every role there is
    every: tuple[Role, ...] = ("reader", "deputy", "management", "outside")
    roles = [("complaints", role) for role in every]
    colleague = await join(portal, "Nora", *roles, team="housing")
    await browser.send("/de/beschwerde/", VALID["complaint"] | {"not_read_by": "housing"})
    # Then none of the roles opens the case to her, at no time
    clock.moment = MONTHS_LATER
    nora = Desk(browser.app)
    await nora.post("/staff/anmelden/", colleague.credentials(clock))
    assert await nora.cases() == []
    assert await (await sign_in("Sam")).cases() == []
    assert len(await (await sign_in("Lena")).cases()) == 1
