"""How to reach a sender: the same rules as in the form, and an address that only its owner knows again."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.contact_details import (
    NOTE_ADDRESS,
    contact_details,
    contact_form,
    masked,
)
from forms_service.rules.forms import FORMS, clean
from tests.rules.examples import organisation_of_the_site

LABELS = st.text(string.ascii_lowercase + string.digits + "-ñé", min_size=2, max_size=12)
HOSTS = st.lists(LABELS, min_size=1, max_size=3).map(".".join)


@given(local=LABELS, host=HOSTS, ending=LABELS)
def test_a_masked_address_tells_one_letter_of_each_part(local: str, host: str, ending: str) -> None:
    address = f"{local}@{host}.{ending}"
    assert NOTE_ADDRESS.clean([address], ()) == (address, [])
    shown = masked(address)
    assert shown == f"{local[0]}…@{host[0]}….{ending}"
    assert len(shown) < len(address) or len(local) + len(host) <= 5


@given(st.text(max_size=40))
def test_whatever_passes_as_an_address_can_be_masked(typed: str) -> None:
    address, problems = NOTE_ADDRESS.clean([typed], ())
    if not problems:
        assert masked(address).count("@") == 1
        assert address.rpartition("@")[0] not in masked(address)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_part_keeps_the_forms_own_fields_in_order(form: object) -> None:
    whole = FORMS[form.name]  # type: ignore[attr-defined]
    part = contact_form(whole)
    names = [each.name for each in part.fields]
    assert {"name", "phone", "email"} <= set(names)
    assert [each for each in whole.fields if each.name in names] == list(part.fields)
    assert set(part.checks) <= set(whole.checks) | set(whole.contact_checks)


@pytest.mark.parametrize(
    ("form", "answers", "wrong"),
    [
        ("complaint", {"answer_by": ["call"]}, ["phone"]),
        ("complaint", {"answer_by": ["email"], "email": ["a@example.org"]}, []),
        ("complaint", {"answer_by": ["carrier pigeon"]}, ["answer_by"]),
        ("complaint", {}, []),
        ("contact", {}, ["reach_by"]),
        ("contact", {"reach_by": ["message"]}, ["phone"]),
        ("contact", {"reach_by": ["number"]}, []),
        ("application", {"name": ["Amara"]}, ["phone"]),
        ("application", {"name": ["Amara"], "via": ["Frau Ott"]}, []),
    ],
)
def test_the_part_is_checked_as_in_the_form(
    form: str, answers: dict[str, list[str]], wrong: list[str]
) -> None:
    cleaned = clean(contact_form(FORMS[form]), answers, organisation_of_the_site(), "ar")
    assert [problem.field for problem in cleaned.problems] == wrong


@given(
    st.dictionaries(
        st.sampled_from([*(f.name for f in FORMS["complaint"].fields), "old"]), st.text()
    )
)
def test_nothing_but_contact_details_is_taken_from_the_answers(answers: dict[str, str]) -> None:
    found = contact_details(FORMS["complaint"], dict(answers))
    assert found.items() <= answers.items()
    assert not {"what_happened", "not_read_by_other", "old", "place"} & found.keys()
    assert {"phone", "email", "name"} & answers.keys() <= found.keys()
