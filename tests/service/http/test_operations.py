"""Whoever follows project/operations.md gets a portal that is ready, keeps it, and gets it back."""

import asyncio
import getpass
import os
import re
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pyotp
import pytest

from forms_service.edges.cli import parser
from forms_service.edges.web import create_app
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases.installation import close_portal, open_portal
from forms_service.world import schema
from forms_service.world.settings import Settings, read_settings
from forms_service.world.site import load_site
from tests.service.conftest import PASSWORD
from tests.service.http.actors import Browser, Desk, main_text
from tests.service.http.commands import Paper, Say, answers_from, said_wrong
from tests.service.http.operations import Document, let_builds_copy, run, without_gaps, words

Look = Callable[[Browser, Desk], Awaitable[None]]


@pytest.fixture(scope="module")
def document(project: Path) -> Document:
    """The document."""
    return Document((project / "project/operations.md").read_text(encoding="utf-8"))


def test_every_command_in_the_document_is_one_with_these_options(document: Document) -> None:
    found = document.commands()
    assert len(found) > 20
    for command in found:
        # An option or a command that isn't there ends this with SystemExit
        parser().parse_args(words(command, *["x"] * 9))


def test_every_setting_and_file_in_the_document_is_there(document: Document, project: Path) -> None:
    for name in re.findall(r"ANLAUFSTELLE_([A-Z_]+)", document.text):
        assert name.lower() in Settings.__struct_fields__
    for name in re.findall(r"`deploy/(\w+)`", document.text):
        assert (project / "deploy" / name).exists(), name
    for unit in re.findall(r"anlaufstelle[\w-]*\.(?:service|timer)", document.text):
        assert (project / "deploy" / unit).exists(), unit
    for file, anchor in re.findall(r"\]\(([\w./-]*)#?([\w-]*)\)", document.text):
        there = (project / "project" / file).read_text("utf-8") if file else document.text
        headings = re.findall(r"(?m)^#+ (.+)$", there)
        anchors = {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}
        assert not anchor or anchor in anchors, (file, anchor)


class Operator:
    """Follows the document on a machine whose folders lie below one."""

    def __init__(
        self, environment: pytest.MonkeyPatch, document: Document, folder: Path, capture: Say
    ) -> None:
        self.environment, self.document, self.folder, self.capture = (
            environment, document, folder, capture,
        )  # fmt: skip
        self.paper = Paper(capture)
        environment.setattr("builtins.input", answers_from(self.paper.sheet))
        environment.setattr(getpass, "getpass", lambda prompt: PASSWORD)
        environment.setenv("ANLAUFSTELLE_SITE_URL", "https://portal.test/")
        environment.setenv("ANLAUFSTELLE_PROXIES", "127.0.0.1")
        environment.setenv("ANLAUFSTELLE_SMTP_HOST", "mail.portal.test")
        self.move_to(folder)
        environment.chdir(folder)

    def move_to(self, machine: Path) -> None:
        """Go on at a machine, whose folders are empty."""
        for name in ("site", "data", "secrets", "backup"):
            self.environment.setenv(f"ANLAUFSTELLE_{name.upper()}_DIR", str(machine / name))

    def follow(self, part: str, *values: str, **named: str) -> str:
        """Run the commands of a part, one after the other; what they say."""
        self.capture.readouterr()
        for command in self.document.commands(part, **named):
            assert run(command, *values) == 0, command
        return self.capture.readouterr().out

    @property
    def backups(self) -> list[Path]:
        """The dated files of the first machine, the oldest first; they were fetched in time."""
        return sorted((self.folder / "backup").iterdir())

    def visit(self, look: Look) -> None:
        """Let somebody look at the portal while it runs."""

        async def open_and_look() -> None:
            settings = read_settings(os.environ)
            site = load_site(settings.site_dir)
            portal = await open_portal(settings, site.organisation)
            app = create_app(portal, site, settings)
            try:
                here = "https://portal.test"
                await look(Browser(app, origin=here), Desk(app, origin=here))
            finally:
                await close_portal(portal)

        asyncio.run(open_and_look())


@pytest.fixture
def operator(
    environment: pytest.MonkeyPatch,
    document: Document,
    built_site: Path,
    tmp_path: Path,
    capsys: Say,
) -> Operator:
    """Somebody with an empty machine, and pages whose gaps are filled."""
    let_builds_copy(environment, without_gaps(built_site, tmp_path / "pages"))
    return Operator(environment, document, tmp_path, capsys)


@pytest.mark.slow
def test_from_an_empty_machine_to_a_portal_that_is_ready_and_back_after_its_loss(
    operator: Operator, tmp_path: Path
) -> None:
    # Given a machine on which parts 3 and 4 were done
    assert "The portal is set up." in operator.follow("3. Build and set up")
    said = operator.follow("4. Members", "Lena", "lena@example.org", "support")
    (secret,) = re.findall(r"Or they type: ([A-Z2-7]{32})", said)
    (command,) = operator.document.commands("4. Members")
    assert run(command, "Sam", "sam@example.org", "housing") == 0
    others = ["counselling:reader", "project:reader", "training:reader", "applications:reader"]
    others += ["safeguarding:reader", "complaints:outside"]
    # When nobody reads some inboxes yet, then `check` says so, and with a readable list
    assert run("anlaufstelle backup") == 0
    operator.capture.readouterr()
    assert "left to do" in said_wrong(operator.capture, run("anlaufstelle check"))
    option = [word for each in others for word in ("--role", each)]
    add = ["anlaufstelle", "member", "add", "--name", "Omid", "--email", "omid@example.org"]
    assert run(" ".join([*add, *option])) == 0
    operator.backups[0].unlink()
    # Then part 5 says that nothing is left
    said = operator.follow("5. Check and serve")
    assert said.endswith("Nothing is left to do.\n")
    numbers = []

    async def write(browser: Browser, desk: Desk) -> None:
        numbers.append(
            await browser.send("/de/beschwerde/", {"what_happened": "Das soll bleiben."})
        )

    operator.visit(write)
    operator.backups[0].unlink()
    operator.follow("Backup")
    # When the machine is lost, and another one stands in its place, with the secrets put back
    new = tmp_path / "new"
    (new / "secrets").mkdir(parents=True, mode=0o700)
    for name in re.findall(r"`(\w+)` and `(\w+)`", operator.document.parts["Lost server"])[0]:
        shutil.move(tmp_path / "secrets" / name, new / "secrets" / name)
    for lost in ("data", "secrets"):
        shutil.rmtree(tmp_path / lost)
    operator.move_to(new)
    said = operator.follow("Lost server", str(operator.backups[-1]))
    assert "The backup is back." in said
    assert operator.follow("5. Check and serve").endswith("Nothing is left to do.\n")

    # Then the number opens its case there, and staff read it
    async def read(browser: Browser, desk: Desk) -> None:
        assert "Das soll bleiben." in main_text(await browser.come_in(numbers[0]))
        code = pyotp.TOTP(secret).now()
        typed = {"email": "lena@example.org", "password": PASSWORD, "code": code}
        assert (await desk.post("/staff/anmelden/", typed)).status_code == 303
        assert "Das soll bleiben." in main_text(await desk.open(await desk.only_case()))

    operator.visit(read)


def test_the_keepers_try_their_sheets_on_a_copy(operator: Operator) -> None:
    operator.follow("3. Build and set up")
    part = operator.document.parts["Try the recovery sheets"]
    operator.follow("Try the recovery sheets")
    (program,) = re.findall(r"```python\n(.*?)```", part, re.S)
    sheets = dict(operator.paper.sheets)

    def says(*typed: str) -> str:
        waiting = iter(typed)
        operator.environment.setattr(getpass, "getpass", lambda prompt: next(waiting))
        exec(compile(program, "operations.md", "exec"), {})  # noqa: S102 - it is what they run
        return operator.capture.readouterr().out.strip()

    assert says(sheets[1], sheets[2]) == "They fit."
    for wrong in ((sheets[1], sheets[1]), (sheets[1][:-1], sheets[2])):
        with pytest.raises(ValueError, match="sheet"):
            says(*wrong)
    # Those of another portal are told apart
    shutil.rmtree(operator.folder / "data")
    operator.paper.sheets.clear()
    assert run("anlaufstelle init") == 0
    operator.capture.readouterr()
    assert says(operator.paper.sheets[1], operator.paper.sheets[2]) == (
        "They belong to another portal."
    )


def rows(database: Path) -> dict[str, int]:
    """How many rows each table of an old database has, and its revision."""
    opened = sqlite3.connect(database)
    tables = opened.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    counted = {
        name: opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for (name,) in tables
    }
    revision = opened.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    opened.close()
    return counted | {f"revision {revision}": 1}


def test_a_new_version_and_the_way_back(
    operator: Operator, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given the data of an older version, and the migrations that it had
    example = project / "tests/examples/database-0002"
    for name in ("data", "secrets"):
        shutil.copytree(example / name, tmp_path / name)
        for path in [tmp_path / name, *(tmp_path / name).iterdir()]:
            path.chmod(0o700 if path.is_dir() else 0o600)
    database = tmp_path / "data/anlaufstelle.sqlite"
    older = shutil.copytree(schema.MIGRATIONS_DIR, tmp_path / "older")
    for path in (older / "versions").glob("0003*"):
        path.unlink()
    before = rows(database)
    assert "revision 0002" in before
    # When the document's steps to a new version are followed
    part, back = "A new version", "**Back again:**"
    *steps, check = operator.document.commands(part, before=back)
    assert [run(step) for step in steps] == [0] * len(steps)
    assert "left to do" in said_wrong(operator.capture, run(check))
    assert "revision 0002" not in rows(database)
    (backup,) = operator.backups
    assert rows(backup) == before

    # Then an old number opens its case
    async def read() -> None:
        settings = read_settings(os.environ)
        site = load_site(settings.site_dir)
        portal = await open_portal(settings, site.organisation, receipt_cost=CHEAPEST)
        browser = Browser(create_app(portal, site, settings), origin="https://portal.test")
        opened = await browser.come_in("12144083941872490275")
        assert "Der Termin wurde dreimal verschoben." in main_text(opened)
        await close_portal(portal)

    asyncio.run(read())
    # When the older version meets the newer database, then it refuses it and leaves it alone
    monkeypatch.setattr(schema, "MIGRATIONS_DIR", older)
    newer = rows(database)
    operator.capture.readouterr()
    said = said_wrong(operator.capture, run("anlaufstelle migrate"))
    assert "can't be brought up to date" in said
    assert rows(database) == newer
    # When the steps back are followed, then all is as it was
    (move,) = re.findall(r"`(mkdir .+; mv .+)`", operator.document.parts[part])
    assert "anlaufstelle.sqlite*" in move
    aside = tmp_path / "data/newer"
    aside.mkdir()
    for path in database.parent.glob("anlaufstelle.sqlite*"):
        shutil.move(path, aside / path.name)
    operator.follow(part, str(backup), after=back)
    assert rows(database) == before
