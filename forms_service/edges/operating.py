"""Commands for the database as a whole: moving it, backing it up, putting it back."""

import argparse
import asyncio
from typing import Any

from forms_service.usecases.moving import move
from forms_service.world.settings import Settings


def add_operating(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the commands."""
    moving = commands.add_parser("move", help="move the portal from SQLite to PostgreSQL")
    moving.add_argument("target", help="address of an empty database: postgresql+asyncpg://…")
    moving.set_defaults(run=_move)


def _move(settings: Settings, parsed: argparse.Namespace) -> None:
    moved = asyncio.run(move(settings, parsed.target))
    print(f"The portal was moved, with {moved} cases. Set ANLAUFSTELLE_DATABASE_URL to the target.")
    print(f"{settings.database_file} is as it was; delete it once the portal runs.")
