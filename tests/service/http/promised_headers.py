"""What every answer promises a browser, whoever asked for whatever."""

import re
from collections.abc import Iterator

import httpx
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from forms_service.edges.headers import SecurityHeaders
from tests.service.http.actors import ORIGIN, Raw

EVERYWHERE = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}
STRICTER = {
    "content-security-policy": {"sandbox; default-src 'none'", "default-src 'none'"},
    "referrer-policy": {"no-referrer"},
}
"""What some answers have instead: files that are handed out, styles and scripts, and the page behind
a secret link."""

TOLD_NOBODY = {"server", "x-powered-by", "access-control-allow-origin", "via"}
_UNUSED = re.compile(r"[a-z-]+=\(\)(, [a-z-]+=\(\))*")
_COOKIE = re.compile(
    r'__Host-[a-z-]+=("?)[\w=-]*\1; (expires=[^;]+; )?HttpOnly; (Max-Age=\d+; )?Path=/; '
    r"SameSite=lax; Secure"
)


def as_raw(response: httpx.Response) -> Raw:
    """An answer that a client has tidied up, like one that came past it."""
    cookies = response.headers.get_list("set-cookie")
    return Raw(response.status_code, dict(response.headers), response.content, cookies)


LEADS_ON = re.compile(rf"({ORIGIN})?/(?![/\\])\S*|\./|[a-z]+/(\?\S*)?")
"""Where a redirect may lead: to an address of the portal."""


def lacking(answer: Raw) -> list[str]:
    """What an answer lacks of the headers that all have, or says though none should."""
    return [*_lacking(answer)]


def _lacking(answer: Raw) -> Iterator[str]:
    sent = answer.headers
    for name, value in EVERYWHERE.items():
        if sent.get(name) not in {value} | STRICTER.get(name, set()):
            yield f"{name}: {sent.get(name)}"
    for name in TOLD_NOBODY & sent.keys():
        yield f"{name} is told"
    kind = sent.get("content-type", "")
    if answer.body and not kind:
        yield "no content-type"
    if kind.startswith("text/") and "charset" not in kind:
        yield f"content-type: {kind}"
    if kind.startswith("text/html") and not _UNUSED.fullmatch(sent.get("permissions-policy", "")):
        yield f"permissions-policy: {sent.get('permissions-policy')}"
    if "cache-control" not in sent:
        yield "no cache-control"
    for cookie in answer.cookies:
        if not _COOKIE.fullmatch(cookie):
            yield f"set-cookie: {cookie}"
        if sent.get("cache-control") != "no-store":
            yield "a cookie that a cache may keep"


def routes_of(app: ASGIApp) -> list[Route]:
    """Every route of the portal."""
    assert isinstance(app, SecurityHeaders)
    assert isinstance(app.app, Starlette)
    every = [route for route in app.app.routes if isinstance(route, Route)]
    assert len(every) == len(app.app.routes) > 300
    return every


_VARIES = re.compile(r"\{(\w+):str\}")
_KNOWN_AS = {
    "case_id": "{case}", "file_id": "{file}", "token": "{invitation}", "member_id": "{colleague}",
}  # fmt: skip


def paths_of(app: ASGIApp) -> list[str]:
    """The address of every route, with what is known and with `{any}` in the place of what varies.

    Of what every language has, two languages are enough.
    """
    asked = [
        route.path
        for route in routes_of(app)
        if re.match(r"/(de/|ar/|staff/|healthz|$)", route.path)
    ]
    known = [_VARIES.sub(lambda found: _KNOWN_AS[found[1]], path) for path in asked]
    return sorted({*known, *(_VARIES.sub("{any}", path) for path in asked)})
