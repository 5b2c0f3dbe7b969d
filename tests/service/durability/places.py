"""Where a portal lies, and how it is set up there; as a program, it also serves it.

The program lets a recording begin with nothing: secrets, database, members and service in one
process. `NORMAL` makes SQLite hand out what isn't on the disk yet, as the portal must never do.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from forms_service.edges import cli
from forms_service.rules import sealing
from forms_service.rules.organisation import Organisation
from forms_service.rules.process import Role
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases.installation import (
    RecoveryKey,
    close_portal,
    install,
    is_installed,
    open_portal,
)
from forms_service.usecases.members import add_member
from forms_service.world import database
from forms_service.world.settings import Settings, read_settings
from forms_service.world.site import load_site
from forms_service.world.store import members


@dataclass(frozen=True)
class Place:
    """The folder of one portal for trying out, the site it serves, and what opens every case."""

    folder: Path
    site: Path
    recovery_key: RecoveryKey

    @property
    def settings(self) -> Settings:
        """Settings with everything below the folder."""
        return Settings(
            data_dir=self.folder / "data",
            secrets_dir=self.folder / "secrets",
            site_dir=self.site,
            rate_limit="off",
            trial=True,
        )

    @property
    def recovery_private_key(self) -> bytes:
        """What the two sheets give."""
        return sealing.join_recovery_key(*self.recovery_key.sheets)


async def set_up(settings: Settings, organisation: Organisation, recovery_key: bytes) -> None:
    """Set a portal up with a reader for everything and one outside the line of complaints.

    Whatever is there of an attempt that was cut off is completed.
    """
    if not await is_installed(settings):
        await install(settings, recovery_key)
    portal = await open_portal(settings, organisation, password_cost=CHEAPEST)
    everywhere: list[tuple[str, Role]] = [(inbox, "reader") for inbox in organisation.inboxes]
    outside: list[tuple[str, Role]] = [("complaints", "outside")]
    joined = {each.name for each in await portal.database.read(members.everyone)}
    for name, roles in (("Lena", everywhere), ("Omid", outside)):
        if name not in joined:
            email = f"{name.lower()}@example.org"
            await add_member(portal, name=name, email=email, password="x" * 20, roles=roles)
    await close_portal(portal)


def main(recovery_key: str, synchronous: str) -> int:
    """Set up what the environment names, and serve it until told to stop."""
    database._WRITER_PRAGMAS = ("PRAGMA journal_mode=WAL", f"PRAGMA synchronous={synchronous}")
    settings = read_settings(os.environ, trial=True)
    organisation = load_site(settings.site_dir).organisation
    asyncio.run(set_up(settings, organisation, bytes.fromhex(recovery_key)))
    return cli.main(["serve", "--trial"])


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
