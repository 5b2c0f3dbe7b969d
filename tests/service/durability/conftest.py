"""A portal that is set up, as files, and what runs it."""

import asyncio
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from forms_service.usecases.installation import new_recovery_key
from forms_service.world.site import load_site
from tests.service.durability.places import Place, set_up
from tests.service.durability.processes import SERVE, Service


@pytest.fixture(scope="session")
def prepared_place(built_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A portal with its members and no cases; tests copy it."""
    place = Place(tmp_path_factory.mktemp("prepared"), built_site, new_recovery_key())
    organisation = load_site(built_site).organisation
    asyncio.run(set_up(place.settings, organisation, place.recovery_key.public_key))
    return place


@pytest.fixture
def place(prepared_place: Place, tmp_path: Path) -> Place:
    """The test's own portal."""
    folder = shutil.copytree(prepared_place.folder, tmp_path / "portal")
    return Place(Path(folder), prepared_place.site, prepared_place.recovery_key)


Run = Callable[..., Service]


@pytest.fixture
def run(free_port: int) -> Iterator[Run]:
    """Makes a service that isn't left running after the test."""
    made = []

    def make(place: Place, program: Sequence[str] = SERVE, under: Sequence[str] = ()) -> Service:
        made.append(Service(place, free_port, program, under=under))
        return made[-1]

    yield make
    for each in made:
        each.clear_away()


@pytest.fixture
def service(place: Place, run: Run) -> Service:
    """The service over the test's own portal, not started yet."""
    return run(place)
