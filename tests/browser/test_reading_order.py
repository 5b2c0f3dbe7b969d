"""What a screen reader is given of a form: names, help, errors and their order, in every state.

Chromium's accessibility tree is asked, not the markup.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from forms_service.rules.catalogues import texts_for
from forms_service.rules.fields import Choice, Choices, Files, Problem, Tick
from forms_service.rules.forms import FORMS, Form, clean, presets
from forms_service.rules.rendering import fill
from forms_service.rules.two_languages import Sentence, Twin, TwinTexts
from tests.browser.journeys import Reader, press
from tests.browser.service import Service
from tests.rules.examples import organisation_of_the_site
from tests.rules.markup import one_line

LANGUAGE = "ar"
GROUPS = {"group", "radiogroup"}
FIELDS = {"textbox", "combobox", "checkbox"} | GROUPS


@dataclass(frozen=True)
class Heard:
    """A thing in the tree as a screen reader says it; `is_option` if it belongs to a group."""

    role: str
    name: str
    description: str
    is_invalid: bool
    is_option: bool


def heard(page: Page) -> list[Heard]:
    """Everything in the page that isn't ignored, in reading order."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    return list(_walk(nodes[0], by_id, is_option=False))


def _walk(
    node: dict[str, Any], by_id: dict[str, dict[str, Any]], *, is_option: bool
) -> Iterator[Heard]:
    one = _heard(node, is_option)
    if not node.get("ignored"):
        yield one
    is_option = is_option or (one.role in GROUPS and bool(one.name))
    for child in node.get("childIds", ()):
        if child in by_id:
            yield from _walk(by_id[child], by_id, is_option=is_option)


def _heard(node: dict[str, Any], is_option: bool) -> Heard:
    properties = {each["name"]: each["value"].get("value") for each in node.get("properties", ())}
    return Heard(
        node.get("role", {}).get("value", ""),
        one_line(str(node.get("name", {}).get("value", ""))),
        one_line(str(node.get("description", {}).get("value", ""))),
        properties.get("invalid") == "true",
        is_option,
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
        # What opens the telephone's own choice of files.
        role = "button" if isinstance(field, Files) else role
        # A group can't be invalid; that it is stands in its description.
        said.append((role, spoken(label), description, bool(error) and not is_group))
    return said


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(form, id=name, marks=() if name == "complaint" else pytest.mark.slow)
        for name, form in FORMS.items()
    ],
)
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
    fields = expected(form, LANGUAGE, german=german, problems=problems)
    to_press = {name for role, name, _, _ in fields if role == "button"}
    trap = one_line(texts_for(LANGUAGE).gettext("Dieses Feld bitte leer lassen"))
    found = [
        (
            "group" if each.role in GROUPS else each.role,
            each.name,
            each.description,
            each.is_invalid,
        )
        for each in said
        if (each.role in FIELDS and each.name and not each.is_option)
        or (each.role == "button" and each.name in to_press)
    ]
    assert [each for each in found if not each[1].startswith(trap)] == fields
    # And the button that sends is there once, at the end
    send = one_line(texts_for(LANGUAGE).gettext(form.send))
    buttons = [each.name for each in said if each.role == "button"]
    assert [name.startswith(send) for name in buttons] == [False] * (len(buttons) - 1) + [True]
    # And after an error its summary comes before every field
    alerts = [place for place, each in enumerate(said) if each.role == "alert"]
    first = next(place for place, each in enumerate(said) if each.role in FIELDS and each.name)
    assert len(alerts) == bool(problems)
    assert all(place < first for place in alerts)
