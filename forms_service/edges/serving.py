"""Runs the service until it is told to stop, and the upkeep beside it."""

import asyncio
import contextlib
import itertools
import logging
import os
import resource
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from forms_service.edges import limits
from forms_service.edges.connections import Room, watched
from forms_service.edges.limits import PATIENCE, Patience
from forms_service.edges.logging import note_unheard
from forms_service.edges.web import create_app
from forms_service.rules.sealing import RECEIPT_COST, Cost
from forms_service.usecases import installation, members, trial
from forms_service.usecases.installation import InstallationError
from forms_service.usecases.noticing import look_around
from forms_service.usecases.outbox import send_due
from forms_service.usecases.upkeep import delete_due, forget_numbers
from forms_service.world.database import is_up_to_date
from forms_service.world.portal import Clock, Portal
from forms_service.world.schema import DatabaseError
from forms_service.world.settings import PREFIX, Settings
from forms_service.world.site import load_site

log = logging.getLogger(__name__)

_UPKEEP_EVERY_SECONDS = 60
_MINUTES_TO_DELETION = 60
_GRACE_SECONDS = 30
_SWITCH_SECONDS = 0.0005
"""So long a thread waits for Python's lock before it asks for it. A tenth of the usual: a transaction
is held up by it twice, and all others behind it."""
_STEADY_SECONDS = 60 * 60
_JUMP_SECONDS = 5 * 60
_OPEN_FILES = 4 * limits.MAX_CONNECTIONS


class _Server(uvicorn.Server):
    """Uvicorn, told to stop by us: its own handling raises the signal again when it is done,
    in the middle of closing the database.
    """

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop gently at Ctrl-C and at what a service manager sends."""
        loop = asyncio.get_running_loop()
        stops = (signal.SIGINT, signal.SIGTERM)
        for stop in stops:
            loop.add_signal_handler(stop, self.handle_exit, stop, None)
        yield
        for stop in stops:
            loop.remove_signal_handler(stop)


def server_config(
    app: ASGIApp, settings: Settings, patience: Patience = PATIENCE, room: Room | None = None
) -> uvicorn.Config:
    """Return how the application is served: what the server takes, believes and writes down."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        # Made of h11: httptools takes headers without end.
        http=watched(settings.is_proxy, patience, room),
        h11_max_incomplete_event_size=limits.MAX_HEAD_BYTES,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies or None,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


async def serve(settings: Settings, receipt_cost: Cost = RECEIPT_COST) -> None:
    """Serve until told to stop; what is under way is finished.

    Another `receipt_cost` than the usual is for benchmarks: it opens no number made before.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    site = load_site(settings.site_dir)
    if not await is_up_to_date(settings.url):
        await _migrate(settings)
    sign_ins = await trial.prepare(settings, site.organisation) if settings.trial else []
    portal = await installation.open_portal(settings, site.organisation, receipt_cost=receipt_cost)
    try:
        if not settings.trial and (lacking := await members.incomplete_inboxes(portal)):
            raise InstallationError("Nobody could answer: " + "; ".join(lacking))
        # What nobody waited for would be written out with all it holds.
        asyncio.get_running_loop().set_exception_handler(note_unheard)
        config = server_config(create_app(portal, site, settings), settings)
        _say_where(settings, sign_ins)
        _allow_open_files()
        upkeep = asyncio.create_task(_keep_up(portal))
        await _Server(config).serve()
        upkeep.cancel()
        # A mail under way is cut off, and never sent a second time.
        await asyncio.wait([upkeep])
    finally:
        await installation.close_portal(portal)


def _allow_open_files() -> None:
    """Take as many open files as all connections may need, a page for each, if we may."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    endless = resource.RLIM_INFINITY
    wanted = _OPEN_FILES if most == endless else min(_OPEN_FILES, most)
    if now != endless and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


async def _migrate(settings: Settings) -> None:
    """Bring the database up to date in a process of its own: the service stays small."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "forms_service.edges.cli", "migrate"),
        env=os.environ
        | {f"{PREFIX}DATABASE_URL": settings.url, f"{PREFIX}TRIAL": str(settings.trial)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode != 0:
        raise DatabaseError(said.decode().strip().removeprefix("anlaufstelle: "))


def _say_where(settings: Settings, sign_ins: list[tuple[str, str]]) -> None:
    print(f"Site: {settings.address}")
    print(f"Staff: {settings.address}staff/")
    for email, password in sign_ins:
        print(f"Trial sign-in: {email} {password}")
    sys.stdout.flush()


class SteadyClock:
    """Whether the machine's clock can be trusted with deleting, which can't be undone.

    A machine may start with any date and find the right one minutes later. So cases are deleted
    only once its clock has run for an hour without a jump.
    """

    def __init__(self, clock: Clock, running: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._running = running
        self._said, self._ran = clock(), running()
        self._since = self._ran

    def is_steady(self) -> bool:
        """Return whether there was no jump for an hour; to be asked every minute."""
        says, runs = self._clock(), self._running()
        jump = (says - self._said).total_seconds() - (runs - self._ran)
        if abs(jump) > _JUMP_SECONDS:
            log.warning("the machine's clock has jumped; nothing is deleted for an hour")
            self._since = runs
        self._said, self._ran = says, runs
        return runs - self._since >= _STEADY_SECONDS


async def _keep_up(portal: Portal) -> None:
    """Tell what is new every minute, and delete what is due every hour."""
    steady = SteadyClock(portal.clock)
    deleted = -_MINUTES_TO_DELETION
    for minute in itertools.count():
        deletes = steady.is_steady() and minute - deleted >= _MINUTES_TO_DELETION
        if deletes:
            deleted = minute
        await _try(_round(portal, deletes=deletes))
        await asyncio.sleep(_UPKEEP_EVERY_SECONDS)


async def _try(work: Awaitable[object]) -> None:
    """Do one piece of upkeep; the next round tries again, a full disk must not stop the service."""
    try:
        await work
    except Exception as fault:
        log.error("upkeep failed: %s", type(fault).__name__)


async def _round(portal: Portal, *, deletes: bool) -> None:
    async with portal.database.upkeep() as ours:
        if not ours:
            return
        if deletes:
            await _try(delete_due(portal))
        elif not portal.database.log_is_wiped:
            # Somebody was reading when it was to be wiped.
            await _try(portal.database.wipe_log())
        await _try(forget_numbers(portal))
        await _try(look_around(portal))
        await _try(send_due(portal))
