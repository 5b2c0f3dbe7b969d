"""Any page with German beside it, at an address of its own."""

import re

import pytest

from forms_service.world.site import Site
from tests.service.http.actors import Browser, page

TO_READ = ("index", "leitbild", "notfall", "datenschutz")


@pytest.mark.parametrize("language", ["ar", "ti", "ls"])
@pytest.mark.parametrize("name", TO_READ)
async def test_given_the_query_then_every_block_has_its_german_twin(
    browser: Browser, site: Site, language: str, name: str
) -> None:
    # Given a page to read and its German original
    address = site.pages[language][name]
    german = page(await browser.get(site.pages["de"][name]))
    # When someone opens it with German beside it
    both = page(await browser.get(f"{address}?also=de"))
    # Then all German headings stand there, marked as German
    blocks = [each for each in both.all("div") if each.get("lang") == "de"]
    assert all(each.get("dir") == "ltr" for each in blocks)
    headings = [each.text for block in blocks for each in block.all("h1", "h2", "h3")]
    assert headings == [each.text for each in german.all("h1", "h2", "h3")]
    # And all headings of the page itself do, once, with their ids
    own = page(await browser.get(address))
    ids = [each.get("id") for each in both if each.get("id")]
    assert [each.get("id") for each in own.all("h2")] == [
        each.get("id") for each in both.all("h2") if each.get("id")
    ]
    assert len(ids) == len(set(ids))


async def test_a_form_stays_in_the_readers_language_and_keeps_what_a_link_chose(
    browser: Browser,
) -> None:
    response = await browser.get("/ar/beschwerde/?principle=respect&also=de")
    both = page(response)
    assert len(both.all("form")) == 1
    chosen = [each.get("value") for each in both.all("input") if "checked" in each.attributes]
    assert "respect" in chosen
    assert "Schritt für Schritt" in both.text
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("query", ["also=en", "also=", "also=xx", "also=de&also=en", "fbclid=1"])
async def test_given_another_query_then_the_page_stays_as_it_is(
    browser: Browser, query: str
) -> None:
    plain = await browser.get("/ar/projekt/")
    assert (await browser.get(f"/ar/projekt/?{query}")).text == plain.text


async def test_german_has_nothing_beside_it(browser: Browser) -> None:
    plain = await browser.get("/de/projekt/")
    assert (await browser.get("/de/projekt/?also=de")).text == plain.text


async def test_it_is_small_and_no_search_engine_lists_it(browser: Browser) -> None:
    for coding in ("br", "gzip", "identity;q=1, br;q=0"):
        response = await browser.get("/ar/projekt/?also=de", accept_encoding=coding)
        assert response.headers["x-robots-tag"] == "noindex"
        assert response.headers["vary"] == "Accept-Encoding"
        expected = coding if coding in ("br", "gzip") else None
        assert response.headers.get("content-encoding") == expected
        assert "Migrantinnen und Migranten" in response.text
    assert len(re.findall(r'<div class="pair">', response.text)) > 20


async def test_every_page_but_the_german_ones_leads_there(browser: Browser, site: Site) -> None:
    for language, addresses in site.pages.items():
        for address in addresses.values():
            links = [each.get("href") for each in page(await browser.get(address)).all("a")]
            assert ("?also=de" in links) == (language != "de"), address
