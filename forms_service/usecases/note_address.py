"""The voluntary mail "there is something new": where it goes, kept sealed, never shown in full.

The service must be able to write while the sender is away, so the address is sealed under a key
from the secrets, not under the case's.
"""

import json
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import deadlines, sealing
from forms_service.rules.contact_details import masked
from forms_service.rules.files import Refusal
from forms_service.usecases.conversation import Visit
from forms_service.usecases.submit import LeftAlreadyError, Receipt
from forms_service.world.portal import Portal
from forms_service.world.store import cases, receipt_copies
from forms_service.world.store.cases import Case


async def keep(portal: Portal, case_id: str, address: str) -> None:
    """Keep the address for a case, instead of an earlier one; an empty one removes it."""
    sealed = sealing.seal(_key(portal), address.encode(), _context(case_id)) if address else None

    async def change(connection: AsyncConnection) -> None:
        await cases.change(connection, case_id, note_address_sealed=sealed)

    await portal.database.write(change)


async def shown(portal: Portal, visiting: Visit) -> str:
    """Return the address as its owner knows it again, or an empty string where there is none."""
    sealed = await portal.database.read(
        lambda connection: cases.note_address(connection, visiting.case.id)
    )
    return masked(opened(portal, visiting.case.id, sealed)) if sealed else ""


def opened(portal: Portal, case_id: str, sealed: bytes) -> str:
    """Return the address itself, to write to; CannotUnseal if it isn't this case's."""
    return sealing.unseal(_key(portal), sealed, _context(case_id)).decode()


async def receipt_again(
    portal: Portal, browser_token: bytes, reference: str, network_address: str
) -> tuple[Case, Receipt] | None:
    """Return a receipt that this browser saw within ten minutes, with its case; None if it can't.

    Only the browser that sent the form has the token, and `reference` says which of its receipts:
    who uses the same browser next doesn't meet another's by accident. Raises LeftAlreadyError if
    the sender has left quickly.
    """
    now = portal.clock()
    try:
        content = bytes.fromhex(reference)
    except ValueError:
        return None

    async def find_copy(connection: AsyncConnection) -> bytes | None:
        token_id = sealing.token_id(browser_token)
        return await receipt_copies.find(connection, token_id, content, now)

    copy = await portal.database.read(find_copy)
    if copy is None:
        return None
    if not copy:
        raise LeftAlreadyError
    browser_key = sealing.token_key(browser_token)
    number, arrived, *missing = json.loads(sealing.unseal(browser_key, copy, "receipt copy"))
    keys = await portal.key_pool.receipt_keys(number, network_address)
    found = await portal.database.read(lambda connection: cases.by_receipt(connection, keys.lookup))
    if found is None:
        return None
    case, _ = found
    inbox = portal.organisation.inboxes[case.inbox]
    promised = deadlines.promises(inbox, datetime.fromisoformat(arrived))
    refusals = [Refusal(place, reason) for place, reason in missing]
    return case, Receipt(number, promised, reference, refusals)


def _key(portal: Portal) -> bytes:
    return sealing.derive(portal.secrets.mail_key, "note address")


def _context(case_id: str) -> str:
    return f"{case_id}/note address"
