"""The trying-out mode can't be mistaken for a portal, nor a portal for it."""

import asyncio
from pathlib import Path

import pytest

from forms_service.edges import cli
from forms_service.usecases.installation import install, new_recovery_key
from forms_service.world.settings import Settings, SettingsError, read_settings
from tests.service.http.commands import Say, said_wrong


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "portal.example.org", ""])  # noqa: S104
def test_a_trial_listens_on_nothing_that_others_reach(host: str) -> None:
    with pytest.raises(SettingsError, match="ANLAUFSTELLE_HOST"):
        read_settings({"ANLAUFSTELLE_HOST": host}, trial=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_a_trial_listens_on_this_machine(host: str) -> None:
    assert read_settings({"ANLAUFSTELLE_HOST": host}, trial=True).host == host


@pytest.fixture
def trial(environment: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """The data of a trial, in the folders that a real portal would use."""
    settings = Settings(data_dir=tmp_path / "data", secrets_dir=tmp_path / "secrets", trial=True)
    asyncio.run(install(settings, new_recovery_key().public_key))
    environment.setattr(cli, "configure_logging", lambda: None)
    return settings


def test_the_data_of_a_trial_never_goes_public(
    trial: Settings, environment: pytest.MonkeyPatch, tmp_path: Path, capsys: Say
) -> None:
    assert "never goes public" in said_wrong(capsys, cli.main(["serve"]))
    # Nor by the way of a backup
    assert cli.main(["backup", str(tmp_path / "backup")]) == 0
    environment.setenv("ANLAUFSTELLE_DATA_DIR", str(tmp_path / "real"))
    capsys.readouterr()
    said = said_wrong(capsys, cli.main(["restore", str(tmp_path / "backup")]))
    assert "never goes public" in said
    assert not (tmp_path / "real/anlaufstelle.sqlite").exists()


def test_the_data_of_a_portal_never_opens_for_trying_out(
    installed: Settings, environment: pytest.MonkeyPatch, capsys: Say
) -> None:
    environment.setattr(cli, "configure_logging", lambda: None)
    environment.delenv("ANLAUFSTELLE_SITE_URL")
    before = installed.database_file.read_bytes()
    said = said_wrong(capsys, cli.main(["serve", "--trial"]))
    assert "doesn't open in the trying-out mode" in said
    assert installed.database_file.read_bytes() == before
