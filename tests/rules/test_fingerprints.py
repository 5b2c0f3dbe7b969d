"""A form's fingerprint tells a site that was built from another declaration."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from forms_service.rules.fields import Choice, Choices, Field, Text
from forms_service.rules.forms import FORMS, Form, fingerprint

PRINT_ALL = (
    "from forms_service.rules.forms import FORMS, fingerprint\n"
    "print(*(fingerprint(form) for form in FORMS.values()))"
)

all_forms = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())


def changed(form: Form, field: Field, changes: dict[str, Any]) -> Form:
    """The form with one field declared differently."""
    groups = tuple(
        replace(
            group,
            fields=tuple(
                replace(each, **changes) if each is field else each for each in group.fields
            ),
        )
        for group in form.groups
    )
    return replace(form, groups=groups)


def changes_of(field: Field) -> Iterator[dict[str, Any]]:
    """One change after another that readers of the form would notice."""
    yield {"label": field.label + "?"}
    yield {"help": field.help + "!"}
    yield {"required": "" if field.required else "Bitte antworten."}
    yield {"name": field.name + "_new"}
    if isinstance(field, Text):
        yield {"limit": field.limit + 1}
    if isinstance(field, Choice | Choices):
        yield {"settings": field.settings + "x"}
    if isinstance(field, Choice | Choices) and field.options:
        yield {"options": field.options[1:]}
        yield {"options": (replace(field.options[0], label="Anders"), *field.options[1:])}


@all_forms
def test_a_fingerprint_is_short_and_stays_the_same(form: Form) -> None:
    assert fingerprint(form) == fingerprint(replace(form))
    assert len(fingerprint(form)) == 16
    int(fingerprint(form), 16)


def test_forms_have_different_fingerprints() -> None:
    assert len({fingerprint(form) for form in FORMS.values()}) == len(FORMS)


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_site_build_and_service_find_the_same_fingerprints(seed: str) -> None:
    """They are different processes, and Python shuffles sets anew in each."""
    printed = subprocess.run(
        [sys.executable, "-c", PRINT_ALL],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.split() == [fingerprint(form) for form in FORMS.values()]


@all_forms
def test_every_change_that_readers_would_notice_changes_it(form: Form) -> None:
    built = fingerprint(form)
    unnoticed = [
        (field.name, changes)
        for field in form.fields
        for changes in changes_of(field)
        if fingerprint(changed(form, field, changes)) == built
    ]
    assert unnoticed == []


@all_forms
def test_another_order_of_fields_changes_it(form: Form) -> None:
    first = form.groups[0]
    turned = replace(first, fields=first.fields[::-1])
    assert fingerprint(replace(form, groups=(turned, *form.groups[1:]))) != fingerprint(form)
