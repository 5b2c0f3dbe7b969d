"""The stages of a case fit together, and who reads a delicate complaint first is clear."""

import pytest

from forms_service.rules.forms import FORMS
from forms_service.rules.process import (
    ESCALATION,
    NEW,
    SENTENCES,
    STATUS_FOR_SENDER,
    Sentence,
    after_first_reply,
    is_closed,
    sentence,
    starts_outside,
    waits_for_sender,
)

ALL = [
    pytest.param(form, each, id=f"{form}-{each.code}")
    for form, sentences in SENTENCES.items()
    for each in sentences
]


def test_a_new_case_and_a_first_reply_have_words() -> None:
    assert NEW in STATUS_FOR_SENDER
    assert {after_first_reply(form) for form in FORMS} <= set(STATUS_FOR_SENDER)


@pytest.mark.parametrize(("form", "each"), ALL)
def test_each_sentence_leads_to_a_stage_that_has_words(form: str, each: Sentence) -> None:
    assert each.status in STATUS_FOR_SENDER
    assert sentence(form, each.code) is each


@pytest.mark.parametrize(("form", "each"), ALL)
def test_a_sentence_names_a_date_exactly_where_it_says_so(form: str, each: Sentence) -> None:
    assert ("%(date)s" in each.text) == each.names_date


def test_each_form_has_its_sentences_and_each_once() -> None:
    assert set(SENTENCES) == set(FORMS)
    for sentences in SENTENCES.values():
        codes = [each.code for each in sentences]
        assert len(codes) == len(set(codes))


@pytest.mark.parametrize("form", FORMS)
def test_every_case_can_be_closed(form: str) -> None:
    assert any(is_closed(each.status) for each in SENTENCES[form])


def test_an_unknown_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        sentence("contact", "closed_agreed")


def test_nobody_waits_for_the_sender_of_a_closed_case() -> None:
    assert is_closed("closed_partly")
    assert not is_closed(NEW)
    assert waits_for_sender("waiting_for_you")
    assert not any(is_closed(status) and waits_for_sender(status) for status in STATUS_FOR_SENDER)


def test_each_role_has_a_step_of_its_own() -> None:
    assert len(set(ESCALATION.values())) == len(ESCALATION)
    assert "given" not in ESCALATION.values()


@pytest.mark.parametrize(
    ("about_staff", "not_read_by", "not_read_by_other", "outside"),
    [
        ("", [], "", False),
        ("no", [], "", False),
        ("not_said", [], "", False),
        ("yes", [], "", True),
        ("yes", ["housing"], "", False),
        ("yes", ["ombudsperson"], "", False),
        ("no", ["housing"], "", False),
        ("", [], "Herr M.", True),
        ("no", ["housing"], "Herr M.", True),
        ("yes", ["housing"], "Herr M.", True),
        ("yes", [], "Herr M.", True),
    ],
)
def test_who_may_be_meant_does_not_read_first(
    about_staff: str, not_read_by: list[str], not_read_by_other: str, outside: bool
) -> None:
    answers = {
        "about_staff": about_staff,
        "not_read_by": not_read_by,
        "not_read_by_other": not_read_by_other,
    }
    assert starts_outside(answers) is outside


def test_other_forms_start_with_their_readers() -> None:
    assert not starts_outside({})
    assert not starts_outside({"topic": "counselling", "message": "x"})
