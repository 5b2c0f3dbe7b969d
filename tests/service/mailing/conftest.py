"""A mail server of the test's own, on the loopback: it can be down, refuse, break off, use TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from sqlalchemy import text

from forms_service.rules import sealing
from forms_service.usecases.noticing import look_around
from forms_service.usecases.outbox import send_due
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.mail import Postman
from forms_service.world.portal import Portal
from forms_service.world.store.members import Member
from tests.service.conftest import PASSWORD
from tests.service.submissions import count

ADDRESS = "https://portal.example.org/"


@dataclass
class PostOffice:
    """What the server took. `refuses` names addresses it never takes; `hangs` after the text.

    By its `security` it seals the line with the `context`, at once or when asked to, and then
    wants a name and a password. The `passwords` are those that it was told.
    """

    taken: list[tuple[str, bytes]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    hangs: bool = False
    got_text: asyncio.Event = field(default_factory=asyncio.Event)
    security: Literal["starttls", "tls", "none"] = "none"
    context: ssl.SSLContext | None = None
    passwords: list[bytes] = field(default_factory=list)
    port: int = 0
    _server: asyncio.Server | None = None

    async def open(self) -> None:
        """Take mails, on the same port as before."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            self._answer,
            "127.0.0.1",
            self.port,
            ssl=self.context if self.security == "tls" else None,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def _answer(self) -> SMTP:
        later = self.context if self.security == "starttls" else None
        return SMTP(
            self,
            hostname="mail.example.org",
            tls_context=later,
            require_starttls=later is not None,
            auth_required=self.security != "none",
            # Of a line that was sealed before it spoke it doesn't know.
            auth_require_tls=self.security == "starttls",
            authenticator=self._let_in,
        )

    def _let_in(
        self, server: SMTP, session: Session, envelope: Envelope, how: str, login: LoginPassword
    ) -> AuthResult:
        self.passwords.append(login.password)
        return AuthResult(success=True)

    async def close(self) -> None:
        """Be down."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def handle_RCPT(  # noqa: N802 - the name that the library asks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address or refuse it for good."""
        if address in self.refuses:
            return "550 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a text; hanging, it has it but never says so."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken += [(address, content) for address in envelope.rcpt_tos]
        self.got_text.set()
        if self.hangs:
            await asyncio.sleep(3600)
        return "250 OK"

    @property
    def recipients(self) -> list[str]:
        """Who got mails, by the first part of their address, in alphabetical order."""
        return sorted(address.split("@")[0] for address, _ in self.taken)

    def message(self, name: str) -> EmailMessage:
        """The only mail that somebody got."""
        (content,) = [each for address, each in self.taken if address.startswith(f"{name}@")]
        found = message_from_bytes(content.replace(b"\r\n", b"\n"), policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found


@pytest.fixture
async def post() -> AsyncIterator[PostOffice]:
    """A mail server that works."""
    office = PostOffice()
    await office.open()
    yield office
    await office.close()


@pytest.fixture
def mailing(portal: Portal, post: PostOffice) -> Portal:
    """The portal with that mail server in its settings."""
    postman = Postman(
        host="127.0.0.1",
        port=post.port,
        security="none",
        user="",
        password="",
        sender="anlaufstelle@portal.example.org",
        portal_address=ADDRESS,
        digest_hour=8,
    )
    return replace(portal, postman=postman)


async def upkeep(portal: Portal) -> None:
    """What happens every minute."""
    await look_around(portal)
    await send_due(portal)


async def at_desk(portal: Portal, member: Member) -> SignedIn:
    """A member who is signed in."""
    key = await portal.key_pool.password_key(PASSWORD, member.password_salt)
    private_key = sealing.unseal(key, member.private_key_sealed, f"{member.id}/private key")
    return SignedIn(member, private_key)


async def run(portal: Portal, statement: str, **values: object) -> None:
    """Change the database past the portal."""
    await portal.database.write(lambda connection: connection.execute(text(statement), values))


async def waiting_mails(portal: Portal) -> int:
    """How many mails lie in the outbox."""
    return await count(portal, "mail")
