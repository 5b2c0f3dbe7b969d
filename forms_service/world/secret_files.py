"""The two secrets that never lie with the data: the pepper and the mail key."""

import secrets
import stat
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from forms_service.rules.sealing import KEY_BYTES
from forms_service.world.whole_files import make_folder, write_whole


@dataclass(frozen=True)
class Secrets:
    """`pepper` is mixed into every receipt number; `mail_key` seals addresses in the outbox."""

    pepper: bytes
    mail_key: bytes


class SecretsError(RuntimeError):
    """The secrets are missing, damaged or readable by others; the message says which file."""


_NAMES = ("pepper", "mail_key")


def create_secrets(folder: Path) -> Secrets:
    """Return the secrets of a new portal: those that are there, and new ones for the others.

    A set-up that was cut off is so begun again; nothing is ever overwritten. SecretsError if what
    is there is damaged or open to others.
    """
    if missing := [folder / name for name in _NAMES if not (folder / name).exists()]:
        make_folder(folder)
        folder.chmod(0o700)
        for path in missing:
            secret = secrets.token_hex(KEY_BYTES) + "\n"
            write_whole(path, partial(Path.write_text, data=secret))
    return read_secrets(folder)


def have_secrets(folder: Path) -> bool:
    """Return whether both files are there."""
    return all((folder / name).exists() for name in _NAMES)


def read_secrets(folder: Path) -> Secrets:
    """Return the secrets; SecretsError if one is missing, damaged or open to others."""
    try:
        mode = folder.stat().st_mode
    except OSError as error:
        raise SecretsError(f"{folder}: {error.strerror}") from error
    if stat.S_IMODE(mode) & 0o022:
        raise SecretsError(f"{folder}: others may change what is in it; 'chmod 700' it")
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
