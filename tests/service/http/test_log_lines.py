"""Whatever people send and whatever breaks: the process writes nothing of it, anywhere."""

import base64
import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

import httpx
import pyotp
import pytest

from forms_service.rules.receipts import number_from
from forms_service.world.settings import Settings
from tests.service.conftest import PASSWORD
from tests.service.http.actors import HOST, ORIGIN, Colleague, receipt_number
from tests.service.http.output import PATIENCE_SECONDS, Output
from tests.service.http.processes import free_ports
from tests.service.http.wire import FORM, head
from tests.service.pictures import photo

VISITOR = "127.0.0.77"
MARK = "Wolkenkuckucksheim"
PHONE = "0151 70605040"
SECRET = f"{MARK} ist ein Geheimnis, sagt geheim-{MARK}@example.net"
COMPLAINT = {
    "what_happened": SECRET, "name": MARK, "phone": PHONE, "danger": "yes",
    "email": f"{MARK}@example.net",
}  # fmt: skip
HEADERS = {
    "Host": HOST,
    "User-Agent": MARK,
    "Referer": f"{ORIGIN}/de/beschwerde/?{MARK}",
    "X-Forwarded-For": "203.0.113.177",
    "Accept-Language": MARK,
    "Cookie": f"x={MARK}; __Host-visit={base64.urlsafe_b64encode(MARK.encode() * 2).decode()}",
    "Origin": ORIGIN,
    "X-Whatever": MARK,
}
ADDRESSES = (VISITOR, "203.0.113.177")


@dataclass
class Service:
    """The running process, which breaks where it is told to."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"
    output: Output

    def visitor(self) -> httpx.Client:
        """A browser that says who it is in every way there is."""
        transport = httpx.HTTPTransport(local_address=VISITOR)
        address = f"http://127.0.0.1:{self.port}"
        return httpx.Client(base_url=address, transport=transport, headers=HEADERS, timeout=30)

    def breaks(self, stage: str) -> None:
        """Let one stage fail from now on."""
        (self.folder / "breaks").write_text(stage)

    def send_raw(self, content: bytes) -> None:
        """Send bytes and wait until the service has done with them."""
        line = socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS, (VISITOR, 0))
        with line, suppress(ConnectionError):
            line.sendall(content)
            line.shutdown(socket.SHUT_WR)
            while line.recv(65_536):
                pass

    def stop(self) -> str:
        """Stop as a service manager does; return everything that was written."""
        self.process.terminate()
        said = self.output.to_its_end()
        assert self.process.wait(PATIENCE_SECONDS) == 0, said
        return said


@pytest.fixture
def service(complete: Settings, project: Path, tmp_path: Path) -> Iterator[Service]:
    """The service as an operator starts it, in folders of its own."""
    port, nobody = free_ports(2)
    folders = {name: tmp_path / name for name in ("control", "temporary", "here")}
    for folder in folders.values():
        folder.mkdir()
    (folders["control"] / "breaks").write_text("")
    (folders["control"] / "secret").write_text(SECRET)
    environment = os.environ | {
        "ANLAUFSTELLE_PORT": str(port),
        "ANLAUFSTELLE_SITE_URL": f"{ORIGIN}/",
        "ANLAUFSTELLE_SITE_DIR": str(complete.site_dir),
        "ANLAUFSTELLE_DATA_DIR": str(complete.data_dir),
        "ANLAUFSTELLE_SECRETS_DIR": str(complete.secrets_dir),
        "ANLAUFSTELLE_SMTP_HOST": "127.0.0.1",
        "ANLAUFSTELLE_SMTP_PORT": str(nobody),
        "ANLAUFSTELLE_SMTP_SECURITY": "none",
        "PYTHONPATH": str(project),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(folders["temporary"]),
    }
    program = [sys.executable, "-m", "tests.service.http.breaking", str(folders["control"])]
    process = subprocess.Popen(
        program,
        cwd=folders["here"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output = Output(process)
    try:
        output.until("Staff:")
        yield Service(folders["control"], port, process, output)
    finally:
        process.kill()
        process.wait()
        output.listener.join()


def spelled(text: str) -> Iterator[str]:
    """Every way in which a line might spell it."""
    yield text
    yield json.dumps(text)[1:-1]
    yield quote(text)
    yield quote_plus(text)
    yield text.encode().hex()
    for offset in range(3):
        yield base64.b64encode(b"\0" * offset + text.encode()).decode()[4:-4]


def numbers(number: str) -> Iterator[str]:
    """A receipt number as somebody might write it, and each of its longer parts."""
    groups = [number[start : start + 4] for start in range(0, 20, 4)]
    for separator in ("", " ", "-", "+", "%20", "\\xa0"):
        yield separator.join(groups[:3])
        yield separator.join(groups[2:])


NONSENSE = [
    f"GET /{MARK} HTTP/1.1\r\nbroken {MARK}\r\n\r\n".encode(),
    f"{MARK}\r\n\r\n".encode(),
    head("GET", f"/{MARK}", f"Cookie: {MARK * 8000}"),
    head("POST", "/de/beschwerde/", FORM, f"Content-Length: {MARK}"),
    head("POST", "/de/beschwerde/", FORM, "Content-Length: 999") + MARK.encode(),
    head("POST", "/de/beschwerde/", FORM, "Transfer-Encoding: chunked") + MARK.encode(),
    head("POST", "/de/beschwerde/", f"Content-Type: multipart/form-data; boundary={MARK}",
         "Content-Length: 99") + f"--{MARK}\r\n{MARK}\r\n".encode() * 9,
    head("GET", f"/{MARK}", "Connection: upgrade", "Upgrade: websocket",
         f"Sec-WebSocket-Key: {MARK}"),
    head("GET", f"http://{MARK}.example/{MARK}"),
    head(MARK, f"/{MARK}?{MARK}", f"Expect: {MARK}"),
]  # fmt: skip


def send_everything(service: Service, lena: Colleague) -> Iterator[str]:
    """Send every kind of request, right and wrong; gives everything else that must lie nowhere."""
    with service.visitor() as visitor:
        # A complaint with a photo, opened with its number, answered
        files = [("files", (f"{MARK}.jpg", photo()))]
        number = receipt_number(visitor.post("/de/beschwerde/", data=COMPLAINT, files=files))
        yield from numbers(number)
        entered = visitor.post("/de/antwort/", data={"number": number})
        assert entered.status_code == 303
        (cookie,) = (line.split(";")[0] for line in entered.headers.get_list("set-cookie"))
        yield cookie.split("=", 1)[1]
        visit = {"Cookie": cookie}
        assert MARK in visitor.get("/de/antwort/?open", headers=visit).text
        said = {"action": "write", "message": SECRET}
        assert visitor.post("/de/antwort/", data=said, headers=visit).status_code == 303
        note = {"action": "note", "note_address": f"{MARK}@example.net"}
        assert visitor.post("/de/antwort/", data=note, headers=visit).status_code == 303

        # Wrong numbers, passwords, addresses, queries
        for path in (
            f"/de/{MARK}/",
            f"/de/suche/?q={MARK}",
            f"/staff/?q={MARK}",
            f"/{MARK}?{MARK}",
        ):
            visitor.get(path)
            visitor.post(path, data={MARK: SECRET})
        wrong = number_from(secrets.randbelow(10**19))
        yield from numbers(wrong)
        for typed in (wrong, wrong[:-1], MARK):
            assert visitor.post("/de/antwort/", data={"number": typed}).status_code == 422
        entry = {"email": lena.email, "password": f"{MARK} falsch", "code": "123456"}
        assert visitor.post("/staff/anmelden/", data=entry).status_code == 422
        yield lena.email
        code = pyotp.TOTP(lena.totp).now()
        right = {"email": lena.email, "password": PASSWORD, "code": code}
        signed = visitor.post("/staff/anmelden/", data=right)
        assert signed.status_code == 303
        desk = {"Cookie": signed.headers["set-cookie"].split(";")[0]}
        yield from (desk["Cookie"].split("=", 1)[1], PASSWORD)
        assert visitor.post("/staff/", data={"typed": MARK}, headers=desk).status_code < 500
        assert visitor.get("/staff/", headers=desk).status_code == 200
        for content in NONSENSE:
            service.send_raw(content)


def break_everything(service: Service) -> None:
    """Let each stage fail while somebody sends something."""
    number = {"number": number_from(7)}
    entry = {"email": f"{MARK}@example.org", "password": SECRET, "code": "123456"}
    path = "/de/beschwerde/"
    with service.visitor() as visitor:
        for stage, request, status in (
            ("reading", (path, COMPLAINT), 500),
            ("receiving", (path, COMPLAINT), 503),
            ("stretching", (path, COMPLAINT), 503),
            ("database", (path, COMPLAINT), 503),
            ("coming", ("/de/antwort/", number), 503),
            ("visiting", ("/de/antwort/", {"action": "write", "message": SECRET}), 503),
            ("signing", ("/staff/anmelden/", entry), 503),
            ("health", ("/healthz", None), 500),
            ("behind", (path, COMPLAINT), 200),
        ):
            service.breaks(stage)
            where, values = request
            answer = visitor.post(where, data=values) if values else visitor.get(where)
            assert answer.status_code == status, stage
        service.breaks("answering")
        with pytest.raises(httpx.RemoteProtocolError):
            visitor.post(path, data=COMPLAINT)
        service.breaks("")


FAULTS = {
    "reading", "receiving", "stretching", "database", "coming", "visiting", "signing", "health",
    "answering", "task", "callback", "thread", "unraisable", "logged",
}  # fmt: skip


def test_the_process_writes_nothing_of_what_people_send_and_no_file_but_its_data(
    service: Service, complete: Settings, team: dict[str, Colleague], tmp_path: Path
) -> None:
    # Given a service to which everything is sent, and in which everything breaks
    needles = set(send_everything(service, team["Lena"]))
    break_everything(service)
    service.output.until("the mail server didn't take a mail")
    service.output.until("upkeep failed: Brokenupkeep")
    said = service.stop()
    # Then each fault was noted by its kind and its place
    for stage in FAULTS:
        assert f"Broken{stage} in " in said, f"{stage}:\n{said}"
    assert "UserWarning in " in said
    # And nothing else of it
    found = [each for each in (MARK, PHONE, *needles) for each in spelled(each) if each in said]
    assert found == []
    assert [address for address in ADDRESSES if address in said] == []
    # And no file was written but the database's
    opened = set((service.folder / "opened").read_text().splitlines()) - {"/dev/null"}
    assert opened
    assert {str(Path(path).parent) for path in opened} == {str(complete.data_dir)}
    assert list((tmp_path / "temporary").iterdir()) == list((tmp_path / "here").iterdir()) == []
    kept = {path.name for path in complete.data_dir.iterdir()}
    assert {name.removeprefix("anlaufstelle.sqlite") for name in kept} <= {
        "", "-shm", "-wal", ".lock", ".turn",
    }  # fmt: skip
