"""Every kind of field as `tests/examples/fields.yml` describes it, and a form made of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from forms_service.rules.catalogues import texts_for
from forms_service.rules.fields import Answer, Field, Option, Problem
from forms_service.rules.forms import Form, Group
from forms_service.rules.rendering import render_form
from tests.rules.examples import offered_languages, organisation_of_the_site

_FILE = Path(__file__).parent.parent / "examples" / "fields.yml"

STATES = ("empty", "filled", "wrong")


@dataclass(frozen=True)
class Wrong:
    """What somebody typed, and what is wrong with it; nothing, where it's only to be done again."""

    typed: Sequence[str]
    problem: Problem | None


@dataclass(frozen=True)
class Example:
    """A field with what may stand in it."""

    field: Field
    typed: Sequence[str]
    answer: Answer
    wrong: Sequence[Wrong]


def kinds() -> dict[str, type[Field]]:
    """Return every kind of field there is, by its name."""
    found = {}
    waiting: list[type[Field]] = [Field]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            found[kind.kind] = kind
            waiting.append(kind)
    return found


@cache
def examples() -> dict[str, Example]:
    """Return the examples by the name of their field."""
    described = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {each["name"]: _example(each) for each in described}


def _example(described: dict[str, Any]) -> Example:
    declared = dict(described["declared"])
    if "options" in declared:
        declared["options"] = tuple(Option(*each) for each in declared["options"].items())
    name = described["name"]
    return Example(
        kinds()[described["kind"]](name=name, **declared),
        described["filled"]["typed"],
        described["filled"]["answer"],
        [
            Wrong(
                each["typed"],
                Problem(name, each["message"], tuple(each.get("values", {}).items()))
                if "message" in each
                else None,
            )
            for each in described["wrong"]
        ],
    )


@cache
def form_of_all() -> Form:
    """Return a form that asks every example."""
    return Form(
        name="examples",
        page="kontakt",
        title="Kontakt und Beratung",
        inbox="questions",
        send="Anfrage senden",
        groups=(Group("Ihr Anliegen", tuple(each.field for each in examples().values())),),
    )


def rendered(state: str, language: str, *, german: bool = False) -> str:
    """Return the form of all examples in one of `STATES`."""
    typed: dict[str, Sequence[str]] = {}
    problems: list[Problem] = []
    for name, example in examples().items():
        if state == "filled":
            typed[name] = example.typed
        elif state == "wrong":
            typed[name] = example.wrong[0].typed
            problems += [each for each in (example.wrong[0].problem,) if each]
    return render_form(
        form_of_all(),
        texts_for(language),
        organisation_of_the_site(),
        {name: list(values) for name, values in typed.items()},
        problems,
        languages=offered_languages(),
        german=german,
    )
