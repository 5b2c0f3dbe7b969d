"""Nothing moves, so that nobody has to ask for less motion."""

import re
from pathlib import Path

_MOTION = re.compile(r"\b(?:transition|animation|scroll-behavior)\b|@keyframes|view-transition")


def test_no_style_sheet_moves_anything(built_site: Path) -> None:
    sheets = list((built_site / "assets").glob("*.css"))
    assert len(sheets) >= 4
    for sheet in sheets:
        assert _MOTION.findall(sheet.read_text(encoding="utf-8")) == [], sheet.name


def test_no_page_has_something_that_moves(built_site: Path) -> None:
    for page in built_site.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        assert not re.search(r"<(?:animate|marquee|video|blink)|\.gif\b", html), page
