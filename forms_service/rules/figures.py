"""What may be published of a year's cases, so that nothing leads back to a person.

One dimension at a time. A number below `LEAST` is hidden; where the sum of the others would betray
it, the smallest of the others is hidden too, and both look the same. Some tables are about a part
of the cases only (how complaints ended): they are shown where the number of that part is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

LEAST = 5
"""Smaller numbers are not told."""

NONE = "none"
UNKNOWN = "unknown"
OTHERS = "others"

_NO_LANGUAGE_OF_ITS_OWN = {"ls": "de"}


@dataclass(frozen=True)
class Figure:
    """What stays of one case. `month` is YYYY-MM; days are counted from the day of arrival.

    `category` is the promise a complaint named, or the topic of a question; `outcome` the stage
    at the end. None says that something never happened, for `anonymous` that it isn't known.
    """

    month: str
    form: str
    inbox: str
    category: str
    channel: str
    language: str
    anonymous: bool | None
    days_to_acknowledge: int | None
    days_to_close: int | None
    outcome: str
    dissatisfied: bool


@dataclass(frozen=True)
class Cell:
    """A value with its number; None where it is hidden."""

    value: str
    count: int | None


@dataclass(frozen=True)
class Table:
    """A dimension with its numbers. Without cells it isn't shown: too much would be hidden."""

    name: str
    total: int | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Published:
    """A year's figures. `total` is None where it is below `LEAST`."""

    total: int | None
    tables: tuple[Table, ...]


def language_group(code: str) -> str:
    """Return the language that a case is counted under."""
    return _NO_LANGUAGE_OF_ITS_OWN.get(code, code)


def publish(figures: Sequence[Figure]) -> Published:
    """Return what may be told of a year's cases."""
    if len(figures) < LEAST:
        return Published(None, ())
    shown: dict[str, Mapping[str, int | None]] = {}
    tables = []
    for dimension in DIMENSIONS:
        part = [each for each in figures if dimension.covers(each, shown)]
        counts = Counter(dimension.value_of(each) for each in part)
        if dimension.groups_rare:
            counts = _grouped(counts)
        shown[dimension.name] = suppress(counts)
        cells = tuple(
            Cell(value, shown[dimension.name][value])
            for value in _in_order(dimension, counts)
            if value in shown[dimension.name]
        )
        if part or dimension.of is None:
            tables.append(Table(dimension.name, len(part) if cells else None, cells))
    return Published(len(figures), tuple(tables))


def suppress(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return the numbers with those hidden that are too small, or would betray such a one.

    Empty where nothing could be shown beside them. Whoever knows the sum and this rule still
    finds at least two possible values for each hidden number; a test tries them all.
    """
    hidden = {value for value, count in counts.items() if count < LEAST}
    others = [value for value in counts if value not in hidden]
    if hidden and others and _betrayed([counts[value] for value in hidden]):
        smallest = min(counts[value] for value in others)
        # All of the same size, or the order in which one is chosen would tell something.
        hidden |= {value for value in others if counts[value] == smallest}
    if hidden == counts.keys():
        return {}
    return {value: None if value in hidden else count for value, count in counts.items()}


def _betrayed(small: Sequence[int]) -> bool:
    """Return whether the sum of small numbers leaves one possibility only."""
    return len(small) == 1 or sum(small) in (len(small), len(small) * (LEAST - 1))


def _grouped(counts: Mapping[str, int]) -> Counter[str]:
    grouped: Counter[str] = Counter()
    for value, count in counts.items():
        grouped[value if count >= LEAST else OTHERS] += count
    return grouped


def _in_order(dimension: "Dimension", counts: Mapping[str, int]) -> Iterable[str]:
    if dimension.order:
        known = [value for value in dimension.order if value in counts]
        return known + sorted(counts.keys() - set(known))
    return sorted(counts, key=lambda value: (value in (NONE, OTHERS, UNKNOWN), value))


@dataclass(frozen=True)
class Dimension:
    """One table: how a case's value is found, and of which cases (another table's value) it is."""

    name: str
    value_of: Callable[[Figure], str]
    of: tuple[str, str] | None = None
    order: tuple[str, ...] = ()
    groups_rare: bool = False

    def covers(self, figure: Figure, shown: Mapping[str, Mapping[str, int | None]]) -> bool:
        """Return whether the table counts this case; not where the whole it is of is hidden."""
        if self.of is None:
            return True
        name, value = self.of
        if shown[name].get(value) is None:
            return False
        return next(each for each in DIMENSIONS if each.name == name).value_of(figure) == value


def _band(days: int | None, ends: tuple[int, ...]) -> str:
    if days is None:
        return UNKNOWN
    return next((f"{end}" for end in ends if days <= end), "more")


ACKNOWLEDGE_BANDS = (1, 3, 7)
CLOSE_BANDS = (14, 30, 90)
"""The last day of each band; what takes longer is `more`."""


def _is_closed(figure: Figure) -> str:
    return "closed" if figure.outcome.startswith("closed") else "open"


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension("form", lambda each: each.form, order=("complaint", "contact", "application")),
    Dimension("quarter", lambda each: str((int(each.month[5:7]) + 2) // 3)),
    Dimension("promise", lambda each: each.category, of=("form", "complaint")),
    Dimension("topic", lambda each: each.category, of=("form", "contact")),
    Dimension("channel", lambda each: each.channel, order=("web", "paper", "spoken")),
    Dimension("language", lambda each: language_group(each.language), groups_rare=True),
    Dimension(
        "anonymous",
        lambda each: UNKNOWN if each.anonymous is None else "yes" if each.anonymous else "no",
        order=("yes", "no"),
    ),
    Dimension(
        "acknowledged",
        lambda each: "no" if each.days_to_acknowledge is None else "yes",
        order=("yes", "no"),
    ),
    Dimension(
        "days_to_acknowledge",
        lambda each: _band(each.days_to_acknowledge, ACKNOWLEDGE_BANDS),
        of=("acknowledged", "yes"),
        order=(*(str(end) for end in ACKNOWLEDGE_BANDS), "more"),
    ),
    Dimension("state", _is_closed, order=("closed", "open")),
    Dimension("outcome", lambda each: each.outcome, of=("state", "closed")),
    Dimension(
        "days_to_close",
        lambda each: _band(each.days_to_close, CLOSE_BANDS),
        of=("state", "closed"),
        order=(*(str(end) for end in CLOSE_BANDS), "more"),
    ),
    Dimension(
        "dissatisfied",
        lambda each: "yes" if each.dissatisfied else "no",
        order=("yes", "no"),
    ),
)
"""Every table, in order; one that is of another's part stands after it.

Inboxes have none: forms and topics decide them, so that one table would betray what another hides.
"""
