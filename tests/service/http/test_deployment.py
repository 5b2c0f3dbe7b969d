"""What an operator copies from deploy/ works: the units are sound, the proxy is driven through."""

import os
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from forms_service.rules.receipts import number_from
from forms_service.world.settings import PREFIX, Settings, read_settings

CADDY = shutil.which("caddy")
ANALYZE = shutil.which("systemd-analyze")
UNITS = ["anlaufstelle", "anlaufstelle-backup", "anlaufstelle-build"]
VISITOR, OTHER = "127.0.0.5", "127.0.0.6"


@pytest.fixture(scope="module")
def units(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units, with a program that this machine has in the place of the portal's."""
    folder = tmp_path_factory.mktemp("units")
    for path in (project / "deploy").glob("anlaufstelle*.*"):
        unit = path.read_text(encoding="utf-8")
        changed = unit.replace("/srv/anlaufstelle/.venv/bin/anlaufstelle", "/bin/true")
        (folder / path.name).write_text(changed, encoding="utf-8")
    return folder


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is missing: no systemd here")
def test_systemd_finds_nothing_wrong_with_the_units(units: Path) -> None:
    names = sorted(path.name for path in units.iterdir())
    assert len(names) == 5
    said = subprocess.run(
        ["systemd-analyze", "verify", *(f"./{name}" for name in names)],
        cwd=units, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is missing: no systemd here")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_calls_the_units_well_protected(units: Path, unit: str) -> None:
    """Its measure goes from 0 to 10; a service without protection has 9.6."""
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15", f"{unit}.service"],
        cwd=units, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout


def test_the_settings_that_are_shipped_are_settings(project: Path) -> None:
    lines = (project / "deploy/environment").read_text(encoding="utf-8").splitlines()
    pairs = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    found = read_settings(pairs)
    assert found.behind_tls
    assert len(pairs) == sum(name.startswith(PREFIX) for name in pairs) == 6


def test_the_container_recipe_copies_what_there_is_and_runs_without_rights(project: Path) -> None:
    """No engine builds it here; what can be told by reading is told."""
    recipe = (project / "deploy/Containerfile").read_text(encoding="utf-8")
    *sources, last = re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", recipe)
    for name in " ".join([*sources, last]).split():
        assert (project / name).exists(), name
    stage = recipe.split("FROM ")[-1]
    assert re.search(r"(?m)^USER anlaufstelle$", stage)
    volumes = re.findall(r'"(/[^"]+)"', stage[stage.index("VOLUME") :].splitlines()[0])
    settings = (project / "deploy/environment").read_text(encoding="utf-8")
    assert len(volumes) == 3
    assert all(f"={volume}\n" in settings for volume in volumes)


def free_ports(number: int) -> list[int]:
    """Ports of the loopback that nobody listened on a moment ago, each another one."""
    listeners = [socket.socket() for _ in range(number)]
    for each in listeners:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in listeners]
    for each in listeners:
        each.close()
    return ports


@contextmanager
def running(
    command: list[str], environment: dict[str, str], ready: str, log: Path
) -> Iterator[None]:
    """Run a program until the end of the block, from the line on by which it says it is ready."""
    with log.open("wb") as written:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert process.stdout is not None
        try:
            for line in process.stdout:
                written.write(line)
                if ready in line.decode():
                    break
            else:
                written.flush()
                pytest.fail(f"it didn't start:\n{log.read_text()}", pytrace=False)
            yield
        finally:
            process.terminate()
            rest, _ = process.communicate()
            written.write(rest)


@pytest.fixture
def portal_behind_caddy(
    project: Path, complete: Settings, tmp_path: Path
) -> Iterator[tuple[str, Path, Path]]:
    """The service as a process, and the shipped Caddyfile in front of it, with certificates of its
    own; gives the portal's address, the plain one, the certificate and Caddy's log.
    """
    if CADDY is None:
        pytest.skip("caddy is missing: install the Debian package caddy")
    service, plain, sealed = free_ports(3)
    address = f"https://localhost:{sealed}"
    environment = os.environ | {
        "ANLAUFSTELLE_PORT": str(service),
        "ANLAUFSTELLE_SITE_URL": f"{address}/",
        "ANLAUFSTELLE_SITE_DIR": str(complete.site_dir),
        "ANLAUFSTELLE_DATA_DIR": str(complete.data_dir),
        "ANLAUFSTELLE_SECRETS_DIR": str(complete.secrets_dir),
        "ANLAUFSTELLE_PROXIES": "127.0.0.1",
        "PYTHONPATH": str(project),
    }
    shipped = (project / "deploy/Caddyfile").read_text(encoding="utf-8")
    here = f"{{\n\tlocal_certs\n\tskip_install_trust\n\thttp_port {plain}\n\thttps_port {sealed}\n"
    adapted = (
        shipped.replace("{\n", here, 1)
        .replace("portal.example.org {", "localhost {")
        .replace("reverse_proxy 127.0.0.1:8000", f"reverse_proxy 127.0.0.1:{service}")
    )
    assert adapted.count(str(service)) == 1
    config = tmp_path / "Caddyfile"
    config.write_text(adapted, encoding="utf-8")
    homes = {"XDG_DATA_HOME": str(tmp_path / "caddy"), "XDG_CONFIG_HOME": str(tmp_path / "caddy")}
    serve = [sys.executable, "-m", "forms_service.edges.cli", "serve"]
    caddy = [CADDY, "run", "--adapter", "caddyfile", "--config", str(config)]
    log = tmp_path / "caddy.log"
    with (
        running(serve, environment, "Staff:", tmp_path / "service.log"),
        running(caddy, os.environ | homes, "serving initial configuration", log),
    ):
        yield address, tmp_path / "caddy/caddy/pki/authorities/local/root.crt", log


Visit = Callable[[str], httpx.Client]


@pytest.fixture
def visit(portal_behind_caddy: tuple[str, Path, Path]) -> Iterator[Visit]:
    """Opens a browser at an address of the network."""
    address, certificate, _ = portal_behind_caddy
    trusted = ssl.create_default_context(cafile=certificate)
    opened = []

    def come(from_address: str) -> httpx.Client:
        transport = httpx.HTTPTransport(verify=trusted, local_address=from_address, retries=3)
        opened.append(httpx.Client(base_url=address, transport=transport, timeout=30))
        return opened[-1]

    yield come
    for client in opened:
        client.close()


@pytest.mark.slow
def test_people_reach_the_portal_through_the_proxy(
    visit: Visit, portal_behind_caddy: tuple[str, Path, Path]
) -> None:
    _, _, log = portal_behind_caddy
    browser = visit(VISITOR)
    # Given a page, over TLS, with the service's own headers
    page = browser.get("/de/kontakt/")
    assert page.status_code == 200
    assert page.headers["strict-transport-security"].startswith("max-age=31536000")
    assert "server" not in page.headers
    # When a form is sent, then the receipt comes, with cookies that only TLS carries
    sent = browser.post("/de/beschwerde/", data={"what_happened": "Niemand hat zugehört."})
    assert sent.status_code == 200
    assert sent.headers["cache-control"] == "no-store"
    assert re.match(r"__Host-.*; .*Secure", sent.headers["set-cookie"], re.S)
    # When far too much is sent, then the portal itself says so, in the reader's language
    much = browser.post("/ar/beschwerde/", data={"what_happened": "x" * 5 * 1024 * 1024})
    assert much.status_code == 413
    assert 'lang="ar"' in much.text
    # And staff find their door
    assert "/staff/anmelden/" in browser.get("/staff/").headers["location"]
    assert browser.get("/staff/anmelden/").status_code == 200

    # When somebody guesses numbers, whatever address they claim to come from
    def guess(client: httpx.Client, place: int) -> int:
        claimed = {"x-forwarded-for": f"203.0.113.{place}", "x-real-ip": f"203.0.113.{place}"}
        number = {"number": number_from(secrets.randbelow(10**19))}
        return client.post("/de/antwort/", data=number, headers=claimed).status_code

    # Then they are stopped, and somebody at another address isn't
    assert [guess(browser, place) for place in range(31)] == [422] * 30 + [429]
    assert guess(visit(OTHER), 1) == 422
    # And the proxy has noted nobody's address
    assert not re.search(rf"{VISITOR}|{OTHER}|antwort|203\.0\.113", log.read_text())


@pytest.mark.slow
def test_plain_http_only_leads_to_tls(
    visit: Visit, portal_behind_caddy: tuple[str, Path, Path], tmp_path: Path
) -> None:
    (plain,) = re.findall(r"http_port (\d+)", (tmp_path / "Caddyfile").read_text())
    answer = httpx.get(f"http://localhost:{plain}/de/kontakt/")
    assert answer.status_code in (301, 308)
    assert answer.headers["location"].startswith("https://localhost")
    # And another host's name leads nowhere
    other = visit(VISITOR).get("/de/kontakt/", headers={"host": "evil.example"})
    assert other.status_code != 200 or "form" not in other.text
