"""The trying-out mode shows a living inbox: every state of a case, and something for everyone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import select

from forms_service.edges.staff.words import STATUS_FOR_STAFF
from forms_service.rules import process
from forms_service.rules.deadlines import local_day
from forms_service.rules.forms import FORMS
from forms_service.rules.organisation import Organisation
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases import casework, deleting, desk, installation, signing_in, trial
from forms_service.usecases.signing_in import SignedIn
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.store.cases import CASE_COLUMNS, Case, case_from
from forms_service.world.store.lists import PARTS, Chosen
from tests.rules.examples import offered_languages
from tests.service.conftest import HandClock
from tests.service.submissions import count

_open_cheaply = partial(installation.open_portal, receipt_cost=CHEAPEST, password_cost=CHEAPEST)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, organisation: Organisation) -> Settings:
    """A trial as its first start leaves it."""
    folder: Path = tmp_path_factory.mktemp("trial")
    settings = Settings(data_dir=folder / "data", secrets_dir=folder / "secrets", trial=True)
    with patch.object(installation, "open_portal", _open_cheaply):
        asyncio.run(trial.prepare(settings, organisation, HandClock()))
    return settings


@pytest.fixture
async def filled(prepared: Settings, organisation: Organisation) -> AsyncIterator[Portal]:
    """The trial, open. The tests only read."""
    portal = await _open_cheaply(prepared, organisation, clock=HandClock())
    yield portal
    await installation.close_portal(portal)


async def at_desk(portal: Portal, name: str) -> SignedIn:
    """A trial member who has signed in."""
    token = signing_in.new_browser_token()
    email = f"{name.lower()}@example.org"
    await signing_in.sign_in(
        portal, email=email, password=trial.PASSWORD, code="", browser_token=token
    )
    at = await signing_in.signed_in(portal, token)
    assert at is not None
    return at


async def everything(portal: Portal) -> list[Case]:
    """All cases, whoever reads them."""
    rows = await portal.database.read(lambda each: each.execute(select(*CASE_COLUMNS)))
    return [case_from(row) for row in rows]


async def test_every_stage_way_and_mark_is_there_in_every_language(filled: Portal) -> None:
    cases = await everything(filled)
    assert {each.status for each in cases} == set(STATUS_FOR_STAFF)
    assert {each.form for each in cases} == set(FORMS)
    assert {each.channel for each in cases} == {"web", "paper", "spoken"}
    for mark in (
        "suspicious", "perhaps_same", "slip", "unread_since", "taken_by", "dissatisfied_at",
        "deletion_asked_at", "delete_on", "closed_at",
    ):  # fmt: skip
        assert any(getattr(each, mark) for each in cases), mark
    # Leichte Sprache is for reading: who writes, writes German
    assert {each.language for each in cases} == set(offered_languages()) - {"ls"}
    assert await count(filled, "draft")
    assert await count(filled, "exclusion")


async def test_everyone_finds_something_and_lena_every_part_of_the_list(filled: Portal) -> None:
    for name in ("Lena", "Sam", "Dana", "Ruth", "Omid", "Mira"):
        assert await desk.today(filled, await at_desk(filled, name), Chosen()), name
    lena = await at_desk(filled, "Lena")
    assert {part.name for part in await desk.today(filled, lena, Chosen())} == set(PARTS)
    # And some cases are deleted soon, one because its sender wishes it
    soon = await deleting.soon(filled, lena)
    assert {each.wished for each in soon} == {True, False}
    week = local_day(filled.clock()) + timedelta(days=7)
    assert all(each.case.delete_on and each.case.delete_on <= week for each in soon)


async def test_a_second_look_waits_for_sam_and_some_cases_arent_for_lena(filled: Portal) -> None:
    lena, sam, omid = [await at_desk(filled, name) for name in ("Lena", "Sam", "Omid")]
    cases = await everything(filled)
    (again,) = [each for each in cases if each.status == process.SECOND_LOOK]
    assert again.taken_by == sam.member.id
    with pytest.raises(casework.AnswerError):
        await casework.check_turn(filled, lena, again)
    # And of those that she must not read, one is for Sam, the other for who is outside the line
    may_read = {
        at.member.name: {each.id for each in cases if await _opens(filled, at, each.id)}
        for at in (lena, sam, omid)
    }
    lenas, sams, omids = may_read.values()
    assert len(sams - lenas) == 1
    assert len(omids - lenas - sams) == 1


async def _opens(portal: Portal, at: SignedIn, case_id: str) -> bool:
    try:
        await portal.database.read(
            lambda each: casework.find_case(each, at, case_id, portal.clock())
        )
    except casework.NoSuchCase:
        return False
    return True
