"""Addresses that lead nowhere, or are meant to lead astray."""

from itertools import product

import pytest
from msgspec import structs
from starlette.types import ASGIApp

from forms_service.edges.web import create_app
from forms_service.rules.catalogues import texts_for
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site
from tests.service.http.actors import HOST, ORIGIN, Browser, ask_raw, main_text, page

NOT_FOUND = "Diese Seite gibt es nicht"


async def test_a_missing_page_is_said_in_the_language_of_the_address(browser: Browser) -> None:
    for path, accepts, language in (
        ("/ar/nirgends/", "de", "ar"),
        ("/en/x/y/z", "ar", "en"),
        ("/de/nirgends/", "en", "de"),
        ("/xx/kontakt/", "ar", "ar"),
        ("/nirgends", "tlh", "de"),
        ("/it/", "en", "en"),
    ):
        # When somebody opens what isn't there
        response = await browser.get(path, accept_language=accepts)
        # Then a calm page says so in the language of the address, or else of the browser
        assert response.status_code == 404, path
        assert page(response).one("html").get("lang") == language
        assert page(response).one("h1").text == texts_for(language).gettext(NOT_FOUND)
        assert response.headers["cache-control"] == "no-store"


TRICKS = [
    "/../portal.json",
    "/../../../../etc/passwd",
    "/de/../../../../../../etc/passwd",
    "/de/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2fetc/passwd",
    "//etc/passwd",
    "//portal.example.org/de/",
    "/de//kontakt/",
    "/./portal.json",
    "/de/./../portal.json",
    "/portal.json",
    "/portal.json.br",
    "/portal.json.gz",
    "/portal.json/",
    "/search.jsonl",
    "/de/../search.jsonl",
    "/PORTAL.JSON",
    "/..\\..\\etc\\passwd",
    "/de\\kontakt\\",
    "\\\\host\\share",
    "/de/\x00",
    "/\x00/../etc/passwd",
    "/de/kontakt/\r\nSet-Cookie: x=1",
    "/ar/شكوى/",
    "/file:///etc/passwd",
    "/assets/../portal.json",
    "/[",
    "/" + "a/" * 3000,
    "/staff/fall/../../portal.json",
    "/staff/fall/%00/",
    "*",
    "",
]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
async def test_no_address_leads_out_of_the_site(app: ASGIApp, method: str) -> None:
    for path in TRICKS:
        # When somebody asks for an address that no page links to
        answer = await ask_raw(app, path, method=method)
        # Then nothing but the site answers, and calmly
        assert 300 <= answer.status < 500, path
        assert b"root:" not in answer.body, path
        assert b'"organisation"' not in answer.body, path
        location = answer.headers.get("location", "/")
        assert location.startswith(("/", f"{ORIGIN}/")), path
        assert not location.startswith("//"), path
        assert "set-cookie" not in answer.headers, path


async def test_the_contract_between_build_and_service_is_nobody_elses_business(
    browser: Browser, site: Site
) -> None:
    assert (site.folder / "portal.json").exists()
    for name in ("portal.json", "portal.json.br", "portal.json.gz"):
        assert (await browser.get(f"/{name}")).status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        b"evil.example",
        b"portal.example.org.evil.example",
        b"portal.example.org@evil.example",
        b"portal.example.org:443@evil.example",
        b"portal.example.org/evil.example",
        b"portal.example.org,evil.example",
        b"www.portal.example.org",
        b"",
        b"127.0.0.1",
        b"[::1",
    ],
)
async def test_a_foreign_host_name_is_refused(app: ASGIApp, site: Site, host: bytes) -> None:
    built = ("/de/", "/de/kontakt", "/robots.txt", "/sw.js", site.assets["site.css"])
    paths = ("/", "/de/beschwerde/", "/staff/anmelden/", "/nirgends", *built)
    for path, method in product(paths, ("GET", "POST")):
        answer = await ask_raw(app, path, method=method, query=b"x", headers=[(b"host", host)])
        assert answer.status == 400
        assert b"evil" not in answer.body
        assert "location" not in answer.headers


async def test_the_host_is_known_with_any_port_and_spelling(app: ASGIApp) -> None:
    for host in (b"portal.example.org:443", b"PORTAL.example.org"):
        assert (await ask_raw(app, "/", headers=[(b"host", host)])).status == 302


async def test_in_the_trying_out_mode_this_machine_is_known_too(
    portal: Portal, site: Site, settings: Settings
) -> None:
    trial = structs.replace(settings, trial=True, site_url="")
    app = create_app(portal, site, trial)
    for host in (b"127.0.0.1:8000", b"localhost:8000"):
        assert (await ask_raw(app, "/", headers=[(b"host", host)])).status == 302
    assert (await ask_raw(app, "/", headers=[(b"host", HOST.encode())])).status == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
async def test_a_method_that_no_page_uses_is_refused_calmly(app: ASGIApp, method: str) -> None:
    for path in ("/ar/beschwerde/", "/ar/antwort/", "/ar/verlassen/"):
        answer = await ask_raw(app, path, method=method)
        assert answer.status == 405
        refused = texts_for("ar").gettext("Das konnten wir nicht annehmen")
        assert refused in answer.body.decode()


async def test_a_page_that_takes_no_form_says_so(browser: Browser) -> None:
    response = await browser.post("/de/leitbild/", {"x": "1"})
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]
    assert "text/html" in response.headers["content-type"]
    assert main_text(response)
