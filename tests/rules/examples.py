"""What tests take from mkdocs.yml: the organisation with all its settings, and its languages."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from forms_service.rules.languages import SOURCE
from forms_service.rules.organisation import (
    TRANSLATIONS,
    Organisation,
    read_organisation,
    with_translations,
)

PROJECT = Path(__file__).resolve().parent.parent.parent


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml and asks the environment for nothing: `!ENV` gives None."""


_Loader.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


@cache
def _extra() -> dict[str, Any]:
    text = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8")
    settings = yaml.load(text, Loader=_Loader)  # noqa: S506 - it is a safe loader
    extra: dict[str, Any] = settings["extra"]
    return extra


@cache
def organisation_settings() -> dict[str, Any]:
    """The organisation as plain data. Copy it before changing it."""
    texts = {
        code: yaml.safe_load((PROJECT / "docs" / code / TRANSLATIONS).read_text(encoding="utf-8"))
        for code in offered_languages()
        if code != SOURCE
    }
    settings: dict[str, Any] = with_translations(_extra()["organisation"], texts)
    return settings


@cache
def organisation_of_the_site() -> Organisation:
    """The organisation that the portal is built for.

    Property tests call it themselves: a failing example would print the fixture's whole value.
    """
    return read_organisation(organisation_settings())


def offered_languages() -> list[str]:
    """The codes of the languages that the site offers."""
    codes: list[str] = _extra()["languages"]
    return codes
