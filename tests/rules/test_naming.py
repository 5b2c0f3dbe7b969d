"""Whether a sender's words name a member."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.process import is_named

WORDS = st.text(st.characters(categories=["Lu", "Ll", "Nd", "Zs", "Po"]), max_size=60)


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("Mira Sommer", "Frau Sommer", True),
        ("Mira Sommer", "auf keinen Fall MIRA!", True),
        ("Omid Karimi", "امید یا Omid", True),
        ("علي رضا", "لا يقرأ علي هذا", True),
        ("Jürgen Müller", "Herr Mueller vom Empfang", True),
        ("Sam Okafor", "Sams Chefin", False),
        ("Sam Okafor", "zusammen", False),
        ("A. Wolf", "a b c", False),
        ("Lena", "", False),
    ],
)
def test_a_name_is_found_in_any_spelling_and_only_as_a_word(
    name: str, text: str, named: bool
) -> None:
    assert is_named(name, text) is named


@given(WORDS, WORDS, st.sampled_from(["Lena", "Karimi", "Nguyễn", "Øyvind"]))
def test_a_name_between_any_words_is_found(before: str, after: str, name: str) -> None:
    assert is_named(f"Maria {name}", f"{before} {name} {after}")


@given(WORDS)
def test_no_text_names_somebody_without_a_name(text: str) -> None:
    assert not is_named("", text)
    assert not is_named(text, "")
