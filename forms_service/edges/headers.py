"""The headers on every answer: what a browser may load, tell others, use and keep."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_UNUSED = (
    "bluetooth", "browsing-topics", "camera", "display-capture", "geolocation", "hid",
    "local-network-access", "microphone", "midi", "payment", "serial", "usb",
)  # fmt: skip
"""What a browser could give away of a person or a telephone. Naming all it could ever do would cost
every page a kilobyte; a page runs no script but ours as it is."""

_EVERYWHERE = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Whatever may be kept says so itself.
    "Cache-Control": "no-store",
}
_ON_PAGES = {"Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED)}
"""Of use on what becomes a document only."""

_HSTS = {"Strict-Transport-Security": "max-age=31536000"}


class SecurityHeaders:
    """Puts the security headers on every answer, static or not."""

    def __init__(self, app: ASGIApp, behind_tls: bool) -> None:
        self.app = app
        self._everywhere = _EVERYWHERE | (_HSTS if behind_tls else {})
        self._on_pages = self._everywhere | _ON_PAGES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_page = headers.get("content-type", "").startswith("text/html")
                # An answer that has a header already means it: a file has a stricter policy.
                for name, value in (self._on_pages if is_page else self._everywhere).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
