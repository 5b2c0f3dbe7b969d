"""What is written to the log: a request's id and where a fault happened, never what people wrote.

Messages of exceptions are left out: they may quote values.
"""

import logging
import traceback
from logging import Logger
from uuid import uuid4

from starlette.requests import Request


def configure_logging() -> None:
    """Send the service's own lines to the standard error output; no access log."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for noisy in ("uvicorn", "aiosqlite", "sqlalchemy", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # What it complains of are bytes that somebody sent, and it quotes them.
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)


def request_id(request: Request) -> str:
    """Return the id by which a person can tell us of a fault."""
    if not hasattr(request.state, "request_id"):
        request.state.request_id = uuid4().hex[:12]
    return str(request.state.request_id)


def note_fault(log: Logger, request: Request, fault: BaseException) -> None:
    """Note what kind of fault happened where in the code."""
    places = " < ".join(
        f"{frame.name}:{frame.lineno}"
        for frame in reversed(traceback.extract_tb(fault.__traceback__))
    )
    log.error("fault %s: %s in %s", request_id(request), type(fault).__name__, places)
