"""The three cookies there are. None is needed for reading, and none is set by it."""

import base64
import binascii
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from forms_service.rules.sealing import KEY_BYTES


@dataclass(frozen=True)
class TokenCookie:
    """A cookie that holds a random token and nothing else."""

    name: str
    lasts: timedelta | None

    def read(self, request: Request, secure: bool) -> bytes | None:
        """Return the token that the browser sent, or None."""
        try:
            token = base64.urlsafe_b64decode(request.cookies.get(self._name(secure), ""))
        except (binascii.Error, ValueError):
            return None
        return token if len(token) == KEY_BYTES else None

    def write(self, response: Response, token: bytes, secure: bool) -> None:
        """Give the browser the token."""
        response.set_cookie(
            self._name(secure),
            base64.urlsafe_b64encode(token).decode(),
            max_age=int(self.lasts.total_seconds()) if self.lasts else None,
            path="/",
            secure=secure,
            httponly=True,
            samesite="lax",
        )

    def remove(self, response: Response, secure: bool) -> None:
        """Take the cookie away."""
        response.delete_cookie(
            self._name(secure), path="/", secure=secure, httponly=True, samesite="lax"
        )

    def _name(self, secure: bool) -> str:
        return f"__Host-{self.name}" if secure else self.name


RECEIPT_AGAIN = TokenCookie("receipt-again", timedelta(minutes=10))
LEFT = TokenCookie(RECEIPT_AGAIN.name, timedelta(days=1))
"""The same token after its sender has left quickly: it shows no number, and lets none be made."""

VISIT = TokenCookie("visit", timedelta(minutes=15))
DESK = TokenCookie("desk", None)
