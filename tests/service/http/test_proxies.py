"""Whose tries are counted: a proxy is believed only where it was set, and nobody else ever is."""

import secrets
from functools import partial

import pytest
from msgspec import structs
from starlette.types import ASGIApp

from forms_service.edges.guard import network
from forms_service.edges.serving import server_config
from forms_service.rules.receipts import number_from
from forms_service.world.settings import Settings
from tests.service.http.actors import Browser

LIMIT = 30
PROXIES = "127.0.0.1, 10.0.0.0/8, 2001:db8:ffff::1"


seldom = partial(pytest.param, marks=pytest.mark.slow)


def behind(app: ASGIApp, settings: Settings, proxies: str) -> ASGIApp:
    """The application as the server calls it."""
    config = server_config(app, structs.replace(settings, proxies=proxies))
    config.load()
    served: ASGIApp = config.loaded_app
    return served


async def guess(browser: Browser, **headers: str) -> int:
    """Try a number that is nobody's."""
    number = {"number": number_from(secrets.randbelow(10**19))}
    return (await browser.post("/de/antwort/", number, **headers)).status_code


@pytest.mark.parametrize(
    ("proxies", "peer", "claimed"),
    [
        # Nobody was set, or somebody else
        ("", "127.0.0.1", "203.0.113.{}"),
        (PROXIES, "198.51.100.7", "203.0.113.{}"),
        seldom(PROXIES, "11.0.0.1", "10.0.0.1, 203.0.113.{}"),
        # The proxy says who came; what they said themselves stands before it
        (PROXIES, "127.0.0.1", "203.0.113.{}, 198.51.100.7"),
        seldom(PROXIES, "127.0.0.1", "10.0.0.9, 203.0.113.{}, 198.51.100.7"),
        seldom(PROXIES, "2001:db8:ffff::1", "203.0.113.{}, 198.51.100.7, 10.1.2.3"),
        # A household has all of its network, and one address has several spellings
        seldom(PROXIES, "127.0.0.1", "2001:db8:1:2::{}"),
        seldom(PROXIES, "127.0.0.1", "198.51.100.7:{}"),
        seldom(PROXIES, "127.0.0.1", "[2001:db8:1:2::{}]:4711"),
    ],
)
async def test_nobody_gets_more_tries_by_naming_other_addresses(
    app: ASGIApp, settings: Settings, proxies: str, peer: str, claimed: str
) -> None:
    browser = Browser(behind(app, settings, proxies), peer)
    for place in range(LIMIT):
        named = claimed.format(place + 1)
        also = {"x_real_ip": named, "forwarded": f"for={named}", "cf_connecting_ip": named}
        assert await guess(browser, x_forwarded_for=named, **also) == 422
    assert await guess(browser, x_forwarded_for=claimed.format(99)) == 429


@pytest.mark.parametrize("peer", ["127.0.0.1", seldom("10.200.0.3"), seldom("2001:db8:ffff::1")])
async def test_behind_a_proxy_people_are_counted_each_for_themselves(
    app: ASGIApp, settings: Settings, peer: str
) -> None:
    browser = Browser(behind(app, settings, PROXIES), peer)
    for _ in range(LIMIT):
        assert await guess(browser, x_forwarded_for="203.0.113.1") == 422
    assert await guess(browser, x_forwarded_for="203.0.113.1") == 429
    assert await guess(browser, x_forwarded_for="::ffff:203.0.113.1") == 429
    assert await guess(browser, x_forwarded_for="203.0.113.2") == 422
    assert await guess(browser, x_forwarded_for="2001:db8::1, 10.7.7.7") == 422


async def test_an_address_in_two_headers_or_in_none_makes_no_difference(
    app: ASGIApp, settings: Settings
) -> None:
    browser = Browser(behind(app, settings, PROXIES), "127.0.0.1")
    number = {"number": number_from(1)}
    for place in range(LIMIT):
        response = await browser.client.post(
            "/de/antwort/", data=number,
            headers=[("X-Forwarded-For", f"203.0.113.{place}"), ("X-Forwarded-For", "192.0.2.1")],
        )  # fmt: skip
        assert response.status_code == 422
    assert await guess(browser, x_forwarded_for="192.0.2.1") == 429
    # Without any the proxy is asking itself
    assert await guess(browser) == 422


@pytest.mark.parametrize("nonsense", ["", ",", "unknown", "_hidden", "x" * 5000, "127.0.0.1, %00"])
async def test_nonsense_from_a_proxy_breaks_nothing(
    app: ASGIApp, settings: Settings, nonsense: str
) -> None:
    browser = Browser(behind(app, settings, PROXIES), "127.0.0.1")
    assert await guess(browser, x_forwarded_for=nonsense) == 422


def test_one_address_is_one_network_however_it_is_written() -> None:
    assert network("203.0.113.1") == network("::ffff:203.0.113.1") == network("::ffff:cb00:7101")
    assert network("::ffff:203.0.113.1") != network("::ffff:203.0.113.2")
    assert (
        network("2001:db8:1:2::1") == network("2001:0db8:1:2:ffff::") != network("2001:db8:1:3::")
    )
    assert network("testclient") == "testclient"


def test_who_is_a_proxy_is_what_was_set() -> None:
    settings = Settings(proxies=PROXIES)
    for host in ("127.0.0.1", "10.255.0.1", "2001:db8:ffff::1", "2001:db8:ffff:0::1"):
        assert settings.is_proxy(host)
    for host in ("127.0.0.2", "11.0.0.1", "2001:db8:ffff::2", "", "localhost", "*"):
        assert not settings.is_proxy(host)
    assert not Settings().is_proxy("127.0.0.1")
