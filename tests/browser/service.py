"""The portal in a thread of its own: the real application behind the real server.

It starts with the sample data of the trying-out mode, on a port that the system chose. Only the
keys are stretched at the least cost, so that signing in doesn't take longer than the test.
"""

import asyncio
import shutil
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Literal
from unittest.mock import patch

import uvicorn

from forms_service.edges.serving import server_config
from forms_service.edges.web import create_app
from forms_service.rules.process import Role
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases import installation, members, trial, upkeep
from forms_service.world.portal import Clock, Portal, system_clock
from forms_service.world.settings import Settings
from forms_service.world.site import Site

HOST = "127.0.0.1"
_PATIENCE_SECONDS = 30
_GRACE_SECONDS = 5

_open_cheaply = partial(installation.open_portal, receipt_cost=CHEAPEST, password_cost=CHEAPEST)


def fill_trial(site: Site, folder: Path) -> dict[str, str]:
    """Write the sample data below `folder`; return everyone's password by e-mail address."""
    prepared = trial.prepare(_settings(folder, 0, "on"), site.organisation)
    # In a thread, because the browser's event loop may run in this one.
    with patch.object(installation, "open_portal", _open_cheaply), ThreadPoolExecutor(1) as thread:
        return dict(thread.submit(asyncio.run, prepared).result())


def _settings(
    folder: Path, port: int, rate_limit: Literal["on", "off"], *, trial: bool = True
) -> Settings:
    return Settings(
        host=HOST,
        port=port,
        data_dir=folder / "data",
        secrets_dir=folder / "secrets",
        rate_limit=rate_limit,
        trial=trial,
    )


FOUNDERS_PASSWORD = "Fenster Wolke Anker Moos"


@dataclass(frozen=True)
class Founder:
    """A member from the first day; their address is their first name's."""

    name: str
    roles: tuple[tuple[str, Role], ...] = ()
    admin: bool = False

    @property
    def email(self) -> str:
        """What they sign in with."""
        return f"{self.name.split()[0].lower()}@example.org"


_TWO = (
    Founder("Ada", admin=True),
    Founder("Ben", (("complaints", "reader"), ("applications", "reader")), admin=True),
)


def found_real_portal(
    site: Site, folder: Path, founders: Iterable[Founder] = _TWO, clock: Clock = system_clock
) -> None:
    """Set a portal up below `folder` that isn't for trying out, if not told otherwise with two.

    They are spared the second factor, as in no real portal; whoever they invite isn't.
    """

    async def found() -> None:
        settings = _settings(folder, 0, "on", trial=False)
        key = installation.new_recovery_key().public_key
        await installation.install(settings, key, clock)
        portal = await _open_cheaply(settings, site.organisation, clock=clock)
        for each in founders:
            await members.add_member(
                portal,
                name=each.name,
                email=each.email,
                password=FOUNDERS_PASSWORD,
                roles=each.roles,
                admin=each.admin,
                second_factor=False,
            )
        await installation.close_portal(portal)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, found()).result()


@dataclass(frozen=True)
class Trial:
    """The sample data as files, and the members' passwords by e-mail address."""

    folder: Path
    passwords: dict[str, str]

    def copy(self, to: Path) -> Path:
        """Return `to`, filled with the sample data."""
        return Path(shutil.copytree(self.folder, to, dirs_exist_ok=True))


class Service:
    """A portal that can be stopped and started again over the same data, on the same port."""

    def __init__(
        self,
        site: Site,
        folder: Path,
        *,
        rate_limit: Literal["on", "off"] = "off",
        trial: bool = True,
        clock: Clock = system_clock,
    ) -> None:
        self._site = site
        self._folder = folder
        self._rate_limit = rate_limit
        self._trial = trial
        self._clock = clock
        self._running: tuple[Portal, asyncio.AbstractEventLoop] | None = None
        self._port = 0
        self._server: _Server | None = None
        self._thread: Thread | None = None

    @property
    def address(self) -> str:
        """The portal's address without a slash at the end."""
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        """Begin to answer; returns when it does."""
        # Listening comes first, so that nobody else can be given the port in between.
        listener = socket.create_server((HOST, self._port))
        self._port = listener.getsockname()[1]
        ready = Event()
        self._thread = Thread(
            target=lambda: asyncio.run(self._serve(listener, ready)), name="portal"
        )
        self._thread.start()
        if not ready.wait(_PATIENCE_SECONDS):
            raise TimeoutError("The service didn't start.")

    def stop(self) -> None:
        """Finish what is under way and close everything."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(_PATIENCE_SECONDS)
            if self._thread.is_alive():
                raise TimeoutError("The service didn't stop.")

    def delete_due(self) -> int:
        """Delete what is due, as the running portal does every hour; return how many cases."""
        if self._running is None:
            raise LookupError("The service isn't running.")
        portal, loop = self._running
        deleting = asyncio.run_coroutine_threadsafe(upkeep.delete_due(portal), loop)
        return deleting.result(_PATIENCE_SECONDS)

    async def _serve(self, listener: socket.socket, ready: Event) -> None:
        settings = _settings(self._folder, self._port, self._rate_limit, trial=self._trial)
        portal = await _open_cheaply(settings, self._site.organisation, clock=self._clock)
        self._running = portal, asyncio.get_running_loop()
        try:
            config = server_config(create_app(portal, self._site, settings), settings)
            config.timeout_graceful_shutdown = _GRACE_SECONDS
            self._server = _Server(config, ready)
            await self._server.serve(sockets=[listener])
        finally:
            await installation.close_portal(portal)


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()
