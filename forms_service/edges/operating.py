"""Commands for the database as a whole: moving it, backing it up, putting it back."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from forms_service.usecases.backing_up import back_up, restore
from forms_service.usecases.moving import move
from forms_service.world.settings import Settings


def add_operating(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the commands."""
    moving = commands.add_parser("move", help="move the portal from SQLite to PostgreSQL")
    moving.add_argument("target", help="address of an empty database: postgresql+asyncpg://…")
    moving.set_defaults(run=_move)

    backing_up = commands.add_parser("backup", help="copy the database while the service runs")
    backing_up.add_argument(
        "file", type=Path, nargs="?", help="new file; without it a dated one in the backup folder"
    )
    backing_up.set_defaults(run=_back_up)

    restoring = commands.add_parser("restore", help="put a backup into an empty place")
    restoring.add_argument("file", type=Path, help="what `backup` wrote")
    restoring.set_defaults(run=_restore)


def _back_up(settings: Settings, parsed: argparse.Namespace) -> None:
    print(f"The backup is written: {back_up(settings, parsed.file)}")


def _restore(settings: Settings, parsed: argparse.Namespace) -> None:
    asyncio.run(restore(settings, parsed.file))
    print("The backup is back. Open a case with its number before the portal goes public again.")


def _move(settings: Settings, parsed: argparse.Namespace) -> None:
    moved = asyncio.run(move(settings, parsed.target))
    print(f"The portal was moved, with {moved} cases. Set ANLAUFSTELLE_DATABASE_URL to the target.")
    print(f"{settings.database_file} is as it was; delete it once the portal runs.")
