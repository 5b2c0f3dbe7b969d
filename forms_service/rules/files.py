"""What may be sent as a file, decided by its content; names and types as they are kept.

Nothing here opens an image: that happens in a process of its own (`world/images.py`).
"""

import re
from dataclasses import dataclass
from hashlib import blake2b

from forms_service.rules.catalogues import N_, Texts
from forms_service.rules.text import clean_line

MAX_FILES = 3
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_MEGABYTES = 10
"""The same for readers; what lies between the two measures is given to the sender."""

JPEG, PDF = "image/jpeg", "application/pdf"
_SUFFIXES = {JPEG: ".jpg", PDF: ".pdf"}

_MAX_NAME = 100
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]|%22|%0[AD]')
_SUFFIX = re.compile(r"\.\w{1,5}$")

_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

TOO_MANY, TOO_LARGE, EMPTY = "too_many", "too_large", "empty"
UNKNOWN_KIND, UNREADABLE, NOT_NOW = "unknown_kind", "unreadable", "not_now"
_REASONS = {
    TOO_MANY: N_(
        "Datei %(place)s konnten wir nicht annehmen: Es können höchstens %(most)s auf einmal sein."
    ),
    TOO_LARGE: N_(
        "Datei %(place)s konnten wir nicht annehmen: Sie ist größer als %(megabytes)s MB."
    ),
    EMPTY: N_("Datei %(place)s konnten wir nicht annehmen: Sie ist leer."),
    UNKNOWN_KIND: N_("Datei %(place)s konnten wir nicht annehmen: Sie ist kein Foto und kein PDF."),
    UNREADABLE: N_(
        "Datei %(place)s konnten wir nicht annehmen: Das Foto ist beschädigt oder zu groß."
    ),
    NOT_NOW: N_("Datei %(place)s konnten wir gerade nicht bearbeiten. Der Fehler liegt bei uns."),
}


@dataclass(frozen=True)
class Upload:
    """A file as it arrived. One that was too large or too many is known by its name alone."""

    name: str
    content: bytes = b""
    problem: str = ""

    @property
    def digest(self) -> str:
        """What tells this file from another one."""
        return blake2b(self.content, digest_size=32, key=self.problem.encode()).hexdigest()


@dataclass(frozen=True)
class Document:
    """A file as it is kept; `place` counts from 1 in the order they were chosen."""

    place: int
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Refusal:
    """A file that couldn't be taken, by its place, and why; its name is nobody's business."""

    place: int
    reason: str

    def sentence(self, texts: Texts) -> str:
        """Return what its sender is told."""
        return texts.gettext(
            _REASONS[self.reason], place=self.place, most=MAX_FILES, megabytes=MAX_MEGABYTES
        )


def format_of(content: bytes) -> str | None:
    """Return what a file is by its first bytes (JPEG, PNG, WEBP, HEIF, PDF), whatever its name."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return "HEIF"
    if content.startswith(b"%PDF-"):
        return "PDF"
    return None


def kept_name(name: str, media_type: str) -> str:
    """Return a file's name without its path, with the suffix of what it is now."""
    last = re.split(r"[/\\]", clean_line(name))[-1]
    stem = _SUFFIX.sub("", _NOT_IN_NAMES.sub("", last))[:_MAX_NAME].strip(" .")
    return (stem or "datei") + _SUFFIXES[media_type]
