"""Measures the desk at its fullest: the list, a search, a case, with 10,000 sealed cases."""

import asyncio
import re
import secrets
import statistics
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.edges.web import create_app
from forms_service.rules import deadlines, sealing
from forms_service.rules.forms import FORMS
from forms_service.rules.organisation import Organisation
from forms_service.rules.process import Role
from forms_service.usecases import submit
from forms_service.usecases.files import Prepared
from forms_service.usecases.installation import (
    close_portal,
    install,
    new_recovery_key,
    open_portal,
)
from forms_service.usecases.members import add_member
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import load_site
from project.benchmarks.builds import built_site
from project.benchmarks.report import Row, table

TITLE = "The desk"
METHOD = """\
A portal of its own is filled with made-up cases of a year, the same in every run, sealed as they would
arrive; one member reads them all, and asks for pages as a browser does, without a network between.
The middle of several times counts. What a search needs is read while the list is looked at: "at once
after signing in" is for whoever searches before that is done; the other first search finds it read.
"""
CASES = 10_000
NAMES = ("Salma", "سلمى", "يوسف", "مریم", "Müller", "Жанна", "ሰላም", "Xalima", "Çiçek", "Amélie")
FAMILIES = ("Haddad", "الحسيني", "رضایی", "Schröder", "Коваленко", "ገብረ", "Cabdi", "Yıldız")
LANGUAGES = ("ar", "fa", "ti", "uk", "en", "de", "tr", "so", "fr", "ku")
STATUSES = ("new", "acknowledged", "in_clarification", "waiting_for_you", "answered", "closed")
ORIGIN = "https://desk.example.org"
EMAIL, PASSWORD = "desk@example.org", "a desk with many cases"


async def fill(portal: Portal, count: int, chance: Random) -> None:
    """Take `count` contacts in, spread over a year, as they would arrive; in one transaction."""
    organisation, now = portal.organisation, portal.clock()

    async def store(connection: AsyncConnection) -> None:
        for _ in range(count):
            arrived = now - timedelta(minutes=chance.randrange(60 * 24 * 365))
            submission = _submission(chance)
            name = submit.inbox_for(submission.form, submission.answers, organisation.topics)
            inbox = organisation.inboxes[name]
            keys = sealing.ReceiptKeys(secrets.token_bytes(32), secrets.token_bytes(32))
            at = replace(portal, clock=lambda moment=arrived: moment)  # type: ignore[misc]
            promised = deadlines.promises(inbox, arrived)
            sealed = await submit._seal(submission, Prepared(), arrived)
            await submit._store_case(
                connection, at, submission, sealed, name, inbox, promised, keys, arrived
            )
        for status in STATUSES[1:]:
            moved = (
                f"UPDATE \"case\" SET status = '{status}', acknowledged_at = arrived_at, "  # noqa: S608
                "opened_at = arrived_at WHERE status = 'new' AND abs(random()) % 5 = 0"
            )
            await connection.execute(text(moved))

    await portal.database.write(store)


def _submission(chance: Random) -> submit.Submission:
    language = chance.choice(LANGUAGES)
    return submit.Submission(
        form=FORMS["contact"],
        language=language,
        answers={
            "topic": "counselling",
            "name": f"{chance.choice(NAMES)} {chance.choice(FAMILIES)} {chance.randrange(1000)}",
            "language": language,
            "reach_by": "call",
            "phone": f"0151 {chance.randrange(10**8):08d}",
            "message": "Ich möchte mit jemandem sprechen. " * chance.randrange(1, 12),
        },
        browser_token=b"",
        address="",
    )


async def timed(
    what: str,
    work: Callable[[], Awaitable[httpx.Response]],
    budget_ms: float | None = None,
    times: int = 7,
) -> Row:
    """Return the middle of several times, and the longest."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        response = await work()
        took.append((time.perf_counter() - begun) * 1000)
        if response.status_code != 200:
            raise RuntimeError(f"answered {response.status_code}")
    longest = f"longest of {times}: {max(took):.0f} ms" if times > 1 else ""
    return Row(what, "ms", statistics.median(took), budget_ms, where=longest)


def add_options(parser: ArgumentParser) -> None:
    """Add what can be measured less of."""
    parser.add_argument_group("desk").add_argument("--cases", type=int, default=CASES)


def measure(options: Namespace) -> str:
    """Fill a portal, ask for its pages; return what they took."""
    with tempfile.TemporaryDirectory(prefix="desk-") as name:
        folder = Path(name)
        rows = asyncio.run(_measure(folder, built_site(options.site, folder), options.cases))
    return f"{METHOD}\n{options.cases} cases.\n\n{table(rows, '', '')}"


async def _measure(folder: Path, site_dir: Path, count: int) -> list[Row]:
    site = load_site(site_dir)
    settings = Settings(
        site_url=f"{ORIGIN}/",
        site_dir=site_dir,
        data_dir=folder / "data",
        secrets_dir=folder / "secrets",
    )
    await install(settings, new_recovery_key().public_key)
    portal = await open_portal(settings, site.organisation)
    try:
        await _join(portal, site.organisation)
        await fill(portal, count, Random(1))  # noqa: S311 - made-up data, the same in every run
        transport = httpx.ASGITransport(app=create_app(portal, site, settings))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            return await _ask(client)
    finally:
        await close_portal(portal)


async def _join(portal: Portal, organisation: Organisation) -> None:
    roles: list[tuple[str, Role]] = [(name, "reader") for name in organisation.inboxes]
    await add_member(
        portal, name="Desk", email=EMAIL, password=PASSWORD, roles=roles, second_factor=False
    )


async def _ask(client: httpx.AsyncClient) -> list[Row]:
    here = {"sec-fetch-site": "same-origin"}

    async def sign_in() -> None:
        typed = {"email": EMAIL, "password": PASSWORD}
        await client.post("/staff/anmelden/", data=typed, headers=here)

    def search(typed: str) -> Callable[[], Awaitable[httpx.Response]]:
        return lambda: client.post("/staff/suchen/", data={"typed": typed}, headers=here)

    def page(address: str) -> Callable[[], Awaitable[httpx.Response]]:
        return lambda: client.get(address)

    await sign_in()
    name = "سلمي الحسینی 12"
    unready = await timed("first search by name, at once after signing in", search(name), times=1)
    await client.post("/staff/abmelden/", data={}, headers=here)
    await sign_in()
    # Without a network an answer is there only when what comes after it is done.
    desk = (await client.get("/staff/")).text
    case = re.findall(r"/staff/fall/\w+/", desk)[0]
    return [
        await timed("first search by name", search(name), 1000, times=1),
        unready,
        await timed("search by name", search("schroder mueller"), 1000),
        await timed("search by the end of a telephone number", search("4711"), 1000),
        await timed("search by number", search("0" * 20), 1000),
        await timed("today", page("/staff/"), 150),
        await timed("today, narrowed", page("/staff/?language=ar&status=answered"), 150),
        await timed("a page of the closed", page("/staff/?part=closed&page=3"), 150),
        await timed("the list as CSV", page("/staff/liste.csv"), times=3),
        await timed("opening a case", page(case), 50),
    ]
