"""A lost member, a lost telephone, keys that nobody has: played as project/operations.md says."""

import asyncio
import getpass
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from forms_service.edges import cli
from forms_service.edges.web import create_app
from forms_service.rules.organisation import Organisation
from forms_service.usecases.installation import close_portal, open_portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site
from forms_service.world.tables import member
from tests.service.conftest import PASSWORD, HandClock
from tests.service.http.actors import Browser, Colleague, Desk, page
from tests.service.http.commands import Paper, Say, answers_from
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger
from tests.service.http.operations import Document, run, words
from tests.service.http.people import (
    NEW_PASSWORD,
    accept,
    answer,
    enter,
    id_of,
    invite,
    link_on,
)

Team = dict[str, Colleague]


@pytest.fixture(scope="module")
def document(project: Path) -> Document:
    """The document."""
    return Document((project / "project/operations.md").read_text(encoding="utf-8"))


class Seen:
    """What stood on the pages that somebody came by."""

    def __init__(self) -> None:
        self.text = ""

    async def at(self, desk: Desk, path: str) -> httpx.Response:
        """Open a page and remember what it says."""
        response = await desk.get(path)
        assert response.status_code == 200, path
        self.note(response)
        return response

    def note(self, response: httpx.Response) -> None:
        """Remember what an answer says."""
        self.text += page(response).one("body").text

    def lacks(self, buttons: list[str]) -> list[str]:
        """What the document names and no page had."""
        return [each for each in buttons if each not in self.text]


async def test_lost_member(
    ada: Desk, browser: Browser, sign_in: SignIn, clock: HandClock, ledger: Ledger,
    document: Document, installed: Settings, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    part, seen = "Lost member", Seen()
    # Given Sam, one of two who read complaints
    await browser.send("/de/beschwerde/", VALID["complaint"])
    sam = await sign_in("Sam")
    case_id = await sam.only_case()
    address = f"/staff/menschen/{await id_of(ledger, 'Sam')}/"
    # 1. The page says what it means, 2. and that it can't be yet
    await seen.at(ada, "/staff/menschen/")
    await seen.at(ada, address)
    await seen.at(ada, f"{address}entfernen/")
    assert (await ada.post(f"{address}entfernen/", {})).status_code == 409
    # Somebody is invited, confirmed by another, and gets the keys of older cases
    await seen.at(ada, "/staff/menschen/einladen/")
    newcomer, _ = await accept(browser, await invite(ada, **{"role-complaints": "reader"}), clock)
    lena = await sign_in("Lena")
    await seen.at(lena, "/staff/neu/")
    assert await answer(lena, await id_of(ledger, "Nora")) == 303
    # 4. Then Sam is removed
    await seen.at(ada, f"{address}entfernen/")
    assert (await ada.post(f"{address}entfernen/", {})).status_code == 303
    assert (await sam.get("/staff/")).status_code == 303
    assert await (await enter(Desk(ada.app), newcomer, clock, NEW_PASSWORD)).cases() == [case_id]
    assert seen.lacks(document.buttons(part)) == []
    # And beside the running service the command makes another administrator
    (command,) = document.commands(part)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: PASSWORD)
    typed = words(command, "Ben", "ben@example.org")
    assert await asyncio.to_thread(cli.main, typed) == 0
    (ben,) = [row for row in await ledger.rows(member) if row["name"] == "Ben"]
    assert ben["admin"]


async def test_lost_second_factor_with_and_without_a_printed_code(
    ada: Desk, browser: Browser, sign_in: SignIn, clock: HandClock, ledger: Ledger,
    document: Document, team: Team,
) -> None:  # fmt: skip
    seen = Seen()
    await browser.send("/de/beschwerde/", VALID["complaint"])
    # Given Lena, who printed her codes, and whose telephone was stolen with a session in it
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    printed = await lena.post("/staff/ich/ersatzcodes/", {"password": PASSWORD})
    code, *_ = [each.text for each in page(printed).classed("recovery-codes")[0].all("li")]
    # 1. She signs in with one, 2. sets a new app up, 3. and signs out everywhere
    clock.forward(timedelta(seconds=30))
    door = Desk(ada.app, "192.0.2.9")
    typed = team["Lena"].credentials(clock) | {"code": code}
    assert (await door.post("/staff/anmelden/", typed)).status_code == 303
    await seen.at(door, "/staff/ich/")
    shown = page(await seen.at(door, "/staff/ich/zweiter-faktor/"))
    secret = shown.one("input", name="secret").value
    new = Colleague("Lena", team["Lena"].email, secret)
    typed = {"secret": secret, "password": PASSWORD, "code": new.code(clock)}
    assert (await door.post("/staff/ich/zweiter-faktor/", typed)).status_code == 200
    assert (await door.post("/staff/ich/ueberall-abmelden/", {})).status_code == 303
    assert (await lena.get("/staff/")).status_code == 303
    lena = await enter(Desk(ada.app, "192.0.2.10"), new, clock)
    assert await lena.cases() == [case_id]

    # Given Sam, who has lost telephone, codes and password
    sam = await sign_in("Sam")
    address = f"/staff/menschen/{await id_of(ledger, 'Sam')}/"
    await seen.at(ada, "/staff/menschen/")
    await seen.at(ada, address)
    await seen.at(ada, f"{address}neu-einladen/")
    # 1. An administrator invites him anew and locks the account, 2. he opens the link
    response = await ada.post(f"{address}neu-einladen/", {"lock": "yes"})
    assert (await sam.get("/staff/")).status_code == 303
    again, _ = await accept(browser, link_on(response.text), clock)
    now = await enter(Desk(ada.app), again, clock, NEW_PASSWORD)
    assert await now.cases() == []
    # 3. Lena confirms him, who reads the case too, so 4. it is open
    await seen.at(lena, "/staff/neu/")
    assert await answer(lena, await id_of(ledger, "Sam")) == 303
    assert await now.cases() == [case_id]
    assert seen.lacks(document.buttons("Lost second factor, forgotten password")) == []


@pytest.mark.slow
def test_nobody_can_open_a_case(
    environment: pytest.MonkeyPatch, capsys: Say, document: Document,
    site: Site, settings: Settings, organisation: Organisation, tmp_path: Path,
) -> None:  # fmt: skip
    paper = Paper(capsys)
    environment.setenv("ANLAUFSTELLE_DATA_DIR", str(tmp_path / "new-data"))
    environment.setenv("ANLAUFSTELLE_SECRETS_DIR", str(tmp_path / "new-secrets"))
    environment.setattr("builtins.input", answers_from(paper.sheet))
    environment.setattr(getpass, "getpass", lambda prompt: PASSWORD)
    assert run("anlaufstelle init") == 0
    listing, add, recover, named = document.commands("Nobody can open a case")

    # Given two complaints that nobody was there for, one with words about who must not read it
    async def arrive() -> None:
        here = Settings(data_dir=tmp_path / "new-data", secrets_dir=tmp_path / "new-secrets")
        portal = await open_portal(here, organisation)
        browser = Browser(create_app(portal, site, settings))
        await browser.send("/de/beschwerde/", VALID["complaint"])
        excluding = VALID["complaint"] | {"not_read_by_other": "der vom Empfang"}
        await browser.send("/de/beschwerde/", excluding)
        await close_portal(portal)

    asyncio.run(arrive())
    capsys.readouterr()
    # 1. Both are listed, 2. somebody gets a role
    assert run(listing) == 0
    assert "2 cases can't be opened by any member." in capsys.readouterr().out
    assert run(add, "Nora", "nora@example.org") == 0
    # 3. Both keepers type their sheets
    typed: Iterator[str] = iter([paper.sheets[1], paper.sheets[2]] * 2)
    environment.setattr("builtins.input", lambda prompt: next(typed))
    capsys.readouterr()
    assert run(recover, "nora@example.org") == 0
    said = capsys.readouterr().out
    assert "1 cases are open to nora@example.org now; 1 are not." in said
    # The one where somebody is excluded in words has to be named
    (case_id,) = [line.split()[1].rstrip(":") for line in said.splitlines() if line[0] == "-"]
    assert run(named, "nora@example.org", case_id) == 0
    assert "1 cases are open to nora@example.org now; 0 are not." in capsys.readouterr().out
    assert run(listing) == 0
    assert "0 cases can't be opened by any member." in capsys.readouterr().out


def test_the_document_tells_apart_what_is_played(document: Document) -> None:
    """Nothing that it says to press goes unplayed."""
    played = {"Lost member", "Lost second factor, forgotten password"}
    others = {part for part in document.parts if document.buttons(part)} - played
    assert others == {"3. Build and set up", "4. Members", "Backup", "A new version"}
