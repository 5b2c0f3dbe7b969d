"""After an error the form comes back with everything that was typed and chosen, and harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.catalogues import texts_for
from forms_service.rules.fields import Choice, Choices, Text, Tick
from forms_service.rules.forms import FORMS, options_of
from forms_service.rules.rendering import render_form, render_number_form
from tests.rules.examples import offered_languages, organisation_of_the_site
from tests.rules.markup import parse
from tests.rules.test_rendering import field_blocks, page, problems_of

nasty = st.text(max_size=60) | st.sampled_from(
    [
        '"><script>alert(1)</script>',
        "</textarea><img src=x onerror=alert(1)>",
        "' onfocus='alert(1)",
        "&amp;&lt;&#x27;&nbsp",
        "{{ 7 * 7 }}{% raw %}",
        "%(limit)s 100 % %s",
        "<!--slot:main--><!--/slot:main-->",
        "\n\nzwei leere Zeilen zuerst",
    ]
)


@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
def test_whatever_was_typed_comes_back_unchanged_and_harmless(
    name: str, data: st.DataObject
) -> None:
    form, organisation = FORMS[name], organisation_of_the_site()
    empty = [element.tag for element in page(name, "ar", "wrong")]
    typed = {
        each.name: [data.draw(nasty, label=each.name)]
        for each in form.fields
        if isinstance(each, Text)
    }
    html = render_form(
        form,
        texts_for("ar"),
        organisation,
        typed,
        problems_of(form),
        languages=offered_languages(),
    )
    root = parse(html)
    assert [element.tag for element in root] == empty, "it became markup"
    for field_name, (value,) in typed.items():
        assert root.one(id=field_name).value == value


@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
def test_whatever_was_chosen_is_chosen_again(name: str, data: st.DataObject) -> None:
    form, organisation = FORMS[name], organisation_of_the_site()
    chosen: dict[str, list[str]] = {}
    for each in form.fields:
        values = [option.value for option in options_of(each, organisation, "ar")]
        if isinstance(each, Choice):
            chosen[each.name] = [data.draw(st.sampled_from(values), label=each.name)]
        elif isinstance(each, Choices):
            some = data.draw(st.lists(st.sampled_from(values), unique=True), label=each.name)
            chosen[each.name] = [value for value in values if value in some]
        elif isinstance(each, Tick):
            chosen[each.name] = ["yes"] if data.draw(st.booleans(), label=each.name) else []
    html = render_form(form, texts_for("ar"), organisation, chosen, problems_of(form))
    for field_name, block in field_blocks(parse(html)).items():
        if field_name in chosen:
            again = [
                each.get("value")
                for each in block
                if "checked" in each.attributes or "selected" in each.attributes
            ]
            assert again == chosen[field_name]


@pytest.mark.parametrize("language", offered_languages())
@pytest.mark.parametrize("problem", ["", "unknown", "mistyped", "empty", "ended", "too_many"])
def test_the_number_form_keeps_number_and_message(problem: str, language: str) -> None:
    typed, message = "١٢٣٤ <b>", "\n</textarea> noch da"
    root = parse(
        render_number_form(texts_for(language), problem=problem, typed=typed, message=message)
    )
    number = root.one("input", name="number")
    assert number.value == typed
    assert number.get("dir") == "ltr"
    assert root.one("textarea", name="message").value == message
    ids = {each.get("id") for each in root}
    assert set(number.get("aria-describedby").split()) <= ids
    assert bool(root.classed("error-summary")) == bool(problem)
    elsewhere = f"/{language}/kontakt/#form"
    for link in root.all("a"):
        assert link.get("href") == elsewhere or link.get("href").removeprefix("#") in ids
