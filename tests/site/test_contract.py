"""What the service relies on: slots, portal.json and forms that both halves render alike."""

from pathlib import Path
from typing import Any

import pytest
from mkdocs.exceptions import PluginError

from forms_service.rules.catalogues import texts_for
from forms_service.rules.forms import FORMS, fingerprint, presets
from forms_service.rules.organisation import read_organisation
from forms_service.rules.rendering import render_form, render_number_form
from overrides.hooks.contract import _check_slots
from tests.site.markup import Page


def test_every_page_has_a_slot_for_its_content_and_what_is_filled_in_one_for_its_title(
    pages: list[Page],
) -> None:
    for page in pages:
        assert "<h1" in page.slot("main"), page.address
        if "<form" in page.html:
            assert page.slot("title").startswith("<title>"), page.address


def test_the_form_in_a_page_is_what_the_service_would_render(
    by_address: dict[str, Page], portal: dict[str, Any]
) -> None:
    organisation = read_organisation(portal["organisation"])
    for code in portal["languages"]:
        texts = texts_for(code)
        for form in FORMS.values():
            page = by_address[f"/{code}/{form.page}/"]
            expected = render_form(
                form,
                texts,
                organisation,
                presets(form, code),
                languages=portal["languages"],
            )
            assert page.slot("form") == expected
        assert by_address[f"/{code}/antwort/"].slot("form") == render_number_form(texts)


def test_pages_without_a_form_have_no_slot_for_one(real_pages: list[Page]) -> None:
    with_forms = {form.page for form in FORMS.values()} | {"antwort"}
    for page in real_pages:
        has_slot = "<!--slot:form-->" in page.html
        assert has_slot == (page.address.split("/")[2] in with_forms), page.address


def test_portal_json_lists_every_page_in_every_language(
    portal: dict[str, Any], built_site: Path
) -> None:
    assert portal["format"] == 1
    assert set(portal["pages"]) == set(portal["languages"])
    names = {code: set(listed) for code, listed in portal["pages"].items()}
    assert len(names["de"]) == 17
    for code, listed in portal["pages"].items():
        assert names[code] == names["de"]
        for address in listed.values():
            assert (built_site / address.lstrip("/") / "index.html").is_file()


def test_portal_json_carries_the_fingerprints_of_the_forms(portal: dict[str, Any]) -> None:
    assert portal["forms"] == {name: fingerprint(form) for name, form in FORMS.items()}


def test_portal_json_names_assets_that_exist(portal: dict[str, Any], built_site: Path) -> None:
    assert {"site.css", "form.css", "portal.js", "icon.svg"} <= set(portal["assets"])
    for address in portal["assets"].values():
        assert (built_site / address.lstrip("/")).is_file()


@pytest.mark.parametrize(
    "html",
    [
        "<main></main>",
        "<!--slot:main-->",
        "<!--slot:main--><!--/slot:main--><!--slot:main--><!--/slot:main-->",
        "<!--/slot:main--><!--slot:main-->",
    ],
)
def test_given_a_damaged_slot_when_checked_then_page_and_slot_are_named(
    html: str, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text(html, encoding="utf-8")
    with pytest.raises(PluginError, match=r"page\.html.*'main'"):
        _check_slots(page, tmp_path, ("main",))
