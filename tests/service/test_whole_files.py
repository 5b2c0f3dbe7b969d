"""Files that are there whole or not at all, and a set-up that was cut off."""

from pathlib import Path

import pytest

from forms_service.world.secret_files import SecretsError, create_secrets
from forms_service.world.whole_files import make_folder, write_whole


def test_a_file_is_there_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    target = tmp_path / "file"
    write_whole(target, lambda path: path.write_text("all of it"))
    assert target.read_text() == "all of it"
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_of_a_file_that_could_not_be_written_nothing_is_there(tmp_path: Path) -> None:
    def breaks(path: Path) -> None:
        path.write_text("half")
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        write_whole(tmp_path / "file", breaks)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("somebody's own")
    with pytest.raises(FileExistsError):
        write_whole(target, lambda path: path.write_text("ours"))
    assert target.read_text() == "somebody's own"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_is_made_with_those_above_it_and_stays_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "one" / "two"
    make_folder(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    (folder / "file").touch()
    make_folder(folder)
    assert (folder / "file").exists()


def test_a_set_up_that_was_cut_off_between_two_secrets_is_completed(tmp_path: Path) -> None:
    first = create_secrets(tmp_path / "secrets")
    (tmp_path / "secrets/mail_key").unlink()
    # What the power left of the second one
    (tmp_path / "secrets/mail_key.unfinished").write_text("12ab")
    second = create_secrets(tmp_path / "secrets")
    assert second.pepper == first.pepper
    assert second.mail_key != first.mail_key
    assert len(list((tmp_path / "secrets").iterdir())) == 2


def test_a_damaged_secret_is_never_replaced(tmp_path: Path) -> None:
    create_secrets(tmp_path / "secrets")
    (tmp_path / "secrets/pepper").write_text("damaged")
    with pytest.raises(SecretsError, match="pepper"):
        create_secrets(tmp_path / "secrets")
    assert (tmp_path / "secrets/pepper").read_text() == "damaged"
