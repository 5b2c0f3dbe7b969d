"""Puts a Brotli and a gzip file beside every text file, so that no server has to compress.

Runs last: what is written after it would have no compressed twin.
"""

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

from overrides.hooks.site_build import is_last

_TEXT_SUFFIXES = {".html", ".css", ".js", ".svg", ".xml", ".txt", ".json", ".webmanifest", ".ics"}


@event_priority(-1000)
def on_post_build(config: MkDocsConfig) -> None:
    """Compress the finished site."""
    if not is_last(config):
        return
    with ThreadPoolExecutor() as pool:
        list(pool.map(_compress, _text_files(Path(config.site_dir))))


def _text_files(site: Path) -> Iterator[Path]:
    return (path for path in site.rglob("*") if path.suffix in _TEXT_SUFFIXES and path.is_file())


def _compress(path: Path) -> None:
    content = path.read_bytes()
    # One step below the best: half a percent more bytes, but less than half the time.
    smaller = brotli.compress(content, mode=brotli.MODE_TEXT, quality=10, lgwin=16)
    path.with_name(f"{path.name}.br").write_bytes(smaller)
    # Without a time inside, the same content always gives the same file.
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, mtime=0))
