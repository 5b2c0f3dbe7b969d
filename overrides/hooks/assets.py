"""Puts the style sheets, the script and the icon together and gives them lasting addresses.

The name carries a hash of the content, so a browser may keep a file for ever.
"""

import hashlib
from pathlib import Path

import rcssmin
import rjsmin
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

from overrides.hooks.rendered import file_of
from overrides.hooks.site_build import Asset, Build, build_of, is_last

_SOURCES = Path(__file__).parent.parent

_BUNDLES = {
    "site.css": ("css/tokens.css", "css/site.css"),
    "form.css": ("css/form.css",),
    "beside.css": ("css/beside.css",),
    "poster.css": ("css/tokens.css", "css/poster.css"),
    "paper.css": ("css/tokens.css", "css/paper.css"),
    "staff.css": ("css/tokens.css", "css/form.css", "css/staff.css"),
    "portal.js": ("js/portal.js",),
    "offline.js": ("js/offline.js",),
    "icon.svg": ("icons/mark.svg",),
}
"""What readers get, and the sources each is made of; a bundle without its sources is left out."""


@event_priority(-10)
def on_config(config: MkDocsConfig) -> None:
    """Name the assets before the first page mentions them."""
    build = build_of(config)
    if build.assets:
        return
    for name, sources in _BUNDLES.items():
        paths = [_SOURCES / source for source in sources]
        if all(path.exists() for path in paths):
            text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
            build.assets[name] = _asset(build, name, _smaller(name, text).encode())


def _smaller(name: str, text: str) -> str:
    if name.endswith(".css"):
        return str(rcssmin.cssmin(text))
    if name.endswith(".js"):
        return str(rjsmin.jsmin(text))
    return text.strip()


def _asset(build: Build, name: str, content: bytes) -> Asset:
    stem, _, suffix = name.rpartition(".")
    fingerprint = hashlib.sha256(content).hexdigest()[:8]
    return Asset(f"{build.base}assets/{stem}.{fingerprint}.{suffix}", content)


@event_priority(-200)
def on_post_build(config: MkDocsConfig) -> None:
    """Write the assets once the whole site is built."""
    if not is_last(config):
        return
    build = build_of(config)
    for asset in build.assets.values():
        file_of(config, asset.address).write_bytes(asset.content)
