"""The three forms ask what was agreed, and no more; anything may be sent to them."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.fields import (
    NOT_OFFERED,
    Choice,
    Choices,
    Field,
    Files,
    LongText,
    Phone,
    Text,
)
from forms_service.rules.forms import (
    FORMS,
    PRINCIPLES,
    TOPICS,
    TRAP,
    Form,
    clean,
    consents,
    options_of,
    presets,
)
from forms_service.rules.organisation import Organisation
from forms_service.rules.process import OMBUDSPERSON
from tests.rules.examples import organisation_of_the_site

# Which fields each form has and whether they must be filled in. "…_other" belongs to a list.
AGREED: dict[str, dict[str, bool]] = {
    "application": {
        "name": True,
        "phone": False,
        "email": False,
        "via": False,
        "language": True,
        "language_other": False,
        "interpreter": False,
        "town": True,
        "counsel_languages": True,
        "counsel_languages_other": False,
        "german": True,
        "background": True,
        "motivation": False,
        "availability": True,
        "needs": False,
        "adult": True,
        "may_work": False,
        "files": False,
        "keep": False,
    },
    "contact": {
        "topic": False,
        "name": False,
        "reach_by": True,
        "phone": False,
        "email": False,
        "language": True,
        "language_other": False,
        "speak_with": False,
        "good_time": False,
        "may_leave_message": False,
        "message": False,
        "consent": False,
    },
    "complaint": {
        "danger": False,
        "what_happened": True,
        "principle": False,
        "place": False,
        "place_other": False,
        "when": False,
        "about_staff": False,
        "not_read_by": False,
        "not_read_by_other": False,
        "good_solution": False,
        "answer_by": False,
        "name": False,
        "phone": False,
        "email": False,
        "writes_for": False,
        "files": False,
    },
}
LIMITS = {
    ("application", "background"): 2000,
    ("application", "motivation"): 2000,
    ("application", "needs"): 1000,
    ("contact", "message"): 1000,
    ("complaint", "what_happened"): 5000,
}
ALL_FIELDS = [
    pytest.param(form, field, id=f"{form.name}-{field.name}")
    for form in FORMS.values()
    for field in form.fields
]
all_forms = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())


def field_of(form: Form, name: str) -> Any:
    return {each.name: each for each in form.fields}[name]


@all_forms
def test_each_form_has_the_fields_that_were_agreed(form: Form) -> None:
    assert {each.name: bool(each.required) for each in form.fields} == AGREED[form.name]


@pytest.mark.parametrize(("form", "name"), LIMITS)
def test_long_texts_have_the_limits_that_were_agreed(form: str, name: str) -> None:
    assert field_of(FORMS[form], name).limit == LIMITS[form, name]


@pytest.mark.parametrize(("form", "field"), ALL_FIELDS)
def test_each_field_is_declared_soundly(
    form: Form, field: Field, organisation: Organisation
) -> None:
    assert field.name.isidentifier()
    assert field.name not in (TRAP, "form", "errors")
    assert field.label
    values = [option.value for option in options_of(field, organisation, "de")]
    assert len(values) == len(set(values))
    assert all(values)
    if isinstance(field, Choice | Choices):
        assert values
    if field.name.endswith("_other"):
        before = field_of(form, field.name.removesuffix("_other"))
        assert form.fields.index(before) < form.fields.index(field)


@all_forms
def test_no_field_stands_there_twice(form: Form) -> None:
    names = [each.name for each in form.fields]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["complaint", "contact"])
def test_where_others_look_at_the_phone_the_browser_completes_nothing(name: str) -> None:
    assert not FORMS[name].remembers
    texts = [each for each in FORMS[name].fields if isinstance(each, Text)]
    assert [each.name for each in texts if each.autocomplete] == []


def test_what_is_needed_to_take_part_is_kept_apart() -> None:
    assert [each.name for each in FORMS["application"].fields if each.apart] == ["needs"]


def test_emergency_numbers_stand_under_the_question_of_danger() -> None:
    shown = [each.name for each in FORMS["complaint"].fields if each.shows_emergency_numbers]
    assert shown == ["danger"]


def test_a_complaint_needs_one_field_only(organisation: Organisation) -> None:
    cleaned = clean(FORMS["complaint"], {"what_happened": ["x"]}, organisation, "ar")
    assert cleaned.problems == []
    assert cleaned.answers["what_happened"] == "x"


@all_forms
def test_given_nothing_then_every_required_field_is_asked_for_at_once(
    form: Form, organisation: Organisation
) -> None:
    cleaned = clean(form, {}, organisation, "de")
    asked_for = {problem.field for problem in cleaned.problems}
    required = {name for name, needed in AGREED[form.name].items() if needed}
    assert required <= asked_for
    assert asked_for - required <= {"phone"}, "only a rule across fields asks for more"
    order = [each.name for each in form.fields]
    places = [order.index(problem.field) for problem in cleaned.problems]
    assert places == sorted(places)


def test_a_list_of_the_settings_comes_before_a_forms_own_options(
    organisation: Organisation,
) -> None:
    place = field_of(FORMS["complaint"], "place")
    options = options_of(place, organisation, "ar")
    assert [option.value for option in options] == [*organisation.places, "other"]
    assert options[0].label == organisation.places["housing"]["ar"]
    assert options[0].lang == "ar"


def test_a_label_that_is_not_translated_says_that_it_is_german(
    organisation: Organisation,
) -> None:
    teams = {name: {"de": german["de"]} for name, german in organisation.teams.items()}
    german_only = msgspec.structs.replace(organisation, teams=teams)
    options = options_of(field_of(FORMS["complaint"], "not_read_by"), german_only, "ti")
    *teams_of_theirs, ours = options
    assert {option.lang for option in teams_of_theirs} == {"de"}
    assert ours.value == OMBUDSPERSON
    assert not ours.lang


def test_languages_are_offered_by_their_own_names(organisation: Organisation) -> None:
    options = options_of(field_of(FORMS["contact"], "language"), organisation, "de")
    names = {option.value: option.label for option in options}
    assert names["ar"] == "العربية"
    assert "ls" not in names, "nobody speaks a spelling"


@pytest.mark.parametrize(("language", "preset"), [("ar", "ar"), ("de", "de"), ("ls", "de")])
def test_the_language_is_preset_to_the_pages(language: str, preset: str) -> None:
    assert presets(FORMS["contact"], language)["language"] == [preset]


@all_forms
@pytest.mark.parametrize("language", ["de", "ls", "ar", "ku"])
def test_presets_are_answers_that_the_form_takes(
    form: Form, language: str, organisation: Organisation
) -> None:
    for name, values in presets(form, language).items():
        assert values[0] in {
            option.value for option in options_of(field_of(form, name), organisation, language)
        }


@pytest.mark.parametrize("topic", [option.value for option in TOPICS])
def test_a_link_chooses_the_topic(topic: str) -> None:
    assert presets(FORMS["contact"], "de", {"topic": [topic]})["topic"] == [topic]


@pytest.mark.parametrize("principle", [option.value for option in PRINCIPLES])
def test_a_link_from_the_leitbild_chooses_the_principle(principle: str) -> None:
    found = presets(FORMS["complaint"], "de", {"principle": [principle]})
    assert found["principle"] == [principle]


def test_a_link_chooses_nothing_else() -> None:
    asked = {"message": ["x"], "reach_by": ["call"], "topic": ["forged"], "unknown": ["x"]}
    assert presets(FORMS["contact"], "de", asked) == presets(FORMS["contact"], "de")


some_text = st.text(st.characters(), max_size=30) | st.sampled_from(
    ["yes", "no", "other", "call", "email", "number", "ar", "counselling", "0151 2345678", "a@b.de"]
)


@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
def test_any_submission_is_checked_without_a_fault(name: str, data: st.DataObject) -> None:
    form, organisation = FORMS[name], organisation_of_the_site()
    names = [each.name for each in form.fields]
    submitted = data.draw(
        st.dictionaries(
            st.sampled_from([*names, TRAP]) | st.text(), st.lists(some_text, max_size=3)
        )
    )
    cleaned = clean(form, submitted, organisation, "ar")
    assert list(cleaned.answers) == names
    assert {problem.field for problem in cleaned.problems} <= set(names)
    for each in form.fields:
        answer = cleaned.answers[each.name]
        offered = {option.value for option in options_of(each, organisation, "ar")}
        if isinstance(each, Choice):
            assert answer == "" or answer in offered
        elif isinstance(each, Choices):
            assert isinstance(answer, list)
            assert set(answer) <= offered
        elif isinstance(each, Files):
            assert answer == []
        else:
            assert isinstance(answer, str if isinstance(each, Text) else bool)
    presets(form, "ar", submitted)
    assert all(tick.consent for tick in consents(form, cleaned.answers))


@all_forms
def test_forged_choices_are_problems_in_every_field(form: Form, organisation: Organisation) -> None:
    choosing = [each.name for each in form.fields if isinstance(each, Choice | Choices)]
    cleaned = clean(form, {name: ["forged"] for name in choosing}, organisation, "de")
    refused = {found.field for found in cleaned.problems if found.message == NOT_OFFERED}
    assert refused == set(choosing)
    assert not any(cleaned.answers[name] for name in choosing)


def test_kinds_of_text_are_what_their_names_say() -> None:
    for form in FORMS.values():
        for each in form.fields:
            if each.name == "phone":
                assert isinstance(each, Phone)
            if each.name in ("message", "what_happened", "background"):
                assert isinstance(each, LongText)
