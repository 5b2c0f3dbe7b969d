"""How much a request may be, how many there may be, and how long people are waited for.

Every such number stands here. How often something may be tried stands with what is tried.
"""

from dataclasses import dataclass

MAX_HEAD_BYTES = 64 * 1024
MAX_BODY_BYTES = 1024 * 1024
"""Of text: a body without files, or all text beside them."""
MAX_FIELDS = 300
MAX_KEPT_BYTES = 32 * 1024 * 1024
MAX_READ_BYTES = 128 * 1024 * 1024
"""More than is kept of a body is read, so that its text is taken and the answer arrives."""
MAX_NAMED_FILES = 10
"""Of more files than that not even the names are kept; the fourth says already how many may be."""

SMALL_BYTES = 128 * 1024
"""No form without files is larger when somebody has filled it in; whatever is waits its turn."""
MAX_STRANGERS_BYTES = 256 * 1024
"""At the door of the staff page, for whoever isn't signed in: a long text carried along fits."""
UPLOADS_AT_ONCE_BYTES = 3 * MAX_KEPT_BYTES
UPLOAD_WAITS_SECONDS = 30

MAX_CONNECTIONS = 768
"""Even where a process may have 1,024 open files and no more."""
MAX_OF_ONE_ADDRESS = 192
"""A shelter is one address, with some hundred telephones; three of them leave room for others."""


@dataclass(frozen=True)
class Patience:
    """How many seconds people are waited for.

    A body may be silent for a while, and has to come at the least rate when measured over the
    whole; only waiting counts, not what the service needs itself. So a telephone at 16 kbit/s gets
    the largest file there may be through, in an hour and a half. An answer is kept for someone
    who takes nothing of it.
    """

    head_seconds: float = 20
    silence_seconds: float = 60
    least_bytes_per_second: float = 1024
    body_seconds: float = 2 * 60 * 60
    answer_seconds: float = 300

    @property
    def look_every_seconds(self) -> float:
        """How often a connection is looked at: so that none is kept much longer than that."""
        waits = (self.head_seconds, self.silence_seconds, self.body_seconds, self.answer_seconds)
        return min(waits) / 20

    def for_more(self, waited_seconds: float, size_bytes: int) -> float:
        """Return how long to wait for the next piece of a body; nothing is left below zero."""
        needed = self.silence_seconds + size_bytes / self.least_bytes_per_second
        return min(self.silence_seconds, min(needed, self.body_seconds) - waited_seconds)


PATIENCE = Patience()
