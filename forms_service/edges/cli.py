"""The command line: what an operator does. Each command says in words what it did."""

import argparse
import asyncio
import getpass
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import segno

from forms_service.edges.building import BuildError, build_site
from forms_service.edges.keeping_commands import add_keeping
from forms_service.edges.logging import configure_logging
from forms_service.edges.operating import add_operating
from forms_service.edges.serving import serve
from forms_service.edges.translation_options import add_translations
from forms_service.rules.process import ESCALATION, Role
from forms_service.usecases import installation, members, readiness, recovery, second_factor
from forms_service.usecases.installation import InstallationError
from forms_service.usecases.members import MemberError
from forms_service.usecases.recovery import Recovered, RecoveryError
from forms_service.world.database import open_database
from forms_service.world.portal import Portal
from forms_service.world.schema import DatabaseError
from forms_service.world.secret_files import SecretsError
from forms_service.world.settings import Settings, SettingsError, read_settings
from forms_service.world.site import SiteError, load_site
from forms_service.world.store.cases import Case


class NotReadyError(RuntimeError):
    """Something is left to do before the portal may go public."""


_EXPECTED = (
    NotReadyError,
    OSError,
    BuildError,
    DatabaseError,
    InstallationError,
    MemberError,
    RecoveryError,
    SecretsError,
    SettingsError,
    SiteError,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 1 with a sentence that says what is wrong."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    parsed = parser().parse_args(words, argparse.Namespace(words=words))
    try:
        settings = read_settings(os.environ, trial=getattr(parsed, "trial", None))
        parsed.run(settings, parsed)
    except _EXPECTED as error:
        print(f"anlaufstelle: {error}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the commands with their options; the reference is checked against it by a test."""
    top = argparse.ArgumentParser(prog="anlaufstelle", description="Runs the portal.")
    commands = top.add_subparsers(required=True, metavar="command")

    build = commands.add_parser("build", help="build the site anew and switch to it")
    build.add_argument(
        "--config", type=Path, default=Path("mkdocs.yml"), help="the site's settings"
    )
    build.set_defaults(run=_build)

    init = commands.add_parser("init", help="set a new portal up: secrets, database, recovery key")
    init.set_defaults(run=_init)

    serve = commands.add_parser("serve", help="serve the site and take the forms")
    serve.add_argument(
        "--trial", action="store_true", default=None, help="trying-out mode, with sample data"
    )
    serve.set_defaults(run=_serve)

    migrate = commands.add_parser("migrate", help="bring the database up to date")
    migrate.set_defaults(run=_migrate)

    check = commands.add_parser("check", help="say what is left to do before going public")
    check.set_defaults(run=_check)

    add_keeping(commands, print)
    add_operating(commands)
    add_translations(commands).set_defaults(run=_translations)

    member = commands.add_parser("member", help="members of staff")
    actions = member.add_subparsers(required=True, metavar="action")
    add = actions.add_parser("add", help="add a member; asks for the password")
    add.add_argument("--name", required=True, help="name as colleagues know it")
    add.add_argument("--email", required=True, help="address to sign in with")
    add.add_argument("--language", choices=("de", "en"), default="de", help="of the staff page")
    add.add_argument("--team", help="team in the organisation's settings")
    add.add_argument(
        "--role",
        action="append",
        default=[],
        type=_role,
        metavar="INBOX:ROLE",
        help=f"may be given several times; ROLE is one of {', '.join(ESCALATION)}",
    )
    add.add_argument("--admin", action="store_true", help="manages members; reads no cases by that")
    add.add_argument("--trial", action="store_true", default=None, help="in the trying-out mode")
    add.set_defaults(run=_add_member)

    recover = commands.add_parser(
        "recover", help="open what no member can, with both recovery sheets"
    )
    recover.add_argument("--to", metavar="EMAIL", help="member who is to read; without: a list")
    recover.add_argument(
        "--case", action="append", default=[], metavar="ID", help="only this; several times"
    )
    recover.set_defaults(run=_recover)
    return top


def _role(text: str) -> tuple[str, Role]:
    inbox, _, role = text.partition(":")
    for known in ESCALATION:
        if role == known:
            return inbox, known
    raise argparse.ArgumentTypeError(f"{text!r} is not INBOX:ROLE")


def _build(settings: Settings, parsed: argparse.Namespace) -> None:
    folder = build_site(parsed.config, settings.site_dir, settings.address)
    print(f"The site is built: {folder}")


def _init(settings: Settings, parsed: argparse.Namespace) -> None:
    if asyncio.run(installation.is_installed(settings)):
        raise InstallationError("This portal is set up already.")
    recovery = installation.new_recovery_key()
    print(
        "The recovery key opens every case when no member can. It is printed now and kept\n"
        "nowhere. Copy each sheet onto paper, for two people who keep them apart.\n"
    )
    for number, sheet in enumerate(recovery.sheets, 1):
        print(f"Sheet {number}:  {sheet}\n")
    for number, sheet in enumerate(recovery.sheets, 1):
        if not installation.is_copy_of(input(f"Type sheet {number} from the paper: "), sheet):
            raise InstallationError(f"That isn't sheet {number}. Nothing was set up; start again.")
    asyncio.run(installation.install(settings, recovery.public_key))
    print("The portal is set up. Add members with 'anlaufstelle member add'.")


def _migrate(settings: Settings, parsed: argparse.Namespace) -> None:
    async def migrate() -> None:
        database = await open_database(settings.url)
        await database.close()

    asyncio.run(migrate())
    print("The database is up to date.")


def _add_member(settings: Settings, parsed: argparse.Namespace) -> None:
    if not parsed.role and not parsed.admin:
        raise MemberError("A member needs a role, or --admin.")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("The same once more: "):
        raise MemberError("The two passwords differ.")

    async def add() -> str:
        portal = await _open_beside(settings)
        try:
            return await members.add_member(
                portal,
                name=parsed.name,
                email=parsed.email,
                password=password,
                roles=list(dict.fromkeys(parsed.role)),
                language=parsed.language,
                team=parsed.team,
                admin=parsed.admin,
                second_factor=not settings.trial,
            )
        finally:
            await installation.close_portal(portal)

    totp = asyncio.run(add())
    print(f"{parsed.name} is a member and reads what arrives from now on.")
    if totp:
        uri = second_factor.uri(totp, parsed.email)
        print("They scan this with the app that shows them codes. It is shown once.\n")
        segno.make(uri, error="m").terminal(compact=True)
        print(f"\nOr they type: {totp}")


def _recover(settings: Settings, parsed: argparse.Namespace) -> None:
    async def closed() -> list[Case]:
        portal = await _open_beside(settings)
        try:
            return await recovery.closed_to_all(portal)
        finally:
            await installation.close_portal(portal)

    async def recover(sheets: tuple[str, str]) -> Recovered:
        portal = await _open_beside(settings)
        try:
            return await recovery.recover(portal, sheets, parsed.to, parsed.case)
        finally:
            await installation.close_portal(portal)

    if not parsed.to:
        found = asyncio.run(closed())
        for case in found:
            print(f"- {case.id}  {case.inbox}, arrived {case.arrived_at:%Y-%m-%d}")
        print(f"{len(found)} cases can't be opened by any member.")
        return
    print("Both sheets are needed. What you type is kept nowhere.")
    done = asyncio.run(recover((input("Sheet 1: "), input("Sheet 2: "))))
    for case_id, reason in done.refused:
        print(f"- {case_id}: {reason}")
    print(f"{done.opened} cases are open to {parsed.to} now; {len(done.refused)} are not.")


async def _open_beside(settings: Settings) -> Portal:
    organisation = load_site(settings.site_dir).organisation
    return await installation.open_portal(settings, organisation, beside=True)


def _check(settings: Settings, parsed: argparse.Namespace) -> None:
    async def look() -> list[str]:
        site = load_site(settings.site_dir)
        portal = await installation.open_portal(settings, site.organisation, beside=True)
        try:
            return await readiness.left_to_do(portal, site, settings)
        finally:
            await installation.close_portal(portal)

    left = asyncio.run(look())
    print(f"The database is {readiness.database_version(settings)}.")
    for each in left:
        print(f"- {each}")
    if left:
        raise NotReadyError(f"{len(left)} things are left to do before going public.")
    print("Nothing is left to do.")


def _translations(settings: Settings, parsed: argparse.Namespace) -> None:
    # A process of its own: the libraries for translators are large, and none of the service's.
    command = [sys.executable, "-m", "forms_service.edges.translating", *parsed.words]
    raise SystemExit(subprocess.run(command, check=False).returncode)


def _serve(settings: Settings, parsed: argparse.Namespace) -> None:
    configure_logging()
    asyncio.run(serve(settings))


if __name__ == "__main__":
    raise SystemExit(main())
