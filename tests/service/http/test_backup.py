"""A backup is taken while people send; whoever puts it back loses nothing that was in it."""

import asyncio
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from forms_service.edges.web import create_app
from forms_service.rules.organisation import Organisation
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases.backing_up import back_up, restore
from forms_service.usecases.installation import close_portal, open_portal
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site
from tests.postgres import Server, postgres_programs
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, Colleague, Desk, main_text
from tests.service.http.examples import VALID


def elsewhere(settings: Settings, folder: Path, **changes: object) -> Settings:
    """The same portal on a new machine: its data folder empty, the secrets put back."""
    return structs.replace(settings, data_dir=folder / "data", **changes)


async def test_what_was_backed_up_while_people_sent_opens_elsewhere(
    portal: Portal,
    new_browser: Callable[..., Browser],
    settings: Settings,
    organisation: Organisation,
    site: Site,
    team: dict[str, Colleague],
    clock: HandClock,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    programs = postgres_programs()
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    # Given a case, and people who send while the backup is written
    number = await new_browser().send("/de/beschwerde/", VALID["complaint"])

    async def send(place: int) -> str:
        browser = new_browser(f"203.0.113.{place}")
        text = {"what_happened": f"Ablauf {place}: niemand hörte zu."}
        return await browser.send("/de/beschwerde/", text)

    backup = tmp_path / "backup"
    sending = [asyncio.create_task(send(place)) for place in range(40)]
    done, _ = await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
    assert await asyncio.to_thread(back_up, settings, backup) == backup
    numbers = await asyncio.gather(*sending)
    # Then it is for its owner alone, and shows nothing of what was written
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    content = backup.read_bytes()
    assert b"niemand" not in content.lower()
    assert number.encode() not in content
    # When it is put back into an empty place, with the same secrets
    url = ""
    if settings.database_url:
        server: Server = request.getfixturevalue("postgres")
        url = server.create()
    there = elsewhere(settings, tmp_path / "new", database_url=url)
    await restore(there, backup)
    restored = await open_portal(
        there, organisation, clock=clock, receipt_cost=CHEAPEST, password_cost=CHEAPEST
    )
    app = create_app(restored, site, there)
    # Then the number opens its case there, and staff read it
    assert "Niemand" in main_text(await Browser(app).come_in(number))
    lena = Desk(app)
    response = await lena.post("/staff/anmelden/", team["Lena"].credentials(clock))
    assert response.status_code == 303
    readable = await lena.cases()
    for case_id in readable:
        assert re.search("hörte zu|zugehört", main_text(await lena.open(case_id)))
    # And whoever sent before it began is in it, each case whole
    opened = set()
    for place, sent in enumerate(numbers):
        answer = await Browser(app, f"192.0.2.{place}").post("/de/antwort/", {"number": sent})
        if answer.status_code == 303:
            opened.add(sent)
    assert opened >= {each.result() for each in done}
    assert len(readable) == 1 + len(opened)
    await close_portal(restored)
    if url:
        server.drop(url)
