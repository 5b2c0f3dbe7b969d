"""Someone reads without internet: what opens anyway, what they asked for, and what nobody keeps."""

import re
import shutil
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Error, Page, expect

from forms_service.world.site import Site
from tests.browser.conftest import OpenPage, plain_server
from tests.browser.journeys import Reader
from tests.browser.service import Service

LANGUAGE = "ar"
FIRST = {"/ar/notfall/", "/ar/offline/"}

UNTIL_KEPT = """async ([path, text]) => {
    for (let tries = 0; tries < 300; tries++) {
        const kept = await caches.match(path);
        if (kept && (await kept.text()).includes(text)) return;
        await new Promise(go => setTimeout(go, 50));
    }
    throw new Error(path + " isn't kept");
}"""
KEPT_PAGES = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys())
            found.push(new URL(request.url).pathname);
    return found.filter(path => path.endsWith("/"));
}"""
LOOK_FOR_A_NEW_BUILD = "navigator.serviceWorker.ready.then(each => each.update()).then(() => {})"


def until_kept(page: Page, path: str, text: str = "") -> None:
    """Wait until the browser keeps the page, with this text in it."""
    page.evaluate(UNTIL_KEPT, [path, text])


def kept_pages(page: Page) -> set[str]:
    return set(page.evaluate(KEPT_PAGES))


@pytest.fixture
def visitor(open_page: OpenPage, own_service: Service) -> Page:
    """Someone who was here once, long enough for the worker to be there."""
    page = open_page(service_workers="allow")
    page.goto(f"{own_service.address}/{LANGUAGE}/")
    until_kept(page, "/ar/notfall/")
    return page


def test_after_one_visit_the_emergency_page_opens_and_every_other_says_why_not(
    visitor: Page, own_service: Service
) -> None:
    own_service.stop()
    visitor.goto(f"{own_service.address}/ar/notfall/")
    expect(visitor.locator("h1")).to_have_attribute("id", "notfall")
    expect(visitor.locator("a[href='tel:112']")).to_be_visible()
    # Its style and its icon are there, too
    assert visitor.evaluate("[...document.styleSheets].every(each => each.cssRules.length > 10)")
    assert visitor.locator(".brand img").evaluate("each => each.naturalWidth > 0")
    for address in ("/ar/leitbild/", "/ar/kontakt/?topic=training", "/fr/leitbild/"):
        visitor.goto(f"{own_service.address}{address}")
        expect(visitor.locator("h1")).to_have_attribute("id", "offline")
        expect(visitor.locator("html")).to_have_attribute("lang", "ar")
    # The bare address leads to the language that is kept
    visitor.goto(f"{own_service.address}/")
    assert visitor.url == f"{own_service.address}/ar/"


def test_what_somebody_read_is_not_kept(visitor: Page, own_service: Service) -> None:
    for name in ("leitbild", "beschwerde", "notfall", "antwort"):
        visitor.goto(f"{own_service.address}/ar/{name}/")
        assert visitor.evaluate("navigator.serviceWorker.controller !== null")
    assert kept_pages(visitor) == FIRST
    assert visitor.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_every_page_is_kept_for_whoever_asks_and_removed_again(
    visitor: Page, own_service: Service, site: Site
) -> None:
    visitor.goto(f"{own_service.address}/ar/offline/")
    keep, remove = visitor.locator("#keep"), visitor.locator("#remove")
    status = visitor.locator("#status")
    expect(remove).to_be_hidden()
    keep.click()
    expect(remove).to_be_focused()
    expect(keep).to_be_hidden()
    expect(status).to_have_text(status.get_attribute("data-kept") or "-")
    own_service.stop()
    for name, address in site.pages["ar"].items():
        visitor.goto(f"{own_service.address}{address}")
        expect(visitor.locator("h1")).to_be_visible()
        assert not visitor.locator("h1#offline").count(), name
    visitor.goto(f"{own_service.address}/ar/kontakt/?topic=training#form")
    expect(visitor.locator("#form")).to_be_visible()
    # And without internet they're removed
    visitor.goto(f"{own_service.address}/ar/offline/")
    remove.click()
    expect(keep).to_be_focused()
    expect(status).to_have_text(status.get_attribute("data-removed") or "-")
    assert kept_pages(visitor) == FIRST
    # Without internet there is nothing to keep, and that is said
    keep.click()
    expect(status).to_have_text(status.get_attribute("data-failed") or "-")
    expect(keep).to_be_visible()
    assert kept_pages(visitor) == FIRST


def test_a_form_sent_without_internet_fails_openly_and_can_be_sent_later(
    visitor: Page, own_service: Service
) -> None:
    reader = Reader(visitor, own_service.address, LANGUAGE)
    reader.open("kontakt")
    assert visitor.evaluate("navigator.serviceWorker.controller !== null")
    own_service.stop()
    with visitor.expect_event("requestfailed", lambda each: each.method == "POST"):
        visitor.locator("#form button[type=submit]").last.click()
    expect(visitor.locator("h1#offline")).to_have_count(0)
    # Back with internet, it goes out
    own_service.start()
    reader.open("kontakt")
    reader.send()
    expect(visitor.locator("#errors")).to_be_visible()
    assert kept_pages(visitor) == FIRST


@pytest.fixture
def changing_site(built_site: Path, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A copy of the site that may be changed, and its address."""
    copy = Path(shutil.copytree(built_site, tmp_path / "site"))
    with plain_server(copy) as address:
        yield copy, address


def build_again(site: Path, page: str, text: str) -> None:
    """Do what a build does after a page has changed."""
    path = site / page.strip("/") / "index.html"
    html = path.read_text(encoding="utf-8")
    path.write_text(html.replace("</main>", f"<p>{text}</p></main>"), encoding="utf-8")
    code = page.split("/")[1]
    worker = site / "sw.js"
    changed, times = re.subn(
        rf'("{code}":")[0-9a-f]+', r"\g<1>00000000", worker.read_text(encoding="utf-8")
    )
    assert times == 1
    worker.write_text(changed, encoding="utf-8")


def test_a_new_build_renews_what_is_kept(
    open_page: OpenPage, changing_site: tuple[Path, str]
) -> None:
    site, address = changing_site
    page = open_page(service_workers="allow")
    page.goto(f"{address}/ar/offline/")
    page.locator("#keep").click()
    expect(page.locator("#remove")).to_be_visible()
    until_kept(page, "/ar/offline/")
    before = set(page.evaluate("caches.keys()"))
    build_again(site, "/ar/leitbild/", "Neu seit heute.")
    page.evaluate(LOOK_FOR_A_NEW_BUILD)
    page.evaluate(
        """async before => {
            for (let tries = 0; tries < 300; tries++) {
                const names = await caches.keys();
                if (names.length && !names.some(each => before.includes(each))) return;
                await new Promise(go => setTimeout(go, 50));
            }
            throw new Error("the old caches are still there");
        }""",
        sorted(before),
    )
    until_kept(page, "/ar/leitbild/", "Neu seit heute.")
    # Still kept whole, without anybody asking again
    page.goto(f"{address}/ar/offline/")
    expect(page.locator("#remove")).to_be_visible()


def test_a_kept_page_opens_when_the_network_hangs(open_page: OpenPage, built_site: Path) -> None:
    hanging, free = Event(), Event()

    class Hanging(SimpleHTTPRequestHandler):
        """Answers until the network hangs; then it takes every question and says nothing."""

        def do_GET(self) -> None:
            if hanging.is_set():
                free.wait()
            else:
                super().do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: pytest shows what matters."""

    page = open_page(service_workers="allow")
    with plain_server(built_site, Hanging) as address:
        page.goto(f"{address}/ar/")
        until_kept(page, "/ar/notfall/")
        hanging.set()
        page.goto(f"{address}/ar/notfall/", timeout=10_000)
        expect(page.locator("a[href='tel:112']")).to_be_visible()
        page.context.close()
        free.set()


def test_without_scripts_the_file_is_loaded_and_opens_by_itself(
    open_page: OpenPage, own_service: Service, language: str, tmp_path: Path
) -> None:
    page = open_page(javascript=False)
    page.goto(f"{own_service.address}/{language}/offline/")
    expect(page.locator("#keeping")).to_be_hidden()
    with page.expect_download() as download:
        page.locator("a[download]").click()
    name = f"anlaufstelle-{language}.html"
    assert download.value.suggested_filename == name
    file = tmp_path / name
    download.value.save_as(file)
    own_service.stop()
    asked: list[str] = []
    page.context.on("request", lambda each: asked.append(each.url))
    page.goto(file.as_uri())
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator("nav a[href='#notfall']").click()
    expect(page.locator("#notfall")).to_be_in_viewport()
    expect(page.locator("#notfall a[href='tel:112']")).to_be_visible()
    # Its style is its own: the page keeps to a readable width
    assert page.evaluate("document.styleSheets.length") == 1
    assert {each.split("#")[0] for each in asked} == {file.as_uri()}


def test_whoever_was_never_here_gets_the_browsers_own_answer(
    open_page: OpenPage, own_service: Service
) -> None:
    page = open_page(service_workers="allow")
    own_service.stop()
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        page.goto(f"{own_service.address}/ar/notfall/")
