"""The Nu HTML checker finds nothing: no error and no warning, on no page and no view."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response

from tests.browser import views
from tests.browser.conftest import OpenPage, Trial
from tests.browser.service import Service
from tests.checkers import html_findings


def sources(page: Page, all_views: Iterator[str]) -> dict[str, str]:
    """Return each view as the service sent it, before the browser mended anything."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    collected = {}
    for view in all_views:
        sent = [
            answer
            for answer in answers
            if answer.request.resource_type == "document" and not 300 <= answer.status < 400
        ]
        collected[view] = sent[-1].text()
        answers.clear()
    return collected


def test_every_built_page_is_valid(built_site: Path) -> None:
    documents = {
        str(path.relative_to(built_site)): path.read_text(encoding="utf-8")
        for path in [*built_site.rglob("*.html"), *built_site.rglob("*.svg")]
    }
    assert len(documents) > 48
    assert html_findings(documents) == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_every_view_of_the_senders_side_is_valid(
    open_page: OpenPage, own_service: Service, language: str
) -> None:
    page = open_page()
    address = own_service.address
    documents: dict[str, str] = {}
    for each in (
        views.form_views, views.answer_views, views.fault_views, views.too_many_view,
    ):  # fmt: skip
        documents |= sources(page, each(page, address, language))
    assert len(documents) > 15
    assert html_findings(documents) == []


def test_every_view_of_the_staff_page_is_valid(
    open_page: OpenPage, own_service: Service, trial: Trial
) -> None:
    documents: dict[str, str] = {}
    for email, locale in (("lena@example.org", "de"), ("sam@example.org", "en")):
        page = open_page(locale=locale)
        staff = views.staff_views(page, own_service.address, email, trial.passwords[email])
        documents |= {f"{locale}: {name}": text for name, text in sources(page, staff).items()}
    page = open_page()
    empty = views.empty_list_view(page, own_service.address, trial.passwords["omid@example.org"])
    documents |= sources(page, empty)
    assert html_findings(documents) == []
