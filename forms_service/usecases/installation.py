"""Setting the portal up, and opening it: secrets, database and recovery key must belong together."""

import secrets
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules import sealing
from forms_service.rules.organisation import Organisation
from forms_service.rules.sealing import PASSWORD_COST, RECEIPT_COST, Cost
from forms_service.world.database import Database, open_database
from forms_service.world.key_pool import KeyPool
from forms_service.world.mail import Postman
from forms_service.world.portal import Clock, Portal, system_clock
from forms_service.world.secret_files import (
    Secrets,
    create_secrets,
    have_secrets,
    read_secrets,
    read_smtp_password,
)
from forms_service.world.settings import Settings
from forms_service.world.store import installations
from forms_service.world.store.installations import Installation


class InstallationError(RuntimeError):
    """The portal isn't set up, or its parts don't belong together; the message says what to do."""


@dataclass(frozen=True)
class RecoveryKey:
    """A new recovery key: the public half stays, the private half leaves on two sheets."""

    public_key: bytes
    sheets: tuple[str, str]


def new_recovery_key() -> RecoveryKey:
    """Draw a recovery key; its private half is kept nowhere but on the sheets."""
    private_key = secrets.token_bytes(sealing.KEY_BYTES)
    share = secrets.token_bytes(sealing.KEY_BYTES)
    return RecoveryKey(
        sealing.public_key_of(private_key), sealing.split_recovery_key(private_key, share)
    )


async def install(
    settings: Settings, recovery_public_key: bytes, clock: Clock = system_clock
) -> None:
    """Create secrets and database for a new portal; InstallationError if there is one."""
    database = await open_database(settings.url)
    try:
        if await database.read(installations.find) is not None:
            raise InstallationError("This portal is set up already.")
        kept = create_secrets(settings.secrets_dir)
        new = Installation(
            trial=settings.trial,
            pepper_check=sealing.check_value(kept.pepper),
            mail_key_check=sealing.check_value(kept.mail_key),
            recovery_public_key=recovery_public_key,
            created_at=clock(),
        )

        async def add(connection: AsyncConnection) -> None:
            await installations.add(connection, new)

        await database.write(add)
    finally:
        await database.close()


async def is_installed(settings: Settings) -> bool:
    """Return whether the portal has been set up."""
    if not settings.database_url and not settings.database_file.exists():
        return False
    database = await open_database(settings.url)
    try:
        return await database.read(installations.find) is not None
    finally:
        await database.close()


async def open_portal(
    settings: Settings,
    organisation: Organisation,
    *,
    clock: Clock = system_clock,
    receipt_cost: Cost = RECEIPT_COST,
    password_cost: Cost = PASSWORD_COST,
    beside: bool = False,
) -> Portal:
    """Open the portal; InstallationError if it isn't set up or its secrets were exchanged.

    `beside` is for commands that run while the service does.
    """
    _refuse_lost_database(settings)
    database = await open_database(settings.url, beside=beside)
    try:
        found, kept = await refuse_wrong_parts(settings, database)
        postman = _postman(settings)
    except BaseException:
        await database.close()
        raise
    pool = KeyPool(kept.pepper, receipt_cost, password_cost)
    return Portal(organisation, database, kept, found.recovery_public_key, pool, clock, postman)


def _refuse_lost_database(settings: Settings) -> None:
    """Begin no new database where one has been: beside its secrets a missing file is a lost one."""
    if settings.database_url or settings.database_file.exists():
        return
    if have_secrets(settings.secrets_dir):
        raise InstallationError(
            f"{settings.database_file} is gone; its secrets are still there. Put it back, or the "
            "newest backup with 'anlaufstelle restore'. Only for a portal that was never set up: "
            "'anlaufstelle init'."
        )


def _postman(settings: Settings) -> Postman | None:
    if not settings.mail_is_set:
        return None
    return Postman(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=read_smtp_password(settings.secrets_dir) if settings.smtp_user else "",
        sender=settings.mail_sender,
        portal_address=settings.address,
        digest_hour=settings.digest_hour,
    )


async def refuse_wrong_parts(
    settings: Settings, database: Database
) -> tuple[Installation, Secrets]:
    """Return what belongs to a database; InstallationError or SecretsError if it doesn't fit."""
    found = await database.read(installations.find)
    if found is None:
        raise InstallationError("This portal isn't set up yet. Run 'anlaufstelle init'.")
    kept = read_secrets(settings.secrets_dir)
    _check(settings, found, kept)
    return found, kept


def _check(settings: Settings, found: Installation, kept: Secrets) -> None:
    for name, secret, check in (
        ("pepper", kept.pepper, found.pepper_check),
        ("mail_key", kept.mail_key, found.mail_key_check),
    ):
        if sealing.check_value(secret) != check:
            raise InstallationError(
                f"{settings.secrets_dir / name} is not the one this database was made with. "
                "With it every receipt number would be called wrong. Put the right file back."
            )
    if found.trial != settings.trial:
        raise InstallationError(
            "This database was made for trying out and never goes public."
            if found.trial
            else "This database is a real one; it doesn't open in the trying-out mode."
        )


async def close_portal(portal: Portal) -> None:
    """Finish what is under way and let go of everything."""
    portal.key_pool.close()
    await portal.database.close()


def is_copy_of(typed: str, sheet: str) -> bool:
    """Return whether someone typed a sheet back rightly, whatever the spaces and letter case."""
    return sealing.same_sheet(typed, sheet)
