"""One registry of languages, and how a browser's wish is read."""

import re

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.languages import LANGUAGES, SOURCE, Language, best_language
from tests.rules.examples import offered_languages

ALL = tuple(LANGUAGES)

some_languages = st.lists(st.sampled_from(ALL), min_size=1, unique=True).map(tuple)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=str)
def test_each_language_is_described_rightly(language: Language) -> None:
    assert LANGUAGES[language.code] is language
    assert re.fullmatch("[a-z]{2}", language.code)
    assert language.tag.split("-")[0] == (SOURCE if language.code == "ls" else language.code)
    locale = Locale.parse(language.locale)
    assert (
        language.direction
        == {"left-to-right": "ltr", "right-to-left": "rtl"}[locale.character_order]
    )


def test_there_are_thirteen_and_no_two_are_confused() -> None:
    assert len(LANGUAGES) == 13
    for name in ("own_name", "tag"):
        assert len({getattr(language, name) for language in LANGUAGES.values()}) == 13


def test_what_the_site_offers_is_in_the_registry() -> None:
    assert SOURCE in offered_languages()
    assert set(offered_languages()) <= set(LANGUAGES)


@pytest.mark.parametrize(
    ("wanted", "given_language"),
    [
        pytest.param("ar", "ar", id="plain"),
        pytest.param("ar-SY,ar;q=0.9,en;q=0.8", "ar", id="a region is ignored"),
        pytest.param("AR-sy", "ar", id="in capitals"),
        pytest.param("en;q=0.3, ar;q=0.7", "ar", id="the heavier one wins"),
        pytest.param("en, ar", "en", id="of two alike the first"),
        pytest.param("xx, en;q=0.1", "en", id="an unknown one is passed over"),
        pytest.param("ar;q=0, en;q=0.1", "en", id="weight 0 means: not this one"),
        pytest.param(" ar ; q=0.5 , en ; q=0.4 ", "ar", id="blanks"),
        pytest.param("ar;q=high, en;q=0.1", "en", id="an unreadable weight counts nothing"),
        pytest.param("prs-AF", "fa", id="Dari is on the Farsi pages"),
        pytest.param("kmr", "ku", id="Kurmanji by its own code"),
        pytest.param("zh-Hant-TW", "de", id="only unknown ones"),
        pytest.param("*", "de", id="anything"),
        pytest.param("", "de", id="nothing said"),
        pytest.param(",;q=,-,=", "de", id="rubbish"),
    ],
)
def test_a_browser_is_led_to_the_language_it_asks_for_most(
    wanted: str, given_language: str
) -> None:
    assert best_language(wanted, ALL) == given_language


def test_a_language_that_is_not_offered_is_not_given() -> None:
    assert best_language("ar, en;q=0.1", ("de", "en")) == "en"


def test_without_german_the_first_one_offered_is_the_fallback() -> None:
    assert best_language("xx", ("ar", "en")) == "ar"


@given(st.text(st.characters()), some_languages)
def test_any_header_gives_an_offered_language(header: str, offered: tuple[str, ...]) -> None:
    assert best_language(header, offered) in offered


parts = st.tuples(
    st.sampled_from([*ALL, "ar-SY", "prs", "*", "xx", ""]),
    st.floats(allow_nan=True) | st.text(max_size=5),
).map(lambda part: f"{part[0]};q={part[1]}")


@given(st.lists(parts, max_size=60).map(",".join), some_languages)
def test_any_weights_give_an_offered_language(header: str, offered: tuple[str, ...]) -> None:
    assert best_language(header, offered) in offered


@given(st.sampled_from(ALL), st.sampled_from(ALL), st.integers(1, 998))
def test_whichever_weighs_more_wins_in_any_order(one: str, other: str, weight: int) -> None:
    lighter, heavier = f"{one};q={weight / 1000}", f"{other};q={(weight + 1) / 1000}"
    assert best_language(f"{lighter},{heavier}", ALL) == other
    assert best_language(f"{heavier},{lighter}", ALL) == other
