"""What an operator does about what is kept: delete at once, print a year's figures."""

import csv
import io

import pytest

from forms_service.edges.cli import main
from forms_service.world.settings import Settings
from tests.service.http.commands import said_wrong


def test_purge_says_how_many_were_deleted(
    installed: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["purge"]) == 0
    assert capsys.readouterr().out == "0 cases were deleted.\n"


@pytest.mark.parametrize(("language", "first"), [("de", "Tabelle"), ("en", None)])
def test_figures_are_printed_as_a_table(
    installed: Settings, capsys: pytest.CaptureFixture[str], language: str, first: str | None
) -> None:
    assert main(["figures", "2020", "--language", language]) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out), delimiter=";"))
    assert first is None or rows[0][0] == first
    # Nothing was there in 2020; that it is less than five is all that is said
    assert len(rows) == 2
    assert "5" in rows[1][2]


@pytest.mark.parametrize("year", ["9998", "10000", "0"])
def test_a_year_that_isnt_over_has_no_figures(
    installed: Settings, capsys: pytest.CaptureFixture[str], year: str
) -> None:
    assert year in said_wrong(capsys, main(["figures", year]))


def test_without_a_portal_there_is_nothing_to_delete(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "isn't set up" in said_wrong(capsys, main(["purge"]))
