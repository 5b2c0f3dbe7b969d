"""Tables as files that a spreadsheet opens, and takes for text.

Spreadsheets run cells that begin like a formula (OWASP, "CSV injection"), and so would a file that
staff pass on. The byte order mark and the semicolons are what German ones expect.
"""

import csv
import io
from collections.abc import Iterable, Sequence

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(text: str) -> str:
    """Return a text that no spreadsheet runs: an apostrophe in front says that it is one."""
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS_FORMULA) else text


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as the text of a CSV file."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows([cell(each) for each in row] for row in rows)
    return table.getvalue()


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as a CSV file in UTF-8."""
    return csv_text(rows).encode("utf-8-sig")
