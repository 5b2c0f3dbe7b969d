"""The two secrets that never lie with the data: the pepper and the mail key."""

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from forms_service.rules.sealing import KEY_BYTES


@dataclass(frozen=True)
class Secrets:
    """`pepper` is mixed into every receipt number; `mail_key` seals addresses in the outbox."""

    pepper: bytes
    mail_key: bytes


class SecretsError(RuntimeError):
    """The secrets are missing, damaged or readable by others; the message says which file."""


_NAMES = ("pepper", "mail_key")


def create_secrets(folder: Path) -> Secrets:
    """Draw new secrets and write them for their owner alone; refuses to overwrite."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for name in _NAMES:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(folder / name, flags, 0o600), "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
    return read_secrets(folder)


def have_secrets(folder: Path) -> bool:
    """Return whether both files are there."""
    return all((folder / name).exists() for name in _NAMES)


def read_secrets(folder: Path) -> Secrets:
    """Return the secrets; SecretsError if one is missing, damaged or open to others."""
    pepper, mail_key = (_read(folder / name) for name in _NAMES)
    return Secrets(pepper, mail_key)


def read_smtp_password(folder: Path) -> str:
    """Return the mail server's password; SecretsError if it is missing or open to others."""
    return _read_text(folder / "smtp_password")


def _read_text(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        text = path.read_text("utf-8").strip()
    except OSError as error:
        raise SecretsError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SecretsError(f"{path}: is damaged") from error
    if stat.S_IMODE(mode) & 0o077:
        raise SecretsError(f"{path}: others may read it; 'chmod 600' it")
    return text


def _read(path: Path) -> bytes:
    text = _read_text(path)
    try:
        secret = bytes.fromhex(text)
    except ValueError as error:
        raise SecretsError(f"{path}: is damaged") from error
    if len(secret) != KEY_BYTES:
        raise SecretsError(f"{path}: is damaged")
    return secret
