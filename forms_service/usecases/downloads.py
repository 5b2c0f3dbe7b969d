"""A file is opened: by a member who may read its case, or by its sender during a visit."""

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.usecases.casework import find_case
from forms_service.usecases.conversation import Visit
from forms_service.usecases.files import File, describe, unseal_file
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store import attachments, audits
from forms_service.world.store.attachments import Attachment


class NoSuchFile(Exception):
    """There is none, or it belongs to another case: the two look the same."""


async def open_for_member(
    portal: Portal, at: SignedIn, case_id: str, attachment_id: str
) -> tuple[File, bytes]:
    """Return a file and its content, and note who opened it.

    Raises NoSuchCase where the member may not read the case (now), NoSuchFile.
    """
    now = portal.clock()

    async def note(connection: AsyncConnection) -> tuple[bytes, Attachment, list[bytes]]:
        _, key_sealed = await find_case(connection, at, case_id, now)
        kept, chunks = await _find(connection, case_id, attachment_id)
        await audits.add(connection, "file_opened", now, member_id=at.member.id, case_id=case_id)
        return sealing.open_with(at.private_key, key_sealed), kept, chunks

    team_key, kept, chunks = await portal.database.write(note)
    case_key = sealing.case_key_of(team_key)
    return describe(case_key, kept), await unseal_file(case_key, kept, chunks)


async def open_for_sender(
    portal: Portal, visiting: Visit, attachment_id: str
) -> tuple[File, bytes]:
    """Return a file of the sender's own case and its content; NoSuchFile."""

    async def read(connection: AsyncConnection) -> tuple[Attachment, list[bytes]]:
        return await _find(connection, visiting.case.id, attachment_id)

    kept, chunks = await portal.database.read(read)
    content = await unseal_file(visiting.case_key, kept, chunks)
    return describe(visiting.case_key, kept), content


async def _find(
    connection: AsyncConnection, case_id: str, attachment_id: str
) -> tuple[Attachment, list[bytes]]:
    kept = await attachments.find(connection, case_id, attachment_id)
    if kept is None:
        raise NoSuchFile
    return kept, await attachments.chunks(connection, kept.id)
