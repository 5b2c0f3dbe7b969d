"""Ctrl-C, or a service manager's stop, while people send: what was accepted is finished."""

import asyncio
import signal

import httpx
import pytest

from forms_service.world.database import open_database
from forms_service.world.secret_files import read_secrets
from tests.service.durability.looking import Stored, lost, whole_cases
from tests.service.durability.places import Place
from tests.service.durability.processes import HOST, Service
from tests.service.durability.senders import FORM, Promise, Senders

PEOPLE = 8


async def cases_of(place: Place) -> dict[bytes, Stored]:
    """Look after the service has ended."""
    database = await open_database(place.settings.url)
    try:
        return await whole_cases(database, place.recovery_private_key)
    finally:
        await database.close()


class Sender:
    """Somebody whose form the service has begun to take."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._body = b"what_happened=" + text.encode()

    async def begin(self, service: Service) -> None:
        """Return when the service has said that it will read the form."""
        self._reader, self._writer = await asyncio.open_connection(HOST, service.port)
        self._writer.write(
            f"POST {FORM} HTTP/1.1\r\nHost: {HOST}\r\nExpect: 100-continue\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(self._body)}\r\n\r\n".encode()
        )
        assert (await self._reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")

    async def finish(self) -> Promise:
        """Send the form itself, and read the answer to its end."""
        self._writer.write(self._body)
        head, _, page = (await self._reader.read()).partition(b"\r\n\r\n")
        self._writer.close()
        return Promise(httpx.Response(int(head.split()[1]), content=page), [self._text], [])


async def until_nobody_new_is_let_in(service: Service) -> None:
    """Wait until the service has heard that it is to stop."""
    async with asyncio.timeout(30):
        while True:
            try:
                _, writer = await asyncio.open_connection(HOST, service.port)
            except ConnectionRefusedError:
                return
            except ConnectionResetError:
                # It came while the door was being closed.
                continue
            writer.close()
            await writer.wait_closed()


@pytest.mark.parametrize(
    "how", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
async def test_given_forms_that_are_being_taken_when_it_is_told_to_stop_then_each_is_finished(
    place: Place, service: Service, how: signal.Signals
) -> None:
    # Given people whose forms are on their way
    service.start()
    people = [Sender(f"Absender {number}") for number in range(PEOPLE)]
    await asyncio.gather(*(each.begin(service) for each in people))
    # When the service is told to stop
    service.tell(how)
    await until_nobody_new_is_let_in(service)
    # Then each of them still gets a number, and the service ends without complaint
    promises = await asyncio.gather(*(each.finish() for each in people))
    assert service.wait() == 0
    assert "fault" not in service.said
    # And each number opens its case
    pepper = read_secrets(place.settings.secrets_dir).pepper
    assert lost(promises, await cases_of(place), pepper) == []


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_given_a_crowd_when_it_is_told_to_stop_then_nobody_is_left_without_an_answer(
    place: Place, service: Service, how: signal.Signals
) -> None:
    service.start()
    senders = Senders(service.address, photos=True)
    sending = asyncio.create_task(senders.send(PEOPLE))
    await senders.first.wait()
    await asyncio.wait([sending], timeout=1)
    service.tell(how)
    await sending
    assert service.wait() == 0
    assert "fault" not in service.said
    cases = await cases_of(place)
    assert lost(senders.promises, cases, read_secrets(place.settings.secrets_dir).pepper) == []
    # Whatever was kept, its sender has read the number
    kept = {each.texts[0] for each in cases.values()}
    assert kept == {each.texts[0] for each in senders.promises}
