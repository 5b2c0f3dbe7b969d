"""What a process writes, read while it runs."""

import subprocess
from contextlib import suppress
from queue import Queue
from threading import Thread

PATIENCE_SECONDS = 30
"""A process that is silent for that long has failed."""


class Output:
    """What the process writes, while it runs."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        self._lines: Queue[bytes | None] = Queue()
        self._pipe = process.stdout
        self.text = ""
        self.listener = Thread(target=self._listen)
        self.listener.start()

    def _listen(self) -> None:
        with self._pipe:
            for line in self._pipe:
                self._lines.put(line)
        self._lines.put(None)

    def until(self, said: str) -> None:
        """Read on until something was said."""
        while said not in self.text:
            self._next()

    def to_its_end(self) -> str:
        """Everything, when the process has ended."""
        with suppress(EOFError):
            while True:
                self._next()
        return self.text

    def _next(self) -> None:
        line = self._lines.get(timeout=PATIENCE_SECONDS)
        if line is None:
            raise EOFError(self.text)
        self.text += line.decode()
