"""A line between a browser and a portal, which a test can cut while something is under way."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread

_CHUNK = 65536
_HOST = "127.0.0.1"


class Line:
    """Passes bytes on, both ways, until it is cut; mended, it takes new connections again.

    Set `cut_at` to bytes that a browser sends: the line breaks once they are on their way, and
    nothing of them arrives. `address` is what a browser opens.
    """

    def __init__(self, portal: str) -> None:
        self._portal = portal.removeprefix("http://").split(":")
        self._listener = socket.create_server((_HOST, 0))
        self._open: list[socket.socket] = []
        self._lock = Lock()
        self._is_cut = Event()
        self.cut_at = b""
        self.address = f"http://{_HOST}:{self._listener.getsockname()[1]}"
        Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        self._is_cut.set()
        with self._lock:
            for end in self._open:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
            self._open.clear()

    def mend(self) -> None:
        """Pass everything on again."""
        self.cut_at = b""
        self._is_cut.clear()

    def close(self) -> None:
        """End for good."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self._listener.accept()
                if self._is_cut.is_set():
                    browser.close()
                    continue
                portal = socket.create_connection((self._portal[0], int(self._portal[1])))
                with self._lock:
                    self._open += [browser, portal]
                Thread(target=self._pass_on, args=(browser, portal), daemon=True).start()
                Thread(target=self._pass_on, args=(portal, browser), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(_CHUNK):
                if self.cut_at and self.cut_at in chunk:
                    self.cut()
                    break
                target.sendall(chunk)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(portal: str) -> Iterator[Line]:
    """A line to a portal's address."""
    line = Line(portal)
    try:
        yield line
    finally:
        line.close()
