"""Who did what when. Lines of a case go with the case; that a case was deleted stays."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.world.tables import audit, member

Action = Literal[
    "signed_in", "sign_in_failed", "signed_out", "opened", "answered", "noted", "translated",
    "file_opened", "let_in", "taken", "given_back", "handed_over", "stepped_back", "excluded",
    "excluded_team", "flagged", "unflagged", "called_in", "exported", "away", "returned", "entered",
    "postponed", "deleted", "member_added",
    "invited", "invitation_withdrawn", "role_asked", "role_confirmed", "role_declined",
    "role_given", "role_taken", "admin_given", "admin_taken", "disabled", "locked", "new_keys",
    "key_passed", "recovered", "recovery_code_used", "password_changed",
    "second_factor_changed", "signed_out_everywhere",
]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One thing that somebody did; without a name it was done by the portal itself.

    `about` is the name of the member whom it was done to.
    """

    happened_at: datetime
    action: str
    name: str | None
    member_id: str | None = None
    about: str | None = None


async def add(
    connection: AsyncConnection,
    action: Action,
    now: datetime,
    *,
    member_id: str | None = None,
    case_id: str | None = None,
    about: str | None = None,
) -> None:
    """Note what happened; `about` is the id of the member whom it was done to."""
    await connection.execute(
        insert(audit).values(
            id=uuid4().hex,
            happened_at=now,
            action=action,
            member_id=member_id,
            case_id=case_id,
            about_member_id=about,
        )
    )


async def forget_signs(connection: AsyncConnection, before: datetime) -> None:
    """Forget old lines that belong to no case, save that one was deleted."""
    await connection.execute(
        delete(audit).where(
            audit.c.case_id.is_(None), audit.c.action != "deleted", audit.c.happened_at < before
        )
    )


async def has_line(
    connection: AsyncConnection, action: Action, since: datetime, *, member_id: str, case_id: str
) -> bool:
    """Return whether a member did that with a case since a moment."""
    found = await connection.execute(
        select(audit.c.id)
        .where(
            audit.c.action == action,
            audit.c.happened_at > since,
            audit.c.member_id == member_id,
            audit.c.case_id == case_id,
        )
        .limit(1)
    )
    return found.first() is not None


async def of_case(connection: AsyncConnection, case_id: str) -> list[Line]:
    """Return what happened with a case, newest first."""
    other = member.alias()
    rows = await connection.execute(
        select(audit.c.happened_at, audit.c.action, member.c.name, member.c.id, other.c.name)
        .outerjoin(member, member.c.id == audit.c.member_id)
        .outerjoin(other, other.c.id == audit.c.about_member_id)
        .where(audit.c.case_id == case_id)
        .order_by(audit.c.happened_at.desc(), audit.c.id)
    )
    return [Line(*row) for row in rows]


SIGNS: tuple[Action, ...] = (
    "signed_in", "sign_in_failed", "signed_out", "signed_out_everywhere", "recovery_code_used",
)  # fmt: skip
"""What belongs to coming in and going out."""


async def signs(
    connection: AsyncConnection, limit: int, *, member_id: str | None = None
) -> list[Line]:
    """Return who came in, or failed to, newest first; of one member or of everybody."""
    query = (
        select(audit.c.happened_at, audit.c.action, member.c.name)
        .outerjoin(member, member.c.id == audit.c.member_id)
        .where(audit.c.action.in_(SIGNS))
        .order_by(audit.c.happened_at.desc(), audit.c.id)
        .limit(limit)
    )
    if member_id is not None:
        query = query.where(audit.c.member_id == member_id)
    return [Line(*row) for row in await connection.execute(query)]
