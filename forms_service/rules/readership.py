"""What an inbox needs so that somebody can answer, and who must not be decided on by one alone."""

from collections.abc import Iterable
from typing import Literal

from forms_service.rules.organisation import Inbox
from forms_service.rules.process import Role

Lack = Literal["readers", "outside"]


def readers_needed(inbox: Inbox) -> int:
    """Return how many readers an inbox needs: complaints two, so that one may be absent."""
    return 2 if inbox.complaints else 1


def lacking(inbox: Inbox, held: Iterable[tuple[str, Role]]) -> list[Lack]:
    """Return what an inbox lacks, given (member, role) of all who have one in it.

    Outside the line is only who has no other role in the inbox.
    """
    pairs = set(held)
    readers = {member for member, role in pairs if role == "reader"}
    inside = {member for member, role in pairs if role != "outside"}
    outside = {member for member, role in pairs if role == "outside"} - inside
    lacks: list[Lack] = []
    if len(readers) < readers_needed(inbox):
        lacks.append("readers")
    if inbox.complaints and not outside:
        lacks.append("outside")
    return lacks


def needs_confirmation(inbox: Inbox) -> bool:
    """Return whether a new role in the inbox counts only once another reader has confirmed it."""
    return inbox.complaints or inbox.safeguarding


def confirmers(holders: Iterable[str], *, newcomer: str, asked_by: str | None) -> frozenset[str]:
    """Return which of those who have a role in the inbox may confirm a newcomer.

    Not the newcomer; nor who asked, unless there is nobody else. With nobody at all there is
    nothing to protect yet, and the role counts at once.
    """
    others = frozenset(holders) - {newcomer}
    return others - {asked_by} or others
