"""A table that a spreadsheet opens is read as text, never run."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.spreadsheet import cell, csv_bytes

TEXTS = st.text(
    st.one_of(st.sampled_from("=+-@\t\r\n ;\",'|"), st.characters(codec="utf-8")), max_size=30
)


@given(TEXTS)
def test_no_cell_begins_like_a_formula_and_none_is_changed_otherwise(text: str) -> None:
    safe = cell(text)
    assert not safe.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋"))
    assert safe in (text, f"'{text}")


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", "＝", "＠"])
def test_what_would_run_is_defused(begins: str) -> None:
    assert cell(f"{begins}SUM(A1)") == f"'{begins}SUM(A1)"


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), max_size=5))
def test_a_file_holds_exactly_its_cells(rows: list[list[str]]) -> None:
    file = io.StringIO(csv_bytes(rows).decode("utf-8-sig"), newline="")
    read = list(csv.reader(file, delimiter=";"))
    assert read == [[cell(each) for each in row] for row in rows]


def test_a_file_says_that_it_is_utf_8() -> None:
    assert csv_bytes([["سلمى"]]).startswith(b"\xef\xbb\xbf")
