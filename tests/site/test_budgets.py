"""How much a reader has to load, and that what is compressed is what was built."""

import gzip
import hashlib
import re
from pathlib import Path
from typing import Any

import brotli

from tests.site.markup import Page

KIB = 1024

_FORMS = {"beschwerde": 7.0, "bewerbung": 5.3, "kontakt": 5.1, "papier": 4.2}
"""Forms, on the screen and on paper in two languages, and how many KiB one takes at most."""


def _first_view(page: Page, site: Path) -> list[int]:
    """Return the Brotli sizes of the page, its styles and its icon."""
    loaded = [
        site / link.attributes["href"].lstrip("/")
        for link in page.all("link")
        if link.attributes["rel"] in ("stylesheet", "icon")
    ]
    return [_compressed(path) for path in [page.file, *loaded]]


def _compressed(path: Path) -> int:
    return path.with_name(f"{path.name}.br").stat().st_size


def _has_controls(page: Page) -> bool:
    return any("/form." in link.attributes["href"] for link in page.all("link"))


def test_the_first_page_to_read_stays_within_6_kib_and_3_requests(
    pages: list[Page], built_site: Path
) -> None:
    reading = [page for page in pages if not _has_controls(page)]
    assert len(reading) > 30
    for page in reading:
        sizes = _first_view(page, built_site)
        assert len(sizes) <= 3, page.address
        assert sum(sizes) <= 6 * KIB, f"{page.address}: {sizes}"


def test_the_first_page_with_a_form_or_buttons_stays_within_10_kib(
    pages: list[Page], built_site: Path
) -> None:
    forms = [page for page in pages if _has_controls(page)]
    assert len(forms) >= 5 * 13
    for page in forms:
        assert sum(_first_view(page, built_site)) <= 10 * KIB, page.address


def test_all_script_together_stays_within_3_kib(built_site: Path) -> None:
    scripts = list(built_site.rglob("*.js.br"))
    assert len(scripts) == 3
    assert sum(path.stat().st_size for path in scripts) <= 3 * KIB


def test_a_whole_language_stays_within_150_kib(built_site: Path, portal: dict[str, Any]) -> None:
    for code in portal["languages"]:
        # As one file, as it lies on the telephone
        file = built_site / code / f"anlaufstelle-{code}.html"
        assert file.stat().st_size <= 150 * KIB, code
        # And as pages kept in the browser, as they're loaded
        kept = [*built_site.glob(f"{code}/**/index.html.br"), *built_site.glob("assets/*.br")]
        assert len(kept) > len(portal["pages"][code])
        assert sum(path.stat().st_size for path in kept) <= 150 * KIB, code


def test_a_second_page_stays_within_4_kib_unless_it_is_a_form(
    pages: list[Page], built_site: Path
) -> None:
    heaviest: dict[str, float] = {}
    for page in (each for each in pages if each.address.endswith("/")):
        name = page.file.parent.name
        size = _compressed(page.file) / KIB
        heaviest[name] = max(size, heaviest.get(name, 0))
    assert len(heaviest) > 16
    assert {name for name, size in heaviest.items() if size > 4} == set(_FORMS)
    for name, limit in _FORMS.items():
        assert heaviest[name] <= limit, name


def test_every_text_file_has_compressed_twins_with_the_same_content(built_site: Path) -> None:
    texts = [
        path
        for path in built_site.rglob("*")
        if path.is_file() and path.suffix not in (".br", ".gz", ".jsonl")
    ]
    assert len(texts) > 50
    for path in texts:
        content = path.read_bytes()
        assert brotli.decompress(path.with_name(f"{path.name}.br").read_bytes()) == content
        assert gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()) == content


def test_the_name_of_an_asset_carries_the_hash_of_its_content(built_site: Path) -> None:
    assets = [
        path for path in (built_site / "assets").iterdir() if path.suffix not in (".br", ".gz")
    ]
    assert len(assets) >= 4
    for path in assets:
        fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        assert re.fullmatch(rf"[a-z]+\.{fingerprint}\.[a-z]+", path.name), path.name


def test_nothing_of_the_theme_library_reaches_the_site(
    built_site: Path, portal: dict[str, Any]
) -> None:
    folders = {path.name for path in built_site.iterdir() if path.is_dir()}
    suffixes = {path.suffix for path in built_site.rglob("*") if path.is_file()}
    assert folders == {"assets", "aushang", *portal["languages"]}
    assert suffixes == {
        ".html",
        ".css",
        ".js",
        ".svg",
        ".xml",
        ".txt",
        ".json",
        ".ics",
        ".jsonl",
        ".br",
        ".gz",
    }
