"""Contrast of the colours as the style sheet declares them, in light and in dark."""

import re
from pathlib import Path

import pytest

_CSS = Path(__file__).parent.parent.parent / "overrides" / "css"

_TEXT = [
    (text, ground) for text in ("ink", "soft", "accent") for ground in ("ground", "raised", "sunk")
] + [
    ("wrong", "ground"),
    ("wrong", "wrong-ground"),
    ("ink", "wrong-ground"),
    ("ground", "accent"),
    ("on-signal", "signal"),
    ("ground", "ink"),
]

_EDGES = [("edge", "ground"), ("edge", "raised"), ("wrong", "raised")]


def _schemes() -> dict[str, dict[str, str]]:
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    for name in ("tokens.css", "form.css"):
        light_css, _, dark_css = (
            (_CSS / name).read_text(encoding="utf-8").partition("@media screen")
        )
        light |= _colours(light_css)
        dark |= _colours(dark_css)
    return {"light": light, "dark": light | dark}


def _colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})\b", css))


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_itself_is_right() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), _TEXT)
def test_text_has_contrast_to_spare(scheme: str, text: str, ground: str) -> None:
    colours = _schemes()[scheme]
    assert contrast(colours[text], colours[ground]) >= 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), _EDGES)
def test_edges_of_controls_can_be_seen(scheme: str, edge: str, ground: str) -> None:
    colours = _schemes()[scheme]
    assert contrast(colours[edge], colours[ground]) >= 3
