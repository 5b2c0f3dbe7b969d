"""Every kind of field on one page, as tests/examples/fields.yml describes it: checked and looked at.

With ANLAUFSTELLE_SCREENSHOTS set to a folder, a picture of each state is written into it.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from forms_service.world.site import Site
from tests.browser.conftest import OpenPage
from tests.checkers import html_findings
from tests.rules.field_examples import STATES, rendered

LOOKS = [("de", False), ("ar", False), ("ar", True)]
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def document(site: Site, state: str, language: str, german: bool) -> str:
    """A whole page with the form of all examples in it."""
    html = site.shell(language, "kontakt").filled(form=rendered(state, language, german=german))
    style = f'<link rel="stylesheet" href="{site.assets["beside.css"]}">'
    return html.replace("</head>", f"{style}</head>") if german else html


def test_no_state_of_any_field_breaks_the_rules_of_html(site: Site) -> None:
    documents = {
        f"{state} {language} {'with German' if german else ''}": document(
            site, state, language, german
        )
        for state in STATES
        for language, german in LOOKS
    }
    assert html_findings(documents) == []


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    ("language", "german"),
    # With German beneath, the Arabic alone is looked at too.
    [pytest.param(*one, marks=[pytest.mark.slow] * (one == ("ar", False))) for one in LOOKS],
    ids=str,
)
def test_every_field_can_be_seen_and_used_on_a_small_telephone(
    open_page: OpenPage,
    axe: Callable[[Page], list[str]],
    static_site: str,
    site: Site,
    state: str,
    language: str,
    german: bool,
) -> None:
    page = open_page()
    html = document(site, state, language, german)

    def answer(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    page.route("**/beispiele/", answer)
    page.goto(f"{static_site}/{language}/beispiele/")
    assert axe(page) == []
    assert not page.evaluate(TOO_WIDE)
    if folder := os.environ.get("ANLAUFSTELLE_SCREENSHOTS"):
        name = f"fields-{state}-{language}{'-de' if german else ''}.png"
        page.locator("main").screenshot(path=Path(folder) / name)
