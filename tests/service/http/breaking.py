"""The real service with faults built in, run as a process: `python -m … FOLDER`, then as `serve`.

Which stage breaks stands in the file `breaks` of the folder. A fault's message quotes what the stage
was given and has made, and what stands in `secret`: the worst that a careless library might do.
`opened` lists every file that Python opens for writing.
"""

import asyncio
import logging
import os
import sys
import warnings
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

from starlette.types import Receive, Scope, Send

from forms_service.edges import bodies, cli, serving
from forms_service.edges.pages import PersonalPage
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases import conversation, installation, signing_in, submit
from forms_service.world.database import Database
from forms_service.world.key_pool import KeyPool

FOLDER = Path(sys.argv[1])
_WRITES = os.O_WRONLY | os.O_RDWR
_BEHIND = ("task", "callback", "thread", "unraisable", "logged", "upkeep")

STAGES: dict[str, tuple[Any, str]] = {
    "reading": (bodies, "read"),
    "receiving": (submit, "receive"),
    "stretching": (KeyPool, "receipt_keys"),
    "database": (Database, "write"),
    "coming": (conversation, "come_in"),
    "visiting": (conversation, "visit"),
    "signing": (signing_in, "sign_in"),
    "health": (Database, "is_alive"),
}


def fault(stage: str, *seen: object) -> Exception:
    """A fault that is named after its stage and tells everything."""
    kind = type(f"Broken{stage}", (Exception,), {})
    broken: Exception = kind(f"{seen!r} {(FOLDER / 'secret').read_text()}")
    return broken


def breaks(stage: str) -> bool:
    """Whether it is this stage's turn."""
    return (FOLDER / "breaks").read_text() == stage


def break_after(stage: str, holder: Any, name: str) -> None:
    """Let a stage do its work and then fail, when it is its turn."""
    real = getattr(holder, name)

    async def broken(*given: object, **named: object) -> object:
        made = await real(*given, **named)
        if breaks(stage):
            raise fault(stage, given, named, made)
        if stage == "reading" and breaks("behind"):
            break_behind(made)
        return made

    setattr(holder, name, broken)


class _Unraisable:
    def __del__(self) -> None:
        raise fault("unraisable")


def break_behind(seen: object) -> None:
    """Fail in every place where nobody is waiting for the outcome."""

    def raise_as(stage: str) -> None:
        raise fault(stage, seen)

    async def task() -> None:
        raise_as("task")

    loop = asyncio.get_running_loop()
    loop.create_task(task())  # noqa: RUF006 - nobody keeps it, which is what is tried
    loop.call_soon(raise_as, "callback")
    Thread(target=raise_as, args=("thread",)).start()
    _Unraisable()
    secret = str(fault("said", seen))
    warnings.warn(secret, stacklevel=1)
    elsewhere = logging.getLogger("a.library")
    elsewhere.error("it broke", exc_info=fault("logged", seen))
    elsewhere.error("%d", secret)
    logging.getLogger("asyncio").error(secret)
    logging.getLogger("python_multipart").warning(secret)
    logging.getLogger("uvicorn.error").warning(secret)


async def _begin_and_break(page: Any, scope: Scope, receive: Receive, send: Send) -> None:
    if breaks("answering"):
        start = {"type": "http.response.start", "status": 200, "headers": page.raw_headers}
        await send(start)
        raise fault("answering", page.body)
    await _answer(page, scope, receive, send)


_answer: Callable[..., Awaitable[None]] = PersonalPage.__call__


async def _fail_upkeep(*_: object) -> None:
    raise fault("upkeep")


def note_opened() -> None:
    """Write down every file that is opened for writing from now on."""
    notes = os.open(FOLDER / "opened", os.O_WRONLY | os.O_CREAT)

    def hear(event: str, told: Any) -> None:
        # A number is a pipe that is open already.
        if event == "open" and told[2] & _WRITES and not isinstance(told[0], int):
            os.write(notes, f"{told[0]!s}\n".encode())

    sys.addaudithook(hear)


def main() -> int:
    """Serve until told to stop."""
    for stage, (holder, name) in STAGES.items():
        break_after(stage, holder, name)
    cheaply = partial(installation.open_portal, receipt_cost=CHEAPEST, password_cost=CHEAPEST)
    for holder, name, instead in (
        (PersonalPage, "__call__", _begin_and_break),
        (serving, "delete_due", _fail_upkeep),
        (serving.SteadyClock, "is_steady", lambda _: True),
        (serving, "_UPKEEP_EVERY_SECONDS", 1),
        (installation, "open_portal", cheaply),
    ):
        setattr(holder, name, instead)
    note_opened()
    return cli.main(["serve"])


if __name__ == "__main__":
    raise SystemExit(main())
