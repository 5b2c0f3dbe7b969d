"""The command line: what an operator does, and what it says when something is wrong."""

import asyncio
import fcntl
import getpass
import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest

from forms_service.edges import cli
from forms_service.usecases import installation, signing_in
from forms_service.usecases.signing_in import new_browser_token
from forms_service.world.database import open_database
from forms_service.world.settings import Settings
from forms_service.world.site import load_site
from forms_service.world.store import members
from tests.service.http.commands import Paper, Say, answers_from, said_wrong

PASSWORD = "noch eine Passphrase"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "achttausend", "port"),
        ("RATE_LIMIT", "off", "ANLAUFSTELLE_RATE_LIMIT"),
        ("RATE_LIMIT", "maybe", "rate_limit"),
        ("SITE_URL", "http://portal.example.org/", "ANLAUFSTELLE_SITE_URL"),
        ("SECRETS_DIR", "data/secrets", "ANLAUFSTELLE_SECRETS_DIR"),
        ("SECRETS_DIR", "data", "ANLAUFSTELLE_SECRETS_DIR"),
        ("SETTINGS", "nowhere.toml", "ANLAUFSTELLE_SETTINGS"),
        ("SETTINGS", "broken.toml", "ANLAUFSTELLE_SETTINGS"),
        ("SETTINGS", "misspelt.toml", "databse_url"),
        ("DATABASE_URL", "nonsense", "ANLAUFSTELLE_DATABASE_URL"),
        ("DATABASE_URL", "mysql://x/y", "ANLAUFSTELLE_DATABASE_URL"),
    ],
)
def test_a_wrong_setting_is_said_in_one_sentence(
    environment: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: Say,
    name: str,
    value: str,
    says: str,
) -> None:
    # Given one setting that is wrong or unsafe
    environment.chdir(tmp_path)
    environment.setenv("ANLAUFSTELLE_DATA_DIR", "data")
    environment.setenv("ANLAUFSTELLE_HOST", "0.0.0.0")  # noqa: S104 - never listened on
    (tmp_path / "broken.toml").write_text("port = = 1", encoding="utf-8")
    (tmp_path / "misspelt.toml").write_text('databse_url = "x"', encoding="utf-8")
    environment.setenv(f"ANLAUFSTELLE_{name}", value)
    # When a command is run, then it names the setting and does nothing
    assert says in said_wrong(capsys, cli.main(["migrate"]))
    assert not (tmp_path / "data").exists()


def test_a_second_service_on_one_file_is_refused_in_one_sentence(
    installed: Settings, capsys: Say
) -> None:
    # Given a service that runs: it holds the lock
    with Path(f"{installed.database_file}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # When another one is started, then it says why not and what to do
        said = said_wrong(capsys, cli.main(["serve"]))
    assert str(installed.database_file) in said
    assert "in use by another process" in said
    assert "stop the other first" in said


def test_the_trying_out_mode_stays_on_this_machine(
    environment: pytest.MonkeyPatch, capsys: Say
) -> None:
    environment.setenv("ANLAUFSTELLE_HOST", "0.0.0.0")  # noqa: S104 - never listened on
    assert "ANLAUFSTELLE_HOST" in said_wrong(capsys, cli.main(["serve", "--trial"]))


def test_the_environment_wins_over_the_file(
    environment: pytest.MonkeyPatch, tmp_path: Path, capsys: Say
) -> None:
    (tmp_path / "settings.toml").write_text(
        f'data_dir = "{tmp_path}/of-the-file"\n', encoding="utf-8"
    )
    environment.setenv("ANLAUFSTELLE_SETTINGS", str(tmp_path / "settings.toml"))
    assert cli.main(["migrate"]) == 0
    assert (tmp_path / "data").exists()
    environment.delenv("ANLAUFSTELLE_DATA_DIR")
    assert cli.main(["migrate"]) == 0
    assert (tmp_path / "of-the-file").exists()
    assert "up to date" in capsys.readouterr().out


def type_passwords(environment: pytest.MonkeyPatch, *typed: str) -> None:
    """What is typed when the command line asks for a password."""
    waiting: Iterator[str] = iter(typed)
    environment.setattr(getpass, "getpass", lambda prompt: next(waiting))


ADD = ["member", "add", "--name", "Nora", "--email", "Nora@Example.org"]


def test_a_member_is_added_with_a_second_factor(
    installed: Settings, environment: pytest.MonkeyPatch, capsys: Say
) -> None:
    # When a member is added, the password typed twice
    type_passwords(environment, PASSWORD, PASSWORD)
    assert cli.main([*ADD, "--role", "complaints:reader", "--team", "projects"]) == 0
    said = capsys.readouterr().out
    assert "Nora is a member" in said
    assert PASSWORD not in said
    (totp,) = re.findall(r"Or they type: ([A-Z2-7]{32})", said)

    # Then she gets in with it, and not without
    async def enters(code: str) -> bool:
        organisation = load_site(installed.site_dir).organisation
        portal = await installation.open_portal(installed, organisation)
        try:
            found = await portal.database.read(lambda each: members.by_email(each, EMAIL))
            assert found is not None
            assert (found.team, found.language) == ("projects", "de")
            return await signing_in.sign_in(
                portal,
                email=EMAIL,
                password=PASSWORD,
                code=code,
                browser_token=new_browser_token(),
            )
        finally:
            await installation.close_portal(portal)

    assert not asyncio.run(enters(""))
    assert asyncio.run(enters(pyotp.TOTP(totp).now()))


EMAIL = "nora@example.org"


@pytest.mark.parametrize(
    ("options", "passwords", "says"),
    [
        (["--role", "complaints:reader"], (PASSWORD, PASSWORD + "!"), "differ"),
        (["--role", "complaints:reader"], ("kurz", "kurz"), "at least 12"),
        (["--role", "nowhere:reader"], (PASSWORD, PASSWORD), "no inbox 'nowhere'"),
        (
            ["--role", "complaints:reader", "--team", "x"],
            (PASSWORD, PASSWORD),
            "no team 'x'",
        ),
        (
            ["--role", "complaints:reader", "--email", "LENA@example.org"],
            (PASSWORD, PASSWORD),
            "already",
        ),
        (["--role", "complaints:reader", "--email", "nora"], (PASSWORD, PASSWORD), "e-mail"),
    ],
)
def test_a_member_that_can_not_be_added_is_not(
    installed: Settings,
    environment: pytest.MonkeyPatch,
    capsys: Say,
    options: list[str],
    passwords: tuple[str, ...],
    says: str,
) -> None:
    type_passwords(environment, *passwords)
    assert says in said_wrong(capsys, cli.main([*ADD, *options]))

    async def names() -> list[str]:
        database = await open_database(installed.url)
        everyone = await database.read(members.everyone)
        await database.close()
        return [each.name for each in everyone]

    assert "Nora" not in asyncio.run(names())


def test_a_role_is_written_as_inbox_and_role(installed: Settings, capsys: Say) -> None:
    for wrong in ("complaints", "complaints:boss", ":reader:x"):
        with pytest.raises(SystemExit) as refused:
            cli.main([*ADD, "--role", wrong])
        assert refused.value.code == 2
        assert "INBOX:ROLE" in capsys.readouterr().err


def test_check_names_what_is_left(installed: Settings, capsys: Say) -> None:
    # Given a portal with placeholders in its settings and without readers for some inboxes
    code = cli.main(["check"])
    said = capsys.readouterr()
    # Then each is named with its place, and the end says that it isn't ready
    assert code == 1
    database, *lines = said.out.splitlines()
    assert database.startswith("The database is SQLite")
    assert all(line.startswith("- ") for line in lines)
    assert "- mkdocs.yml: bodies.leitbild.address" in lines
    assert "- project: needs 1 reader(s), has 0" in lines
    pages = len(load_site(installed.site_dir).pages["ar"])
    assert f"- docs/ar: {pages} pages are unreviewed" in lines
    assert not [line for line in lines if line.startswith("- complaints:")]
    assert said.err == f"anlaufstelle: {len(lines)} things are left to do before going public.\n"


def test_check_names_a_complaints_inbox_nobody_could_answer(
    environment: pytest.MonkeyPatch, capsys: Say
) -> None:
    paper = Paper(capsys)
    environment.setattr("builtins.input", answers_from(paper.sheet))
    assert cli.main(["init"]) == 0
    environment.setenv("ANLAUFSTELLE_SITE_URL", "")
    assert cli.main(["check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "- complaints: needs 2 reader(s), has 0" in lines
    assert "- complaints: needs a reader outside the line (role 'outside')" in lines
    assert [line for line in lines if "https" in line]


@pytest.mark.parametrize("command", [["check"], ["serve"], [*ADD, "--role", "complaints:reader"]])
def test_before_it_is_set_up_there_is_nothing_to_run(
    environment: pytest.MonkeyPatch, tmp_path: Path, capsys: Say, command: list[str]
) -> None:
    type_passwords(environment, PASSWORD, PASSWORD)
    environment.setattr(cli, "configure_logging", lambda: None)
    assert "anlaufstelle init" in said_wrong(capsys, cli.main(command))
    assert not (tmp_path / "secrets").exists()


def test_the_service_does_not_start_where_nobody_could_answer(
    installed: Settings, environment: pytest.MonkeyPatch, capsys: Say
) -> None:
    environment.setattr(cli, "configure_logging", lambda: None)
    said = said_wrong(capsys, cli.main(["serve"]))
    assert said.startswith("Nobody could answer: ")
    assert "project" in said


@pytest.mark.parametrize("name", ["pepper", "mail_key"])
def test_the_service_does_not_start_with_a_secret_that_others_may_read(
    installed: Settings, environment: pytest.MonkeyPatch, capsys: Say, name: str
) -> None:
    environment.setattr(cli, "configure_logging", lambda: None)
    (installed.secrets_dir / name).chmod(0o640)
    said = said_wrong(capsys, cli.main(["serve"]))
    assert said == f"{installed.secrets_dir / name}: others may read it; 'chmod 600' it"


def test_beside_the_running_service_members_join_and_nothing_else_is_changed(
    installed: Settings, environment: pytest.MonkeyPatch, capsys: Say
) -> None:
    # Given a service that runs
    type_passwords(environment, PASSWORD, PASSWORD)

    async def meanwhile(*command: str) -> int:
        database = await open_database(installed.url)
        try:
            return await asyncio.to_thread(cli.main, command)
        finally:
            await database.close()

    # Then a member can be added, and what is left can be asked
    assert asyncio.run(meanwhile(*ADD, "--role", "complaints:reader")) == 0
    assert "Nora is a member" in capsys.readouterr().out
    assert asyncio.run(meanwhile("check")) == 1
    assert "things are left to do" in capsys.readouterr().err
    # But a second service, or a migration, is refused
    environment.setattr(cli, "configure_logging", lambda: None)
    for command in ("migrate", "serve"):
        said = said_wrong(capsys, asyncio.run(meanwhile(command)))
        assert "in use by another process" in said
