"""Opens pages in Chromium as a telephone would, and counts what came over the wire."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser

BYTES_PER_SECOND = 64_000 / 8
LATENCY_MS = 300
_PATIENCE_MS = 300_000
_FIRST_PAINT = """() => performance.getEntriesByName("first-contentful-paint")[0].startTime"""


@dataclass(frozen=True)
class View:
    """What one page took.

    `content_bytes` are the compressed bodies, `script_bytes` those of scripts among them,
    `wire_bytes` all bodies and headers. `requests` are those that left the browser (what its cache answered isn't
    among them) for what a page needs: deferred script isn't. `quiet_seconds` is when the last of
    all was answered.
    """

    address: str
    requests: int
    content_bytes: int
    script_bytes: int
    wire_bytes: int
    first_paint_seconds: float
    quiet_seconds: float


class _Wire:
    """Adds up what Chromium says about the network."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, for the next page."""
        self._heads: dict[str, float] = {}
        self._wholes: dict[str, float] = {}
        self._scripts: set[str] = set()
        self._began: float | None = None
        self._ended = 0.0

    def asks(self, event: dict[str, Any]) -> None:
        if self._began is None:
            self._began = event["timestamp"]

    def begins_to_answer(self, event: dict[str, Any]) -> None:
        self._heads[event["requestId"]] = event["response"]["encodedDataLength"]
        if event["type"] == "Script":
            self._scripts.add(event["requestId"])

    def has_answered(self, event: dict[str, Any]) -> None:
        if event["encodedDataLength"] > 0:
            self._wholes[event["requestId"]] = event["encodedDataLength"]
            self._ended = max(self._ended, event["timestamp"])

    def seen(self, address: str, first_paint_ms: float) -> View:
        wire = sum(self._wholes.values())
        bodies = {name: whole - self._heads.get(name, 0) for name, whole in self._wholes.items()}
        return View(
            address=address,
            requests=len(self._wholes.keys() - self._scripts),
            content_bytes=round(sum(bodies.values())),
            script_bytes=round(sum(bodies[name] for name in self._scripts & bodies.keys())),
            wire_bytes=round(wire),
            first_paint_seconds=first_paint_ms / 1000,
            quiet_seconds=self._ended - (self._began or 0),
        )


def view(browser: Browser, address: str, *, after: str = "", slow: bool = False) -> View:
    """Open a page with an empty cache, or with what another page left in it."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True
    )
    page = context.new_page()
    session = context.new_cdp_session(page)
    wire = _Wire()
    session.on("Network.requestWillBeSent", wire.asks)
    session.on("Network.responseReceived", wire.begins_to_answer)
    session.on("Network.loadingFinished", wire.has_answered)
    session.send("Network.enable")
    if after:
        page.goto(after, wait_until="networkidle")
        wire.forget()
    if slow:
        conditions = {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_PER_SECOND,
            "uploadThroughput": BYTES_PER_SECOND,
        }
        session.send("Network.emulateNetworkConditions", conditions)
    page.goto(address, wait_until="networkidle", timeout=_PATIENCE_MS)
    seen = wire.seen(address, page.evaluate(_FIRST_PAINT))
    context.close()
    return seen
