"""What is written to the log: a request's id and where a fault happened, never what people wrote.

Messages of exceptions are left out, whoever logs them: they may quote values.
"""

import asyncio
import logging
import sys
import threading
import traceback
import warnings
from logging import Logger
from types import TracebackType
from typing import Any, TextIO
from uuid import uuid4

from starlette.requests import Request

log = logging.getLogger(__name__)


class _WithoutMessages(logging.Formatter):
    """Writes of a fault its kind and its place alone."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - as the library calls it
        """Return the kind and the place of a fault."""
        fault = ei[1]
        return f"{type(fault).__name__} in {_places(fault.__traceback__)}" if fault else ""


def configure_logging() -> None:
    """Send the service's own lines to the standard error output; no access log.

    What Python itself would write there of a fault that nobody caught takes the same way.
    """
    lines = logging.StreamHandler()
    lines.setFormatter(_WithoutMessages("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[lines])
    # A line that can't be formed would be written out with all it was to be formed of.
    logging.raiseExceptions = False
    for noisy in ("aiosqlite", "sqlalchemy", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Whoever sends nonsense could fill the disk with warnings of it.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    # What they complain of are bytes that somebody sent, or objects that hold them; they quote both.
    for quoting in ("python_multipart", "asyncio"):
        logging.getLogger(quoting).setLevel(logging.CRITICAL)
    threading.excepthook = lambda unheard: _note(unheard.exc_value)
    sys.unraisablehook = lambda unheard: _note(unheard.exc_value)
    warnings.showwarning = _note_warning


def note_unheard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Note a fault in the event loop that nobody waited for."""
    _note(context.get("exception"))


def request_id(request: Request) -> str:
    """Return the id by which a person can tell us of a fault."""
    if not hasattr(request.state, "request_id"):
        request.state.request_id = uuid4().hex[:12]
    return str(request.state.request_id)


def note_fault(log: Logger, request: Request, fault: BaseException) -> None:
    """Note what kind of fault happened where in the code."""
    places = _places(fault.__traceback__)
    log.error("fault %s: %s in %s", request_id(request), type(fault).__name__, places)


def _note(fault: BaseException | None) -> None:
    if fault is None:
        log.error("fault that nobody waited for")
    else:
        places = _places(fault.__traceback__)
        log.error("fault that nobody waited for: %s in %s", type(fault).__name__, places)


def _note_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    log.warning("%s in %s:%d", category.__name__, filename, lineno)


def _places(trace: TracebackType | None) -> str:
    """Return the functions and lines that a fault came through, the innermost first."""
    frames = reversed(traceback.extract_tb(trace))
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
