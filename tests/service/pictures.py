"""Files as telephones send them, and files as nobody should; all of them made here."""

import random
import struct
import zlib
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()

MAKER = "Geheimtelefon 12"
WORDS = "Heimliche Bemerkung"
PLACE_SECONDS = (54.0, 5.0, 17.53)
"""Written into the samples as camera, comment and place; none of it may be left."""

SIZE = (400, 200)
RED, BLUE = (230, 20, 20), (20, 20, 230)


def picture(size: tuple[int, int] = SIZE) -> Image.Image:
    """The left half red, the right half blue."""
    image = Image.new("RGB", size, RED)
    ImageDraw.Draw(image).rectangle([size[0] // 2, 0, *size], fill=BLUE)
    return image


def _with_place(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = MAKER
    exif[0x9286] = WORDS
    exif[0x0112] = orientation
    exif.get_ifd(0x8825).update({1: "N", 2: PLACE_SECONDS, 3: "E", 4: (12.0, 8.0, 26.0)})
    return exif


def photo(
    kind: str = "JPEG", *, size: tuple[int, int] = SIZE, orientation: int = 1, **more: Any
) -> bytes:
    """A photo with camera, place and a remark in its metadata."""
    out = BytesIO()
    if kind == "JPEG":
        more["comment"] = WORDS
    picture(size).save(out, kind, exif=_with_place(orientation), **more)
    return out.getvalue()


def large_photo() -> bytes:
    """A photo of more than 5 MiB, as telephones take them: 3,000 pixels a side, full of grain."""
    grain = Image.frombytes("RGB", (1500, 1500), random.Random(7).randbytes(3 * 1500**2))  # noqa: S311
    out = BytesIO()
    grain.resize((3000, 3000), Image.Resampling.BILINEAR).save(out, "JPEG", quality=95)
    return out.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """A PNG of few bytes that unfolds to 900 million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data
            + struct.pack(">I", zlib.crc32(name + data))
        )  # fmt: skip

    row = bytes(1 + side // 8)
    packed = zlib.compressobj(9)
    pixels = b"".join(packed.compress(row * 100) for _ in range(side // 100)) + packed.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def opened(content: bytes) -> Image.Image:
    """A photo as it is read."""
    image = Image.open(BytesIO(content))
    image.load()
    return image


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\nGeheimes Zeugnis\n"
PROGRAM = b"MZ\x90\x00" + bytes(60) + b"This program cannot be run in DOS mode."
PAGE = b"<html><script>alert(1)</script></html>"
