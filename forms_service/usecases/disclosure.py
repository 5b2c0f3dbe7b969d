"""A person's right of access: everything that is kept of their case, to be handed out."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules.catalogues import N_
from forms_service.usecases.casework import OpenCase, find_case, open_case
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import audits

_OPENED = N_("Jemand von uns hat Ihr Anliegen geöffnet.")
_OTHERS_READ = N_("Es hat sich geändert, wer von uns Ihr Anliegen liest.")

HAPPENED: Mapping[str, str] = {
    "opened": _OPENED,
    "file_opened": _OPENED,
    "answered": N_("Jemand von uns hat Ihnen geschrieben."),
    "noted": N_("Jemand von uns hat eine Notiz geschrieben."),
    "translated": N_("Jemand von uns hat etwas übersetzt."),
    "exported": N_("Jemand von uns hat diese Auskunft erstellt."),
    "let_in": _OTHERS_READ,
    "handed_over": _OTHERS_READ,
    "called_in": _OTHERS_READ,
    "key_passed": _OTHERS_READ,
    "recovered": _OTHERS_READ,
    "stepped_back": _OTHERS_READ,
    "excluded": _OTHERS_READ,
    "excluded_team": _OTHERS_READ,
    "flagged": _OTHERS_READ,
    "unflagged": _OTHERS_READ,
}
"""The log as the person reads it. Colleagues aren't named: it is theirs what was done, not who.

What isn't here is our own housekeeping (who takes care, when it is deleted) and gets no line.
"""


async def disclose(portal: Portal, at: SignedIn, case_id: str) -> OpenCase:
    """Return the whole case for a file, and note that it left the portal; NoSuchCase if it can't."""
    now = portal.clock()

    async def note(connection: AsyncConnection) -> None:
        await find_case(connection, at, case_id, now)
        await audits.add(connection, "exported", now, member_id=at.member.id, case_id=case_id)

    await portal.database.write(note)
    return await open_case(portal, at, case_id)
