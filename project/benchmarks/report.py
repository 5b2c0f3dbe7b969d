"""Says what was measured: one line for each budget, ours beside the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One thing measured; `budget` and `other` are None where there is none.

    `where` says what ours was measured on (of several pages the worst one), or what it is made of.
    """

    what: str
    unit: str
    ours: float
    budget: float | None = None
    other: float | None = None
    at_least: bool = False
    where: str = ""

    @property
    def missed(self) -> bool:
        """Whether the budget isn't kept."""
        if self.budget is None:
            return False
        return self.ours < self.budget if self.at_least else self.ours > self.budget

    def cells(self) -> list[str]:
        """Return what stands in the table."""
        sign = "≥" if self.at_least else "≤"
        ratio = "" if self.other is None else f"{self.ours / self.other:.3g}"
        return [
            self.what,
            "" if self.budget is None else f"{sign} {number(self.budget)} {self.unit}".strip(),
            f"{number(self.ours)} {self.unit}".strip(),
            "" if self.other is None else f"{number(self.other)} {self.unit}".strip(),
            ratio,
            self.where,
            "**missed**" if self.missed else "",
        ]


def table(rows: Iterable[Row], other: str, where: str) -> str:
    """Return the rows as a table in Markdown; columns that none of them needs are left out."""
    head = ["measured", "budget", "ours", other, f"ours ÷ {other}", where, ""]
    cells = [row.cells() for row in rows]
    needed = [place for place in range(len(head)) if any(row[place] for row in cells)]
    return markdown_table([[line[place] for place in needed] for line in [head, *cells]])


def markdown_table(lines: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown whose first line is the head."""
    head, *body = lines
    return "".join(f"| {' | '.join(line)} |\n" for line in [head, ["---"] * len(head), *body])


def number(value: float) -> str:
    """Return a number as it is read: whole where that's exact enough."""
    return f"{value:.0f}" if value == round(value) or value >= 100 else f"{value:.2f}"
