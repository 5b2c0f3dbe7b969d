"""What a search reads is read beforehand, while a member looks at the list."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from forms_service.usecases import finding, submit
from forms_service.usecases.finding import Finder
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.store.contacts import Sealed
from tests.service.conftest import Staff
from tests.service.submissions import submission
from tests.service.test_recovering import at_desk


class Opened:
    """Counts the cases that are opened to see who wrote them."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.count = 0
        self.meanwhile = meanwhile
        self._really = finding._opened

    def __call__(self, private_key: bytes, rows: Sequence[Sealed]) -> Any:
        """Count, let something happen meanwhile, and open them."""
        self.count += len(rows)
        self.meanwhile()
        return self._really(private_key, rows)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    counts = Opened(lambda: None)
    monkeypatch.setattr(finding, "_opened", counts)
    return counts


@pytest.fixture
async def lena(portal: Portal, staff: Staff) -> SignedIn:
    """A reader of complaints who is signed in, and three of them that have come in."""
    for name in ("Salma", "Jörg", "ሐና"):
        await submit.receive(portal, submission(portal, {"name": name}))
    return await at_desk(portal, staff, "Lena")


async def test_given_the_list_was_shown_then_a_search_opens_only_what_it_shows(
    portal: Portal, lena: SignedIn, opened: Opened
) -> None:
    finder = Finder(portal)
    await finder.get_ready(lena)
    assert opened.count == 3
    found = await finder.find(lena, "salma")
    assert [each.name for each in found.rows] == ["Salma"]
    assert opened.count == 3 + 1
    # And when the list is shown again, nothing is read
    await finder.get_ready(lena)
    assert opened.count == 3 + 1


async def test_given_a_search_while_that_is_being_read_then_it_waits_and_opens_nothing_twice(
    portal: Portal, lena: SignedIn, opened: Opened
) -> None:
    finder = Finder(portal)
    _, found = await asyncio.gather(finder.get_ready(lena), finder.find(lena, "nobody"))
    assert found.count == 0
    assert opened.count == 3


async def test_given_a_member_leaves_while_that_is_being_read_then_nothing_is_kept(
    portal: Portal, lena: SignedIn, opened: Opened
) -> None:
    finder = Finder(portal)
    opened.meanwhile = lambda: finder.forget(lena.member.id)
    await finder.get_ready(lena)
    opened.meanwhile = lambda: None
    await finder.get_ready(lena)
    assert opened.count == 3 + 3
