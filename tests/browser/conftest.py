"""A real browser: Debian's Chromium, steered by Playwright's synchronous interface.

While a browser is open an event loop runs in this thread, so a module of browser tests holds no
`async def` tests; the browser is closed after each module for the sake of the next one.
"""

from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from tests.checkers import accessibility_findings

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
# A small telephone: what most people who come here hold in their hand.
WIDTH, HEIGHT = 360, 740
PATIENCE_MS = 5_000


class OpenPage(Protocol):
    """Opens an empty page in a context of its own; `more` goes to Playwright's new_context."""

    def __call__(
        self, *, javascript: bool = True, width: int = WIDTH, height: int = HEIGHT, **more: Any
    ) -> Page: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: pytest shows what matters."""


@pytest.fixture(scope="session")
def static_site(built_site: Path) -> Iterator[str]:
    """Address of the site behind a plain web server, with the service down."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(built_site)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def script_switches() -> dict[Page, tuple[CDPSession, bool]]:
    """For each open page the session that can switch its scripts, and whether they're on.

    Playwright has an option of its own for this, but nothing can switch them on again there,
    and axe needs them.
    """
    return {}


@pytest.fixture
def open_page(
    browser: Browser, script_switches: dict[Page, tuple[CDPSession, bool]]
) -> Iterator[OpenPage]:
    """Opens pages. In the end none may have asked a third party or broken its own policy."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        *, javascript: bool = True, width: int = WIDTH, height: int = HEIGHT, **more: Any
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        _watch(context, complaints)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Emulation.setScriptExecutionDisabled", {"value": not javascript})
        script_switches[page] = (session, javascript)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _watch(context: BrowserContext, complaints: list[str]) -> None:
    def host_of(address: str) -> str:
        parts = urlsplit(address)
        return parts.hostname or "" if parts.scheme in {"http", "https", "ws", "wss"} else ""

    context.on(
        "request",
        lambda request: (
            complaints.append(f"asked a third party: {request.url}")
            if host_of(request.url) not in {"", "127.0.0.1", "localhost"}
            else None
        ),
    )
    context.on(
        "console",
        lambda message: (
            complaints.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    context.on("weberror", lambda error: complaints.append(f"script failed: {error.error}"))


@pytest.fixture(params=[False, True], ids=["without scripts", "with scripts"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    """An empty page on a small telephone, once without and once with scripts."""
    return open_page(javascript=request.param)


@pytest.fixture
def axe(script_switches: dict[Page, tuple[CDPSession, bool]]) -> Callable[[Page], list[str]]:
    """Asks axe about a page of `open_page` or `page`: `assert axe(page) == []`."""

    def axe(page: Page) -> list[str]:
        session, javascript = script_switches[page]
        return accessibility_findings(page, session, javascript=javascript)

    return axe
