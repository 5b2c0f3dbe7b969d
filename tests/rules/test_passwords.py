"""Which passwords are too weak."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.passwords import MIN_LENGTH, WEAKNESSES, weakness


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "password_short"),
        ("elf Zeichen", "password_short"),
        ("aaaaaaaaaaaaaaaa", "password_simple"),
        ("abababababababab", "password_simple"),
        ("123456789012345", "password_simple"),
        ("qwertzuiopasdf", "password_simple"),
        ("abcdefghijklmn", "password_simple"),
        ("Lena Vogt 2026", "password_known"),
        ("lena@example.org", "password_known"),
        ("Laterne Kiesel Montag", None),
        ("Lena mag am liebsten Kiesel", None),
        ("ausprobieren-2026", None),
        ("غدا نشرب الشاي", None),
        ("Straße 1234567 Kuh", None),
    ],
)
def test_a_password_is_weak_for_a_reason(password: str, why: str | None) -> None:
    assert weakness(password, ("Lena Vogt", "lena@example.org")) == why


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=3))
def test_every_answer_has_its_sentence_and_short_is_short(password: str, known: list[str]) -> None:
    found = weakness(password, known)
    assert found is None or found in WEAKNESSES
    assert (found == "password_short") == (len(password) < MIN_LENGTH)
