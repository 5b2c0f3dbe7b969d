"""`anlaufstelle recover` and administrators at the command line."""

import asyncio
import getpass
from collections.abc import Iterator
from pathlib import Path

import pytest

from forms_service.edges import cli
from forms_service.rules.forms import FORMS, clean
from forms_service.usecases import installation, recovery, submit
from forms_service.usecases.submit import Submission
from forms_service.world.settings import Settings, read_settings
from forms_service.world.site import load_site
from forms_service.world.store import members
from tests.service.http.commands import Paper, Say, answers_from, said_wrong

PASSWORD = "noch eine Passphrase"


@pytest.fixture
def sheets(environment: pytest.MonkeyPatch, capsys: Say) -> dict[int, str]:
    """A portal that was just set up; what stands on its two sheets."""
    paper = Paper(capsys)
    environment.setattr("builtins.input", answers_from(paper.sheet))
    environment.setattr(getpass, "getpass", lambda prompt: PASSWORD)
    assert cli.main(["init"]) == 0
    capsys.readouterr()
    return paper.sheets


def settings_now() -> Settings:
    """The settings as a command reads them."""
    import os  # noqa: PLC0415

    return read_settings(os.environ)


async def receive_a_complaint() -> None:
    """Let a complaint arrive that nobody is there to read."""
    settings = settings_now()
    organisation = load_site(settings.site_dir).organisation
    portal = await installation.open_portal(settings, organisation)
    try:
        cleaned = clean(FORMS["complaint"], {"what_happened": ["Hallo"]}, organisation, "de")
        sent = Submission(FORMS["complaint"], "de", cleaned.answers, b"a" * 32, "x")
        await submit.receive(portal, sent)
    finally:
        await installation.close_portal(portal)


def test_a_case_that_nobody_can_open_is_listed_and_opened(
    environment: pytest.MonkeyPatch, sheets: dict[int, str], capsys: Say, tmp_path: Path
) -> None:
    # Given a case that arrived before there was anybody
    asyncio.run(receive_a_complaint())
    assert cli.main(["recover"]) == 0
    said = capsys.readouterr().out
    assert "complaints, arrived 20" in said
    assert "1 cases can't be opened by any member." in said
    case_id = said.split()[1]
    # When a reader has joined, and both sheets are typed
    add = ["member", "add", "--name", "Nora", "--email", "nora@example.org"]
    assert cli.main([*add, "--role", "complaints:reader"]) == 0
    typed: Iterator[str] = iter([sheets[1], sheets[2]])
    environment.setattr("builtins.input", lambda prompt: next(typed))
    capsys.readouterr()
    assert cli.main(["recover", "--to", "nora@example.org", "--case", case_id]) == 0
    said = capsys.readouterr().out
    assert "1 cases are open to nora@example.org now; 0 are not." in said
    assert not any(sheet in said for sheet in sheets.values())
    assert cli.main(["recover"]) == 0
    assert "0 cases can't be opened by any member." in capsys.readouterr().out


def test_wrong_sheets_are_said_in_one_sentence(
    environment: pytest.MonkeyPatch, sheets: dict[int, str], capsys: Say
) -> None:
    environment.setattr("builtins.input", lambda prompt: sheets[1])
    capsys.readouterr()
    said = said_wrong(capsys, cli.main(["recover", "--to", "nora@example.org"]))
    assert "These sheets can't be read" in said
    assert sheets[1] not in said


def test_an_administrator_needs_no_role_and_everybody_else_does(
    environment: pytest.MonkeyPatch, sheets: dict[int, str], capsys: Say
) -> None:
    add = ["member", "add", "--name", "Ada", "--email", "ada@example.org"]
    assert "needs a role" in said_wrong(capsys, cli.main(add))
    assert cli.main([*add, "--admin"]) == 0

    async def is_admin() -> bool:
        settings = settings_now()
        organisation = load_site(settings.site_dir).organisation
        portal = await installation.open_portal(settings, organisation)
        try:
            assert await recovery.closed_to_all(portal) == []
            found = await portal.database.read(
                lambda each: members.by_email(each, "ada@example.org")
            )
            return found is not None and found.admin
        finally:
            await installation.close_portal(portal)

    assert asyncio.run(is_admin())
