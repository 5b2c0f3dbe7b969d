"""What an operator still has to do before the portal goes public, as far as a program can see it."""

import shutil
import sqlite3
import stat
from datetime import timedelta
from urllib.parse import urlsplit

from forms_service.rules.organisation import missing_values
from forms_service.usecases import backing_up, members
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site
from forms_service.world.store import members as store

_BACKUP_AT_MOST = timedelta(days=2)
_FREE_BYTES = 1024**3
_ADMINISTRATORS = 2
"""One who has lost the telephone needs the other."""

_EXAMPLES = (".example.org", ".example.com", ".example.net")
_WAL_RESET_FIXED = (3, 51, 3)


async def left_to_do(portal: Portal, site: Site, settings: Settings) -> list[str]:
    """Return a sentence for each thing that is left to do; none if the portal may go public."""
    return [
        *_of_the_site(site),
        *_of_addresses(settings),
        *_of_folders(settings),
        *_of_backups(portal, settings),
        *await members.incomplete_inboxes(portal),
        *await _of_administrators(portal),
    ]


def _of_the_site(site: Site) -> list[str]:
    missing = [f"mkdocs.yml: {each}" for each in missing_values(site.organisation)]
    return missing + [
        f"docs/{code}: {number} pages are {state}"
        for code, counts in site.translations.items()
        for state, number in counts.items()
        if number
    ]


def _of_addresses(settings: Settings) -> list[str]:
    left = []
    if not settings.behind_tls:
        left.append("ANLAUFSTELLE_SITE_URL: the public address must begin with https://")
    elif not settings.proxies:
        left.append(
            "ANLAUFSTELLE_PROXIES: https needs a proxy in front; without its address here all "
            "people share one limit"
        )
    if not settings.mail_is_set:
        left.append("ANLAUFSTELLE_SMTP_HOST: without it nobody is told that something has arrived")
    named = {"SITE_URL": urlsplit(settings.address).hostname or "", "SMTP_HOST": settings.smtp_host}
    return left + [
        f"ANLAUFSTELLE_{name}: {host} is an example"
        for name, host in named.items()
        if f".{host}".endswith(_EXAMPLES)
    ]


def _of_folders(settings: Settings) -> list[str]:
    left = [
        f"{folder}: others may look into it; 'chmod 700' it"
        for folder in (settings.data_dir, settings.secrets_dir, settings.backup_dir)
        if folder is not None and folder.exists() and stat.S_IMODE(folder.stat().st_mode) & 0o077
    ]
    if settings.data_dir.exists() and shutil.disk_usage(settings.data_dir).free < _FREE_BYTES:
        left.append(f"{settings.data_dir}: less than 1 GiB is free")
    return left


def _of_backups(portal: Portal, settings: Settings) -> list[str]:
    if settings.backup_dir is None:
        return ["ANLAUFSTELLE_BACKUP_DIR: say where backups go, and write one every day"]
    newest = backing_up.newest(settings)
    if newest is None:
        return [f"{settings.backup_dir}: there is no backup yet; run 'anlaufstelle backup'"]
    if portal.clock() - newest > _BACKUP_AT_MOST:
        return [f"{settings.backup_dir}: the newest backup is of {newest:%Y-%m-%d}"]
    return []


async def _of_administrators(portal: Portal) -> list[str]:
    everyone = await portal.database.read(store.everyone)
    there = sum(each.admin and each.disabled_at is None for each in everyone)
    if there >= _ADMINISTRATORS:
        return []
    return [f"members: {_ADMINISTRATORS} administrators are needed, there are {there}"]


def database_version(settings: Settings) -> str:
    """Return which database is used; of SQLite with what its version means here."""
    if settings.database_url.startswith("postgresql"):
        return "PostgreSQL"
    name = f"SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info >= _WAL_RESET_FIXED:
        return name
    return f"{name}, whose WAL-reset bug the service's rules for its connections make harmless"
