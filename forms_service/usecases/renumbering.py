"""A slip's number is replaced at the sender's first visit, since staff have seen it.

The old number is exchanged before the new one is shown: from then on it opens nothing. The new
one can be seen again in the same browser for ten minutes, as every receipt.
"""

import secrets

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import receipts, sealing
from forms_service.usecases.conversation import VISIT, Visit
from forms_service.usecases.submit import SHOWN_AGAIN
from forms_service.world.portal import Portal
from forms_service.world.store import cases, receipt_copies, sessions

_COPY = "new number"


class ReplacedAlready(Exception):
    """Somebody else had this slip's number replaced before: the slip opens nothing any more."""


async def replace_number(
    portal: Portal, on_slip: Visit, browser_token: bytes, network_address: str
) -> str:
    """Give the case a new number and open the visit.

    Of two visits at once exactly one wins; the other gets ReplacedAlready. A second press in the
    same browser gets the number of the first.
    """
    case, now = on_slip.case, portal.clock()
    browser_id = sealing.token_id(browser_token)
    browser_key = sealing.token_key(browser_token)
    number = receipts.number_from(secrets.randbelow(10**receipts.RANDOM_DIGITS))
    keys = await portal.key_pool.receipt_keys(number, network_address)
    key_for_receipt = sealing.seal(keys.wrapping, on_slip.case_key, f"{case.id}/receipt")
    copy = sealing.seal(browser_key, number.encode(), _COPY)
    opened = sealing.seal(browser_key, on_slip.case_key, VISIT)

    async def replace(connection: AsyncConnection) -> bool:
        if not await cases.renumber(connection, case.id, keys.lookup, key_for_receipt):
            return False
        await sessions.seal_again(connection, browser_id, opened)
        await receipt_copies.add(
            connection,
            token_id=browser_id,
            content=_content(browser_key, case.id),
            sealed=copy,
            expires_at=now + SHOWN_AGAIN,
        )
        return True

    if await portal.database.write(replace):
        return number
    earlier = await number_again(portal, on_slip, browser_token)
    if earlier is None:
        raise ReplacedAlready
    return earlier


async def number_again(portal: Portal, visiting: Visit, browser_token: bytes) -> str | None:
    """Return the new number while the browser that got it may see it again."""
    now = portal.clock()
    browser_key = sealing.token_key(browser_token)
    content = _content(browser_key, visiting.case.id)

    async def find_copy(connection: AsyncConnection) -> bytes | None:
        return await receipt_copies.find(connection, sealing.token_id(browser_token), content, now)

    copy = await portal.database.read(find_copy)
    if not copy:
        return None
    return sealing.unseal(browser_key, copy, _COPY).decode()


def _content(browser_key: bytes, case_id: str) -> bytes:
    return sealing.keyed_hash(browser_key, "new number", case_id.encode())
