"""The list of the desk: who is next is found by the database, and only what is shown is fetched.

It stands on `access.may_read`: what a member may not read is neither listed nor counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    func,
    not_,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import case as one_of
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import process
from forms_service.world.store import access
from forms_service.world.store.cases import Case
from forms_service.world.tables import case

Part = Literal["overdue", "new", "ours", "theirs", "apart", "closed"]
PARTS: tuple[Part, ...] = ("overdue", "new", "ours", "theirs", "apart", "closed")
"""In the order they are read."""

_CLOSED = [status for status in process.STATUS_FOR_SENDER if process.is_closed(status)]
_OWING = [status for status in process.STATUS_FOR_SENDER if process.owes_news(status)]


@dataclass(frozen=True)
class Chosen:
    """What the list is narrowed to; an empty one leaves it as it is.

    `whose` is the id of a member who has taken the case, or `NOBODY`.
    """

    form: str = ""
    inbox: str = ""
    language: str = ""
    status: str = ""
    whose: str = ""


NOBODY = "nobody"


@dataclass(frozen=True)
class Listed:
    """A part of the list as far as it is shown, and how many there are of it."""

    cases: list[Case]
    count: int


def _seconds(name: str) -> ColumnElement[int]:
    return type_coerce(case.c[name], BigInteger)


def due_by() -> ColumnElement[Any]:
    """Return the moment of the next promise (seconds): what `usecases.desk.next_due` says of one.

    A test holds both against each other.
    """
    return one_of(
        (case.c.unread_since.is_not(None), _seconds("news_by")),
        (case.c.status.in_(_CLOSED), null()),
        (case.c.opened_at.is_(None), _seconds("opened_by")),
        (case.c.acknowledged_at.is_(None), _seconds("acknowledged_by")),
        (case.c.status.not_in(_OWING), null()),
        (_seconds("news_by") < _seconds("answer_by"), _seconds("news_by")),
        else_=_seconds("answer_by"),
    )


def _part(due: CTE, now: datetime) -> ColumnElement[Any]:
    untouched, is_closed = due.c.acknowledged_at.is_(None), due.c.status.in_(_CLOSED)
    return one_of(
        (and_(due.c.suspicious.in_([True]), untouched), "apart"),
        (and_(due.c.by.is_(None), is_closed), "closed"),
        (due.c.by.is_(None), "theirs"),
        (due.c.by < int(now.timestamp()), "overdue"),
        (and_(untouched, not_(is_closed)), "new"),
        else_="ours",
    )


def _narrowed(member_id: str, now: datetime, chosen: Chosen) -> list[ColumnElement[bool]]:
    # The blank text keeps the database from looking each case up: most are asked for, and reading
    # the table from beginning to end takes half as long.
    conditions: list[ColumnElement[bool]] = [(case.c.id + "").in_(access.may_read(member_id, now))]
    for name in ("form", "inbox", "language", "status"):
        if value := getattr(chosen, name):
            conditions.append(case.c[name] == value)
    if chosen.whose == NOBODY:
        conditions.append(case.c.taken_by.is_(None))
    elif chosen.whose:
        conditions.append(case.c.taken_by == chosen.whose)
    return conditions


def _in_parts(member_id: str, now: datetime, chosen: Chosen) -> CTE:
    """Return every case with its part and what it is sorted by there, worked out only once."""
    due = _once(
        select(
            case.c.id,
            case.c.status,
            case.c.suspicious,
            case.c.acknowledged_at,
            _seconds("arrived_at").label("arrived"),
            due_by().label("by"),
        ).where(*_narrowed(member_id, now, chosen))
    )
    sorted_out = _once(select(due.c.id, due.c.arrived, due.c.by, _part(due, now).label("part")))
    part, arrived = sorted_out.c.part, sorted_out.c.arrived
    # The oldest promise first, or who waits longest; among the closed, the newest.
    order = one_of(
        (part.in_(("theirs", "apart")), arrived),
        (part == "closed", -arrived),
        else_=sorted_out.c.by,
    )
    return select(sorted_out.c.id, part, order.label("order"), arrived).cte()


def _once(query: Select[Any]) -> CTE:
    """Let the database work a question out once, not anew wherever its columns are named."""
    return query.cte().prefix_with("MATERIALIZED")


async def in_parts(
    connection: AsyncConnection,
    member_id: str,
    now: datetime,
    chosen: Chosen,
    shown: Mapping[Part, tuple[int, int]],
) -> dict[Part, Listed]:
    """Return the parts that have cases, each from its first to its last place shown."""
    every = _in_parts(member_id, now, chosen)
    columns = (every.c.part, every.c.id, every.c.order, every.c.arrived)
    counts = select(
        every.c.part, type_coerce(null(), Text), func.count(), type_coerce(null(), BigInteger)
    ).group_by(every.c.part)
    pieces = (
        select(*columns)
        .where(every.c.part == part)
        .order_by(every.c.order, every.c.arrived, every.c.id)
        .offset(first - 1)
        .limit(last - first + 1)
        .subquery()
        for part, (first, last) in shown.items()
    )
    asked = union_all(counts, *(select(piece) for piece in pieces))
    rows = [tuple(row) for row in await connection.execute(asked)]
    ids = {part: _ids(rows, part) for part in shown}
    all_ids = [each for of_part in ids.values() for each in of_part]
    found = await access.readable(connection, member_id, now, all_ids)
    by_id = {each.id: each for each in found}
    count = {row[0]: row[2] for row in rows if row[1] is None}
    return {
        part: Listed([by_id[each] for each in of_part], count[part])
        for part, of_part in ids.items()
        if of_part
    }


def _ids(rows: Sequence[tuple[Any, ...]], part: Part) -> list[str]:
    """Return the ids of a part in order; a union of questions comes in none."""
    of_part = [row for row in rows if row[0] == part and row[1] is not None]
    return [row[1] for row in sorted(of_part, key=lambda row: (row[2], row[3], row[1]))]


async def ids_in_order(
    connection: AsyncConnection, member_id: str, now: datetime, chosen: Chosen
) -> list[str]:
    """Return the ids of all that is in the list, by part and place."""
    every = _in_parts(member_id, now, chosen)
    asked = select(every.c.part, every.c.id, every.c.order, every.c.arrived)
    rows = [tuple(row) for row in await connection.execute(asked)]
    return [each for part in PARTS for each in _ids(rows, part)]
