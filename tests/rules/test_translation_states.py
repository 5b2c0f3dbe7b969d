"""A translation's state follows from its front matter and from the German page as it is now."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.translations import (
    PageState,
    Review,
    Translation,
    TranslationError,
    revision,
    state_of,
)

FOLLOWED = date(2026, 11, 20)


def _front(german: bytes, **changes: object) -> dict[str, object]:
    return {
        "title": "x",
        "translation": {"source": revision(german), "followed_on": FOLLOWED, "reviewed": False}
        | changes,
    }


@given(st.binary())
def test_given_the_german_page_that_was_followed_then_it_is_up_to_date(german: bytes) -> None:
    state = state_of(_front(german), german)
    assert not state.outdated
    assert state.group == "unreviewed"
    assert state.translation == Translation(revision(german), FOLLOWED)


@given(st.binary(), st.binary(min_size=1))
def test_given_any_change_of_the_german_page_then_it_is_outdated(
    german: bytes, more: bytes
) -> None:
    assert state_of(_front(german), german + more).outdated


def test_given_a_reader_then_the_translation_is_reviewed() -> None:
    review = {"by": "Prüfperson", "day": date(2026, 11, 21)}
    state = state_of(_front(b"x", reviewed=review), b"x")
    assert state.group == "reviewed"
    assert state.reviewed == Review("Prüfperson", date(2026, 11, 21))


def test_german_and_missing_pages_have_groups_of_their_own() -> None:
    assert PageState().group == "source"
    assert PageState(missing=True).group == "missing"
    assert PageState().reviewed is None


@pytest.mark.parametrize(
    "front_matter",
    [
        {},
        {"translation": None},
        {"translation": {"source": "0", "followed_on": FOLLOWED, "reviewed": True}},
        {"translation": {"source": "0", "followed_on": "soon", "reviewed": False}},
        {"translation": {"source": "0", "reviewed": False}},
        {"translation": {"source": "0", "followed_on": FOLLOWED, "reviewed": {"by": "x"}}},
        {"translation": {"source": "0", "followed_on": FOLLOWED, "checked": False}},
    ],
)
def test_given_a_state_that_isnt_clear_then_it_is_refused(front_matter: dict[str, object]) -> None:
    with pytest.raises(TranslationError, match="translation"):
        state_of(front_matter, b"")
