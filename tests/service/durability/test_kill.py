"""`kill -9` at any moment: every number that somebody has read opens their case afterwards."""

import asyncio
import secrets

import pytest

from forms_service.world.database import open_database
from forms_service.world.secret_files import read_secrets
from tests.service.durability.looking import Stored, lost, whole_cases
from tests.service.durability.places import Place
from tests.service.durability.processes import Service
from tests.service.durability.senders import Senders, open_with_number

PEOPLE = 8
LATEST_MS = 800
"""After the first answer; some dozens of transactions later."""


async def killed_while_sending(service: Service, senders: Senders, round_name: str = "") -> None:
    """Let people send, and kill the service at a moment that nobody chose."""
    sending = asyncio.create_task(senders.send(PEOPLE, called=round_name))
    await senders.first.wait()
    await asyncio.wait([sending], timeout=secrets.randbelow(LATEST_MS) / 1000)
    service.kill()
    await sending


async def nothing_is_lost(place: Place, senders: Senders) -> list[Stored]:
    """Look beside the running service: what was promised is there, and nothing that nobody sent.

    Returns all cases.
    """
    database = await open_database(place.settings.url, beside=True)
    try:
        cases = await whole_cases(database, place.recovery_private_key)
    finally:
        await database.close()
    assert lost(senders.promises, cases, read_secrets(place.settings.secrets_dir).pepper) == []
    assert {text for each in cases.values() for text in each.texts} <= senders.sent
    return list(cases.values())


async def test_given_a_killed_service_then_every_number_that_was_read_opens_its_case(
    place: Place, service: Service
) -> None:
    # Given people who send, with files and without, and write back
    service.start()
    senders = Senders(service.address)
    # When the service is killed
    await killed_while_sending(service, senders)
    # Then it starts again by itself, each of them finds everything, and nothing half done is there
    service.start()
    for promise in senders.promises[-PEOPLE:]:
        await open_with_number(service.address, promise)
    await nothing_is_lost(place, senders)


@pytest.mark.slow
async def test_given_it_is_killed_again_and_again_then_nothing_is_ever_lost(
    place: Place, service: Service
) -> None:
    service.start()
    everyone = Senders(service.address, photos=True)
    for number in range(30):
        before = len(everyone.promises)
        everyone.first.clear()
        await killed_while_sending(service, everyone, f"Runde {number}, ")
        service.start()
        for promise in everyone.promises[before:]:
            await open_with_number(service.address, promise)
        if number % 10 == 9:
            await nothing_is_lost(place, everyone)
    # And what was kept in the first round has survived all the others
    for promise in everyone.promises[:PEOPLE]:
        await open_with_number(service.address, promise)
