"""Says what was measured: one line for each budget, ours beside stock."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One thing measured; `budget` and `stock` are None where there is none.

    `where` names the page that ours was measured on, the worst of all.
    """

    what: str
    unit: str
    ours: float
    budget: float | None = None
    stock: float | None = None
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
        ratio = "" if self.stock is None else f"{self.ours / self.stock:.3g}"
        return [
            self.what,
            "" if self.budget is None else f"{sign} {_number(self.budget)} {self.unit}".strip(),
            f"{_number(self.ours)} {self.unit}".strip(),
            "" if self.stock is None else f"{_number(self.stock)} {self.unit}".strip(),
            ratio,
            self.where,
            "**missed**" if self.missed else "",
        ]


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a table in Markdown."""
    head = ["measured", "budget", "ours", "stock", "ours ÷ stock", "worst of ours", ""]
    lines = [head, ["---"] * len(head), *(row.cells() for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _number(value: float) -> str:
    return f"{value:.0f}" if value == round(value) or value >= 100 else f"{value:.2f}"
