"""A real browser and a real portal: Debian's Chromium, steered by Playwright's synchronous interface.

While a browser is open an event loop runs in this thread, so a module of browser tests holds no
`async def` tests; the browser is closed after each module for the sake of the next one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect, sync_playwright

from forms_service.world.site import Site, load_site
from tests.browser.journeys import Reader
from tests.browser.service import Service, Trial, fill_trial, found_real_portal
from tests.browser.telephones import (
    ARGUMENTS,
    CHROMIUM,
    HEIGHT,
    LOCALE,
    PATIENCE_MS,
    WIDTH,
    Telephone,
    Telephones,
    watch,
)
from tests.checkers import accessibility_findings

expect.set_options(timeout=PATIENCE_MS)


class OpenPage(Protocol):
    """Opens an empty page in a context of its own; `more` goes to Playwright's new_context.

    `outside` is the one host that the page may ask besides the portal; it never answers.
    Nothing is kept for reading offline unless `service_workers="allow"` stands in `more`.
    """

    def __call__(
        self,
        *,
        javascript: bool = True,
        width: int = WIDTH,
        height: int = HEIGHT,
        outside: str = "",
        **more: Any,
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


@contextmanager
def plain_server(folder: Path, handler: type[SimpleHTTPRequestHandler] = _Quiet) -> Iterator[str]:
    """Hand out a folder as any web server does; gives the address without a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def static_site(built_site: Path) -> Iterator[str]:
    """Address of the site behind a plain web server, with the service down."""
    with plain_server(built_site) as address:
        yield address


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
        *,
        javascript: bool = True,
        width: int = WIDTH,
        height: int = HEIGHT,
        outside: str = "",
        **more: Any,
    ) -> Page:
        usual = {"locale": LOCALE, "service_workers": "block"}
        context = browser.new_context(viewport={"width": width, "height": height}, **(usual | more))
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        watch(context, complaints, outside)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Emulation.setScriptExecutionDisabled", {"value": not javascript})
        script_switches[page] = (session, javascript)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def telephones(browser: Browser) -> Iterator[dict[bool, Telephone]]:
    """The browsers behind `page` and `phone`, one without and one with scripts.

    Opening a browser takes longer than most tests, so the tests of a module share them.
    """
    kept = Telephones(browser)
    yield kept
    for telephone in kept.values():
        telephone.page.context.close()


@pytest.fixture
def borrow(
    telephones: dict[bool, Telephone], script_switches: dict[Page, tuple[CDPSession, bool]]
) -> Iterator[Callable[[bool], Page]]:
    """Lends a telephone, with scripts or without; afterwards it has forgotten everything."""
    borrowed: list[Telephone] = []

    def borrow(javascript: bool) -> Page:
        telephone = telephones[javascript]
        script_switches[telephone.page] = (telephone.session, javascript)
        borrowed.append(telephone)
        return telephone.page

    yield borrow
    for telephone in borrowed:
        telephone.forget()
    assert [each for telephone in borrowed for each in telephone.complaints()] == []


@pytest.fixture
def page(borrow: Callable[[bool], Page]) -> Page:
    """An empty page on a small telephone without scripts."""
    return borrow(False)


@dataclass(frozen=True)
class Phone:
    """An empty page on a small telephone whose owner reads `language`."""

    page: Page
    language: str


@pytest.fixture(
    params=[
        pytest.param(("de", True), id="de with scripts"),
        pytest.param(("ar", False), id="ar without scripts"),
        pytest.param(("de", False), id="de without scripts", marks=pytest.mark.slow),
        pytest.param(("ar", True), id="ar with scripts", marks=pytest.mark.slow),
    ]
)
def phone(request: pytest.FixtureRequest, borrow: Callable[[bool], Page]) -> Phone:
    """A telephone in one language from left to right and in one from right to left."""
    language, javascript = request.param
    return Phone(borrow(javascript), language)


@pytest.fixture
def reader(phone: Phone, service: Service) -> Reader:
    """Someone with a telephone at the portal of this module."""
    return Reader(phone.page, service.address, phone.language)


@pytest.fixture
def axe(
    request: pytest.FixtureRequest, script_switches: dict[Page, tuple[CDPSession, bool]]
) -> Callable[[Page], list[str]]:
    """Asks axe about a page of `open_page`, `page` or `phone`: `assert axe(page) == []`.

    In the slow tests it looks at the dark colours too, whose contrast `tests/site` computes.
    """
    dark = request.node.get_closest_marker("slow") is not None

    def axe(page: Page) -> list[str]:
        session, javascript = script_switches[page]
        return accessibility_findings(page, session, javascript=javascript, dark=dark)

    return axe


@pytest.fixture(scope="session")
def site(built_site: Path) -> Site:
    """The built site as the service reads it."""
    return load_site(built_site)


@pytest.fixture(scope="session")
def trial(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """The sample data of the trying-out mode. Copy it, never write into it."""
    folder = tmp_path_factory.mktemp("trial")
    return Trial(folder, fill_trial(site, folder))


@pytest.fixture(scope="module")
def service(
    site: Site, trial: Trial, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A portal with the sample data, shared by the tests of a module; it counts no addresses."""
    service = Service(site, trial.copy(tmp_path_factory.mktemp("portal")))
    service.start()
    yield service
    service.stop()


@pytest.fixture
def own_service(site: Site, trial: Trial, tmp_path: Path) -> Iterator[Service]:
    """A portal for one test alone, which limits what an address may do."""
    service = Service(site, trial.copy(tmp_path / "portal"), rate_limit="on")
    service.start()
    yield service
    service.stop()


@pytest.fixture
def real_service(site: Site, tmp_path: Path) -> Iterator[Service]:
    """A portal that isn't for trying out: Ada and Ben manage members, Ben reads complaints."""
    found_real_portal(site, tmp_path)
    service = Service(site, tmp_path, trial=False)
    service.start()
    yield service
    service.stop()


@pytest.fixture(params=[pytest.param("de", marks=pytest.mark.slow), "ar"])
def language(request: pytest.FixtureRequest) -> str:
    """One language from left to right, one from right to left."""
    return str(request.param)
