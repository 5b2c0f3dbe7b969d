"""The headers of the design, on every kind of answer there is."""

import re
from collections.abc import Awaitable, Callable
from itertools import product
from pathlib import PurePosixPath

import httpx
import pytest
from servestatic.responders import MissingFileError, StaticFile

from forms_service.rules.receipts import number_from
from forms_service.usecases import signing_in, submit
from forms_service.world.database import Database
from forms_service.world.key_pool import Busy
from forms_service.world.site import Site
from tests.checkers import policy_findings
from tests.service.http.actors import HOST, Browser, ask_raw
from tests.service.http.promised_headers import as_raw, lacking, paths_of, routes_of
from tests.service.http.visitors import ADMIN, READER, SENDER, STRANGER, Visitors

KEPT_NOWHERE = "no-store"
FOR_MINUTES = "max-age=300, public"
FOR_EVER = "max-age=315360000, public, immutable"

COMPLAINT, NUMBER, SIGN_IN, CASE = (
    "/de/beschwerde/", "/de/antwort/", "/staff/anmelden/", "/staff/fall/{case}/",
)  # fmt: skip

Asking = Callable[[Visitors], Awaitable[httpx.Response]]


def get(path: str, who: str = STRANGER, **headers: str) -> Asking:
    """Opens an address."""
    return lambda found: found.browsers[who].get(found.filled(path), **headers)


def post(path: str, values: dict[str, str], who: str = STRANGER, **headers: str) -> Asking:
    """Sends a form."""

    def send(found: Visitors) -> Awaitable[httpx.Response]:
        filled = {name: found.filled(value) for name, value in values.items()}
        return found.browsers[who].post(found.filled(path), filled, **headers)

    return send


def ask(method: str, path: str, **more: str) -> Asking:
    """Asks in a way that no page does."""
    return lambda found: found.browsers[STRANGER].client.request(method, path, **more)  # type: ignore[arg-type]


async def a_file(found: Visitors) -> httpx.Response:
    return await get("/ar/antwort/datei/{file}/", SENDER)(found)


async def unchanged(found: Visitors) -> httpx.Response:
    page = await get("/de/")(found)
    return await get("/de/", if_none_match=page.headers["etag"])(found)


async def once_too_often(found: Visitors) -> httpx.Response:
    for value in range(31):
        response = await post(NUMBER, {"number": number_from(value)})(found)
    return response


KINDS: dict[str, tuple[int, str, Asking]] = {
    "a page": (200, FOR_MINUTES, get("/de/")),
    "a page as before": (304, FOR_MINUTES, unchanged),
    "a part of a page": (206, FOR_MINUTES, get("/de/", range="bytes=0-9")),
    "no part of a page": (416, FOR_MINUTES, get("/de/", range="bytes=99999999-")),
    "a page without its slash": (302, FOR_MINUTES, get("/de/kontakt")),
    "the worker": (200, "no-cache", get("/sw.js")),
    "the file with every page": (200, FOR_MINUTES, get("/ar/anlaufstelle-ar.html")),
    "the front": (302, "no-cache", get("/")),
    "what was searched": (200, "private, max-age=300", get("/de/suche/?q=hilfe")),
    "German beside a page": (200, "max-age=300", get("/ar/leitbild/?also=de")),
    "German beside a form": (200, KEPT_NOWHERE, get("/ar/kontakt/?also=de")),
    "health": (200, KEPT_NOWHERE, get("/healthz")),
    "a form": (200, KEPT_NOWHERE, get("/de/kontakt/?topic=training")),
    "a form in another language": (200, KEPT_NOWHERE, post(COMPLAINT, {"shown_in": "ar"})),
    "a form with something missing": (422, KEPT_NOWHERE, post(COMPLAINT, {})),
    "a receipt": (200, KEPT_NOWHERE, post(COMPLAINT, {"what_happened": "Nichts."})),
    "a wrong number": (422, KEPT_NOWHERE, post(NUMBER, {"number": "1"})),
    "a number that is right": (303, KEPT_NOWHERE, post(NUMBER, {"number": "{number}"})),
    "a conversation": (200, KEPT_NOWHERE, get("/ar/antwort/?open", SENDER)),
    "a sender's file": (200, KEPT_NOWHERE, a_file),
    "leaving": (303, KEPT_NOWHERE, get("/de/verlassen/", SENDER)),
    "the sign-in": (200, KEPT_NOWHERE, get(SIGN_IN)),
    "led to the sign-in": (303, KEPT_NOWHERE, get("/staff/")),
    "wrong at the sign-in": (422, KEPT_NOWHERE, post(SIGN_IN, {}, READER)),
    "signed in elsewhere": (403, KEPT_NOWHERE, post(SIGN_IN, {}, sec_fetch_site="cross-site")),
    "the list": (200, KEPT_NOWHERE, get("/staff/", READER)),
    "the list as a file": (200, KEPT_NOWHERE, get("/staff/liste.csv", READER)),
    "a case": (200, KEPT_NOWHERE, get(CASE, READER)),
    "no case": (404, KEPT_NOWHERE, get(CASE, ADMIN)),
    "staff's file": (200, KEPT_NOWHERE, get(CASE + "datei/{file}/", READER)),
    "a person's own file": (200, KEPT_NOWHERE, post(CASE + "auskunft/", {}, READER)),
    "an empty note": (422, KEPT_NOWHERE, post(CASE + "notiz/", {}, READER)),
    "an invitation": (200, KEPT_NOWHERE, get("/staff/einladung/{invitation}/")),
    "no invitation": (404, KEPT_NOWHERE, get("/staff/einladung/x/")),
    "not an administrator": (403, KEPT_NOWHERE, get("/staff/menschen/", READER)),
    "no page": (404, KEPT_NOWHERE, get("/de/nirgends/")),
    "no page in a language": (404, KEPT_NOWHERE, get("/nirgends")),
    "a slash missing before a number": (307, KEPT_NOWHERE, ask("POST", "/de/antwort")),
    "no method": (405, KEPT_NOWHERE, ask("PUT", COMPLAINT)),
    "what may I": (405, KEPT_NOWHERE, ask("OPTIONS", "/de/")),
    "no form": (415, KEPT_NOWHERE, ask("POST", COMPLAINT, content="{}")),
    "too many fields": (413, KEPT_NOWHERE, post(COMPLAINT, {f"f{n}": "" for n in range(301)})),
    "another host": (400, KEPT_NOWHERE, get("/de/", host="evil.example")),
    "another host at the desk": (400, KEPT_NOWHERE, get("/staff/", host="evil.example")),
    "an address with a NUL": (404, KEPT_NOWHERE, get("/de/%00/")),
    "a query with a NUL": (404, KEPT_NOWHERE, get("/de/suche/?q=%00")),
    "one wrong number too many": (429, KEPT_NOWHERE, once_too_often),
}


async def test_every_kind_of_answer_has_all_headers_and_says_who_may_keep_it(
    everybody: Visitors,
) -> None:
    for kind, (status, keeping, asking) in KINDS.items():
        response = await asking(everybody)
        assert response.status_code == status, kind
        assert lacking(as_raw(response)) == [], kind
        assert response.headers["cache-control"] == keeping, kind


async def test_an_independent_grader_finds_one_doubt_only(everybody: Visitors) -> None:
    # Given the policy of our pages, as somebody else's programme reads it
    found = policy_findings((await get("/de/")(everybody)).headers["content-security-policy"])
    # Then it only warns of scripts that somebody else could put beside our own
    assert [each.partition(":")[0] for each in found] == ["script-src 'self'"]
    # Which the files that people send can't become: a browser takes none of them for a script
    file = await a_file(everybody)
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "script" not in file.headers["content-type"]
    assert policy_findings(file.headers["content-security-policy"]) == []
    # And it would find what is wrong with another one
    assert len(policy_findings("script-src 'unsafe-inline' https:")) == 3


async def test_a_file_that_was_sent_is_never_shown(everybody: Visitors) -> None:
    response = await a_file(everybody)
    assert response.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert response.headers["content-disposition"].startswith("attachment; ")


async def fails(*_: object, **__: object) -> None:
    raise OSError("geheim")


async def is_busy(*_: object, **__: object) -> None:
    raise Busy


def is_gone(*_: object) -> None:
    raise MissingFileError("geheim")


BROKEN: dict[str, tuple[object, str, object, int, Asking]] = {
    "a fault of the service": (Database, "is_alive", fails, 500, get("/healthz")),
    "a fault at the desk": (signing_in, "signed_in", fails, 500, get("/staff/", READER)),
    "nothing saved": (submit, "receive", fails, 503, post(COMPLAINT, {"what_happened": "Text"})),
    "too much waits": (signing_in, "sign_in", is_busy, 503, post(SIGN_IN, {}, READER)),
    "a file is gone": (StaticFile, "get_path_and_headers", is_gone, 500, get("/de/")),
}


async def test_a_fault_of_ours_has_them_too(
    everybody: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind, (place, name, instead, status, asking) in BROKEN.items():
        # Given something that breaks
        with monkeypatch.context() as patch:
            patch.setattr(place, name, instead)
            response = await asking(everybody)
        # Then the calm page says so, as well protected as any other, and nothing about the fault
        assert response.status_code == status, kind
        assert lacking(as_raw(response)) == [], kind
        assert response.headers["cache-control"] == KEPT_NOWHERE, kind
        assert "<h1" in response.text, kind
        assert "geheim" not in response.text, kind


async def test_every_kind_of_built_file_has_them(browser: Browser, site: Site) -> None:
    # Given a file of each kind that the build writes
    files = {
        re.sub(r"[0-9a-f]{8}", "", "".join(path.suffixes)): path.relative_to(site.folder)
        for path in site.folder.rglob("*")
        if path.suffix not in (".br", ".gz", ".json", ".jsonl", "") and path.is_file()
    }
    assert len(files) > 6
    for path in (*map(str, files.values()), *(each.strip("/") for each in site.assets.values())):
        address = f"/{path.removesuffix('index.html')}"
        # When it is read, whole or just its head
        for method in ("GET", "HEAD"):
            response = await browser.client.request(method, address)
            # Then it may be kept, for ever where its name changes with it
            assert response.status_code == 200, address
            assert lacking(as_raw(response)) == [], address
            has_print = re.search(r"\.[0-9a-f]{8}$", PurePosixPath(path).stem)
            keeping = FOR_EVER if has_print else {"/sw.js": "no-cache"}.get(address, FOR_MINUTES)
            assert response.headers["cache-control"] == keeping, address


@pytest.mark.parametrize(
    "methods",
    [("GET", "POST"), pytest.param(("HEAD", "OPTIONS", "PUT", "TRACE"), marks=pytest.mark.slow)],
    ids=" ".join,
)
async def test_every_route_has_them_whoever_asks_and_keeps_nothing_personal(
    everybody: Visitors, site: Site, methods: tuple[str, ...]
) -> None:
    # Given the addresses of the service, and those that hold nothing of anybody
    paths = [path for path in paths_of(everybody.app) if not path.startswith("/ar/")]
    built = {address for pages in site.pages.values() for address in pages.values()}
    for_all = built | {"/"} | {f"/{language}/suche/" for language in site.languages}
    # When every one is asked in every way by who gets furthest there
    for method, path in product(methods, map(everybody.filled, paths)):
        at_desk = ADMIN if path.startswith("/staff/menschen/") else READER
        who = at_desk if path.startswith("/staff/") else SENDER
        answer = await ask_raw(
            everybody.app,
            path,
            method=method,
            headers=[
                (b"host", HOST.encode()),
                (b"sec-fetch-site", b"same-origin"),
                (b"content-type", b"application/x-www-form-urlencoded"),
                (b"cookie", everybody.cookie(who)),
            ],
        )
        # Then the answer has all headers, and only what is for all may be kept
        assert lacking(answer) == [], (method, path)
        assert 200 <= answer.status < 500, (method, path)
        if answer.headers["cache-control"] != KEPT_NOWHERE:
            assert method in ("GET", "HEAD"), path
            assert path in for_all, path
            assert not answer.cookies, path


async def test_what_is_asked_for_in_german_stands_for_all_languages(everybody: Visitors) -> None:
    def german(path: str) -> str:
        return re.sub(r"^/\w\w/", "/de/", path)

    routes = {route.path for route in routes_of(everybody.app)}
    asked = {path for path in routes if path.startswith(("/de/", "/staff/")) or path == "/"}
    assert {german(path) for path in routes} == asked | {"/healthz"}
