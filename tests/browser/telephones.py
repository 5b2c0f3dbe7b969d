"""The browser that tests drive, and the small telephones that are open in it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

CHROMIUM = "/usr/bin/chromium-headless-shell"
"""Without windows, menus and their own pages, which take more than half of a test's time."""
WHOLE_CHROMIUM = "/usr/bin/chromium"
"""For what belongs to a window: its history, and what it shows first on a slow line."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # Whatever a page tries: from here nothing reaches the network.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
# A small telephone: what most people who come here hold in their hand.
WIDTH, HEIGHT = 360, 740
LOCALE = "de-DE"
PATIENCE_MS = 5_000


def watch(context: BrowserContext, complaints: list[str], outside: str) -> None:
    """Note when a page asks anybody but the portal and `outside`, or breaks its own policy."""

    def host_of(address: str) -> str:
        parts = urlsplit(address)
        return parts.hostname or "" if parts.scheme in {"http", "https", "ws", "wss"} else ""

    context.on(
        "request",
        lambda request: (
            complaints.append(f"asked a third party: {request.url}")
            if host_of(request.url) not in {"", "127.0.0.1", outside}
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


@dataclass(frozen=True)
class Telephone:
    """A page that stays open over several tests, with what switches its scripts."""

    page: Page
    session: CDPSession
    heard: list[str]

    def forget(self) -> None:
        """Be as new: no cookies, nothing stored, no page, the light screen."""
        self.page.context.clear_cookies()
        if self.page.url.startswith("http"):
            self.page.evaluate("sessionStorage.clear(); localStorage.clear()")
        self.page.emulate_media(media="screen", color_scheme="light")
        self.page.goto("about:blank")

    def complaints(self) -> list[str]:
        """Return what was wrong since the last time."""
        heard = self.heard.copy()
        self.heard.clear()
        return heard


class Telephones(dict[bool, Telephone]):
    """Opens each of the two only when a test asks for it."""

    def __init__(self, browser: Browser) -> None:
        super().__init__()
        self._browser = browser

    def __missing__(self, javascript: bool) -> Telephone:
        context = self._browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, locale=LOCALE, service_workers="block"
        )
        context.set_default_timeout(PATIENCE_MS)
        heard: list[str] = []
        watch(context, heard, outside="")
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Emulation.setScriptExecutionDisabled", {"value": not javascript})
        self[javascript] = Telephone(page, session, heard)
        return self[javascript]
