"""The units take away what the portal doesn't need, and it does all its work without that."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from forms_service.rules.files import format_of
from forms_service.world import image_child
from forms_service.world.settings import Settings
from tests.service.http.actors import receipt_number
from tests.service.http.confined import confined, rules_of, system_calls
from tests.service.http.processes import (
    ANLAUFSTELLE,
    READY,
    SERVE,
    environment_of,
    free_ports,
    running,
)
from tests.service.http.sending_files import links
from tests.service.pictures import PDF, opened, photo

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="install the Debian package systemd"
)

UNITS = ["anlaufstelle", "anlaufstelle-backup", "anlaufstelle-build"]
FORBIDDEN = """
import ctypes, os, socket, sys

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p] + [ctypes.c_size_t] * 5
said = []

def tried(name, *words):
    ended = getattr(libc, name)(*words)
    said.append(f"{name} {ended in (None, -1, 2**64 - 1)}")
    return ended

tried("mmap", None, 4096, 7, 34, 2**64 - 1, 0)
plain = libc.mmap(None, 4096, 3, 34, 2**64 - 1, 0)
tried("mprotect", ctypes.c_void_p(plain), ctypes.c_size_t(4096), 5)
tried("unshare", 0x10000000)
tried("chown", b"/tmp", -1, -1)
tried("setuid", 1)
tried("personality", 0x0040000)
tried("chmod", b"/tmp", 0o6777)
for family in (socket.AF_NETLINK, socket.AF_PACKET):
    try:
        socket.socket(family, socket.SOCK_RAW).close()
        said.append("socket False")
    except OSError:
        said.append("socket True")
for path, how in ((sys.argv[1], "w"), ("/proc/meminfo", "r"), ("/proc/1/environ", "r")):
    try:
        open(path, how).close()
        said.append(f"{path} False")
    except OSError:
        said.append(f"{path} True")
with open(sys.argv[2], "w") as mine:
    mine.write("x")
print("; ".join(said))
"""
"""Each must fail ("True"), and a file in the unit's own folder must not."""


@pytest.fixture
def own(settings: Settings) -> list[Path]:
    """The folder that the unit may write into."""
    return [settings.data_dir]


def run(unit: Path, own: list[Path], *command: str, **environment: str) -> str:
    """What a command says that ends well under the unit's rules."""
    project = unit.parent.parent
    ours = os.environ | {"PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"} | environment
    ended = subprocess.run(
        confined(unit, own, *command), cwd=project, env=ours, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.parametrize("name", UNITS)
def test_the_units_rules_hold(project: Path, own: list[Path], tmp_path: Path, name: str) -> None:
    unit = project / f"deploy/{name}.service"
    command = [sys.executable, "-c", FORBIDDEN, str(tmp_path / "elsewhere"), str(own[0] / "mine")]
    said = run(unit, own, *command).strip().split("; ")
    assert len(said) == 12
    if os.geteuid() != 0:
        said = said[:9]  # The files are shown to root alone as the unit shows them.
    assert [each for each in said if not each.endswith(" True")] == []


def test_a_unit_allows_what_services_need_and_nothing_privileged(project: Path) -> None:
    for name in UNITS:
        rules = rules_of(project / f"deploy/{name}.service")
        calls = system_calls([value for key, value in rules if key == "SystemCallFilter"])
        assert {"read", "execve", "fsync", "vfork", "flock", "accept4"} <= calls
        assert not {"chown", "mount", "ptrace", "bpf", "setuid", "reboot", "kexec_load"} & calls


@pytest.mark.parametrize("kind", ["JPEG", "HEIF"])
def test_a_photo_is_opened_under_the_services_rules(
    project: Path, own: list[Path], kind: str
) -> None:
    """The decoders' libraries need no memory that is writable and executable at once."""
    child = [sys.executable, "-I", "-B", image_child.__file__, kind]
    ended = subprocess.run(
        confined(project / "deploy/anlaufstelle.service", own, *child),
        cwd=project, env=os.environ | {"PYTHONPATH": str(project)},
        input=photo(kind, size=(1200, 600)), capture_output=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr.decode()
    assert format_of(ended.stdout) == "JPEG"
    assert opened(ended.stdout).size == (1200, 600)


@pytest.mark.slow
def test_the_service_does_its_work_under_the_units_rules(
    project: Path, complete: Settings, own: list[Path], tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    ours = environment_of(complete, project, PORT=port, SITE_URL=f"http://127.0.0.1:{port}/")
    serve = confined(project / "deploy/anlaufstelle.service", own, *SERVE)
    log = tmp_path / "log"
    with (
        running(serve, ours, READY, log),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as browser,
    ):
        # Given a complaint with photos of every kind and a document
        said = [("what_happened", (None, "Niemand hat zugehört."))]
        photos = [(f"{kind}.bin", photo(kind)) for kind in ("HEIF", "PNG")]
        files = [("files", each) for each in (*photos, ("Brief.pdf", PDF))]
        sent = browser.post("/de/beschwerde/", files=[*said, *files])
        # Then each is taken, and can be saved with the number
        number = receipt_number(sent)
        into = browser.post("/de/antwort/", data={"number": number}).headers["location"]
        *pictures, paper = links(browser.get(into))
        assert [format_of(browser.get(each).content) for each in pictures] == ["JPEG", "JPEG"]
        assert browser.get(paper).content == PDF
        # And reading, searching and signing in go on
        assert browser.get("/healthz").json() == {"ok": True}
        assert browser.get("/de/suche/?q=hilfe").status_code == 200
        typed = {"email": "ada@example.org", "password": "falsch"}
        home = {"origin": f"http://127.0.0.1:{port}"}
        assert browser.post("/staff/anmelden/", data=typed, headers=home).status_code == 422
    assert "fault" not in log.read_text()


@pytest.mark.slow
def test_a_backup_is_written_under_its_units_rules(
    project: Path, settings: Settings, own: list[Path], tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    backups.mkdir(mode=0o700)
    ours = environment_of(settings, project, BACKUP_DIR=backups)
    said = run(
        project / "deploy/anlaufstelle-backup.service", [*own, backups], *ANLAUFSTELLE, "backup", **ours
    )  # fmt: skip
    (written,) = re.findall(r"The backup is written: (.+)", said)
    assert Path(written).parent == backups
    assert Path(written).stat().st_size > 0


@pytest.mark.slow
def test_the_site_is_built_under_its_units_rules(
    project: Path, settings: Settings, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    ours = environment_of(settings, project, SITE_DIR=cache / "site") | {"TMPDIR": str(cache)}
    said = run(
        project / "deploy/anlaufstelle-build.service", [cache], *ANLAUFSTELLE, "build", **ours
    )
    assert "The site is built" in said
    assert (cache / "site/de/index.html").is_file()
