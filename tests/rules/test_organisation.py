"""A mistake in the organisation's settings is named with its key; nothing is silently ignored."""

import copy
import json
from typing import Any

import pytest

from forms_service.rules.organisation import (
    Organisation,
    OrganisationError,
    in_language,
    read_organisation,
)
from tests.rules.examples import organisation_settings


@pytest.fixture
def settings() -> dict[str, Any]:
    return copy.deepcopy(organisation_settings())


def refusal(settings: Any) -> str:
    with pytest.raises(OrganisationError) as caught:
        read_organisation(settings)
    return str(caught.value)


def test_the_settings_of_the_site_are_sound(organisation: Organisation) -> None:
    assert organisation.inboxes["complaints"].complaints
    assert organisation.inboxes["safeguarding"].safeguarding


def test_settings_are_the_same_from_yaml_and_from_the_built_site(
    settings: dict[str, Any],
) -> None:
    settings["course"]["starts_on"] = "2027-03-01"
    again = json.loads(json.dumps(settings, default=str))
    assert read_organisation(again) == read_organisation(settings)


@pytest.mark.parametrize("key", ["name", "inboxes", "topics", "teams", "hotlines", "leave_to"])
def test_a_missing_key_is_named(settings: dict[str, Any], key: str) -> None:
    del settings[key]
    assert f"`{key}`" in refusal(settings)


def test_a_misspelt_key_is_named(settings: dict[str, Any]) -> None:
    settings["inboxes"]["complaints"]["safegarding"] = True
    assert "`safegarding`" in refusal(settings)


def test_a_value_of_the_wrong_kind_is_named_with_its_place(settings: dict[str, Any]) -> None:
    settings["course"]["months"] = "twelve"
    assert "course.months" in refusal(settings)


def test_a_topic_without_inbox_is_named(settings: dict[str, Any]) -> None:
    settings["topics"]["training"] = "trainings"
    said = refusal(settings)
    assert "topics.training" in said
    assert "'trainings'" in said


@pytest.mark.parametrize("inbox", ["complaints", "safeguarding", "applications"])
def test_an_inbox_that_forms_need_is_named(settings: dict[str, Any], inbox: str) -> None:
    del settings["inboxes"][inbox]
    assert f"inboxes.{inbox}" in refusal(settings)


def test_a_team_is_not_called_what_everybody_can_choose_beside_the_teams(
    settings: dict[str, Any],
) -> None:
    settings["teams"]["ombudsperson"] = {"de": "Ombudsstelle"}
    assert "teams.ombudsperson" in refusal(settings)


@pytest.mark.parametrize("settings", [None, [], "text", 5, {}], ids=repr)
def test_what_are_no_settings_at_all_is_refused(settings: Any) -> None:
    assert "extra.organisation" in refusal(settings)


def test_a_text_is_given_in_its_language_or_in_german() -> None:
    text = {"de": "Leitung", "en": "Management"}
    assert in_language(text, "en") == ("Management", "en")
    assert in_language(text, "ti") == ("Leitung", "de")
