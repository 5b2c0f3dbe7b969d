"""Hands a mail to the mail server, and says what is known of it afterwards.

It must not log anything of a mail, nor of what the server answered: both may name an address.
"""

import contextlib
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import parseaddr
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
)

_TIMEOUT_SECONDS = 30
_REFUSED_FOR_GOOD = 500
"""From this answer of RFC 5321 on, trying again changes nothing."""


class NotTaken(Exception):
    """The server surely didn't take the mail; `for_good` says that it never will."""

    def __init__(self, *, for_good: bool) -> None:
        super().__init__()
        self.for_good = for_good


class PerhapsTaken(Exception):
    """The line broke after the mail was handed over; nobody knows whether it was taken."""


@dataclass(frozen=True)
class Postman:
    """Where mails are handed in, who they come from, and where their links lead.

    `digest_hour` is the hour (in Germany) from which members get the mail of the day.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str
    password: str = field(repr=False)
    sender: str
    portal_address: str
    digest_hour: int

    async def deliver(self, message: EmailMessage) -> None:
        """Hand a mail over; returns once the server has taken it.

        Raises NotTaken or PerhapsTaken.
        """
        client = SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user or None,
            password=self.password or None,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            timeout=_TIMEOUT_SECONDS,
        )
        try:
            await self._hand_over(client, message)
        finally:
            client.close()

    async def _hand_over(self, client: SMTP, message: EmailMessage) -> None:
        try:
            await client.connect()
            await client.mail(parseaddr(str(message["From"]))[1])
            await client.rcpt(str(message["To"]))
        except SMTPRecipientRefused as error:
            raise NotTaken(for_good=error.code >= _REFUSED_FOR_GOOD) from error
        except UnicodeError as error:
            # An address in letters that this server doesn't know.
            raise NotTaken(for_good=True) from error
        except (SMTPException, OSError) as error:
            # A wrong password or a refused sender is the operator's to mend; it's tried again.
            raise NotTaken(for_good=False) from error
        try:
            await client.data(message.as_bytes(policy=SMTP_POLICY))
        except SMTPDataError as error:
            raise NotTaken(for_good=error.code >= _REFUSED_FOR_GOOD) from error
        except (SMTPException, OSError) as error:
            raise PerhapsTaken from error
        with contextlib.suppress(SMTPException, OSError):
            await client.quit()
