"""The power fails at any moment: every number that was on its way to somebody opens their case.

The real program is recorded from its first start on an empty disk, while people send. Then the
power is cut in what was recorded, wherever that makes a difference, and the portal is opened as it
is opened after any other stop.
"""

import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from forms_service.rules.organisation import Organisation
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases.installation import (
    close_portal,
    is_installed,
    new_recovery_key,
    open_portal,
)
from forms_service.usecases.submit import receive
from forms_service.world.site import load_site
from tests.service.durability.conftest import Run
from tests.service.durability.disks import Disk, Survives, by_chance, contents, nothing
from tests.service.durability.looking import lost, whole_cases
from tests.service.durability.places import Place, set_up
from tests.service.durability.recordings import (
    Event,
    Recording,
    Sent,
    Synced,
    Syncing,
    recorder,
)
from tests.service.durability.senders import Promise, Senders
from tests.service.submissions import submission

PROGRAM = ("-m", "tests.service.durability.places")
PEOPLE, TIMES = 6, 10
CUTS_BY_CHANCE = 150

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Recorded:
    """What one run did and promised."""

    place: Place
    organisation: Organisation
    events: list[Event]
    promises: list[Promise]


@dataclass
class Moment:
    """A moment of the run: the disk as it is, and what has been promised."""

    disk: Disk
    promises: list[Promise]
    is_set_up: bool


async def record(built_site: Path, folder: Path, run: Run, synchronous: str) -> Recorded:
    """Let people send to a portal that was never started before, and record it."""
    place = Place(folder / "portal", built_site, new_recovery_key())
    place.folder.mkdir()
    trace = folder / "trace"
    program = (*PROGRAM, place.recovery_key.public_key.hex(), synchronous)
    service = run(place, program, under=recorder(trace))
    service.start()
    senders = Senders(service.address)
    await senders.send(PEOPLE, TIMES)
    service.tell(signal.SIGTERM)
    assert service.wait() == 0, service.said
    assert len(senders.promises) == PEOPLE * TIMES
    events = list(Recording(trace, place.folder).events())
    return Recorded(place, load_site(built_site).organisation, events, senders.promises)


def moments(recorded: Recorded) -> Iterator[tuple[Event, Moment]]:
    """Give each event with the moment right before it."""
    signs = {
        sign: (promise, text)
        for promise in recorded.promises
        for sign, text in promise.signs.items()
    }
    moment = Moment(Disk(recorded.place.folder), [], is_set_up=False)
    for event in recorded.events:
        yield event, moment
        moment.disk.play(event)
        if isinstance(event, Sent):
            moment.is_set_up |= event.data.startswith(b"HTTP/")
            for sign in [each for each in signs if each in event.data]:
                promise, text = signs.pop(sign)
                moment.promises.append(Promise(promise.answer, [text], promise.files))
    assert not signs, "an answer that somebody has read is missing in the recording"


async def lost_after_cut(
    recorded: Recorded, moment: Moment, survives: Survives, folder: Path
) -> list[tuple[str, str]]:
    """Cut the power, open the portal again, and return what was promised and isn't there.

    What is there is whole, and the portal goes on: it takes the next form.
    """
    place = Place(folder, recorded.place.site, recorded.place.recovery_key)
    moment.disk.cut(survives, folder)
    organisation = recorded.organisation
    if moment.is_set_up and not await is_installed(place.settings):
        return [("none", "the portal itself")]
    if not moment.is_set_up:
        await set_up(place.settings, organisation, place.recovery_key.public_key)
    portal = await open_portal(
        place.settings, organisation, receipt_cost=CHEAPEST, password_cost=CHEAPEST
    )
    try:
        cases = await whole_cases(portal.database, place.recovery_private_key)
        await receive(portal, submission(portal))
        return lost(moment.promises, cases, portal.secrets.pepper)
    finally:
        await close_portal(portal)
        shutil.rmtree(folder)


async def test_given_a_cut_then_nothing_that_was_promised_is_lost(
    built_site: Path, tmp_path: Path, run: Run
) -> None:
    recorded = await record(built_site, tmp_path, run, "FULL")
    database = recorded.place.settings.database_file
    chance = Random("power")  # noqa: S311 - the same cuts in each run
    changes = [
        number
        for number, event in enumerate(recorded.events)
        if not isinstance(event, Sent | Syncing | Synced)
    ]
    chosen = set(chance.sample(changes, CUTS_BY_CHANCE))
    cuts, carried_over = 0, set()
    for number, (event, moment) in enumerate(moments(recorded)):
        folder = tmp_path / f"cut-{number}"
        # When the power fails before something reaches the disk, and all is gone that waited
        if isinstance(event, Synced):
            assert await lost_after_cut(recorded, moment, nothing, folder) == []
            cuts += 1
            if event.path == database:
                carried_over.add(len(moment.promises))
        # Or while it is written, and any part of what waited is there
        elif number in chosen:
            assert await lost_after_cut(recorded, moment, by_chance(chance), folder) == []
    # Then nothing was lost, also while the log was carried over into the database
    assert cuts > len(recorded.promises)
    assert len(carried_over - {0, len(moment.promises)}) > 0
    # And nothing is missing in the recording: with all of it, the files are those that are there
    moment.disk.cut(lambda: True, tmp_path / "all")
    assert contents(tmp_path / "all") == contents(recorded.place.folder)


async def test_given_a_database_that_does_not_wait_for_the_disk_then_a_cut_loses_promises(
    built_site: Path, tmp_path: Path, run: Run
) -> None:
    """The proof that the test above can fail."""
    recorded = await record(built_site, tmp_path, run, "NORMAL")
    missing: list[tuple[str, str]] = []
    for number, (event, moment) in enumerate(moments(recorded)):
        if isinstance(event, Synced) and moment.promises:
            folder = tmp_path / f"cut-{number}"
            missing += await lost_after_cut(recorded, moment, nothing, folder)
    assert missing
