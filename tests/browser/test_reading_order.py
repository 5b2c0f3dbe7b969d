"""What a screen reader is given of a form: names, help, errors and their order, in every state.

Chromium's accessibility tree is asked, not the markup.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from forms_service.rules.catalogues import texts_for
from forms_service.rules.fields import Choice, Choices, Problem, Tick
from forms_service.rules.forms import FORMS, TRAP, Form, clean, presets
from forms_service.rules.rendering import fill
from forms_service.rules.two_languages import Sentence, Twin, TwinTexts
from tests.browser.journeys import Reader, press
from tests.browser.service import Service
from tests.rules.examples import organisation_of_the_site
from tests.rules.markup import one_line

LANGUAGE = "ar"
FIELDS = {"textbox", "combobox", "checkbox", "group", "radiogroup"}


@dataclass(frozen=True)
class Heard:
    """A thing in the tree as a screen reader says it."""

    role: str
    name: str
    description: str
    is_invalid: bool


def heard(page: Page) -> list[Heard]:
    """Everything in the page that isn't ignored, in reading order."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    return [_heard(node) for node in _walk(nodes[0], by_id) if not node.get("ignored")]


def _walk(node: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("childIds", ()):
        if child in by_id:
            yield from _walk(by_id[child], by_id)


def _heard(node: dict[str, Any]) -> Heard:
    properties = {each["name"]: each["value"].get("value") for each in node.get("properties", ())}
    return Heard(
        node["role"]["value"],
        one_line(str(node.get("name", {}).get("value", ""))),
        one_line(str(node.get("description", {}).get("value", ""))),
        properties.get("invalid") == "true",
    )


def spoken(sentence: Sentence) -> str:
    """A sentence in one language or two, as it's read out."""
    if isinstance(sentence, Twin) and sentence.own != sentence.german:
        return one_line(f"{sentence.own} {sentence.german}")
    return one_line(sentence.own if isinstance(sentence, Twin) else sentence)


def expected(
    form: Form, language: str, *, german: bool, problems: list[Problem]
) -> list[tuple[str, str, str, bool]]:
    """For every field its role, name, description and whether it's invalid, in order."""
    own = texts_for(language)
    texts = TwinTexts(own) if german else own
    said = []
    for each in fill(form, texts, organisation_of_the_site(), {}, problems).values():
        field, label = each.field, each.label
        if not (field.required or field.sometimes):
            label = texts.gettext("%(label)s (freiwillig)", label=label)
        error = texts.gettext("Fehler: %(problem)s", problem=each.problem) if each.problem else ""
        description = " ".join(spoken(one) for one in (each.help, error) if one)
        is_group = isinstance(field, Choices) or (isinstance(field, Choice) and not each.as_list)
        role = "group" if is_group else "checkbox" if isinstance(field, Tick) else "textbox"
        role = "combobox" if each.as_list else role
        # A group can't be invalid; that it is stands in its description.
        said.append((role, spoken(label), description, bool(error) and not is_group))
    return said


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("state", ["empty", "wrong", "changed language", "two languages, wrong"])
def test_every_field_says_its_question_its_help_and_what_is_wrong(
    page: Page, service: Service, form: Form, state: str
) -> None:
    # Given the form in this state
    german = state.startswith("two")
    reader = Reader(page, service.address, "de" if state == "changed language" else LANGUAGE)
    reader.open(form.page, "?also=de" if german else "")
    if state == "changed language":
        page.locator(".form__languages summary").click()
        press(page, page.locator(f".form__languages button[lang={LANGUAGE}]"))
    problems = []
    if state.endswith("wrong"):
        reader.send()
        sent = presets(form, LANGUAGE)
        problems = clean(form, sent, organisation_of_the_site(), LANGUAGE).problems
        assert problems
    # When a screen reader goes through it
    said = heard(page)
    # Then the fields come in order, each with its question, its help and its error
    names = {each.field for each in problems}
    fields = expected(form, LANGUAGE, german=german, problems=problems)
    groups = {name for role, name, *_ in fields if role == "group"}
    trap = texts_for(LANGUAGE).gettext("Dieses Feld bitte leer lassen")
    found = [
        (each.role.replace("radiogroup", "group"), each.name, each.description, each.is_invalid)
        for each in _in_form(said)
        if each.role in FIELDS and not _is_option(each, said, fields)
    ]
    assert [each for each in found if one_line(trap) not in each[1]] == fields
    assert len(names) == sum(bool(problem) for problem in names)
    assert groups
    # And what begins the form is the way to another language, what ends it the button that sends
    buttons = [each for each in _in_form(said) if each.role == "button"]
    send = texts_for(LANGUAGE).gettext(form.send)
    assert [each.name.startswith(send) for each in buttons].count(True) == 1
    assert buttons[-1].name.startswith(send)
    assert TRAP not in buttons[0].name
    # And after an error its summary comes before the form
    alerts = [place for place, each in enumerate(said) if each.role == "alert"]
    first_field = said.index(next(iter(_in_form(said))))
    assert bool(alerts) == bool(problems)
    assert all(place < first_field for place in alerts)
