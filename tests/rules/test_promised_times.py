"""Promised times: the number from the settings, the words from the catalogue."""

import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules import promised_times
from forms_service.rules.catalogues import Texts, texts_for
from forms_service.rules.languages import LANGUAGES
from forms_service.rules.organisation import read_organisation
from forms_service.rules.promised_times import promised_time
from tests.rules.examples import organisation_settings

DOCS = Path(__file__).parent.parent.parent / "docs"
NAMES = sorted(
    {
        name
        for page in (DOCS / "de").glob("*.md")
        for name in re.findall(r'time\("(\w+)"\)', page.read_text(encoding="utf-8"))
    }
)
WORDINGS: list[Callable[[Texts, int], str]] = [
    promised_times.within_working_days,
    promised_times.within_days,
    promised_times.within_hours,
    promised_times.every_days,
    promised_times.after_working_days,
    promised_times.after_months,
    promised_times.for_months,
]


def test_pages_promise_times() -> None:
    assert len(NAMES) > 10


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_time_that_a_page_promises_has_words(name: str, code: str) -> None:
    organisation = read_organisation(organisation_settings())
    assert promised_time(name, organisation, texts_for(code)).strip()


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("wording", WORDINGS, ids=lambda each: each.__name__)
@given(number=st.integers(3, 400))
def test_a_number_is_said_as_it_is(
    wording: Callable[[Texts, int], str], code: str, number: int
) -> None:
    said = wording(texts_for(code), number)
    assert re.findall(r"\d+", said) == [str(number)]
    if code not in ("de", "ls"):
        assert said != wording(texts_for("de"), number)


def test_the_number_comes_from_the_settings() -> None:
    settings = deepcopy(organisation_settings())
    settings["inboxes"]["complaints"]["deadlines"] = {"acknowledged_working_days": 7}
    settings["inboxes"]["applications"]["keeping"] = {"months": 5}
    organisation = read_organisation(settings)
    assert promised_time("acknowledged_within", organisation, texts_for("de")) == (
        "innerhalb von 7 Arbeitstagen"
    )
    # Without a rule of their own, accepted and kept applications follow the ordinary one.
    for name in ("accepted_application_deleted_after", "kept_application_deleted_after"):
        assert promised_time(name, organisation, texts_for("de")) == "nach 5 Monaten"


def test_one_is_said_in_the_singular() -> None:
    assert promised_times.within_working_days(texts_for("de"), 1) == "innerhalb von 1 Arbeitstag"
    assert promised_times.every_days(texts_for("de"), 1) == "jeden Tag"


def test_where_inboxes_differ_nobody_is_promised_less_than_the_longest() -> None:
    settings = deepcopy(organisation_settings())
    settings["inboxes"]["questions"]["keeping"] = {"months": 2}
    settings["inboxes"]["training"]["keeping"] = {"months": 9}
    said = promised_time("contact_deleted_after", read_organisation(settings), texts_for("de"))
    assert said == "nach 9 Monaten"


def test_a_name_that_stands_for_no_time_is_an_error() -> None:
    with pytest.raises(KeyError):
        promised_time("soon", read_organisation(organisation_settings()), texts_for("de"))
