"""Measures the desk at its fullest: the list, a search, a case, with 10,000 sealed cases.

`python -m project.benchmarks.desk` fills a portal of its own and prints what each takes, asked the
way a browser asks. It decides no test: times depend on the machine.
"""

import argparse
import asyncio
import os
import re
import secrets
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
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
    work: Callable[[], Awaitable[httpx.Response]], times: int
) -> tuple[float, float, float]:
    """Return the median and the longest of several times, and the median on all cores, in ms."""
    took, worked = [], []
    for _ in range(times):
        begun, begun_working = time.perf_counter(), time.process_time()
        response = await work()
        took.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - begun_working) * 1000)
        if response.status_code != 200:
            raise RuntimeError(f"answered {response.status_code}")
    return statistics.median(took), max(took), statistics.median(worked)


async def measure(folder: Path, site_dir: Path, count: int) -> None:
    """Fill a portal and print what the desk takes."""
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
        begun = time.perf_counter()
        await fill(portal, count, Random(1))  # noqa: S311 - made-up data, the same in every run
        print(f"{count} cases stored in {time.perf_counter() - begun:.1f} s")
        app = create_app(portal, site, settings)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            await _ask(client)
    finally:
        await close_portal(portal)


async def _join(portal: Portal, organisation: Organisation) -> None:
    roles: list[tuple[str, Role]] = [(name, "reader") for name in organisation.inboxes]
    await add_member(
        portal, name="Desk", email=EMAIL, password=PASSWORD, roles=roles, second_factor=False
    )


async def _ask(client: httpx.AsyncClient) -> None:
    here = {"sec-fetch-site": "same-origin"}
    await client.post("/staff/anmelden/", data={"email": EMAIL, "password": PASSWORD}, headers=here)
    desk = (await client.get("/staff/")).text
    case = re.findall(r"/staff/fall/\w+/", desk)[0]

    def search(typed: str) -> Callable[[], Awaitable[httpx.Response]]:
        return lambda: client.post("/staff/suchen/", data={"typed": typed}, headers=here)

    rows = (
        ("today", lambda: client.get("/staff/"), 7),
        ("today, filtered", lambda: client.get("/staff/?language=ar&status=answered"), 7),
        ("a page of the closed", lambda: client.get("/staff/?part=closed&page=3"), 7),
        ("first search, by name", search("سلمي الحسینی 12"), 1),
        ("search by name", search("schroder mueller"), 7),
        ("search by phone", search("4711"), 7),
        ("search by number", search("0" * 20), 7),
        ("list as CSV", lambda: client.get("/staff/liste.csv"), 3),
        ("opening a case", lambda: client.get(case), 7),
    )
    for name, work, times in rows:
        middle, longest, worked = await timed(work, times)
        print(f"{name:<24} {middle:6.0f} ms  (longest {longest:.0f}, on all cores {worked:.0f})")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--site", type=Path, default=Path("site"), help="a built site")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {datetime.now(UTC):%Y-%m-%d}")
    with tempfile.TemporaryDirectory(prefix="desk-") as folder:
        asyncio.run(measure(Path(folder), options.site.resolve(), options.cases))


if __name__ == "__main__":
    main()
