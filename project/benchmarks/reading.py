"""Measures what reading costs, beside a stock Material build of the same content in the same run.

Budgets in bytes are kept by tests/site/test_budgets.py.
"""

import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from project.benchmarks import lighthouse, serving
from project.benchmarks.builds import ROOT, Project, copy_project, time_builds
from project.benchmarks.report import Row, table
from project.benchmarks.stock import write_stock
from project.benchmarks.views import View, view
from tests.browser.telephones import ARGUMENTS, WHOLE_CHROMIUM

TITLE = "Reading"
KIB = 1024

READING = {
    "start": "",
    "a page to read": "beratung/",
    "the longest page": "leitbild/",
    "events": "aktuelles/",
    "data protection": "datenschutz/",
    "emergency": "notfall/",
}
FORMS = {
    "contact": "kontakt/",
    "complaint": "beschwerde/",
    "application": "bewerbung/",
    "answer by number": "antwort/",
    "search": "suche/",
}
ANSWER = "suche/?q=kontakt"

_LOOKS = 5
"""How often Lighthouse looks at most."""

METHOD = """\
Reading stands beside *stock*: the same texts in unmodified Material with mkdocs-static-i18n and its
search, all languages, built and served in the same run. Stock is helped where it can be: no fonts
from elsewhere, files compressed beforehand, fingerprinted ones cached for ever, a copy of the
English words for the languages that Material doesn't know. Ours is served by
the service itself (Brotli). Bytes are compressed bodies without headers, as Chromium counts them on
a telephone's screen, script apart; the worst of all languages and pages measured counts. "Slow" is 64 kbit/s with
300 ms; "quiet" is when the last request is answered. Builds alternate, and the median counts; the
one after an edit is a whole build again, because MkDocs knows no smaller one that keeps links
right. Ours also compresses every file, stock's build doesn't. Lighthouse looks through
Chromium's headless shell, since what the whole browser does for itself costs points, ours and
stock's; up to five times where performance isn't full, and the best counts, since a busy machine
only takes points away.
"""


@dataclass(frozen=True)
class Sites:
    """Where the sites answer, each address with a slash at the end."""

    ours: str
    stock_gzip: str
    stock_brotli: str


def add_options(parser: ArgumentParser) -> None:
    """Add what can be measured less of."""
    group = parser.add_argument_group("reading")
    group.add_argument("--languages", nargs="+", default=["de", "ar", "ti"], help="measured")
    group.add_argument("--builds", type=int, default=3, help="how often each site is built")
    group.add_argument("--without-lighthouse", action="store_true", help="it takes the longest")


def measure(options: Namespace) -> str:
    """Build, serve, open in the browser; return what was measured."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
        folder = Path(name)
        port = serving.free_port()
        rows = build_rows(folder, f"http://{serving.HOST}:{port}/", options.builds)
        sites = _serve(stack, folder, port)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=WHOLE_CHROMIUM, args=ARGUMENTS)
        rows += view_rows(browser, sites, options.languages)
        version = browser.version
        browser.close()
        notes: list[str] = []
        if not options.without_lighthouse:
            more, notes = lighthouse_rows(sites, options.languages)
            rows += more
    text = (
        f"{METHOD}\nIn {', '.join(options.languages)}, with Chromium {version}.\n\n"
        f"{table(rows, 'stock', 'worst of ours')}"
    )
    if notes:
        text += "\nWhere Lighthouse took points away:\n\n" + "".join(
            f"- {note}\n" for note in notes
        )
    return text


def build_rows(folder: Path, address: str, times: int) -> list[Row]:
    """Time both builds; leaves the sites in `folder`, named `ours` and `stock`."""
    _say("building")
    ours = Project("ours", folder / "project", "docs/ar/beratung.md")
    stock = Project("stock", folder / "stock-project", "docs/ar/beratung.md")
    copy_project(ROOT, ours.folder)
    write_stock(ROOT, stock.folder, address)
    time_builds([ours, stock], folder, address, times)
    return [
        Row("full build", "s", ours.full, 0.7 * stock.full, stock.full),
        Row("build after one edited page", "s", ours.again, None, stock.again),
    ]


def _serve(stack: ExitStack, folder: Path, port: int) -> Sites:
    stack.enter_context(serving.portal(folder / "ours", folder, port))
    addresses = [f"http://{serving.HOST}:{port}/"]
    for encoding in ("gzip", "br"):
        copy = serving.compressed(folder / "stock", folder / f"stock-{encoding}", encoding)
        other = serving.free_port()
        stack.enter_context(serving.static(copy, other))
        addresses.append(f"http://{serving.HOST}:{other}/")
    return Sites(*addresses)


def view_rows(browser: Browser, sites: Sites, languages: Sequence[str]) -> list[Row]:
    """Open pages of every kind, cold, warm and slow."""

    def all_of(
        base: str, pages: Sequence[str], *, second: bool = False, slow: bool = False
    ) -> list[View]:
        found = []
        for code in languages:
            home = base if code == "de" and base != sites.ours else f"{base}{code}/"
            # Who searches comes from the page to search on.
            before = home + (FORMS["search"] if ANSWER in pages else "")
            _say(f"opening {', '.join(pages) or 'the start page'} of {home}")
            found += [
                view(browser, home + page, after=before if second else "", slow=slow)
                for page in pages
            ]
        return found

    reading, forms = list(READING.values()), list(FORMS.values())
    few = reading[:3]
    first = all_of(sites.ours, reading)
    second = all_of(sites.ours, reading[1:], second=True)
    slow = all_of(sites.ours, reading, slow=True)
    form_slow = all_of(sites.ours, forms, slow=True)
    gzip_first = all_of(sites.stock_gzip, few)
    brotli_first = all_of(sites.stock_brotli, few)
    gzip_second = all_of(sites.stock_gzip, few[1:], second=True)
    brotli_second = all_of(sites.stock_brotli, few[1:], second=True)
    stock_slow = all_of(sites.stock_gzip, reading[:1], slow=True)
    return [
        _row("first view of a page to read (stock: gzip)", _kib, first, 6, gzip_first),
        _row("first view of a page to read (stock: Brotli)", _kib, first, 6, brotli_first),
        _row("… requests", _requests, first, 3, gzip_first),
        _row("… script, which comes after that (stock: gzip)", _script_kib, first, 3, gzip_first),
        _row("first view of a page with a form", _kib, all_of(sites.ours, forms), 10),
        _row("second page to read (stock: gzip)", _kib, second, 4, gzip_second),
        _row("second page to read (stock: Brotli)", _kib, second, 4, brotli_second),
        _row("second page with a form", _kib, all_of(sites.ours, forms, second=True)),
        _row("a search answer", _kib, all_of(sites.ours, [ANSWER], second=True), 3),
        _row("slow: first paint of a page to read", _painted, slow, 1.5, stock_slow),
        _row("slow: quiet, a page to read", _quiet, slow, 2, stock_slow),
        _row("slow: first paint of a form", _painted, form_slow),
        _row("slow: quiet, a form", _quiet, form_slow),
    ]


def _kib(seen: View) -> tuple[float, str]:
    return (seen.content_bytes - seen.script_bytes) / KIB, "KiB"


def _script_kib(seen: View) -> tuple[float, str]:
    return seen.script_bytes / KIB, "KiB"


def _requests(seen: View) -> tuple[float, str]:
    return seen.requests, ""


def _painted(seen: View) -> tuple[float, str]:
    return seen.first_paint_seconds, "s"


def _quiet(seen: View) -> tuple[float, str]:
    return seen.quiet_seconds, "s"


def _row(
    what: str,
    measure: Callable[[View], tuple[float, str]],
    ours: Sequence[View],
    budget: float | None = None,
    stock: Sequence[View] = (),
) -> Row:
    """Compare the worst of ours with the worst of stock."""
    worst = max(ours, key=measure)
    value, unit = measure(worst)
    return Row(
        what,
        unit,
        value,
        budget,
        max(measure(each)[0] for each in stock) if stock else None,
        where=urlsplit(worst.address).path,
    )


def lighthouse_rows(sites: Sites, languages: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Ask Lighthouse about every kind of page, and about one of stock."""
    node = Path(sys.executable).with_name("node")
    lowest = dict.fromkeys(lighthouse.CATEGORIES, 100)
    notes = []
    for code in languages:
        for kind, page in (READING | FORMS).items():
            _say(f"Lighthouse: {kind}, {code}")
            found, costly = _best(f"{sites.ours}{code}/{page}", node)
            lowest = {name: min(lowest[name], score) for name, score in found.items()}
            if min(found.values()) < 100:
                low = ", ".join(f"{name} {each}" for name, each in found.items() if each < 100)
                notes.append(f"{kind}, {code}: {low} ({', '.join(costly)})")
    stock, _ = _best(sites.stock_gzip, node)
    rows = [
        Row(f"Lighthouse: {name}, the lowest", "", score, 100, stock[name], at_least=True)
        for name, score in lowest.items()
    ]
    return rows, notes


def _best(address: str, node: Path) -> tuple[dict[str, int], list[str]]:
    best = lighthouse.scores(address, node)
    for _ in range(_LOOKS - 1):
        if best[0]["performance"] == 100:
            break
        best = max(best, lighthouse.scores(address, node), key=lambda each: each[0]["performance"])
    return best


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
