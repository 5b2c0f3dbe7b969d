"""What lies in the backup folder, what is refused, and what the commands say."""

import resource
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from forms_service.edges import cli
from forms_service.usecases.backing_up import back_up, newest, restore
from forms_service.usecases.installation import InstallationError
from forms_service.world.schema import DatabaseError
from forms_service.world.secret_files import SecretsError, create_secrets
from forms_service.world.settings import Settings
from tests.service.conftest import HandClock
from tests.service.http.commands import Say, said_wrong
from tests.service.http.test_backup import elsewhere


def test_a_backup_never_overwrites(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_bytes(b"somebody's own")
    with pytest.raises(DatabaseError, match="nothing was overwritten"):
        back_up(settings, file)
    assert file.read_bytes() == b"somebody's own"
    with pytest.raises(OSError, match="No such file"):
        back_up(settings, tmp_path / "nowhere" / "backup")


def test_dated_backups_are_kept_for_their_days_and_their_age_is_known(
    settings: Settings, tmp_path: Path, clock: HandClock
) -> None:
    dated = structs.replace(settings, backup_dir=tmp_path / "backups", backup_days=3)
    assert newest(dated) is None
    # Given a file of somebody's own, a backup that was cut off, and a whole one every day
    back_up(dated, clock=clock)
    cut_off = tmp_path / "backups" / "anlaufstelle-20261116T090100Z.sqlite.unfinished"
    cut_off.write_bytes(b"half")
    assert newest(dated) == clock()
    own = tmp_path / "backups" / "notes.sqlite"
    own.write_bytes(b"mine")
    for _ in range(5):
        clock.forward(timedelta(days=1))
        back_up(dated, clock=clock)
    # Then those of the last days are there, and what isn't ours stays
    assert newest(dated) == clock()
    assert len(list((tmp_path / "backups").iterdir())) == 1 + 4
    assert own.read_bytes() == b"mine"


def test_a_full_disk_leaves_no_half_backup_and_takes_none_away(
    settings: Settings, tmp_path: Path, clock: HandClock
) -> None:
    dated = structs.replace(settings, backup_dir=tmp_path / "backups", backup_days=1)
    kept = back_up(dated, clock=clock)
    clock.forward(timedelta(days=9))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(DatabaseError, match="can't be copied"):
            back_up(dated, clock=clock)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list((tmp_path / "backups").iterdir()) == [kept]
    # And with room it is written, and the old one goes
    new = back_up(dated, clock=clock)
    assert list((tmp_path / "backups").iterdir()) == [new]


async def test_without_its_secrets_a_backup_is_refused_and_nothing_is_left(
    settings: Settings, tmp_path: Path
) -> None:
    back_up(settings, backup := tmp_path / "backup")
    there = elsewhere(settings, tmp_path / "new", secrets_dir=tmp_path / "other")
    with pytest.raises(SecretsError, match="other"):
        await restore(there, backup)
    create_secrets(there.secrets_dir)
    with pytest.raises(InstallationError, match="every receipt number would be called wrong"):
        await restore(there, backup)
    assert not there.database_file.exists()
    # And with the right ones it goes on
    shutil.rmtree(there.secrets_dir)
    shutil.copytree(settings.secrets_dir, there.secrets_dir)
    await restore(there, backup)
    # But never over a database that is there
    with pytest.raises(DatabaseError, match="there already"):
        await restore(there, backup)


async def test_what_is_no_backup_is_refused(settings: Settings, tmp_path: Path) -> None:
    there = elsewhere(settings, tmp_path / "new")
    file = tmp_path / "backup"
    file.write_bytes(b"no backup" * 1000)
    with pytest.raises(DatabaseError, match="no backup"):
        await restore(there, file)
    file.write_bytes(b"SQLite format 3\x00" + b"broken" * 1000)
    with pytest.raises(DatabaseError, match="damaged"):
        await restore(there, file)
    assert not there.database_file.exists()


def test_the_commands_say_what_they_did(
    installed: Settings, environment: pytest.MonkeyPatch, tmp_path: Path, capsys: Say
) -> None:
    assert "ANLAUFSTELLE_BACKUP_DIR" in said_wrong(capsys, cli.main(["backup"]))
    environment.setenv("ANLAUFSTELLE_BACKUP_DIR", str(tmp_path / "backups"))
    assert cli.main(["backup"]) == 0
    (file,) = (tmp_path / "backups").iterdir()
    assert str(file) in capsys.readouterr().out
    assert "there already" in said_wrong(capsys, cli.main(["restore", str(file)]))
    environment.setenv("ANLAUFSTELLE_DATA_DIR", str(tmp_path / "new"))
    assert cli.main(["restore", str(file)]) == 0
    assert "The backup is back" in capsys.readouterr().out
    assert (tmp_path / "new" / "anlaufstelle.sqlite").stat().st_mode & 0o077 == 0
