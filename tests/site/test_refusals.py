"""Mistakes an author can make: each stops the build and is named where it can be found."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click import ClickException
from mkdocs.commands.build import build
from mkdocs.config import load_config

from tests.site.conftest import ROOT

Refused = Callable[[], str]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Return a copy of the pages to spoil."""
    return Path(shutil.copytree(ROOT / "docs", tmp_path / "docs"))


@pytest.fixture
def refusal(docs: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Refused:
    """Return a function that builds the spoilt pages and gives back what the author reads."""

    def refuse() -> str:
        config = load_config(
            str(ROOT / "mkdocs.yml"), docs_dir=str(docs), site_dir=str(tmp_path / "site")
        )
        with caplog.at_level(logging.ERROR), pytest.raises((ClickException, SystemExit)) as raised:
            build(config)
        return f"{raised.value} {caplog.text}"

    return refuse


def _spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_given_a_missing_german_page_then_the_file_is_named(docs: Path, refusal: Refused) -> None:
    (docs / "de" / "notfall.md").unlink()
    assert "de/notfall.md" in refusal()


def test_given_a_page_that_only_one_language_has_then_it_is_named(
    docs: Path, refusal: Refused
) -> None:
    shutil.copy(docs / "en" / "notfall.md", docs / "en" / "extra.md")
    assert "en/extra.md" in refusal()


def test_given_a_heading_without_an_id_then_page_and_heading_are_named(
    docs: Path, refusal: Refused
) -> None:
    with (docs / "de" / "notfall.md").open("a", encoding="utf-8") as page:
        page.write("\n\n## Ohne Kennung\n")
    message = refusal()
    assert "de/notfall.md" in message
    assert "Ohne Kennung" in message


@pytest.mark.parametrize(
    ("placeholder", "named"),
    [
        ("{{ organisation.nmae }}", "nmae"),
        ('{{ page_link("kontkat") }}', "kontkat"),
        ('{{ page_link("kontakt", topic="wetter") }}', "wetter"),
        ('{{ promise("fun") }}', "fun"),
        ('{{ part("nothing") }}', "nothing"),
    ],
)
def test_given_a_placeholder_that_means_nothing_then_page_and_word_are_named(
    docs: Path, refusal: Refused, placeholder: str, named: str
) -> None:
    with (docs / "de" / "notfall.md").open("a", encoding="utf-8") as page:
        page.write(f"\n\n{placeholder}\n")
    message = refusal()
    assert "de/notfall.md" in message
    assert named in message


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("reviewed:", "checked:", "checked"),
        ("reviewed: false", "reviewed: true", "reviewed"),
        ("reviewed: false", "reviewed: {by: Somebody}", "day"),
        ("followed_on: ", "followed: ", "followed"),
    ],
)
def test_given_a_translation_that_doesnt_say_its_state_then_it_is_named(
    docs: Path, refusal: Refused, old: str, new: str, named: str
) -> None:
    _spoil(docs / "en" / "notfall.md", old, new)
    message = refusal()
    assert "en/notfall.md" in message
    assert "translation" in message
    assert named in message


def test_given_an_unknown_form_then_page_and_form_are_named(docs: Path, refusal: Refused) -> None:
    _spoil(docs / "de" / "kontakt.md", "form: contact", "form: survey")
    message = refusal()
    assert "de/kontakt.md" in message
    assert "survey" in message


def test_given_no_description_then_the_page_is_named(docs: Path, refusal: Refused) -> None:
    _spoil(docs / "de" / "notfall.md", "description:", "summary:")
    message = refusal()
    assert "de/notfall.md" in message
    assert "description" in message
