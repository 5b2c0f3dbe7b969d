"""Whatever is sent to the portal, by whomever: it answers calmly, soon, and is as before."""

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp

from forms_service.edges.staff.carrying import packed, unpacked
from forms_service.world.site import Site
from tests.postgres import Server
from tests.rules.markup import parse
from tests.service.http.actors import Raw
from tests.service.http.conftest import SetUp, copied
from tests.service.http.promised_headers import LEADS_ON, lacking, paths_of
from tests.service.http.strange import Strange, requests
from tests.service.http.visitors import READER, SENDER, Shape, Visitors, visitors

_PATIENCE_SECONDS = 20
_FRESH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]

Open = Callable[[], AbstractAsyncContextManager[Visitors]]


@pytest.fixture(scope="module")
def shapes(
    set_up_on_sqlite: SetUp, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> list[Shape]:
    """Every form that there is on any page."""

    async def look() -> list[Shape]:
        with copied(set_up_on_sqlite, tmp_path_factory.mktemp("looked-at")) as copy:
            async with visitors(copy, site, set_up_on_sqlite.team) as found:
                return await found.shapes()

    every = asyncio.run(look())
    assert len({each.path for each in every}) > 40
    return every


@pytest.fixture
def paths(app: ASGIApp) -> list[str]:
    """Every address that there is."""
    return paths_of(app)


@pytest.fixture
def fresh_portal(
    database_kind: str,
    set_up: SetUp,
    site: Site,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Open:
    """Opens a portal with its visitors, as often as it is asked for."""
    server: Server | None = None
    if database_kind == "postgresql":
        server = request.getfixturevalue("postgres")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Visitors]:
        folder = tmp_path / uuid4().hex
        folder.mkdir()
        with copied(set_up, folder, server) as copy:
            async with visitors(copy, site, set_up.team) as found:
                yield found

    return opened


def wrong(answer: Raw, leave_to: str) -> list[str]:
    """What is wrong with an answer, whatever was asked; `leave_to` is where leaving leads."""
    found = lacking(answer)
    if not 200 <= answer.status < 500:
        found.append(f"it says {answer.status}")
    location = answer.headers.get("location", "/")
    if not LEADS_ON.fullmatch(location) and location != leave_to:
        found.append(f"it leads to {location}")
    if answer.headers.get("content-type", "").startswith("text/html") and answer.body:
        html = answer.body.decode()
        parse(html)
        if "<x-nasty" in html:
            found.append("somebody's text became markup")
    return found


async def send(found: Visitors, strange: Strange) -> Raw:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        return await strange.send(found)


async def all_is_well(
    fresh_portal: Open,
    site: Site,
    paths: list[str],
    shapes: list[Shape],
    data: st.DataObject,
    at_once: int,
) -> None:
    # Drawn before a portal is opened: what happens there has no part in it.
    wanted = st.lists(requests(paths, shapes), min_size=at_once, max_size=at_once)
    sent = data.draw(wanted)
    async with fresh_portal() as found:
        for strange in sent:
            answer = await send(found, strange)
            assert wrong(answer, site.organisation.leave_to) == [], strange
        # And afterwards others are served as before
        assert (await found.browsers["stranger"].get("/healthz")).json() == {"ok": True}


@settings(max_examples=5, suppress_health_check=_FRESH, deadline=None)
@given(data=st.data())
async def test_nothing_that_is_sent_is_answered_with_a_fault(
    fresh_portal: Open,
    site: Site,
    paths: list[str],
    shapes: list[Shape],
    data: st.DataObject,
) -> None:
    await all_is_well(fresh_portal, site, paths, shapes, data, at_once=16)


@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
@settings(max_examples=60, suppress_health_check=_FRESH, deadline=None)
@given(data=st.data())
async def test_nothing_that_is_sent_for_long_is_answered_with_a_fault(
    fresh_portal: Open,
    site: Site,
    paths: list[str],
    shapes: list[Shape],
    data: st.DataObject,
) -> None:
    await all_is_well(fresh_portal, site, paths, shapes, data, at_once=40)


_ROUNDS = 5
_MOST_LEFT_BYTES = 60_000
"""Of 60 requests sent five times; if each of them left 200 bytes, it would be as much."""


@pytest.mark.slow
@settings(
    max_examples=3,
    suppress_health_check=_FRESH,
    deadline=None,
    phases=[Phase.generate],
)
@given(data=st.data())
async def test_what_was_sent_leaves_no_memory_taken(
    fresh_portal: Open, shapes: list[Shape], data: st.DataObject
) -> None:
    async with fresh_portal() as found:
        # Given requests that were all answered before, so that whatever is kept once is kept
        wanted = st.lists(requests(paths_of(found.app), shapes), min_size=60, max_size=60)
        sent = data.draw(wanted)
        tracemalloc.start()
        try:
            for _ in range(2):
                before = await _memory_after(found, sent)
            # When they come over and over
            for _ in range(_ROUNDS):
                after = await _memory_after(found, sent)
        finally:
            tracemalloc.stop()
        # Then nothing of them stays
        assert after - before < _MOST_LEFT_BYTES


async def _memory_after(found: Visitors, sent: list[Strange]) -> int:
    for strange in sent:
        await strange.send(found)
        # As between two requests of a server: the loop clears away its timers.
        await asyncio.sleep(0)
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.parametrize(
    "database_kind",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)],
    indirect=True,
)
async def test_a_nul_is_no_fault_on_either_database(everybody: Visitors) -> None:
    """PostgreSQL takes none, neither to look up nor to keep."""
    lena, sender = everybody.browsers[READER], everybody.browsers[SENDER]
    case = everybody.filled("/staff/fall/{case}/")
    for path in ("/staff/fall/%00/", f"{case}datei/%00/", "/staff/einladung/%00/"):
        assert (await lena.get(path)).status_code == 404
    for below, field in (("uebersetzung", "about"), ("uebergeben", "member"), ("nehmen", "seen")):
        typed = {field: "a\0b", "translation": "Text", "step": "save"}
        assert (await lena.post(f"{case}{below}/", typed)).status_code < 500
    # Nor does one come out of a text that was carried through the sign-in, packed once more
    assert unpacked(packed({"about": ["a\0b"]})) == {"about": ["ab"]}
    assert (
        await sender.post("/ar/antwort/", {"reference": "\0", "action": "receipt_note"})
    ).is_client_error
