"""What a translation has to keep of the German text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.translated_texts import (
    faults,
    have_same_parts,
    kept_parts,
    number_of_forms,
    same_plural_rule,
)

ARABIC = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 && n%100<=99 ? 4 : 5);"
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Nichts, 100 % (wirklich) [auch nicht]", []),
        ("%(n)s von %(n)s bis %(day)s", ["%(n)s", "%(n)s", "%(day)s"]),
        ('{{ name("a (b)") }}', ['{{ name("a (b)") }}']),
        ("[a](b.md#c) [d](https://e.org/f_(g))", ["link to b.md#c", "link to https://e.org/f_(g)"]),
        ('[a]({{ page_link("b") }}#c)', ['{{ page_link("b") }}', 'link to {{_page_link_"b"__}}#c']),
        ('<span lang="de" dir="ltr">x</span> <bdi>y</bdi>', []),
        ('<b>x</b> <span class="y">z</span>', ["<b>", "</b>", '<span class="y">']),
        ("<!-- a --> <script", ["<!-- a -->", "<script"]),
        ("{% x %} { #id }", ["{", "}", "{", "}"]),
    ],
)
def test_values_links_and_html_are_kept(text: str, parts: list[str]) -> None:
    assert sorted(kept_parts(text).elements()) == sorted(parts)


@given(st.text())
def test_every_text_has_the_parts_of_itself(text: str) -> None:
    assert have_same_parts([text], [text])
    assert faults((text,), (text,), 2, parts_elsewhere=False) == faults(
        (text,), (text,), 2, parts_elsewhere=True
    )


def test_a_plural_needs_the_forms_of_its_language() -> None:
    german = ("%(n)s Tag", "%(n)s Tage")
    whole = ("%(n)s",) * 6
    assert faults(german, whole, 6) == []
    assert faults(german, ("يوم واحد", *whole[1:]), 6) == []
    assert faults(german, whole[:2], 6) == ["needs 6 form(s) by number, has 2"]
    assert faults(german, (*whole[:5], " "), 6) == ["needs 6 form(s) by number, has 5"]
    assert faults(german, ("x",) * 6, 6) == ["lacks %(n)s in every form"]
    assert faults(("Tag",), whole, 6) == ["needs 1 form(s) by number, has 6"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (ARABIC, ARABIC.replace("==", " == ").rstrip(";"), True),
        ("nplurals=2; plural=(n > 1);", "nplurals = 2; plural = n>=2", True),
        ("nplurals=2; plural=(n > 1);", "nplurals=2; plural=(n != 1);", False),
        ("nplurals=2; plural=(n > 1);", "nplurals=3; plural=(n > 1);", False),
        ("nplurals=2; plural=(n > 1);", "nplurals=2; plural=(import);", False),
        ("nplurals=2; plural=(n > 1);", "", False),
    ],
)
def test_rules_of_plural_forms_are_compared_by_what_they_choose(
    one: str, other: str, same: bool
) -> None:
    assert same_plural_rule(one, other) is same


def test_the_number_of_forms_is_read_from_the_rule() -> None:
    assert [number_of_forms(rule) for rule in (ARABIC, "nonsense")] == [6, 0]
