"""The line to the mail server is sealed, or nothing goes over it: neither password nor mail."""

import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from forms_service.usecases import submit
from forms_service.world.portal import Portal
from tests.service.conftest import HandClock, Staff
from tests.service.mailing.conftest import PostOffice, upkeep, waiting_mails
from tests.service.submissions import submission

pytestmark = [
    # The database doesn't matter to the line.
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
    # The test's server can't tell that a line was sealed before it spoke.
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning"),
]

PASSWORD = "sehr geheim"
SECURITIES: tuple[Literal["starttls", "tls"], ...] = ("starttls", "tls")


@dataclass(frozen=True)
class Certificate:
    """A certificate that vouches for itself, and its key."""

    path: Path
    key: Path

    @property
    def context(self) -> ssl.SSLContext:
        """What a server needs to show it."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.path, self.key)
        return context


def _certificate(folder: Path, name: str) -> Certificate:
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    subprocess.run(
        [
            "openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=mail.example.org",
            "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-addext", f"subjectAltName={name}", "-keyout", made.key, "-out", made.path,
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return made


@pytest.fixture(scope="session")
def right(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of the server that the portal asks for."""
    return _certificate(tmp_path_factory.mktemp("right"), "IP:127.0.0.1")


@pytest.fixture(scope="session")
def anothers(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of another server."""
    return _certificate(tmp_path_factory.mktemp("anothers"), "DNS:mail.example.net")


@pytest.fixture
def trust(monkeypatch: pytest.MonkeyPatch) -> Callable[[Certificate], None]:
    """Makes the machine trust a certificate and no other, as its administrator would."""
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    return lambda certificate: monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))


@pytest.fixture(params=SECURITIES)
async def sealed_post(
    request: pytest.FixtureRequest, right: Certificate
) -> AsyncIterator[PostOffice]:
    """A mail server that seals its lines, in either way."""
    office = PostOffice(security=request.param, context=right.context)
    await office.open()
    yield office
    await office.close()


@pytest.fixture
def sealed_mailing(mailing: Portal, sealed_post: PostOffice) -> Portal:
    """The portal with that mail server in its settings."""
    assert mailing.postman is not None
    postman = replace(
        mailing.postman,
        port=sealed_post.port,
        security=sealed_post.security,
        user="portal",
        password=PASSWORD,
    )
    return replace(mailing, postman=postman)


async def test_given_a_trusted_certificate_then_the_mail_goes_over_a_sealed_line(
    sealed_mailing: Portal, staff: Staff, sealed_post: PostOffice, right: Certificate,
    trust: Callable[[Certificate], None],
) -> None:  # fmt: skip
    trust(right)
    await submit.receive(sealed_mailing, submission(sealed_mailing, {"danger": "yes"}))
    await upkeep(sealed_mailing)
    assert sealed_post.recipients == ["mira"]
    assert sealed_post.passwords == [PASSWORD.encode()]
    assert await waiting_mails(sealed_mailing) == 0


@pytest.mark.parametrize("trusted", ["right", "anothers"])
async def test_given_a_wrong_certificate_then_the_mail_waits_until_it_is_right(
    sealed_mailing: Portal, staff: Staff, sealed_post: PostOffice, clock: HandClock,
    right: Certificate, anothers: Certificate, trust: Callable[[Certificate], None], trusted: str,
) -> None:  # fmt: skip
    # Given a server that shows the certificate of another: one that is trusted, or not even that
    trust(right if trusted == "right" else anothers)
    await sealed_post.close()
    sealed_post.context = anothers.context
    await sealed_post.open()
    await submit.receive(sealed_mailing, submission(sealed_mailing, {"danger": "yes"}))
    # When the portal tries, again and again, then it tells the server nothing and loses nothing
    for _ in range(3):
        await upkeep(sealed_mailing)
        clock.forward(timedelta(hours=1))
    assert (sealed_post.taken, sealed_post.passwords) == ([], [])
    assert await waiting_mails(sealed_mailing) == 1
    # When the certificate is right, then the mail goes
    await sealed_post.close()
    sealed_post.context = right.context
    await sealed_post.open()
    trust(right)
    clock.forward(timedelta(hours=6))
    await upkeep(sealed_mailing)
    assert sealed_post.recipients == ["mira"]


async def test_given_a_server_that_offers_no_sealing_then_nothing_goes_in_clear(
    sealed_mailing: Portal, staff: Staff, sealed_post: PostOffice, right: Certificate,
    trust: Callable[[Certificate], None],
) -> None:  # fmt: skip
    # Given somebody on the line who pretends that the server can't
    trust(right)
    await sealed_post.close()
    sealed_post.security = "none"
    await sealed_post.open()
    await submit.receive(sealed_mailing, submission(sealed_mailing, {"danger": "yes"}))
    await upkeep(sealed_mailing)
    assert (sealed_post.taken, sealed_post.passwords) == ([], [])
    assert await waiting_mails(sealed_mailing) == 1
