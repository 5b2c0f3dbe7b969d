"""`check` names what an operator has left to do, and stops naming it once it is done."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from forms_service.usecases import readiness
from forms_service.usecases.backing_up import back_up
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site
from tests.service.conftest import HandClock
from tests.service.http.people import join_as_admin


async def test_each_thing_is_named_until_it_is_done(
    portal: Portal, site: Site, settings: Settings, clock: HandClock, tmp_path: Path
) -> None:
    async def left(word: str) -> list[str]:
        return [each for each in await readiness.left_to_do(portal, site, now) if word in each]

    # Given a portal behind https whose operator has set nothing else
    now = settings
    assert await left("ANLAUFSTELLE_BACKUP_DIR")
    assert await left("ANLAUFSTELLE_PROXIES")
    assert await left("mkdocs.yml")
    # When the proxy is named
    now = structs.replace(now, proxies="127.0.0.1")
    assert not await left("ANLAUFSTELLE_PROXIES")
    # When the addresses are real ones, and there is a mail server
    assert await left("SITE_URL: portal.example.org is an example")
    now = structs.replace(now, site_url="https://portal.test/", smtp_host="")
    assert not await left("SITE_URL")
    assert await left("SMTP_HOST: without it nobody is told")
    now = structs.replace(now, smtp_host="mail.example.org")
    assert await left("SMTP_HOST: mail.example.org is an example")
    now = structs.replace(now, smtp_host="mail.portal.test")
    assert not await left("SMTP_HOST")
    # When there are two administrators
    assert await left("2 administrators are needed, there are 0")
    await join_as_admin(portal, "Ada")
    assert await left("there are 1")
    await join_as_admin(portal, "Ben")
    assert not await left("administrators")
    # When backups have a place, then one is missing; when it is written, then none
    now = structs.replace(now, backup_dir=tmp_path / "backups")
    assert await left("there is no backup yet")
    back_up(now, clock=clock)
    assert not await left("backup")
    # When nobody writes another one, then its age is said
    clock.forward(timedelta(days=2, seconds=1))
    assert await left("the newest backup is of 2026-11-16")
    # When others may look into a folder, then that is said
    settings.data_dir.chmod(0o750)
    assert await left("chmod 700")


async def test_a_full_disk_is_named(
    portal: Portal, site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = shutil.disk_usage(settings.data_dir)._replace(free=1024**3 - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    left = await readiness.left_to_do(portal, site, settings)
    assert any("less than 1 GiB" in each for each in left)


def test_the_version_of_sqlite_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sqlite3.sqlite_version in readiness.database_version(settings)
    for version, harmed in (((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False)):
        monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
        assert ("WAL-reset" in readiness.database_version(settings)) == harmed
    there = structs.replace(settings, database_url="postgresql+asyncpg://u@/x")
    assert readiness.database_version(there) == "PostgreSQL"
