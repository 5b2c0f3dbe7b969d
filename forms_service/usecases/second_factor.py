"""The second factor: codes from an app, and printed codes for the day the telephone is gone."""

import secrets
from datetime import datetime

import pyotp

from forms_service.rules import sealing
from forms_service.rules.text import digits_only
from forms_service.world.portal import Portal

ISSUER = "Anlaufstelle"
RECOVERY_CODES = 10
_RECOVERY_DIGITS = 12
_STEP_SECONDS = 30
_MIN_SECRET_LENGTH = 32


def new_secret() -> str:
    """Return a new secret for an app that shows codes (RFC 6238), in base32."""
    return pyotp.random_base32()


def is_secret(text: str) -> bool:
    """Return whether a form has brought back a secret that was shown on it."""
    return len(text) >= _MIN_SECRET_LENGTH and set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def uri(secret: str, email: str) -> str:
    """Return what the app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """Return the time step whose code was typed, or None.

    The steps before and after the present one count too, for clocks that differ (RFC 6238, 5.2).
    """
    totp = pyotp.TOTP(secret, interval=_STEP_SECONDS)
    present = int(now.timestamp()) // _STEP_SECONDS
    digits = digits_only(typed)
    for step in (present, present - 1, present + 1):
        if secrets.compare_digest(totp.generate_otp(step), digits):
            return step
    return None


def new_codes() -> list[str]:
    """Draw recovery codes: digits, because telephones show a keyboard of digits for them."""
    return [
        f"{secrets.randbelow(10**_RECOVERY_DIGITS):0{_RECOVERY_DIGITS}}"
        for _ in range(RECOVERY_CODES)
    ]


def is_recovery_code(typed: str) -> bool:
    """Return whether what was typed is as long as a recovery code, and no code of the app."""
    return len(digits_only(typed)) == _RECOVERY_DIGITS


def code_id(portal: Portal, member_id: str, code: str) -> bytes:
    """Return what the database keeps of a recovery code; guessing it takes the pepper too."""
    content = f"{member_id}/{digits_only(code)}".encode()
    return sealing.keyed_hash(portal.secrets.pepper, "recovery code", content)
