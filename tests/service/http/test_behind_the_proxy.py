"""People reach the portal through the proxy that is shipped: driven through, with TLS of its own."""

import json
import os
import re
import resource
import secrets
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from forms_service.edges.limits import MAX_READ_BYTES, PATIENCE
from forms_service.rules.receipts import number_from
from forms_service.world.settings import Settings
from tests.service.http.actors import main_text, receipt_number
from tests.service.http.processes import (
    READY,
    SERVE,
    environment_of,
    free_ports,
    running,
)
from tests.service.http.sending_files import links
from tests.service.pictures import PDF, large_photo, opened

CADDY = shutil.which("caddy")
VISITOR, OTHER = "127.0.0.5", "127.0.0.6"
MIB = 1024 * 1024

pytestmark = pytest.mark.skipif(CADDY is None, reason="install the Debian package caddy")


@dataclass(frozen=True)
class Front:
    """The portal behind Caddy: its address, its ports, and what Caddy leaves behind."""

    address: str
    plain_port: int
    service_port: int
    caddy: "subprocess.Popen[bytes]"
    certificate: Path
    log: Path

    @contextmanager
    def visit(self, from_address: str = VISITOR) -> Iterator[httpx.Client]:
        """Open a browser at an address of the network."""
        trusted = ssl.create_default_context(cafile=self.certificate)
        transport = httpx.HTTPTransport(verify=trusted, local_address=from_address, retries=3)
        with httpx.Client(base_url=self.address, transport=transport, timeout=120) as browser:
            yield browser


Start = Callable[[str], Front]


@pytest.fixture
def shipped(project: Path) -> str:
    """The Caddyfile that an operator copies."""
    return (project / "deploy/Caddyfile").read_text(encoding="utf-8")


@pytest.fixture
def start(project: Path, complete: Settings, tmp_path: Path) -> Iterator[Start]:
    """Starts the service as a process and Caddy in front of it, with certificates of its own."""
    with ExitStack() as stack:

        def begin(caddyfile: str) -> Front:
            service, plain, sealed = free_ports(3)
            address = f"https://localhost:{sealed}"
            ours = environment_of(
                complete, project, PORT=service, SITE_URL=f"{address}/", PROXIES="127.0.0.1"
            )
            here = f"{{\n\tlocal_certs\n\tskip_install_trust\n\thttp_port {plain}\n\thttps_port {sealed}\n"
            adapted = (
                caddyfile.replace("{\n", here, 1)
                .replace("portal.example.org {", "localhost {")
                .replace("reverse_proxy 127.0.0.1:8000", f"reverse_proxy 127.0.0.1:{service}")
            )
            assert adapted.count(f":{service}") == 1
            config = tmp_path / "Caddyfile"
            config.write_text(adapted, encoding="utf-8")
            home, log = tmp_path / "caddy", tmp_path / "caddy.log"
            homes = {"XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
            command = [str(CADDY), "run", "--adapter", "caddyfile", "--config", str(config)]
            stack.enter_context(running(SERVE, ours, READY, tmp_path / "service.log"))
            caddy = stack.enter_context(
                running(command, os.environ | homes, "serving initial configuration", log)
            )
            certificate = home / "caddy/pki/authorities/local/root.crt"
            front = Front(address, plain, service, caddy, certificate, log)
            # Caddy makes its certificate meanwhile; a browser tries again until it is there.
            with front.visit() as browser:
                browser.get("/healthz")
            return front

        yield begin


def test_the_proxys_times_and_sizes_leave_the_last_word_to_the_portal(project: Path) -> None:
    adapted = subprocess.run(
        [str(CADDY), "adapt", "--adapter", "caddyfile", "--config", "deploy/Caddyfile"],
        cwd=project, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (server,) = json.loads(adapted.stdout)["apps"]["http"]["servers"].values()
    second = 10**9
    # Given somebody who sends as slowly as the portal lets them, then they still get its answer
    assert server["read_timeout"] > PATIENCE.body_seconds * second
    # (the time to write counts from the request on)
    assert server["write_timeout"] > server["read_timeout"] + 60 * second
    # Given the largest body that the portal reads, then it isn't the proxy that refuses it
    (size,) = re.findall(r'"max_size":\s*(\d+)', adapted.stdout)
    assert MAX_READ_BYTES + MIB < int(size) < 2 * MAX_READ_BYTES
    # And heads, silent connections and requests without end are cut off
    assert server["read_header_timeout"] <= 10 * second
    assert 0 < server["idle_timeout"] <= 120 * second
    assert server["protocols"] == ["h1", "h2"]


@pytest.mark.slow
def test_people_reach_the_portal_through_the_proxy(start: Start, shipped: str) -> None:
    front = start(shipped)
    with front.visit() as browser, front.visit(OTHER) as elsewhere:
        # When a form is sent over TLS, then the receipt comes, with cookies that only TLS carries
        sent = browser.post("/de/beschwerde/", data={"what_happened": "Niemand hat zugehört."})
        receipt_number(sent)
        assert sent.headers["cache-control"] == "no-store"
        assert re.match(r"__Host-.*; .*Secure", sent.headers["set-cookie"], re.S)
        # When far too much is sent, then the portal itself says so, in the reader's language
        much = browser.post("/ar/beschwerde/", data={"what_happened": "x" * 5 * MIB})
        assert much.status_code == 413
        assert 'lang="ar"' in much.text
        # And staff find their door
        assert "/staff/anmelden/" in browser.get("/staff/").headers["location"]
        assert browser.get("/staff/anmelden/").status_code == 200
        # And another host's name leads nowhere
        other = elsewhere.get("/de/kontakt/", headers={"host": "evil.example"})
        assert other.status_code != 200 or "form" not in other.text

        # When somebody guesses numbers, whatever address they claim to come from
        def guess(client: httpx.Client, place: int) -> int:
            claimed = {"x-forwarded-for": f"203.0.113.{place}", "x-real-ip": f"203.0.113.{place}"}
            number = {"number": number_from(secrets.randbelow(10**19))}
            return client.post("/de/antwort/", data=number, headers=claimed).status_code

        # Then they are stopped, and somebody at another address isn't
        assert [guess(browser, place) for place in range(31)] == [422] * 30 + [429]
        assert guess(elsewhere, 1) == 422
    # And the proxy has noted nobody's address
    assert not re.search(rf"{VISITOR}|{OTHER}|antwort|203\.0\.113", front.log.read_text())
    # And plain http only leads to TLS
    answer = httpx.get(f"http://localhost:{front.plain_port}/de/kontakt/")
    assert answer.status_code in (301, 308)
    assert answer.headers["location"].startswith("https://localhost")


PASSED_ON = {
    "a page": ("GET", "/de/kontakt/", 200),
    "a form in two languages": ("GET", "/ar/kontakt/?also=de", 200),
    "the front door": ("GET", "/", 302),
    "the service worker": ("GET", "/sw.js", 200),
    "a language as one file": ("GET", "/de/anlaufstelle-de.html", 200),
    "a search": ("GET", "/de/suche/?q=hilfe", 200),
    "nothing there": ("GET", "/de/nirgends/", 404),
    "a mistake in a form": ("POST", "/de/beschwerde/", 422),
    "the staff door": ("GET", "/staff/anmelden/", 200),
    "the monitor's address": ("GET", "/healthz", 200),
}
_BY_THE_WAY = {"date", "connection", "keep-alive", "transfer-encoding"}


@pytest.mark.slow
def test_what_the_portal_says_about_its_answers_comes_through_unchanged(
    start: Start, shipped: str
) -> None:
    front = start(shipped)
    claimed = {"host": front.address.removeprefix("https://"), "x-forwarded-proto": "https"}

    def said(response: httpx.Response, status: int) -> dict[str, str]:
        assert response.status_code == status, response.url
        return {name: each for name, each in response.headers.items() if name not in _BY_THE_WAY}

    direct = httpx.Client(base_url=f"http://127.0.0.1:{front.service_port}", headers=claimed)
    with front.visit() as through, direct:
        for name, (method, path, status) in PASSED_ON.items():
            typed = {"what_happened": ""} if method == "POST" else None
            one, other = (each.request(method, path, data=typed) for each in (through, direct))
            assert said(one, status) == said(other, status), name
            assert one.content == other.content, name
        # And a browser that has the page already isn't sent it again
        etag = {"if-none-match": through.get("/de/").headers["etag"]}
        assert through.get("/de/", headers=etag).status_code == 304
        # And what comes by TLS is told so
        page = through.get("/de/kontakt/")
        assert page.headers["strict-transport-security"].startswith("max-age=31536000")
        assert page.headers["content-encoding"] in ("br", "gzip")


@pytest.mark.slow
def test_large_files_go_through_without_lying_on_the_proxys_disk(
    start: Start, shipped: str
) -> None:
    front = start(shipped)
    photo, paper = large_photo(), PDF + bytes(9 * MIB)
    assert len(photo) > 5 * MIB
    with front.visit() as browser:
        assert browser.get("/de/").status_code == 200
        # Given a proxy that can't write a file of more than 64 KiB
        resource.prlimit(front.caddy.pid, resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))

        def send(path: str, *files: tuple[str, bytes]) -> httpx.Response:
            said = [("what_happened", (None, "Seht selbst."))]
            return browser.post(path, files=[*said, *(("files", each) for each in files)])

        # When a photo of more than 5 MiB and a document of 9 are sent
        number = receipt_number(send("/de/beschwerde/", ("Foto.jpg", photo), ("Brief.pdf", paper)))
        # Then both can be saved by whoever has the number
        into = browser.post("/de/antwort/", data={"number": number}).headers["location"]
        first, second = links(browser.get(into))
        assert max(opened(browser.get(first).content).size) == 2500
        assert browser.get(second).content == paper
        # When four photos far too large are sent, then the text beside them arrives
        large = [(f"{place}.jpg", photo.ljust(31 * MIB, b"x")) for place in range(4)]
        taken = send("/de/beschwerde/", *large)
        receipt_number(taken)
        assert "größer als 10" in main_text(taken)
        # When it is more than the portal reads, then its own page says so
        assert send("/de/beschwerde/", *large, ("5.jpg", bytes(5 * MIB))).status_code == 413
    assert front.caddy.poll() is None


@pytest.mark.slow
def test_whoever_sends_slowly_gets_an_answer_and_whoever_falls_silent_is_cut_off(
    start: Start, shipped: str
) -> None:
    # Given the proxy, each of its minutes being 40 milliseconds
    quicker = re.sub(r"\b(\d+)m\n", lambda each: f"{int(each[1]) * 40}ms\n", shipped)
    front = start(quicker.replace("read_header 10s", "read_header 1s"))
    body = b"what_happened=" + b"x" * 26
    head = (
        f"POST /de/beschwerde/ HTTP/1.1\r\nHost: {front.address.removeprefix('https://')}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()

    def dribble(*pieces: bytes) -> bytes:
        """Send piece by piece, each after having listened in vain; return what comes at last."""
        trusted = ssl.create_default_context(cafile=front.certificate)
        plain = socket.create_connection(("localhost", int(front.address.rpartition(":")[2])))
        first = b""
        with closing(trusted.wrap_socket(plain, server_hostname="localhost")) as connection:
            for piece in pieces:
                connection.sendall(piece)
                connection.settimeout(0.2)
                try:
                    first = connection.recv(1)
                    break
                except TimeoutError:
                    pass
            connection.settimeout(20)
            return first + b"".join(iter(lambda: connection.recv(65536), b""))

    # When a form takes 25 times as long as a silent connection is kept
    slowly = dribble(head, *(body[place : place + 4] for place in range(0, len(body), 4)))
    # Then the receipt comes
    assert slowly.startswith(b"HTTP/1.1 200 ")
    assert b"receipt" in slowly
    # When the head, or the body, doesn't end, then the proxy ends it
    assert dribble(head[:40]) == b""
    assert b"<html" not in dribble(head, body[:10])
