"""Every form in every language: labelled, described, in order, and sent to the right place."""

import re

import pytest

from forms_service.rules.catalogues import texts_for
from forms_service.rules.fields import NOT_OFFERED, TOO_LONG, Choice, Choices, Problem, Tick
from forms_service.rules.forms import FORMS, TRAP, Form, options_of, presets
from forms_service.rules.rendering import fill, render_form
from tests.rules.examples import offered_languages, organisation_of_the_site
from tests.rules.markup import Element, one_line, parse

FOCUSABLE = ("input", "select", "textarea", "button")

every_page = pytest.mark.parametrize(
    ("name", "language", "state"),
    [
        (name, language, state)
        for name in FORMS
        for language in offered_languages()
        for state in ("preset", "wrong", "not saved")
    ],
)


def problems_of(form: Form) -> list[Problem]:
    """Something wrong with every field, and two things with the first one."""
    first = form.fields[0].name
    return [
        Problem(first, TOO_LONG, (("limit", 5), ("count", 6))),
        *(Problem(each.name, each.required or NOT_OFFERED) for each in form.fields),
    ]


def page(name: str, language: str, state: str = "preset") -> Element:
    form = FORMS[name]
    return parse(
        render_form(
            form,
            texts_for(language),
            organisation_of_the_site(),
            presets(form, language),
            problems_of(form) if state == "wrong" else (),
            nothing_saved=state == "not saved",
            languages=offered_languages(),
        )
    )


def controls(root: Element) -> list[Element]:
    """What can be filled in, without the buttons and the trap."""
    found = root.all("input", "select", "textarea")
    return [control for control in found if control.get("name") != TRAP]


def field_blocks(root: Element) -> dict[str, Element]:
    """Each field's block by the field's name."""
    return {
        controls(block)[0].get("name"): block for block in root.classed("field") if controls(block)
    }


def handling(root: Element) -> Element:
    """What is said above the button on what happens to the answers."""
    return [each for each in root.one("form").classed("notice") if "hidden" not in each.attributes][
        -1
    ]


@every_page
def test_ids_are_unique_and_what_points_at_them_finds_them(
    name: str, language: str, state: str
) -> None:
    root = page(name, language, state)
    ids = [each.get("id") for each in root if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    described = [each.get("aria-describedby").split() for each in root]
    assert {one for names in described for one in names} <= set(ids)
    labelled = {label.get("for") for label in root.all("label")}
    assert labelled == {each.get("id") for each in [*controls(root), root.one(id=TRAP)]}


@every_page
def test_each_field_stands_there_with_label_help_error_and_input_in_this_order(
    name: str, language: str, state: str
) -> None:
    form, texts = FORMS[name], texts_for(language)
    filled = fill(form, texts, organisation_of_the_site(), {}, problems_of(form))
    blocks = field_blocks(page(name, language, state))
    assert list(blocks) == [each.name for each in form.fields]
    for each in form.fields:
        block = blocks[each.name]
        inside = list(block)
        labels = block.classed("field__label")
        helps, errors = block.classed("field__help"), block.classed("field__error")
        assert [one.text for one in helps] == (
            [one_line(str(filled[each.name].help))] if each.help else []
        )
        assert len(errors) == (state == "wrong")
        if not isinstance(each, Tick):
            assert labels[0].text.startswith(one_line(str(filled[each.name].label)))
        order = [*labels, *helps, *errors, controls(block)[0]]
        assert [inside.index(one) for one in order] == sorted(inside.index(one) for one in order)
        if errors:
            assert "field--error" in block.get("class")
            assert one_line(str(filled[each.name].problem)) in errors[0].text


@every_page
def test_help_and_error_are_read_out_with_the_field(name: str, language: str, state: str) -> None:
    for field_name, block in field_blocks(page(name, language, state)).items():
        (speaker,) = [
            each for each in [block, *block] if "aria-describedby" in each.attributes
        ] or [None]
        said = block.classed("field__help") + block.classed("field__error")
        if speaker is None:
            assert said == []
        else:
            assert speaker.get("id") == field_name
            assert speaker.get("aria-describedby").split() == [one.get("id") for one in said]


@every_page
def test_what_is_optional_says_so_in_words(name: str, language: str, state: str) -> None:
    form, texts = FORMS[name], texts_for(language)
    filled = fill(form, texts, organisation_of_the_site(), {})
    for field_name, block in field_blocks(page(name, language, state)).items():
        each = filled[field_name]
        (label,) = block.classed("field__label") or block.all("label")
        if each.field.required or each.field.sometimes:
            assert label.text == one_line(str(each.label))
        else:
            optional = texts.gettext("%(label)s (freiwillig)", label=each.label)
            assert label.text == one_line(optional)
            assert label.text != one_line(str(each.label))


@every_page
def test_groups_of_choices_are_fieldsets_with_all_their_options(
    name: str, language: str, state: str
) -> None:
    form = FORMS[name]
    for field_name, block in field_blocks(page(name, language, state)).items():
        each = next(one for one in form.fields if one.name == field_name)
        options = options_of(each, organisation_of_the_site(), language)
        values = [option.value for option in options]
        if isinstance(each, Choice) and each.as_list:
            assert [one.get("value") for one in block.all("option")] == ["", *values]
        elif isinstance(each, Choice | Choices):
            assert block.tag == "fieldset"
            assert block.one("legend").text
            kind = "radio" if isinstance(each, Choice) else "checkbox"
            assert [one.get("value") for one in block.all("input", type=kind)] == values


@every_page
def test_an_error_summary_comes_first_and_leads_to_the_fields(
    name: str, language: str, state: str
) -> None:
    root = page(name, language, state)
    summaries = root.classed("error-summary")
    assert len(summaries) == (state != "preset")
    if state == "preset":
        return
    (summary,) = summaries
    assert next(iter(root)) is summary
    assert (summary.get("role"), summary.get("tabindex")) == ("alert", "-1")
    assert "autofocus" in summary.attributes
    if state == "wrong":
        names = []
        for link in summary.all("a"):
            assert link.text
            (target,) = root.all(id=link.get("href").removeprefix("#"))
            assert target.tag in FOCUSABLE
            names.append(target.get("name"))
        assert names == [each.name for each in FORMS[name].fields]


@every_page
def test_the_browser_is_told_what_each_field_takes(name: str, language: str, state: str) -> None:
    root = page(name, language, state)
    for control in controls(root):
        kind = control.get("type") or control.tag
        assert kind in ("text", "tel", "email", "radio", "checkbox", "select", "textarea", "file")
        if kind in ("tel", "email"):
            assert control.get("dir") == "ltr"
        if kind in ("text", "textarea"):
            assert control.get("dir") == "auto"
        assert "maxlength" not in control.attributes, "the browser would cut a text silently"
        assert "placeholder" not in control.attributes


@every_page
def test_the_form_is_sent_to_its_own_page_by_its_first_button(
    name: str, language: str, state: str
) -> None:
    root = page(name, language, state)
    form = root.one("form")
    assert form.get("action") == f"/{language}/{FORMS[name].page}/#next"
    # It stands nowhere: what should have the focus after an error keeps it.
    assert not root.all(id="next")
    assert form.get("method") == "post"
    assert "novalidate" in form.attributes, "our own sentences are in the reader's language"
    first, *others = form.all("button")
    assert {first.text, others[-1].text} == {texts_for(language).gettext(FORMS[name].send)}
    assert "name" not in first.attributes
    assert others[-1].get("type") == "submit"
    # The first one is for the key Enter alone: neither seen, nor reached, nor read out.
    assert first.get("class") == "trap"
    assert (first.get("tabindex"), first.get("aria-hidden")) == ("-1", "true")


@every_page
def test_the_trap_is_no_field_for_people(name: str, language: str, state: str) -> None:
    (trap,) = [each for each in page(name, language, state).classed("trap") if each.tag == "p"]
    box = trap.one("input", name=TRAP)
    assert (box.get("tabindex"), box.get("autocomplete")) == ("-1", "off")
    assert trap.one("label").text


@pytest.mark.parametrize("name", ["complaint", "contact"])
@pytest.mark.parametrize("language", offered_languages())
def test_a_shared_phone_remembers_nothing(name: str, language: str) -> None:
    root = page(name, language)
    assert root.one("form").get("autocomplete") == "off"
    assert {each.get("autocomplete") for each in controls(root)} == {""}


@pytest.mark.parametrize("language", offered_languages())
def test_an_application_may_be_completed_by_the_browser(language: str) -> None:
    root = page("application", language)
    assert root.one("form").get("autocomplete") == "on"
    assert root.one(id="name").get("autocomplete") == "name"


@every_page
def test_above_the_send_button_stands_who_reads_it_and_for_how_long(
    name: str, language: str, state: str
) -> None:
    root = page(name, language, state)
    notice = handling(root)
    organisation = organisation_of_the_site()
    if name != "contact":
        inbox = organisation.inboxes[FORMS[name].inbox]
        assert inbox.read_by[language] in notice.raw_text
        assert inbox.purpose[language] in notice.raw_text
    assert f"/{language}/datenschutz/" in [link.get("href") for link in notice.all("a")]


def test_with_a_topic_only_its_readers_are_named() -> None:
    organisation = organisation_of_the_site()
    for topic, inbox in organisation.topics.items():
        values = {"topic": [topic]}
        html = render_form(FORMS["contact"], texts_for("de"), organisation, values)
        notice = handling(parse(html))
        for name in set(organisation.topics.values()):
            read_by = organisation.inboxes[name].read_by["de"]
            assert (read_by in notice.raw_text) == (name == inbox)


@pytest.mark.parametrize("language", offered_languages())
def test_emergency_numbers_can_be_called_from_the_question_of_danger(language: str) -> None:
    block = field_blocks(page("complaint", language))["danger"]
    assert [link.get("href") for link in block.all("a")] == ["tel:112", "tel:110"]


@every_page
def test_no_sentence_is_left_unfilled(name: str, language: str, state: str) -> None:
    text = page(name, language, state).text
    assert not re.search(r"%\(|\{|\bNone\b", text)
