"""Sentences in the reader's language, their values and their plurals."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.catalogues import have_no_catalogue, texts_for
from forms_service.rules.languages import LANGUAGES
from tests.rules.examples import offered_languages

MONTHS = (
    "Wir löschen alles spätestens %(n)s Monat nach dem Abschluss.",
    "Wir löschen alles spätestens %(n)s Monate nach dem Abschluss.",
)


def test_german_is_its_own_catalogue() -> None:
    assert texts_for("de").gettext("Was es nirgends gibt") == "Was es nirgends gibt"
    assert texts_for("de").ngettext(*MONTHS, 1) == MONTHS[0] % {"n": 1}
    assert texts_for("de").ngettext(*MONTHS, 3) == MONTHS[1] % {"n": 3}


def test_values_are_filled_in_by_name() -> None:
    sentence = texts_for("en").gettext("%(label)s (freiwillig)", label="50 % x")
    assert sentence == "50 % x (optional)"


def test_a_percent_sign_in_a_plain_sentence_stays() -> None:
    assert texts_for("de").gettext("Zu 100 % vertraulich") == "Zu 100 % vertraulich"


@pytest.mark.parametrize("code", offered_languages())
def test_each_offered_language_has_its_catalogue_and_writes_dates(code: str) -> None:
    assert have_no_catalogue([code]) == []
    texts = texts_for(code)
    assert texts.gettext("Beschwerde senden")
    assert "2026" in texts.date(date(2026, 11, 16)) or "٢٠٢٦" in texts.date(date(2026, 11, 16))


def test_arabic_uses_all_its_plural_forms() -> None:
    forms = {texts_for("ar").ngettext(*MONTHS, n) for n in (0, 1, 2, 5, 11, 100)}
    assert len(forms) == 6


def test_a_language_outside_the_registry_is_an_error() -> None:
    with pytest.raises(KeyError):
        texts_for("xx")


def test_a_registered_language_without_catalogue_is_told() -> None:
    assert have_no_catalogue(["de", "xx"]) == ["xx"]


@pytest.mark.parametrize("code", LANGUAGES)
@given(day=st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)))
def test_a_date_may_end_a_sentence(code: str, day: date) -> None:
    texts = texts_for(code)
    for said in (texts.date(day), texts.month(day)):
        assert str(day.year) in said
        assert not said.endswith(".")


@pytest.mark.parametrize("code", LANGUAGES)
def test_sizes_are_rounded_up_and_written_in_western_digits(code: str) -> None:
    texts = texts_for(code)
    assert [texts.kilobytes(size) for size in (1, 1000, 1001, 98_765)] == ["1", "1", "2", "99"]
