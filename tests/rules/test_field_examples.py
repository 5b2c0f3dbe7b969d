"""Each kind of field does what its examples say: what is kept, what is wrong, how it's shown."""

import pytest

from forms_service.rules.catalogues import texts_for
from forms_service.rules.forms import options_of
from tests.rules.examples import organisation_of_the_site
from tests.rules.field_examples import STATES, Example, examples, form_of_all, kinds, rendered
from tests.rules.markup import Element, one_line, parse
from tests.rules.test_rendering import controls, field_blocks

each_example = pytest.mark.parametrize("example", examples().values(), ids=examples().keys())
each_state = pytest.mark.parametrize("state", STATES)
each_look = pytest.mark.parametrize(
    ("language", "german"), [("de", False), ("ar", False), ("ar", True)], ids=str
)


def test_every_kind_of_field_has_an_example() -> None:
    assert {each.field.kind for each in examples().values()} == set(kinds())


@each_example
def test_what_is_filled_in_is_cleaned_and_accepted(example: Example) -> None:
    options = options_of(example.field, organisation_of_the_site(), "ar")
    assert example.field.clean(example.typed, options) == (example.answer, [])


@each_example
def test_what_is_wrong_is_refused_with_its_message(example: Example) -> None:
    options = options_of(example.field, organisation_of_the_site(), "ar")
    for wrong in example.wrong:
        _, problems = example.field.clean(wrong.typed, options)
        assert problems == ([wrong.problem] if wrong.problem else [])


@each_state
@each_look
def test_label_help_error_and_input_stand_in_this_order_and_belong_together(
    state: str, language: str, german: bool
) -> None:
    root = parse(rendered(state, language, german=german))
    texts = texts_for(language)
    blocks = field_blocks(root)
    assert list(blocks) == list(examples())
    for name, example in examples().items():
        block, field = blocks[name], example.field
        inside = list(block)
        helps, errors = block.classed("field__help"), block.classed("field__error")
        first = controls(block)[0]
        assert len(helps) == bool(field.help)
        assert len(errors) == (state == "wrong")
        order = [*block.classed("field__label"), *helps, *errors, first]
        assert [inside.index(each) for each in order] == sorted(inside.index(e) for e in order)
        (label,) = block.classed("field__label") or block.all("label")
        assert label.text.startswith(one_line(texts.gettext(field.label)))
        problem = example.wrong[0].problem if state == "wrong" else None
        assert ("field--error" in block.get("class")) == bool(problem)
        _is_said_with_its_field(block, [*helps, *errors])
        if problem:
            message = texts.gettext(problem.message, **dict(problem.values))
            assert one_line(message) in errors[0].text
        elif errors:
            assert all(chosen in errors[0].text for chosen in example.wrong[0].typed)


def _is_said_with_its_field(block: Element, said: list[Element]) -> None:
    described = " ".join(each.get("aria-describedby") for each in [block, *block]).split()
    assert described == [each.get("id") for each in said]


@each_look
def test_what_was_typed_is_shown_again(language: str, german: bool) -> None:
    blocks = field_blocks(parse(rendered("filled", language, german=german)))
    for name, example in examples().items():
        shown = [
            each.get("value")
            for each in blocks[name]
            if {"checked", "selected"} & each.attributes.keys()
        ] or [each.value for each in controls(blocks[name]) if each.get("type") != "file"]
        assert sorted(shown) == sorted(example.typed)


def test_the_form_of_examples_asks_every_example() -> None:
    assert [each.name for each in form_of_all().fields] == list(examples())
