"""A browser loads nothing from elsewhere, and nothing that isn't there."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from tests.site.conftest import SITE_URL
from tests.site.loading import in_css, in_file, in_html, in_manifest, in_script, is_elsewhere
from tests.site.markup import Page

PAGE = "https://portal.example/ar/kontakt/"

SPOILT = [
    '<script src="https://cdn.example/a.js"></script>',
    '<script src="//cdn.example/a.js"></script>',
    '<script src="http://portal.example/a.js"></script>',
    '<script src="https:cdn.example/a.js"></script>',
    '<script src="\\\\cdn.example\\a.js"></script>',
    '<script src="h&#116;tps://cdn.example/a.js"></script>',
    '<script src="/\n/cdn.example/a.js"></script>',
    '<script>fetch("https://count.example/")</script>',
    '<script type="importmap">{"imports": {"a": "https://cdn.example/a.js"}}</script>',
    '<img src="https://count.example/p.gif">',
    '<img src="/a.png" srcset="/b.png 1x, https://cdn.example/c.png 2x">',
    '<picture><source srcset="//cdn.example/c.png"></picture>',
    '<video poster="https://cdn.example/a.png"></video>',
    '<audio><source src="https://cdn.example/a.mp3"></audio>',
    '<iframe src="https://map.example/"></iframe>',
    "<iframe srcdoc='<img src=\"https://count.example/p.gif\">'></iframe>",
    '<object data="https://cdn.example/a.svg"></object>',
    '<embed src="https://cdn.example/a.svg">',
    '<input type="image" src="https://cdn.example/a.png">',
    '<body background="https://cdn.example/a.png">',
    '<link rel="stylesheet" href="https://fonts.example/css">',
    '<link rel="alternate stylesheet" href="https://fonts.example/css">',
    '<link rel="preconnect" href="https://fonts.example">',
    '<link rel="dns-prefetch" href="//fonts.example">',
    '<link rel="prefetch" href="https://cdn.example/next">',
    '<link rel="preload" as="image" imagesrcset="https://cdn.example/a.png 1x">',
    '<link rel="modulepreload" href="https://cdn.example/a.js">',
    '<link rel="manifest" href="https://cdn.example/app.webmanifest">',
    '<link rel="icon" href="https://cdn.example/icon.svg">',
    '<link rel="ICON" href="https://cdn.example/icon.svg">',
    '<base href="https://elsewhere.example/">',
    '<meta http-equiv="refresh" content="5; url=https://elsewhere.example/">',
    '<form action="https://forms.example/take"></form>',
    '<form action="mailto:somebody@example.org"></form>',
    '<button formaction="https://forms.example/take">x</button>',
    '<a href="/de/" ping="https://count.example/">x</a>',
    '<p style="background: url(https://cdn.example/a.png)">x</p>',
    '<style>@import "https://fonts.example/css";</style>',
    '<svg><image href="https://cdn.example/a.png"/></svg>',
    '<svg><use xlink:href="https://cdn.example/a.svg#b"/></svg>',
    '<svg><rect fill="url(https://cdn.example/a.svg#b)"/></svg>',
    "<p onclick=\"fetch('//count.example/')\">x</p>",
    '<?xml-stylesheet href="https://cdn.example/a.css"?><svg/>',
]

HARMLESS = [
    '<a href="https://www.dwd.de/">x</a>',
    '<a href="mailto:somebody@example.org">x</a>',
    '<link rel="canonical" href="https://elsewhere.example/ar/">',
    '<link rel="alternate" hreflang="de" href="https://elsewhere.example/de/">',
    '<form action="/ar/kontakt/"></form>',
    '<form action="https://portal.example/ar/kontakt/"></form>',
    '<img src="data:image/svg+xml,%3Csvg/%3E" alt="">',
    '<link rel="stylesheet" href="../assets/site.css">',
    '<svg xmlns="http://www.w3.org/2000/svg"><use href="#mark"/></svg>',
    "<p>https://www.example.org/ is an address in a text, url(//x.example) too.</p>",
    "<script>location.assign('/de/')</script><p>//not.code.example</p>",
]


def _elsewhere(found: Iterator[str]) -> list[str]:
    return [address for address in found if is_elsewhere(address, PAGE)]


@pytest.mark.parametrize("html", SPOILT)
def test_a_page_that_loads_from_elsewhere_is_found(html: str) -> None:
    assert _elsewhere(in_html(html))


@pytest.mark.parametrize("html", HARMLESS)
def test_links_to_follow_and_own_files_are_no_fault(html: str) -> None:
    assert _elsewhere(in_html(html)) == []


@pytest.mark.parametrize(
    ("reads", "text"),
    [
        (in_css, "a{background:url(https://cdn.example/a.png)}"),
        (in_css, "a{background:url( '//cdn.example/a.png' )}"),
        (in_css, "a{background:u\\72l(//cdn.example/a.png)}"),
        (in_css, '@import "https://fonts.example/css";'),
        (in_css, "@import url(//fonts.example/css);"),
        (in_css, "@font-face{src:url(/a.woff2),url(https://fonts.example/a.woff2)}"),
        (in_css, 'a{background:image-set("/a.png" 1x,"https://cdn.example/b.png" 2x)}'),
        (in_script, 'fetch("https://count.example/")'),
        (in_script, "import('//cdn.example/a.js')"),
        (in_script, "new WebSocket(`wss://count.example`)"),
        (in_script, 'navigator.sendBeacon("\\x68ttps:\\/\\/count.example")'),
        (in_script, 'importScripts("https:" + host)'),
        (in_manifest, '{"icons": [{"src": "https://cdn.example/icon.png"}]}'),
        (in_manifest, '{"start_url": "//elsewhere.example/"}'),
    ],
)
def test_a_style_script_or_manifest_that_loads_from_elsewhere_is_found(
    reads: Callable[[str], Iterator[str]], text: str
) -> None:
    assert _elsewhere(reads(text))


@pytest.mark.parametrize(
    ("reads", "text"),
    [
        (in_css, "/* see https://example.org */ a{background:url(/assets/a.svg)}"),
        (in_css, "a{background:url(data:image/svg+xml,%3Csvg/%3E)}"),
        (in_script, 'fetch("/ar/offline/");var half=1/2/3'),
        (in_manifest, '{"name": "Anlaufstelle", "start_url": "/ar/", "icons": [{"src": "a.svg"}]}'),
    ],
)
def test_own_files_in_a_style_script_or_manifest_are_no_fault(
    reads: Callable[[str], Iterator[str]], text: str
) -> None:
    assert _elsewhere(reads(text)) == []


def test_a_browser_loads_nothing_from_elsewhere(built_site: Path) -> None:
    loaded = {path: in_file(path) for path in built_site.rglob("*") if path.is_file()}
    assert len([path for path, addresses in loaded.items() if addresses]) > 200
    assert [
        f"{path.relative_to(built_site)}: {address}"
        for path, addresses in loaded.items()
        for address in addresses
        if is_elsewhere(address, _address_of(path, built_site))
    ] == []


def test_every_page_loads_its_style_and_icon_and_nothing_that_isnt_there(
    pages: list[Page], built_site: Path
) -> None:
    for page in pages:
        loaded = in_file(page.file)
        assert len(loaded) >= 2, page.address
        for address in loaded:
            path = urlsplit(urljoin(page.address, address)).path
            there = built_site / path.lstrip("/")
            assert address.startswith("data:") or there.exists(), f"{page.address}: {address}"


def _address_of(path: Path, site: Path) -> str:
    return SITE_URL + path.relative_to(site).as_posix()
