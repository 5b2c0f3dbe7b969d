"""From the operator's settings to a portal that can send."""

from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.rules.organisation import Organisation
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases.installation import RecoveryKey, close_portal, install, open_portal
from forms_service.world.mail import Postman
from forms_service.world.secret_files import SecretsError
from forms_service.world.settings import Settings


@pytest.fixture
async def mailing_settings(settings: Settings, recovery_key: RecoveryKey) -> Settings:
    """Settings of a portal that was set up, with a mail server that asks for a password."""
    await install(settings, recovery_key.public_key)
    return _with_user(settings)


def _with_user(settings: Settings) -> Settings:
    values = {name: getattr(settings, name) for name in Settings.__struct_fields__}
    return Settings(
        **values
        | {
            "site_url": "https://portal.example.org",
            "smtp_host": "mail.example.org",
            "smtp_user": "portal",
        }
    )


async def _postman(settings: Settings, organisation: Organisation) -> Postman | None:
    portal = await open_portal(
        settings, organisation, receipt_cost=CHEAPEST, password_cost=CHEAPEST
    )
    await close_portal(portal)
    return portal.postman


def _write_password(settings: Settings, mode: int) -> Path:
    file = settings.secrets_dir / "smtp_password"
    file.write_text("sehr geheim ü\n", encoding="utf-8")
    file.chmod(mode)
    return file


async def test_the_password_comes_from_a_file_of_the_secrets_and_is_never_shown(
    mailing_settings: Settings, organisation: Organisation
) -> None:
    _write_password(mailing_settings, 0o600)
    postman = await _postman(mailing_settings, organisation)
    assert postman is not None
    assert postman.password == "sehr geheim ü"
    assert "geheim" not in repr(postman)
    assert postman.sender == "anlaufstelle@portal.example.org"
    assert postman.security == "starttls"
    assert replace(postman, password="") != postman


async def test_a_password_that_others_may_read_is_refused(
    mailing_settings: Settings, organisation: Organisation
) -> None:
    _write_password(mailing_settings, 0o644)
    with pytest.raises(SecretsError, match="smtp_password"):
        await _postman(mailing_settings, organisation)


async def test_a_missing_password_is_named(
    mailing_settings: Settings, organisation: Organisation
) -> None:
    with pytest.raises(SecretsError, match="smtp_password"):
        await _postman(mailing_settings, organisation)


async def test_without_a_mail_server_there_is_no_postman(
    settings: Settings, organisation: Organisation, recovery_key: RecoveryKey
) -> None:
    await install(settings, recovery_key.public_key)
    assert await _postman(settings, organisation) is None
