"""The command line: building the site, and setting a portal up."""

import asyncio
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from forms_service.edges import cli
from forms_service.rules.languages import LANGUAGES
from forms_service.rules.sealing import join_recovery_key, public_key_of
from forms_service.world.database import open_database
from forms_service.world.site import load_site
from forms_service.world.store import installations
from tests.service.http.commands import Paper, Say, answers_from, said_wrong


def test_build_refuses_a_folder_that_is_no_link(
    environment: pytest.MonkeyPatch, tmp_path: Path, capsys: Say
) -> None:
    # Given a folder where the link to a build belongs, perhaps somebody's own
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "meins.txt").write_text("nicht löschen", encoding="utf-8")
    environment.setenv("ANLAUFSTELLE_SITE_DIR", str(folder))
    # When a build would replace it, then it is refused and left alone
    assert "not a link" in said_wrong(capsys, cli.main(["build"]))
    assert (folder / "meins.txt").read_text(encoding="utf-8") == "nicht löschen"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.fixture
def mkdocs(monkeypatch: pytest.MonkeyPatch, built_site: Path) -> Callable[[bool], None]:
    """Stands in for MkDocs: says how the next builds end, and copies the site that there is."""
    ends = [True]

    def run(command: list[str], **_named: object) -> subprocess.CompletedProcess[bytes]:
        folder = Path(command[-1])
        (folder / "half.txt").write_text("x", encoding="utf-8")
        if ends[-1]:
            for path in built_site.iterdir():
                (folder / path.name).symlink_to(path)
        return subprocess.CompletedProcess(command, 0 if ends[-1] else 1)

    monkeypatch.setattr(subprocess, "run", run)
    return ends.append


def test_a_build_is_switched_in_whole(
    environment: pytest.MonkeyPatch, mkdocs: Callable[[bool], None], tmp_path: Path, capsys: Say
) -> None:
    link = tmp_path / "site"
    environment.setenv("ANLAUFSTELLE_SITE_DIR", str(link))
    # Given three builds, one after the other
    folders = []
    for _ in range(3):
        assert cli.main(["build"]) == 0
        folders.append(link.resolve())
        assert load_site(link).languages == tuple(LANGUAGES)
    assert "The site is built" in capsys.readouterr().out
    # Then the newest is linked, the one before stays for a service that runs, older ones go
    assert len(set(folders)) == 3
    assert [folder.exists() for folder in folders] == [False, True, True]
    # When one fails, then the old one stays in place and no half of the new one is left
    mkdocs(False)
    assert "could not be built" in said_wrong(capsys, cli.main(["build"]))
    assert link.resolve() == folders[-1]
    assert {path for path in tmp_path.iterdir() if path != link} == set(folders[1:])


def test_setting_up_prints_two_sheets_and_asks_for_both_back(
    environment: pytest.MonkeyPatch, tmp_path: Path, capsys: Say
) -> None:
    # Given somebody who copies both sheets by hand, in their own spelling
    paper = Paper(capsys)
    read = answers_from(lambda number: paper.sheet(number).lower().replace(" ", "  "))
    environment.setattr("builtins.input", read)
    # When the portal is set up
    assert cli.main(["init"]) == 0
    assert "The portal is set up." in capsys.readouterr().out
    # Then secrets and database are there, for their owner alone
    for name in ("pepper", "mail_key"):
        assert stat.S_IMODE((tmp_path / "secrets" / name).stat().st_mode) == 0o600

    # And the two sheets together are the recovery key, and lie nowhere
    async def recovery_key() -> bytes:
        database = await open_database(f"sqlite+aiosqlite:///{tmp_path}/data/anlaufstelle.sqlite")
        found = await database.read(installations.find)
        await database.close()
        assert found is not None
        assert not found.trial
        return found.recovery_public_key

    joined = join_recovery_key(paper.sheets[1], paper.sheets[2])
    assert public_key_of(joined) == asyncio.run(recovery_key())
    for path in [*(tmp_path / "data").iterdir(), *(tmp_path / "secrets").iterdir()]:
        for kept in (joined, joined.hex().encode(), *map(str.encode, paper.sheets.values())):
            assert kept not in path.read_bytes()
    # And it isn't done twice
    paper.sheets.clear()
    before = (tmp_path / "secrets" / "pepper").read_bytes()
    assert "already" in said_wrong(capsys, cli.main(["init"]))
    assert (tmp_path / "secrets" / "pepper").read_bytes() == before


@pytest.mark.parametrize(
    ("mistake", "which"),
    [
        (lambda paper, number: paper.sheet(1), 2),
        (lambda paper, number: paper.sheet(2), 1),
        (lambda paper, number: "", 1),
        (lambda paper, number: paper.sheet(number)[:-1] + "Q2"[paper.sheet(number)[-1] == "Q"], 1),
    ],
    ids=["the first twice", "the second twice", "nothing", "a slip"],
)
def test_a_wrong_copy_sets_nothing_up(
    environment: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: Say,
    mistake: Callable[[Paper, int], str],
    which: int,
) -> None:
    paper = Paper(capsys)
    environment.setattr("builtins.input", answers_from(lambda number: mistake(paper, number)))
    assert f"That isn't sheet {which}." in said_wrong(capsys, cli.main(["init"]))
    assert list(tmp_path.iterdir()) == []
