"""The staff page has a word for every stage that the rules know."""

from forms_service.edges.staff.words import STATUS_FOR_STAFF
from forms_service.rules.process import SENTENCES, STATUS_FOR_SENDER


def test_senders_and_staff_see_the_same_stages() -> None:
    assert set(STATUS_FOR_STAFF) == set(STATUS_FOR_SENDER)


def test_every_sentence_leads_to_a_stage_that_both_have_words_for() -> None:
    for sentences in SENTENCES.values():
        for sentence in sentences:
            assert sentence.status in STATUS_FOR_SENDER
            assert sentence.status in STATUS_FOR_STAFF
