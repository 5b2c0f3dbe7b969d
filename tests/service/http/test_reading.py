"""Reading: the built pages as the service hands them out."""

import gzip
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from msgspec import structs
from starlette.types import ASGIApp

from forms_service.edges.web import create_app
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site, load_site
from tests.service.http.actors import Browser, ask_raw, page, typed
from tests.service.http.examples import FORM_PAGES, LANGUAGES


async def test_the_front_leads_each_browser_to_its_language(browser: Browser) -> None:
    for wanted, language in (
        ("ar-SY,ar;q=0.9,en;q=0.5", "ar"),
        ("en;q=0.3, de;q=0.8", "de"),
        ("en-GB", "en"),
        ("it-IT,it;q=0.9,en;q=0.1", "en"),
        ("prs-AF,en;q=0.1", "fa"),
        ("de;q=0,en;q=0.001", "en"),
        ("tlh", "de"),
        ("*", "de"),
        ("", "de"),
        ("en;q=abc,,;;q=,ar;q=0.2", "ar"),
    ):
        # When a browser opens the portal's name alone
        response = await browser.get("/", accept_language=wanted)
        # Then it is led to its language, and no cache keeps that for others
        assert response.status_code == 302
        assert response.headers["location"] == f"/{language}/", wanted
        assert response.headers["vary"] == "Accept-Language"
        assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_opens_in_its_language_and_sets_no_cookie(
    browser: Browser, site: Site, language: str
) -> None:
    for address in site.pages[language].values():
        response = await browser.get(address)
        assert response.status_code == 200, address
        assert response.headers["content-type"].replace('"', "") == "text/html; charset=utf-8"
        assert page(response).one("html").get("lang") == language, address
        assert "set-cookie" not in response.headers


async def test_the_service_worker_is_asked_for_anew_each_time(browser: Browser) -> None:
    # When a browser looks whether there is a newer build
    response = await browser.get("/sw.js")
    # Then no cache answers for us
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-cache"
    assert "javascript" in response.headers["content-type"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_file_with_every_page_is_saved_and_not_opened(
    browser: Browser, language: str
) -> None:
    # When somebody follows the link to the file, which brings a style of its own
    response = await browser.get(f"/{language}/anlaufstelle-{language}.html")
    # Then it goes to the telephone: our policy for pages would take its style away
    assert response.status_code == 200
    assert response.headers["content-disposition"] == "attachment"
    assert "immutable" not in response.headers["cache-control"]


async def test_without_tls_nothing_is_promised_about_it(
    portal: Portal, site: Site, settings: Settings
) -> None:
    # Given a portal that browsers reach by http, on this machine
    local = create_app(portal, site, structs.replace(settings, site_url="http://localhost:8000/"))
    browser = Browser(local, origin="http://localhost:8000")
    # Then it asks no browser to insist on https, neither on pages nor on answers
    assert "strict-transport-security" not in (await browser.get("/de/")).headers
    response = await browser.post("/de/beschwerde/", {"what_happened": "Nichts."})
    assert "strict-transport-security" not in response.headers
    assert "secure" not in response.headers["set-cookie"].lower()


def built(site: Site, address: str, suffix: str = "") -> bytes:
    """What the build wrote for an address."""
    name = f"{address}index.html" if address.endswith("/") else address
    return (site.folder / f"{name.strip('/')}{suffix}").read_bytes()


@pytest.mark.parametrize(("encoding", "suffix"), [("br", ".br"), ("gzip", ".gz")])
async def test_pages_and_assets_come_ready_compressed(
    app: ASGIApp, site: Site, encoding: str, suffix: str
) -> None:
    unpack: Callable[[bytes], bytes] = brotli.decompress if encoding == "br" else gzip.decompress
    for address in ("/ar/", "/de/beschwerde/", site.assets["site.css"]):
        headers = ((b"host", b"portal.example.org"), (b"accept-encoding", encoding.encode()))
        answer = await ask_raw(app, address, headers=headers)
        assert answer.headers["content-encoding"] == encoding, address
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.body == built(site, address, suffix)
        assert unpack(answer.body) == built(site, address)


async def test_what_is_personal_is_not_compressed(browser: Browser) -> None:
    """Its length would tell of what stands beside something that an attacker chose."""
    packed = {"accept_encoding": "br, gzip"}
    sent = await browser.post("/de/beschwerde/", {"what_happened": "Nichts."}, **packed)
    wrong = await browser.post("/de/antwort/", {"number": "1"}, **packed)
    staff = await browser.get("/staff/anmelden/", **packed)
    assert [each.status_code for each in (sent, wrong, staff)] == [200, 422, 200]
    for answer in (sent, wrong, staff):
        assert "content-encoding" not in answer.headers


async def test_whoever_can_not_unpack_gets_the_page_as_it_is(app: ASGIApp, site: Site) -> None:
    for accepted in (b"", b"identity", b"br;q=0, gzip;q=0"):
        headers = ((b"host", b"portal.example.org"), (b"accept-encoding", accepted))
        answer = await ask_raw(app, "/de/", headers=headers)
        assert "content-encoding" not in answer.headers
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.body == built(site, "/de/")


async def test_an_unchanged_page_is_not_sent_again(browser: Browser) -> None:
    # Given a browser that has the page
    first = await browser.get("/en/leitbild/")
    # When it asks again
    again = await browser.get("/en/leitbild/", if_none_match=first.headers["etag"])
    # Then it is told to keep it, and another page has another tag
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = await browser.get("/en/projekt/", if_none_match=first.headers["etag"])
    assert other.status_code == 200


async def test_only_what_has_a_fingerprint_is_kept_for_ever(browser: Browser, site: Site) -> None:
    for name, address in site.assets.items():
        response = await browser.get(address)
        assert response.status_code == 200, name
        assert response.headers["cache-control"] == "max-age=315360000, public, immutable"
    for address in ("/de/", "/de/beschwerde/"):
        response = await browser.get(address)
        assert response.headers["cache-control"] == "max-age=300, public"


async def test_a_query_that_means_nothing_opens_the_page_all_the_same(browser: Browser) -> None:
    # Given a link that somebody's newsletter has made longer
    for address in ("/de/leitbild/", "/ar/kontakt/", "/en/beschwerde/", "/de/antwort/"):
        plain = await browser.get(address)
        response = await browser.get(f"{address}?utm=1")
        assert response.status_code == 200, address
        # Then it is the same page, with the same fields
        assert page(response).one("h1").text == page(plain).one("h1").text
        if "leitbild" not in address:
            assert typed(response) == typed(plain)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_service_makes_the_same_page_as_the_build(
    browser: Browser, language: str
) -> None:
    for name in (*FORM_PAGES.values(), "antwort"):
        static = await browser.get(f"/{language}/{name}/")
        made = await browser.get(f"/{language}/{name}/?x")
        assert "no-store" not in static.headers["cache-control"]
        assert made.headers["cache-control"] == "no-store"
        tags = [[each.tag, each.attributes] for each in page(static)]
        assert [[each.tag, each.attributes] for each in page(made)] == tags, name


async def test_an_address_without_its_last_slash_leads_to_the_page(browser: Browser) -> None:
    response = await browser.get("/de/kontakt?topic=training")
    assert response.status_code == 302
    location = response.next_request.url if response.next_request else None
    assert str(location) == "https://portal.example.org/de/kontakt/?topic=training"


async def test_a_monitor_is_told_whether_the_database_answers(
    browser: Browser, portal: Portal
) -> None:
    response = await browser.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"ok": True})
    assert response.headers["cache-control"] == "no-store"


async def test_a_running_service_keeps_to_the_build_it_began_with(
    portal: Portal, built_site: Path, settings: Settings, tmp_path: Path
) -> None:
    # Given a service that found the site through the link that a build switches
    link, new = tmp_path / "site", tmp_path / "site-new"
    link.symlink_to(built_site)
    app = create_app(portal, load_site(link), settings)
    # When a new build is switched in
    (new / "de").mkdir(parents=True)
    (new / "de/index.html").write_text("der neue Stand", encoding="utf-8")
    link.unlink()
    link.symlink_to(new)
    # Then the old pages are served, whole, until the service starts again
    answer = await ask_raw(app, "/de/")
    assert answer.body == (built_site / "de/index.html").read_bytes()
    assert int(answer.headers["content-length"]) == len(answer.body)


@pytest.mark.parametrize("language", ["de", "ar"])
async def test_an_event_opens_in_a_calendar(browser: Browser, language: str) -> None:
    # Given the page of news, with an event
    listed = page(await browser.get(f"/{language}/aktuelles/")).all("a")
    files = [each.get("href") for each in listed if each.get("href").endswith(".ics")]
    assert files
    for file in files:
        # When its calendar file is opened
        response = await browser.get(file)
        # Then the browser is told what it is, and it holds an event
        assert response.headers["content-type"].startswith("text/calendar")
        assert "charset" in response.headers["content-type"]
        assert "BEGIN:VEVENT" in response.text
