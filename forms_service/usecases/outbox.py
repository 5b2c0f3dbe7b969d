"""Sends what waits in the outbox. Mails say that there is something new, and nothing else.

A row is claimed durably before it is sent and removed once the server has taken it. When the
service stops in between, nobody knows whether it was taken: it is never sent again. What a
member's mail stood for goes into the next digest, if it's still unseen by then; a sender's note
is lost, and they still know by when to look.
"""

import logging
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.rules.catalogues import texts_for
from forms_service.usecases import note_address
from forms_service.world.mail import NotTaken, PerhapsTaken, Postman
from forms_service.world.portal import Portal
from forms_service.world.store import cases, mails, notices
from forms_service.world.store.mails import Mail

log = logging.getLogger(__name__)

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
_GIVEN_UP_AFTER = timedelta(days=7)
_LOST_AFTER = timedelta(minutes=15)
"""Longer than the slowest server may take: whoever claimed the mail isn't sending it any more."""


async def send_due(portal: Portal) -> int:
    """Send what is due, one after the other, until a server doesn't take one; return how many."""
    if portal.postman is None:
        return 0
    await _give_up_lost(portal)
    sent = 0
    while (mail := await _claim(portal)) is not None:
        try:
            address = await _address(portal, mail)
            if address is not None:
                await portal.postman.deliver(_message(portal.postman, mail, address))
                sent += 1
        except NotTaken as refusal:
            if not await _put_back(portal, mail, for_good=refusal.for_good):
                break
        except PerhapsTaken:
            # The row stays claimed until it counts as lost.
            log.warning("the mail server broke off; whether it took a mail isn't known")
            break
        else:
            await _remove(portal, mail)
    return sent


async def _claim(portal: Portal) -> Mail | None:
    now = portal.clock()
    return await portal.database.write(lambda connection: mails.claim(connection, now))


async def _remove(portal: Portal, mail: Mail) -> None:
    await portal.database.write(lambda connection: mails.remove(connection, mail.id))


async def _put_back(portal: Portal, mail: Mail, *, for_good: bool) -> bool:
    """Try a mail again later, or forget it; return whether the server works otherwise."""
    now = portal.clock()
    if for_good or now - mail.written_at >= _GIVEN_UP_AFTER:
        log.warning("a mail was given up: the server doesn't take it")
        await _remove(portal, mail)
        return for_good
    pause = min(_FIRST_PAUSE * 2 ** min(mail.tries, 16), _LONGEST_PAUSE)

    async def put_back(connection: AsyncConnection) -> None:
        await mails.put_back(connection, mail.id, tries=mail.tries + 1, try_at=now + pause)

    await portal.database.write(put_back)
    log.warning("the mail server didn't take a mail; it is tried again")
    return False


async def _give_up_lost(portal: Portal) -> None:
    before = portal.clock() - _LOST_AFTER

    async def find(connection: AsyncConnection) -> list[Mail]:
        return await mails.claimed_before(connection, before)

    async def give_up(connection: AsyncConnection) -> None:
        for mail in await find(connection):
            if mail.member_id is not None:
                await notices.leave_to_digest(connection, mail.member_id, mail.written_at)
            await mails.remove(connection, mail.id)

    if await portal.database.read(find):
        await portal.database.write(give_up)


async def _address(portal: Portal, mail: Mail) -> str | None:
    """Return where a mail goes now; None if nobody wants it any more."""

    async def member(connection: AsyncConnection) -> str | None:
        return await mails.member_address(connection, mail.member_id or "")

    async def sender(connection: AsyncConnection) -> bytes | None:
        return await cases.note_address(connection, mail.case_id or "")

    if mail.member_id is not None:
        return await portal.database.read(member)
    sealed = await portal.database.read(sender)
    if sealed is None:
        return None
    try:
        return note_address.opened(portal, mail.case_id or "", sealed)
    except sealing.CannotUnseal:
        log.error("an address for notes can't be unsealed; its mail is given up")
        return None


def _message(postman: Postman, mail: Mail, address: str) -> EmailMessage:
    texts = texts_for(mail.language)
    message = EmailMessage()
    message["From"] = postman.sender
    message["To"] = address
    message["Subject"] = texts.gettext("Es gibt etwas Neues")
    # The same at every try, so that a server which has it already can tell.
    message["Message-ID"] = f"<{mail.id}@{urlsplit(postman.portal_address).hostname}>"
    message["Date"] = format_datetime(_whole_seconds(mail.written_at))
    message["Auto-Submitted"] = "auto-generated"
    path = "staff/" if mail.member_id is not None else f"{mail.language}/antwort/"
    message.set_content(
        "\n\n".join(
            (
                texts.gettext("Guten Tag,"),
                texts.gettext("es gibt etwas Neues. Bitte lesen Sie es hier:"),
                f"{postman.portal_address}{path}",
                texts.gettext("Mehr schreiben wir in E-Mails nicht, damit niemand mitlesen kann."),
            )
        )
        + "\n"
    )
    message["Content-Language"] = texts.language.tag
    return message


def _whole_seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
