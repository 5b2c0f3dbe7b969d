"""Answers are read back: questions in the reader's language, own words as they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.answers import answer_lines
from forms_service.rules.catalogues import texts_for
from forms_service.rules.forms import FORMS, clean
from forms_service.rules.organisation import Organisation
from tests.rules.examples import organisation_of_the_site
from tests.rules.test_forms import some_text


def test_given_a_complaint_in_arabic_then_staff_read_german_questions(
    organisation: Organisation,
) -> None:
    submitted = {
        "what_happened": ["لم يستمع إليّ أحد"],
        "danger": ["unknown"],
        "not_read_by": ["housing", "management"],
        "phone": ["٠١٥١ ٢٣٤٥٦٧٨"],
    }
    answers = clean(FORMS["complaint"], submitted, organisation, "ar").answers
    lines = {
        line.name: line
        for line in answer_lines(FORMS["complaint"], answers, texts_for("de"), organisation)
    }
    assert set(lines) == set(submitted)
    assert lines["danger"].answers == ("Ich weiß es nicht",)
    assert lines["what_happened"].in_own_words
    assert lines["what_happened"].answers == ("لم يستمع إليّ أحد",)
    assert lines["not_read_by"].answers == ("Team Übergangswohnen", "Leitung")
    assert lines["phone"].answers == ("٠١٥١ ٢٣٤٥٦٧٨",)
    assert lines["phone"].dial == "01512345678"


def test_what_someone_needs_is_set_apart(organisation: Organisation) -> None:
    submitted = {"needs": ["Kinderbetreuung"], "name": ["Amina"]}
    answers = clean(FORMS["application"], submitted, organisation, "de").answers
    lines = answer_lines(FORMS["application"], answers, texts_for("de"), organisation)
    assert {line.name: line.apart for line in lines} == {"name": False, "needs": True}


def test_an_answer_to_a_question_that_is_gone_is_still_shown(organisation: Organisation) -> None:
    answers = {"old_question": "eine Antwort", "place": "closed_house", "what_happened": "x"}
    lines = answer_lines(FORMS["complaint"], answers, texts_for("en"), organisation)
    shown = {line.name: line.answers for line in lines}
    assert shown["old_question"] == ("eine Antwort",)
    assert shown["place"] == ("closed_house",)
    assert lines[-1].name == "old_question"


@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
def test_every_answer_that_was_given_is_shown_once(name: str, data: st.DataObject) -> None:
    form, organisation = FORMS[name], organisation_of_the_site()
    names = [each.name for each in form.fields]
    submitted = data.draw(
        st.dictionaries(st.sampled_from(names), st.lists(some_text, min_size=1, max_size=2))
    )
    answers = clean(form, submitted, organisation, "ar").answers
    lines = answer_lines(form, answers, texts_for("en"), organisation)
    assert [line.name for line in lines] == [each for each in names if answers[each]]
    assert all(line.question and all(line.answers) for line in lines)
