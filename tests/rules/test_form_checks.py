"""Rules across the fields of each form."""

import pytest

from forms_service.rules.fields import NO_PHONE
from forms_service.rules.forms import FORMS, clean, consents
from forms_service.rules.organisation import Organisation


def problems(form: str, organisation: Organisation, **answers: str) -> list[str]:
    """The names of the fields that something is wrong with."""
    submitted = {name: [value] for name, value in answers.items()}
    found = clean(FORMS[form], submitted, organisation, "de").problems
    return [problem.field for problem in found]


PHONE = {"phone": "0151 2345678"}
EMAIL = {"email": "amina@example.org"}


@pytest.mark.parametrize(
    ("reach_by", "given", "wrong"),
    [
        ("call", {}, ["phone"]),
        ("message", {}, ["phone"]),
        ("email", {}, ["email"]),
        ("call", PHONE, []),
        ("message", PHONE, []),
        ("email", EMAIL, []),
        ("call", EMAIL, ["phone"]),
        ("email", PHONE, ["email"]),
        ("number", {}, []),
    ],
)
def test_contact_needs_the_number_of_the_way_that_was_chosen(
    organisation: Organisation, reach_by: str, given: dict[str, str], wrong: list[str]
) -> None:
    assert problems("contact", organisation, language="ar", reach_by=reach_by, **given) == wrong


@pytest.mark.parametrize(
    ("answer_by", "given", "wrong"),
    [
        ("call", {}, ["phone"]),
        ("email", {}, ["email"]),
        ("call", PHONE, []),
        ("email", EMAIL, []),
        ("number", {}, []),
        ("none", {}, []),
        ("", {}, []),
    ],
)
def test_complaint_needs_the_number_of_the_way_that_was_chosen(
    organisation: Organisation, answer_by: str, given: dict[str, str], wrong: list[str]
) -> None:
    found = problems("complaint", organisation, what_happened="x", answer_by=answer_by, **given)
    assert found == wrong


@pytest.mark.parametrize("way", [PHONE, EMAIL, {"via": "Frau Sommer, Haus 2"}])
def test_application_needs_one_way_to_reach_someone(
    organisation: Organisation, way: dict[str, str]
) -> None:
    assert "phone" in problems("application", organisation)
    assert not {"phone", "email", "via"} & set(problems("application", organisation, **way))


@pytest.mark.parametrize(
    ("topic", "message", "consent", "wrong"),
    [
        ("counselling", "Ich bin krank", "", ["consent"]),
        ("counselling", "Ich bin krank", "yes", []),
        ("counselling", "", "", []),
        ("training", "Wann fängt es an?", "", []),
        ("", "Hallo", "", []),
    ],
)
def test_sensitive_details_need_a_consent(
    organisation: Organisation, topic: str, message: str, consent: str, wrong: list[str]
) -> None:
    found = problems(
        "contact",
        organisation,
        language="ar",
        reach_by="number",
        topic=topic,
        message=message,
        consent=consent,
    )
    assert found == wrong


def test_a_field_is_named_once_and_by_what_is_nearest(organisation: Organisation) -> None:
    """A number that can't be read isn't also missing."""
    submitted = {"language": ["ar"], "reach_by": ["call"], "phone": ["12"]}
    found = clean(FORMS["contact"], submitted, organisation, "de").problems
    assert [(problem.field, problem.message) for problem in found] == [("phone", NO_PHONE)]


def test_only_consents_that_were_given_are_kept(organisation: Organisation) -> None:
    form = FORMS["application"]
    without = clean(form, {"adult": ["yes"], "interpreter": ["yes"]}, organisation, "de")
    with_it = clean(form, {"keep": ["yes"]}, organisation, "de")
    assert consents(form, without.answers) == []
    assert [tick.name for tick in consents(form, with_it.answers)] == ["keep"]
