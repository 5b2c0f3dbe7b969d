"""What the service refuses to start with, and what it finds when it starts again."""

import json
import secrets
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from forms_service.edges.web import create_app
from forms_service.rules.organisation import Organisation
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases.conversation import come_in
from forms_service.usecases.installation import (
    InstallationError,
    close_portal,
    install,
    new_recovery_key,
    open_portal,
)
from forms_service.world.database import open_database
from forms_service.world.portal import Portal
from forms_service.world.schema import DatabaseError
from forms_service.world.secret_files import SecretsError
from forms_service.world.settings import Settings
from forms_service.world.site import Site, SiteError, load_site
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, main_text
from tests.service.http.conftest import SignIn
from tests.service.http.examples import ARABIC_COMPLAINT
from tests.service.http.ledger import Ledger


@pytest.mark.parametrize("name", ["pepper", "mail_key"])
async def test_exchanged_secrets_are_refused(
    settings: Settings, organisation: Organisation, name: str
) -> None:
    # Given a secret of another portal
    path = settings.secrets_dir / name
    kept = path.read_text()
    path.write_text(secrets.token_hex(32) + "\n")
    # Then the service doesn't start, instead of calling every number wrong, and says which file
    with pytest.raises(InstallationError, match=f"{name} is not the one"):
        await open_portal(settings, organisation)
    # And the two exchanged for each other neither
    other = settings.secrets_dir / ("mail_key" if name == "pepper" else "pepper")
    path.write_text(other.read_text())
    other.write_text(kept)
    with pytest.raises(InstallationError):
        await open_portal(settings, organisation)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda path: path.unlink(), "No such file"),
        (lambda path: path.write_text("x"), "damaged"),
        (lambda path: path.write_text("ab" * 31), "damaged"),
        (lambda path: path.write_text(""), "damaged"),
        (lambda path: path.chmod(0o640), "others may read it"),
        (lambda path: path.chmod(0o620), "others may read it"),
        (lambda path: path.chmod(0o604), "others may read it"),
        (lambda path: path.chmod(0o602), "others may read it"),
    ],
)
@pytest.mark.parametrize("name", ["pepper", "mail_key"])
async def test_a_damaged_or_open_secret_is_refused(
    settings: Settings, organisation: Organisation, name: str, damage: object, says: str
) -> None:
    assert callable(damage)
    path = settings.secrets_dir / name
    content = path.read_text().strip()
    damage(path)
    with pytest.raises(SecretsError, match=says) as refused:
        await open_portal(settings, organisation)
    # The operator is told which file it is and what to do, and nobody what stood in it
    assert str(path) in str(refused.value)
    assert content not in str(refused.value)


async def test_secrets_in_a_folder_that_others_may_change_are_refused(
    settings: Settings, organisation: Organisation
) -> None:
    settings.secrets_dir.chmod(0o770)
    with pytest.raises(SecretsError, match="others may change what is in it"):
        await open_portal(settings, organisation)


async def test_a_portal_that_is_not_set_up_does_not_open(
    tmp_path: Path, organisation: Organisation
) -> None:
    empty = Settings(data_dir=tmp_path / "data", secrets_dir=tmp_path / "secrets")
    with pytest.raises(InstallationError, match="anlaufstelle init"):
        await open_portal(empty, organisation)


async def test_a_lost_database_is_not_begun_anew(
    settings: Settings, organisation: Organisation
) -> None:
    # Given a portal whose database is gone
    settings.database_file.unlink()
    # Then it doesn't start with an empty one, says what to do, and leaves the place empty
    with pytest.raises(InstallationError, match=r"is gone.*anlaufstelle restore"):
        await open_portal(settings, organisation)
    assert not settings.database_file.exists()


async def test_what_was_written_last_is_not_thrown_away_with_a_lost_database(
    portal: Portal, browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    # Given files as they lie after a power cut, of which the database itself is lost
    number = await browser.send("/de/beschwerde/", {"what_happened": ARABIC_COMPLAINT})
    file = settings.database_file
    there = shutil.copytree(file.parent, tmp_path / "there")
    await close_portal(portal)
    (there / file.name).rename(tmp_path / "kept")
    log = (there / f"{file.name}-wal").read_bytes()
    # Then no new database is begun over the log that holds the last case
    with pytest.raises(DatabaseError, match="holds what was written last"):
        await open_database(structs.replace(settings, data_dir=there).url)
    assert (there / f"{file.name}-wal").read_bytes() == log
    # When it is put back, then the case is there
    (tmp_path / "kept").rename(there / file.name)
    again = await open_portal(
        structs.replace(settings, data_dir=there),
        portal.organisation,
        receipt_cost=CHEAPEST,
        clock=portal.clock,
    )
    assert await come_in(again, number, secrets.token_bytes(32), "somewhere")
    await close_portal(again)


async def test_a_trial_never_goes_public_nor_the_other_way_round(
    settings: Settings, organisation: Organisation, tmp_path: Path
) -> None:
    # Given a database of each kind
    trial = Settings(data_dir=tmp_path / "t", secrets_dir=tmp_path / "ts", trial=True)
    await install(trial, new_recovery_key().public_key)
    with pytest.raises(InstallationError, match="never goes public"):
        await open_portal(structs.replace(trial, trial=False), organisation)
    with pytest.raises(InstallationError, match="doesn't open in the trying-out mode"):
        await open_portal(structs.replace(settings, trial=True), organisation)
    # And after the refusal the right one opens: nothing is left locked
    for right in (trial, settings):
        await close_portal(await open_portal(right, organisation))


async def test_a_portal_is_set_up_once(settings: Settings) -> None:
    before = (settings.secrets_dir / "pepper").read_bytes()
    with pytest.raises(InstallationError, match="already"):
        await install(settings, new_recovery_key().public_key)
    assert (settings.secrets_dir / "pepper").read_bytes() == before


async def test_a_second_process_is_refused(
    portal: Portal, settings: Settings, organisation: Organisation
) -> None:
    with pytest.raises(DatabaseError, match="in use by another process"):
        await open_portal(settings, organisation)
    await close_portal(portal)
    await close_portal(await open_portal(settings, organisation))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"forms": {"complaint": "0" * 16}}, "built from other forms"),
        ({"forms": {}}, "built from other forms"),
        ({"format": 2}, "another version"),
        ({"organisation": {"name": "x"}}, "extra.organisation"),
    ],
)
def test_a_stale_site_is_refused(
    built_site: Path, tmp_path: Path, change: dict[str, object], says: str
) -> None:
    # Given a site that was built before the forms, or the settings, were changed
    contract = json.loads((built_site / "portal.json").read_text(encoding="utf-8"))
    (tmp_path / "portal.json").write_text(json.dumps(contract | change), encoding="utf-8")
    # Then the service says so and what to do
    with pytest.raises(SiteError, match=says):
        load_site(tmp_path)


def test_a_missing_or_broken_site_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="anlaufstelle build"):
        load_site(tmp_path / "nowhere")
    (tmp_path / "portal.json").write_text("{", encoding="utf-8")
    with pytest.raises(SiteError, match="anlaufstelle build"):
        load_site(tmp_path)


async def test_stopping_and_starting_again_finds_everything(
    browser: Browser,
    sign_in: SignIn,
    portal: Portal,
    site: Site,
    settings: Settings,
    organisation: Organisation,
    clock: HandClock,
) -> None:
    # Given a sender in their conversation, a receipt just shown, and Lena at her desk
    number = await browser.send("/ar/beschwerde/", {"what_happened": ARABIC_COMPLAINT})
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    await lena.answer(case_id, sentence="acknowledged", text="Antwort vor dem Neustart")
    await lena.post(f"/staff/fall/{case_id}/notiz/", {"note": "Notiz vor dem Neustart"})
    await browser.come_in(number, "ar")
    # When the service is stopped and started again
    await close_portal(portal)
    clock.forward(timedelta(minutes=5))
    again = await open_portal(
        settings, organisation, clock=clock, receipt_cost=CHEAPEST, password_cost=CHEAPEST
    )
    app = create_app(again, site, settings)
    browser.move_to(app, browser.client.cookies)
    lena.move_to(app, lena.client.cookies)
    # Then she is still signed in and finds the case, its notes and answers
    opened = main_text(await lena.open(await lena.only_case()))
    for text in (ARABIC_COMPLAINT, "Antwort vor dem Neustart", "Notiz vor dem Neustart"):
        assert text in opened
    # And the sender is still in the conversation, and can write
    read = main_text(await browser.get("/ar/antwort/?open"))
    assert ARABIC_COMPLAINT in read
    assert "Antwort vor dem Neustart" in read
    written = await browser.post("/ar/antwort/", {"action": "write", "message": "Danach"})
    assert written.status_code == 303
    assert "Danach" in main_text(await lena.open(case_id))
    # And a reload still shows the same number, and makes no second case
    assert await browser.send("/ar/beschwerde/", {"what_happened": ARABIC_COMPLAINT}) == number
    assert len(await Ledger(again).cases()) == 1
    await close_portal(again)
