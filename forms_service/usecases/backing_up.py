"""Backups: a dated file while the service runs, kept for some days; and putting one back."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import create_async_engine

from forms_service.usecases.installation import refuse_wrong_parts
from forms_service.world import backup_files
from forms_service.world.database import open_database
from forms_service.world.portal import Clock, system_clock
from forms_service.world.schema import DatabaseError
from forms_service.world.settings import Settings
from forms_service.world.whole_files import UNFINISHED, make_folder

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"anlaufstelle-(\d{8}T\d{6}Z)\.(sqlite|pgdump)(\.unfinished)?")


def back_up(settings: Settings, file: Path | None = None, clock: Clock = system_clock) -> Path:
    """Write a backup into `file`, or a dated one into the backup folder; return where it lies.

    The service may run. A dated one makes those go that are older than `backup_days`.
    DatabaseError says why there is none; then nothing that was there before is touched.
    """
    now = clock()
    target = file or _dated(settings, now)
    if _is_postgresql(settings):
        backup_files.dump_postgresql(settings.database_url, target)
    elif not settings.database_file.exists():
        raise DatabaseError(f"there is no {settings.database_file} to back up.")
    else:
        backup_files.copy_sqlite(settings.database_file, target)
    if file is None:
        _forget_old(settings, now)
    return target


def _dated(settings: Settings, now: datetime) -> Path:
    if settings.backup_dir is None:
        raise DatabaseError("name a file, or set ANLAUFSTELLE_BACKUP_DIR.")
    make_folder(settings.backup_dir)
    kind = "pgdump" if _is_postgresql(settings) else "sqlite"
    return settings.backup_dir / f"anlaufstelle-{now.astimezone(UTC).strftime(_STAMP)}.{kind}"


def newest(settings: Settings) -> datetime | None:
    """Return when the newest backup in the backup folder was written."""
    whole = (moment for moment, path in _backups(settings) if path.suffix != UNFINISHED)
    return max(whole, default=None)


def _backups(settings: Settings) -> list[tuple[datetime, Path]]:
    if settings.backup_dir is None or not settings.backup_dir.is_dir():
        return []
    named = ((_NAME.fullmatch(path.name), path) for path in settings.backup_dir.iterdir())
    return [
        (datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC), path)
        for match, path in named
        if match
    ]


def _forget_old(settings: Settings, now: datetime) -> None:
    """A backup holds cases that were deleted since: it goes after the days that are promised.

    So does one that was cut off in the middle.
    """
    for written, path in _backups(settings):
        if written < now - timedelta(days=settings.backup_days):
            path.unlink()


async def restore(settings: Settings, file: Path) -> None:
    """Put a backup into an empty place and bring its schema up to date.

    DatabaseError if the place isn't empty or the file is no backup; InstallationError if the
    secrets aren't those that it was made with. Then nothing is left behind.
    """
    if _is_postgresql(settings):
        await _restore_postgresql(settings, file)
        return
    if not backup_files.is_sqlite(file):
        raise DatabaseError(f"{file} is no backup of SQLite.")
    place = settings.database_file
    leftovers = [place.with_name(f"{place.name}{ending}") for ending in ("", "-wal", "-shm")]
    if any(each.exists() for each in leftovers):
        raise DatabaseError(f"{place} is there already; restore into an empty data folder.")
    make_folder(place.parent)
    backup_files.copy_file(file, place)
    try:
        await _refuse_unfitting(settings)
    except BaseException:
        for each in leftovers:
            each.unlink(missing_ok=True)
        raise


async def _restore_postgresql(settings: Settings, file: Path) -> None:
    engine = create_async_engine(settings.database_url)
    async with engine.connect() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    await engine.dispose()
    if tables:
        raise DatabaseError("the database isn't empty; restore into a new one.")
    backup_files.load_postgresql(settings.database_url, file)
    await _refuse_unfitting(settings)


async def _refuse_unfitting(settings: Settings) -> None:
    database = await open_database(settings.url)
    try:
        await refuse_wrong_parts(settings, database)
    finally:
        await database.close()


def _is_postgresql(settings: Settings) -> bool:
    return settings.database_url.startswith("postgresql")
