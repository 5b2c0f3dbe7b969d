"""A fresh portal for each test: real cryptography at its cheapest, a database of its own.

Every test that asks for `database_url` or `portal` runs on SQLite and on PostgreSQL. The server
is started for the tests; ANLAUFSTELLE_TEST_POSTGRES_URL may name another one
(postgresql+asyncpg://…, of a user who may create databases).
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from forms_service.rules.organisation import Organisation
from forms_service.rules.process import Role
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases.installation import (
    RecoveryKey,
    close_portal,
    install,
    new_recovery_key,
    open_portal,
)
from forms_service.usecases.members import add_member
from forms_service.world.database import open_database
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.store import members
from forms_service.world.store.members import Member
from tests.postgres import Server, postgres_programs, running_postgres
from tests.rules.examples import organisation_of_the_site

PASSWORD = "eine lange Passphrase"


@dataclass
class HandClock:
    """A clock that stands still until a test moves it."""

    moment: datetime = datetime(2026, 11, 16, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, by: timedelta) -> None:
        self.moment += by


@pytest.fixture
def clock() -> HandClock:
    """Monday, 16 November 2026, ten o'clock in Germany."""
    return HandClock()


@pytest.fixture(scope="session")
def organisation() -> Organisation:
    """The organisation of mkdocs.yml."""
    return organisation_of_the_site()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, started with the first test that asks for it."""
    programs = postgres_programs()
    if programs is None:
        pytest.fail("PostgreSQL is missing: install the Debian package postgresql", pytrace=False)
    if named := os.environ.get("ANLAUFSTELLE_TEST_POSTGRES_URL"):
        yield Server(programs, named)
        return
    with running_postgres(programs) as address:
        yield Server(programs, address)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """On which of the two databases the test runs."""
    return str(request.param)


@pytest.fixture
def database_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """The address of an empty database that is gone after the test."""
    if database_kind == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'data' / 'anlaufstelle.sqlite'}"
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> Iterator[str]:
    """A database with today's schema: a copy of it is there sooner than migrations are run."""
    url = postgres.create()

    async def migrate() -> None:
        await (await open_database(url)).close()

    asyncio.run(migrate())
    yield url
    postgres.drop(url)


@pytest.fixture
def settings(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Settings]:
    """Settings with every folder in the test's own, and a database without content."""
    folders = Settings(data_dir=tmp_path / "data", secrets_dir=tmp_path / "secrets")
    if database_kind == "sqlite":
        yield folders
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.create(request.getfixturevalue("postgres_template"))
    yield structs.replace(folders, database_url=url)
    server.drop(url)


@pytest.fixture
def recovery_key() -> RecoveryKey:
    """A recovery key with its two sheets."""
    return new_recovery_key()


@pytest.fixture
async def portal(
    settings: Settings, organisation: Organisation, recovery_key: RecoveryKey, clock: HandClock
) -> AsyncIterator[Portal]:
    """A portal that was just set up, without members."""
    await install(settings, recovery_key.public_key, clock)
    opened = await open_portal(
        settings, organisation, clock=clock, receipt_cost=CHEAPEST, password_cost=CHEAPEST
    )
    yield opened
    await close_portal(opened)


@dataclass
class Staff:
    """Lets members join by a first name, their team and their roles."""

    portal: Portal
    members: dict[str, Member] = field(default_factory=dict)

    async def join(self, name: str, *roles: tuple[str, Role], team: str | None = None) -> Member:
        """Add a member with (inbox, role) pairs."""
        email = f"{name.lower()}@example.org"
        await add_member(
            self.portal, name=name, email=email, password=PASSWORD, roles=roles, team=team
        )
        joined = await self.portal.database.read(
            lambda connection: members.by_email(connection, email)
        )
        assert joined is not None
        self.members[name] = joined
        return joined


@pytest.fixture
async def staff(portal: Portal) -> Staff:
    """Someone for every role: Lena and Sam read, Dana is deputy, Ruth leads, Omid is outside."""
    everyone = Staff(portal)
    await everyone.join("Lena", ("complaints", "reader"), ("counselling", "reader"))
    await everyone.join("Sam", ("complaints", "reader"), team="housing")
    await everyone.join("Dana", ("complaints", "deputy"))
    await everyone.join("Ruth", ("complaints", "management"), team="management")
    await everyone.join("Omid", ("complaints", "outside"))
    await everyone.join("Mira", ("safeguarding", "reader"))
    return everyone
