"""The service as a process of its own: started, killed, told to stop, started again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import PROJECT
from tests.service.durability.places import Place

HOST = "127.0.0.1"
SERVE = ("-m", "forms_service.edges.cli", "serve", "--trial")
_PATIENCE_SECONDS = 60


class Service:
    """The real program over one place, always on the same port."""

    def __init__(
        self,
        place: Place,
        port: int,
        program: Sequence[str] = SERVE,
        *,
        under: Sequence[str] = (),
    ) -> None:
        self._command = [*under, sys.executable, *program]
        self.port = port
        self._log = place.folder.with_name(f"{place.folder.name}.log")
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PROJECT),
            "ANLAUFSTELLE_PORT": str(port),
            "ANLAUFSTELLE_DATA_DIR": str(place.settings.data_dir),
            "ANLAUFSTELLE_SECRETS_DIR": str(place.settings.secrets_dir),
            "ANLAUFSTELLE_SITE_DIR": str(place.settings.site_dir),
            "ANLAUFSTELLE_RATE_LIMIT": "off",
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    @property
    def said(self) -> str:
        """What it wrote into its log, all starts together."""
        return self._log.read_text("utf-8")

    def start(self) -> None:
        """Return when it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                stdout=subprocess.DEVNULL,
                stderr=log,
                # What is sent to the test's own group mustn't reach it, nor the other way round.
                start_new_session=True,
            )
        until = time.monotonic() + _PATIENCE_SECONDS
        while self._process.poll() is None and time.monotonic() < until:
            try:
                socket.create_connection((HOST, self.port)).close()
            except ConnectionRefusedError:
                time.sleep(0.02)
            else:
                return
        self.clear_away()
        raise AssertionError(f"it didn't start:\n{self.said}")

    def tell(self, what: signal.Signals) -> None:
        """Send a signal to it, and to whatever it runs under."""
        os.killpg(self._running.pid, what)

    def kill(self) -> None:
        """End it without any warning, as the system does when memory runs out."""
        self._running.kill()
        self._running.wait()

    def clear_away(self) -> None:
        """Leave nothing of it running, whatever became of it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def wait(self) -> int:
        """Return its exit code once it has ended."""
        return self._running.wait(_PATIENCE_SECONDS)

    def open_files(self) -> int:
        """How many files and connections it holds open."""
        return len(list(Path(f"/proc/{self._running.pid}/fd").iterdir()))

    def threads(self) -> int:
        """How many threads it has."""
        return len(list(Path(f"/proc/{self._running.pid}/task").iterdir()))

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process
