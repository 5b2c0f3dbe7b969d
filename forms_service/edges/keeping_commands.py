"""Commands about what is kept: delete what is due, count what was."""

import argparse
import asyncio
from collections.abc import Callable
from typing import Any

from forms_service.edges.staff.figure_words import as_csv
from forms_service.rules.catalogues import STAFF_LANGUAGES, texts_for
from forms_service.rules.figures import Published
from forms_service.usecases import figures, installation
from forms_service.usecases.figures import YearNotOver
from forms_service.usecases.installation import InstallationError
from forms_service.usecases.upkeep import delete_due
from forms_service.world.settings import Settings
from forms_service.world.site import load_site

Commands = Any
"""What argparse calls `_SubParsersAction`, which it keeps to itself."""

Say = Callable[[str], None]


def add_keeping(commands: Commands, say: Say) -> None:
    """Add `purge` and `figures`; `say` prints."""
    purge = commands.add_parser("purge", help="delete at once what is due for deletion")
    purge.set_defaults(run=lambda settings, parsed: say(_purge(settings)))
    counted = commands.add_parser("figures", help="print a past year's figures as CSV")
    counted.add_argument("year", type=int, metavar="YEAR", help="as 2025")
    counted.add_argument(
        "--language", choices=STAFF_LANGUAGES, default="de", help="of the words in it"
    )
    counted.set_defaults(run=lambda settings, parsed: say(_figures(settings, parsed)))


def _purge(settings: Settings) -> str:
    async def purge() -> int:
        portal = await installation.open_portal(
            settings, load_site(settings.site_dir).organisation, beside=True
        )
        try:
            return await delete_due(portal)
        finally:
            await installation.close_portal(portal)

    deleted = asyncio.run(purge())
    return f"{deleted} case was deleted." if deleted == 1 else f"{deleted} cases were deleted."


def _figures(settings: Settings, parsed: argparse.Namespace) -> str:
    async def count() -> Published:
        portal = await installation.open_portal(
            settings, load_site(settings.site_dir).organisation, beside=True
        )
        try:
            return await figures.of_year(portal, parsed.year)
        finally:
            await installation.close_portal(portal)

    if not 1 < parsed.year < 9999:
        raise InstallationError(f"There is no year {parsed.year}.")
    try:
        published = asyncio.run(count())
    except YearNotOver as error:
        raise InstallationError(
            f"{parsed.year} isn't over. Figures of a running year would tell of single cases."
        ) from error
    return as_csv(published, texts_for(parsed.language)).rstrip()
