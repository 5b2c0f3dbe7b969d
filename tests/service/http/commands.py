"""How a test types at the command line, and reads what it says."""

import re
from collections.abc import Callable

import pytest

Say = pytest.CaptureFixture[str]


def said_wrong(capture: Say, code: int) -> str:
    """The one sentence on the standard error output of a command that failed."""
    said = capture.readouterr()
    assert code == 1
    (line,) = said.err.splitlines()
    assert line.startswith("anlaufstelle: ")
    assert "Traceback" not in said.out
    return line.removeprefix("anlaufstelle: ")


def answers_from(sheets: Callable[[int], str]) -> Callable[[str], str]:
    """What is typed when the command line asks for a sheet."""

    def read(prompt: str) -> str:
        (number,) = re.findall(r"sheet (\d)", prompt)
        return sheets(int(number))

    return read


class Paper:
    """What somebody copied from the screen."""

    def __init__(self, capture: Say) -> None:
        self._capture = capture
        self.sheets: dict[int, str] = {}

    def sheet(self, number: int) -> str:
        """A sheet, as the screen showed it."""
        if not self.sheets:
            shown = re.findall(r"Sheet (\d):  (.+)", self._capture.readouterr().out)
            self.sheets = {int(each): text for each, text in shown}
            assert sorted(self.sheets) == [1, 2]
        return self.sheets[number]
