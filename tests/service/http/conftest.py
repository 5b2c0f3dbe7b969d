"""The whole portal as a browser meets it: the real site, real cryptography, production settings.

It is set up once; every test works on a copy of its own with a clock that the test moves.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from forms_service.edges.web import create_app
from forms_service.rules.organisation import Organisation
from forms_service.rules.process import Role
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases.installation import close_portal, install, new_recovery_key, open_portal
from forms_service.usecases.members import add_member
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site, load_site
from tests.postgres import Server
from tests.service.conftest import PASSWORD, HandClock
from tests.service.http.actors import ORIGIN, Browser, Colleague, Desk
from tests.service.http.ledger import Ledger
from tests.service.http.people import ada as ada
from tests.service.http.visitors import Visitors, visitors

_ON_BOTH_DATABASES = {
    "test_access", "test_answering", "test_backup", "test_conversation", "test_deleting", "test_forms_taken",
    "test_letting_in", "test_number", "test_receipt_again", "test_sign_in",
}  # fmt: skip
"""The tests that ask most of the store; for the others one database is enough."""

_QUICKLY = {"test_conversation", "test_sign_in"}
"""Those of them that every run asks both databases; the slow tests do so for all."""

_READER_OF = ("questions", "counselling", "applications", "complaints")
_TEAM: dict[str, tuple[str, str | None, list[tuple[str, Role]]]] = {
    "Lena": ("de", "support", [(inbox, "reader") for inbox in _READER_OF]),
    "Sam": ("en", "housing", [("complaints", "reader"), ("applications", "reader")]),
    "Dana": ("de", None, [("complaints", "deputy")]),
    "Ruth": ("de", "management", [("complaints", "management")]),
    "Omid": ("de", None, [("complaints", "outside"), ("safeguarding", "outside")]),
    "Mira": ("de", None, [("safeguarding", "reader"), ("training", "reader")]),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let some modules' tests run on both databases."""
    module = metafunc.module.__name__.rpartition(".")[2]
    if module in _ON_BOTH_DATABASES and "database_kind" in metafunc.fixturenames:
        elsewhere = pytest.param("postgresql", marks=() if module in _QUICKLY else pytest.mark.slow)
        metafunc.parametrize("database_kind", ["sqlite", elsewhere], indirect=True)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """On which database the test runs."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def site(built_site: Path) -> Site:
    """The built site, as the service reads it."""
    return load_site(built_site)


@pytest.fixture(scope="session")
def organisation(site: Site) -> Organisation:
    """The organisation as the site names it."""
    return site.organisation


def settings_below(folder: Path, built_site: Path, database_url: str = "") -> Settings:
    """Production settings with everything that is written below `folder`."""
    return Settings(
        database_url=database_url,
        site_url=f"{ORIGIN}/",
        site_dir=built_site,
        data_dir=folder / "data",
        secrets_dir=folder / "secrets",
        smtp_host="127.0.0.1",
        smtp_security="none",
    )


@dataclass(frozen=True)
class SetUp:
    """A portal that was set up, with a team and no cases."""

    settings: Settings
    team: dict[str, Colleague]


def _set_up(settings: Settings, organisation: Organisation) -> SetUp:
    clock = HandClock()

    async def prepare() -> dict[str, Colleague]:
        await install(settings, new_recovery_key().public_key, clock)
        portal = await open_portal(
            settings, organisation, clock=clock, receipt_cost=CHEAPEST, password_cost=CHEAPEST
        )
        team = {}
        for name, (language, of_team, roles) in _TEAM.items():
            email = f"{name.lower()}@example.org"
            totp = await add_member(
                portal,
                name=name,
                email=email,
                password=PASSWORD,
                language=language,
                team=of_team,
                roles=roles,
            )
            team[name] = Colleague(name, email, totp)
        await close_portal(portal)
        return team

    return SetUp(settings, asyncio.run(prepare()))


@pytest.fixture(scope="session")
def set_up_on_sqlite(
    tmp_path_factory: pytest.TempPathFactory, built_site: Path, organisation: Organisation
) -> SetUp:
    """The portal that tests copy. Lena and Sam read complaints, Dana is deputy, Ruth leads,
    Omid is outside the line, Mira protects.
    """
    return _set_up(settings_below(tmp_path_factory.mktemp("set-up"), built_site), organisation)


@pytest.fixture(scope="session")
def set_up_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory,
    built_site: Path,
    organisation: Organisation,
    postgres: Server,
) -> Iterator[SetUp]:
    """The same on PostgreSQL."""
    url = postgres.create()
    settings = settings_below(tmp_path_factory.mktemp("set-up"), built_site, url)
    yield _set_up(settings, organisation)
    postgres.drop(url)


@pytest.fixture
def set_up(database_kind: str, request: pytest.FixtureRequest) -> SetUp:
    """The portal that this test copies."""
    found: SetUp = request.getfixturevalue(f"set_up_on_{database_kind}")
    return found


@contextmanager
def copied(set_up: SetUp, folder: Path, postgres: Server | None = None) -> Iterator[Settings]:
    """Production settings for a copy of the portal, below `folder` and perhaps on PostgreSQL."""
    original = set_up.settings
    shutil.copytree(original.secrets_dir, folder / "secrets")
    if postgres is None:
        shutil.copytree(original.data_dir, folder / "data")
        yield settings_below(folder, original.site_dir)
        return
    url = postgres.create(original.database_url)
    yield settings_below(folder, original.site_dir, url)
    postgres.drop(url)


@pytest.fixture
def settings(
    tmp_path: Path, database_kind: str, set_up: SetUp, request: pytest.FixtureRequest
) -> Iterator[Settings]:
    """Production settings for the test's own copy of the portal."""
    is_sqlite = database_kind == "sqlite"
    with copied(
        set_up, tmp_path, None if is_sqlite else request.getfixturevalue("postgres")
    ) as found:
        yield found


@pytest.fixture
def complete(settings: Settings, organisation: Organisation) -> Settings:
    """The portal with somebody who reads each inbox; without, the service refuses to start."""

    async def join() -> None:
        portal = await open_portal(settings, organisation, password_cost=CHEAPEST)
        roles: list[tuple[str, Role]] = [(name, "reader") for name in organisation.inboxes]
        await add_member(
            portal, name="Ada", email="ada@example.org", password=PASSWORD, roles=roles
        )
        await close_portal(portal)

    asyncio.run(join())
    return settings


@pytest.fixture
async def portal(
    settings: Settings, organisation: Organisation, clock: HandClock
) -> AsyncIterator[Portal]:
    """The test's own copy of the portal, open."""
    opened = await open_portal(
        settings, organisation, clock=clock, receipt_cost=CHEAPEST, password_cost=CHEAPEST
    )
    yield opened
    await close_portal(opened)


@pytest.fixture
def app(portal: Portal, site: Site, settings: Settings) -> ASGIApp:
    """The portal as an ASGI application."""
    return create_app(portal, site, settings)


@pytest.fixture
def new_browser(app: ASGIApp) -> Callable[..., Browser]:
    """Opens one more browser, at an address of the network if it matters."""

    def open_one(address: str = "203.0.113.7") -> Browser:
        return Browser(app, address)

    return open_one


@pytest.fixture
def browser(new_browser: Callable[..., Browser]) -> Browser:
    """The browser of somebody."""
    return new_browser()


@pytest.fixture
async def everybody(
    settings: Settings, site: Site, team: dict[str, Colleague]
) -> AsyncIterator[Visitors]:
    """A portal with a case in it, and everybody who may stand before it."""
    async with visitors(settings, site, team) as found:
        yield found


@pytest.fixture
def ledger(portal: Portal) -> Ledger:
    """The test's look into the database."""
    return Ledger(portal)


@pytest.fixture
def team(set_up: SetUp) -> dict[str, Colleague]:
    """Everybody who works here, by name."""
    return set_up.team


@pytest.fixture
def desk(app: ASGIApp) -> Desk:
    """A browser in the office, nobody signed in."""
    return Desk(app, "198.51.100.20")


SignIn = Callable[[str], Awaitable[Desk]]


@pytest.fixture
def sign_in(app: ASGIApp, team: dict[str, Colleague], clock: HandClock) -> SignIn:
    """Signs a colleague in by name; half a minute goes by, since a code works once."""

    async def enter(name: str) -> Desk:
        clock.forward(timedelta(seconds=30))
        desk = Desk(app, "198.51.100.20")
        response = await desk.post("/staff/anmelden/", team[name].credentials(clock))
        assert response.status_code == 303, response.text
        return desk

    return enter


@pytest.fixture
def environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, built_site: Path
) -> pytest.MonkeyPatch:
    """An operator's machine: an https address, a built site, folders of their own."""
    monkeypatch.setenv("ANLAUFSTELLE_SITE_URL", "https://portal.example.org/")
    monkeypatch.setenv("ANLAUFSTELLE_SITE_DIR", str(built_site))
    monkeypatch.setenv("ANLAUFSTELLE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ANLAUFSTELLE_SECRETS_DIR", str(tmp_path / "secrets"))
    return monkeypatch


@pytest.fixture
def installed(environment: pytest.MonkeyPatch, settings: Settings) -> Settings:
    """The same with a portal that is set up, with its team."""
    environment.setenv("ANLAUFSTELLE_DATA_DIR", str(settings.data_dir))
    environment.setenv("ANLAUFSTELLE_SECRETS_DIR", str(settings.secrets_dir))
    return settings
