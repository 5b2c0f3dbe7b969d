"""Every command and option stands in the reference, and nothing stands there that isn't one."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from forms_service.edges.cli import parser


def commands(
    of: argparse.ArgumentParser, name: str = "anlaufstelle"
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command that does something, with its options; each once, whatever else it's called."""
    actions = [each for each in of._actions if isinstance(each, argparse._SubParsersAction)]
    if not any(action.required for action in actions):
        yield name, of
    for action in actions:
        known = []
        for word, inner in action.choices.items():
            if inner not in known:
                known.append(inner)
                yield from commands(inner, f"{name} {word}")


COMMANDS = dict(commands(parser()))


@pytest.fixture(scope="module")
def sections(project: Path) -> dict[str, str]:
    """The reference by its headings."""
    text = (project / "project/commands.md").read_text(encoding="utf-8")
    return dict(re.findall(r"(?ms)^## (anlaufstelle[^\n]*)\n(.*?)(?=^## |\Z)", text))


def test_every_command_has_its_section_and_no_other_has(sections: dict[str, str]) -> None:
    assert sorted(sections) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_section_lists_every_option_and_argument(sections: dict[str, str], name: str) -> None:
    there = {
        option
        for action in COMMANDS[name]._actions
        if not isinstance(action, argparse._HelpAction | argparse._SubParsersAction)
        for option in action.option_strings or [str(action.metavar or action.dest).upper()]
    }
    listed = set(re.findall(r"(?m)^\| `([^` ]+)", sections[name]))
    assert listed - {"reader", "deputy", "management", "outside"} == there
