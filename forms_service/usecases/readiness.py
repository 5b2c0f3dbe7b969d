"""What an operator still has to do before the portal goes public, as far as a program can see it."""

import shutil
import sqlite3
import stat
from datetime import timedelta

from forms_service.rules.organisation import missing_values
from forms_service.usecases import backing_up, members
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site

_BACKUP_AT_MOST = timedelta(days=2)
_FREE_BYTES = 1024**3
_WAL_RESET_FIXED = (3, 51, 3)


async def left_to_do(portal: Portal, site: Site, settings: Settings) -> list[str]:
    """Return a sentence for each thing that is left to do; none if the portal may go public."""
    return [
        *_of_the_site(site),
        *_of_the_machine(settings),
        *_of_backups(portal, settings),
        *await members.incomplete_inboxes(portal),
    ]


def _of_the_site(site: Site) -> list[str]:
    missing = [f"mkdocs.yml: {each}" for each in missing_values(site.organisation)]
    return missing + [
        f"docs/{code}: {number} pages are {state}"
        for code, counts in site.translations.items()
        for state, number in counts.items()
        if number
    ]


def _of_the_machine(settings: Settings) -> list[str]:
    left = []
    if not settings.behind_tls:
        left.append("ANLAUFSTELLE_SITE_URL: the public address must begin with https://")
    elif not settings.proxies:
        left.append(
            "ANLAUFSTELLE_PROXIES: https needs a proxy in front; without its address here all "
            "people share one limit"
        )
    for folder in (settings.data_dir, settings.secrets_dir):
        if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
            left.append(f"{folder}: others may look into it; 'chmod 700' it")
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


def database_version(settings: Settings) -> str:
    """Return which database is used; of SQLite with what its version means here."""
    if settings.database_url.startswith("postgresql"):
        return "PostgreSQL"
    name = f"SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info >= _WAL_RESET_FIXED:
        return name
    return f"{name}, whose WAL-reset bug the service's rules for its connections make harmless"
