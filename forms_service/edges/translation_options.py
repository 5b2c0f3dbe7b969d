"""The options of `anlaufstelle translations`, for the command line and for the process it starts.

Kept apart so that the command line, which the service runs in, loads nothing that only
translators need.
"""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from forms_service.rules.languages import LANGUAGES, SOURCE


def add_translations(commands: Any) -> argparse.ArgumentParser:
    """Add the command with its actions; each action's name is in `action`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "translations", help="say what is left to translate; send texts to translators and back"
    )
    parser.add_argument(
        "--config", type=Path, default=Path("mkdocs.yml"), help="the site's settings"
    )
    parser.set_defaults(action=None, code=None)
    actions = parser.add_subparsers(dest="action", metavar="action")

    show = actions.add_parser(
        "show",
        aliases=[code for code in LANGUAGES if code != SOURCE],
        help="say what is left, by language; of one language by page",
    )
    show.add_argument("code", nargs="?", help="language")

    export = actions.add_parser("export", help="write every text of a language into one PO file")
    export.add_argument("code", help="language")
    export.add_argument("file", type=Path, help="the file to write; it must not be there yet")
    export.add_argument(
        "--with",
        dest="earlier",
        type=Path,
        metavar="EARLIER",
        help="a file that came back unfinished: take over what is done in it",
    )

    take = actions.add_parser("import", help="take a translator's file over, all or nothing")
    take.add_argument("file", type=Path, help="the file that came back")
    take.add_argument(
        "--partly", action="store_true", help="leave out what is wrong and take the rest"
    )
    take.add_argument("--reviewed-by", metavar="NAME", help="who has read the changed pages")
    take.add_argument("--on", type=_day, help="the day it was done, if not today")

    reviewed = actions.add_parser("reviewed", help="note that a person has read pages")
    reviewed.add_argument("code", help="language")
    reviewed.add_argument("pages", nargs="+", metavar="page", help="name of a page: leitbild")
    reviewed.add_argument("--by", required=True, metavar="NAME", help="who has read them")
    reviewed.add_argument("--on", type=_day, help="the day it was done, if not today")
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day like 2026-11-22") from error
