"""What comes out of the printer: sheets as a browser's PDF holds them, and the codes on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pypdfium2
import zxingcpp

_PER_MM = 4
"""Dots per millimetre, about 100 per inch."""
_POINTS_PER_MM = 72 / 25.4
_WHITE = 250


@dataclass(frozen=True)
class Code:
    """A QR code and how wide it is without its quiet zone."""

    text: str
    width_mm: float


@dataclass(frozen=True)
class Sheet:
    """One side of paper, drawn in grey; `text` is what could be copied from it."""

    width: int
    height: int
    dots: bytes
    text: str

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height."""
        return self.width / _PER_MM, self.height / _PER_MM

    @cached_property
    def _inked(self) -> tuple[list[int], list[int]]:
        """The columns and the rows where something is printed."""
        rows = [
            self.dots[start : start + self.width] for start in range(0, len(self.dots), self.width)
        ]
        inked = [place for place, row in enumerate(rows) if min(row) < _WHITE]
        columns = [
            place for place in range(self.width) if min(self.dots[place :: self.width]) < _WHITE
        ]
        return columns, inked

    @property
    def is_empty(self) -> bool:
        """Whether nothing is printed on it."""
        return not self._inked[0]

    @property
    def margin_mm(self) -> float:
        """The narrowest white edge."""
        columns, rows = self._inked
        edges = (columns[0], self.width - 1 - columns[-1], rows[0], self.height - 1 - rows[-1])
        return min(edges) / _PER_MM

    @property
    def codes(self) -> list[Code]:
        """The QR codes on it, as a telephone reads them."""
        return [
            Code(found.text, (found.position.top_right.x - found.position.top_left.x) / _PER_MM)
            for found in zxingcpp.read_barcodes(
                memoryview(self.dots).cast("B", shape=[self.height, self.width])
            )
        ]


def sheets(pdf: bytes) -> list[Sheet]:
    """Return the sheets of a PDF."""
    return list(_drawn(pdf))


def _drawn(pdf: bytes) -> Iterator[Sheet]:
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            bitmap = page.render(scale=_PER_MM / _POINTS_PER_MM, grayscale=True)
            lines = bytes(bitmap.buffer)
            dots = b"".join(
                lines[start : start + bitmap.width]
                for start in range(0, bitmap.stride * bitmap.height, bitmap.stride)
            )
            yield Sheet(bitmap.width, bitmap.height, dots, page.get_textpage().get_text_range())
