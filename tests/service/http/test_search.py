"""The search as a browser meets it."""

import gzip
import json
import logging
from urllib.parse import quote

import brotli
import httpx
import pytest
import yaml
from starlette.types import ASGIApp

from forms_service.rules.languages import LANGUAGES
from forms_service.world.site import Site
from tests.rules.examples import PROJECT
from tests.rules.markup import Element
from tests.service.http.actors import Browser, ask_raw, main_text, page, sentence, title

QUERIES = yaml.safe_load((PROJECT / "tests/examples/search/queries.yml").read_text("utf-8"))
OFFERED = ("de", "ar", "ti", "fr")


async def ask(browser: Browser, query: str, language: str = "de") -> httpx.Response:
    """Type a query and press the button."""
    response = await browser.get(f"/{language}/suche/?q={quote(query)}")
    assert response.status_code == 200
    return response


def hits(response: httpx.Response) -> list[Element]:
    """The results in order, the German ones after the others."""
    return [item for each in page(response).classed("hits") for item in each.all("li")]


def address_of(hit: Element) -> str:
    return hit.one("h3").one("a").get("href")


def marks(response: httpx.Response) -> list[str]:
    return [mark.text for mark in page(response).one("main").all("mark")]


async def test_what_was_found_is_said_shown_and_marked(browser: Browser) -> None:
    response = await ask(browser, "anonym beschweren")
    found = hits(response)
    assert 0 < len(found) <= 8
    assert address_of(found[0]).startswith("/de/beschwerde/")
    # The number of results stands in the title and above them
    assert title(response).startswith(f"{len(found)} Treffer – Suche")
    assert page(response).all("h2")[0].text == f"{len(found)} Treffer"
    assert {"anonym", "Beschwerde"} & set(marks(response))
    # And the query still stands in its field
    assert page(response).one("input", id="q").value == "anonym beschweren"


async def test_every_result_leads_to_a_place_that_is_there(browser: Browser, site: Site) -> None:
    for language in OFFERED:
        for hit in hits(await ask(browser, "Ausbildung", language)):
            path, _, anchor = address_of(hit).partition("#")
            target = page(await browser.get(path))
            assert not anchor or target.all(id=anchor), address_of(hit)


async def test_marks_keep_to_whole_words_in_a_text_from_right_to_left(browser: Browser) -> None:
    # Given a query in other letters than the page's: no article, another yeh
    response = await ask(browser, "شکوی", "ar")
    # Then the words are marked whole, as the page writes them
    assert any(mark.endswith("شكوى") for mark in marks(response))
    assert page(response).one("html").get("dir") == "rtl"
    for hit in hits(response):
        assert address_of(hit).startswith("/ar/")


async def test_german_results_come_last_and_are_named_as_german(browser: Browser) -> None:
    # Given a word that only the German pages have
    response = await ask(browser, "Übergangswohnung Gesamtleitbild", "fr")
    german = page(response).all("div", lang="de")
    assert german
    headings = [each.text for each in page(response).one("main").all("h2")]
    assert headings[-1] == sentence("Nur auf Deutsch gefunden", "fr")
    for each in german:
        assert each.get("dir") == "ltr"
        assert address_of(each).startswith("/de/")
    # And each leads to the same place in the reader's language too
    for hit in hits(response):
        if hit.all("div", lang="de"):
            assert hit.all("a")[-1].get("href").startswith("/fr/")


async def test_a_german_reader_is_told_of_no_german_results(browser: Browser) -> None:
    response = await ask(browser, "Beschwerde")
    assert "Nur auf Deutsch gefunden" not in main_text(response)


@pytest.mark.parametrize("language", OFFERED)
async def test_nothing_found_is_said_calmly_and_asks_what_is_missing(
    browser: Browser, site: Site, language: str
) -> None:
    response = await ask(browser, "qwxyzzy", language)
    nothing = sentence("Dazu haben wir nichts gefunden", language)
    assert nothing in main_text(response)
    assert title(response).startswith(nothing)
    links = [link.get("href") for link in page(response).one("main").all("a")]
    assert f"/{language}/kontakt/?topic=other#form" in links
    # And every page is named instead
    assert set(site.pages[language].values()) <= set(links)


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%01%E2%80%AE", "?x=1", "?q"])
async def test_without_a_query_the_page_with_all_topics_opens(browser: Browser, query: str) -> None:
    plain = await browser.get("/ar/suche/")
    response = await browser.get(f"/ar/suche/{query}")
    assert response.text == plain.text
    assert page(response).classed("topics")


async def test_what_was_typed_is_shown_as_text_only(browser: Browser) -> None:
    nasty = "\"><script>alert(1)</script> <!--slot:main--> {{ 7*7 }} %(n)s ' &amp;"
    response = await ask(browser, nasty)
    assert page(response).one("input", id="q").value == nasty
    assert page(response).one("main").all("script") == []


async def test_a_long_query_is_cut_and_control_characters_are_dropped(browser: Browser) -> None:
    response = await ask(browser, "Beschwerde\u202e\u0001\r\n" + "a" * 5000)
    typed = page(response).one("input", id="q").value
    assert typed == "Beschwerde " + "a" * 89


async def test_digits_of_any_script_find_a_number(browser: Browser) -> None:
    for query in ("116 117", "١١٦ ١١٧", "۱۱۶ ۱۱۷"):
        assert address_of(hits(await ask(browser, query, "fa"))[0]) == "/fa/notfall/"


HOSTILE = [
    '"', "'", '" OR "', "NEAR(a b, 1)", "heading:x*", "-x", "^x", "a" * 100, "ab " * 33,
    "'; DROP TABLE section; --", "%s %(x)s", "\u202e\u2066", "😀" * 50,
    "ﷺ" * 100, "e\u0301" * 50, "\u0345" * 100, "ሀ" * 100, "-" * 100, "a-" * 50, "a'" * 50,
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
async def test_no_query_breaks_the_search(browser: Browser, query: str) -> None:
    for language in ("de", "ar"):
        await ask(browser, query, language)
    assert hits(await ask(browser, "Beschwerde"))


async def test_bytes_that_are_no_text_are_no_fault(app: ASGIApp) -> None:
    for query in (b"q=%ff%fe", b"q=\xff", b"q=a&q=b", b"q=%", b"q=" + b"a" * 20_000):
        answer = await ask_raw(app, "/de/suche/", query=query)
        assert answer.status == 200


async def test_an_answer_is_nobody_elses(app: ASGIApp) -> None:
    host = (b"host", b"portal.example.org")
    accepted = {"": (), "br": (b"gzip, deflate, br;q=0.9",), "gzip": (b"br;q=0, gzip",)}
    bodies = []
    for coding, headers in accepted.items():
        asked = [host, *((b"accept-encoding", value) for value in headers)]
        answer = await ask_raw(app, "/ti/suche/", query=b"q=Ausbildung", headers=asked)
        assert answer.headers.get("content-encoding", "") == coding
        # A browser keeps it for the way back; no cache in between does
        assert answer.headers["cache-control"] == "private, max-age=300"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert "set-cookie" not in answer.headers
        bodies.append(answer.body)
    plain, small, zipped = bodies
    assert brotli.decompress(small) == plain == gzip.decompress(zipped)


@pytest.mark.parametrize("language", QUERIES)
async def test_an_answer_stays_within_3_kib(app: ASGIApp, language: str) -> None:
    asked = [query["q"] for query in QUERIES[language]]
    headers = [(b"host", b"portal.example.org"), (b"accept-encoding", b"br")]
    for query in (*asked, "Ausbildung", "Beratung", "qwxyzzy"):
        encoded = f"q={quote(query)}".encode()
        answer = await ask_raw(app, f"/{language}/suche/", query=encoded, headers=headers)
        assert len(answer.body) <= 3 * 1024, query


async def test_a_query_is_written_down_nowhere(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await ask(browser, "Geheimniskrämerei")
    ours = [
        record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    ]
    assert "Geheimnis" not in " ".join(record.getMessage() for record in ours)


async def test_only_reading_is_possible(app: ASGIApp) -> None:
    for method, status in (("HEAD", 200), ("POST", 405), ("PUT", 405)):
        assert (await ask_raw(app, "/de/suche/", method=method, query=b"q=a")).status == status


async def test_a_missing_page_offers_the_search(browser: Browser) -> None:
    for language in OFFERED:
        response = await browser.get(f"/{language}/gibt-es-nicht/")
        form = page(response).one("form", role="search")
        assert form.get("action") == f"/{language}/suche/"
        assert form.get("method") in ("", "get")
        assert form.one("input").get("name") == "q"


async def test_every_language_has_its_search_in_its_own_direction(
    browser: Browser, site: Site
) -> None:
    for language in site.languages:
        response = await ask(browser, "Ipso", language)
        html = page(response).one("html")
        assert html.get("lang") == LANGUAGES[language].tag
        assert html.get("dir") == LANGUAGES[language].direction
        assert hits(response), language


async def test_what_is_searched_is_not_handed_out(browser: Browser, site: Site) -> None:
    assert json.loads((site.folder / "search.jsonl").read_text("utf-8").splitlines()[0])
    for name in ("search.jsonl", "search.jsonl.br", "search.jsonl.gz"):
        assert (await browser.get(f"/{name}")).status_code == 404
