"""Someone has to leave the page at once, because another person comes near."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from forms_service.world.site import Site
from tests.browser.conftest import OpenPage
from tests.browser.journeys import Reader, submit
from tests.browser.service import Service

HASTY = ("beschwerde", "kontakt", "beratung", "antwort")


@pytest.fixture
def away(site: Site) -> str:
    """The harmless page that leaving leads to."""
    return site.organisation.leave_to


def stay_offline(page: Page, away: str) -> None:
    """Let the test itself answer for the harmless page."""
    page.route(f"{away}**", lambda route: route.fulfill(body="<title>Wetter</title>"))


def test_three_times_escape_leads_away_and_back_does_not_return(
    open_page: OpenPage, service: Service, away: str
) -> None:
    page = open_page(outside=urlsplit(away).hostname or "")
    stay_offline(page, away)
    reader = Reader(page, service.address, "ar")
    reader.open()
    reader.open("beschwerde")
    page.locator("#what_happened").fill("سرّ")
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url(away)
    page.go_back()
    assert page.url == f"{service.address}/ar/"


def test_other_keys_in_between_do_not_count(open_page: OpenPage, service: Service) -> None:
    page = open_page()
    Reader(page, service.address, "de").open("beschwerde")
    text = page.locator("#what_happened")
    text.press("Escape")
    text.press("Escape")
    text.press("a")
    text.press("Escape")
    expect(text).to_have_value("a")


@pytest.mark.parametrize("name", HASTY)
def test_a_link_leads_away_without_scripts(
    open_page: OpenPage, service: Service, away: str, language: str, name: str
) -> None:
    page = open_page(javascript=False, outside=urlsplit(away).hostname or "")
    stay_offline(page, away)
    Reader(page, service.address, language).open(name)
    link = page.locator("#exit")
    expect(link).to_be_in_viewport()
    link.click()
    page.wait_for_url(away)


@pytest.mark.parametrize("javascript", [False, True], ids=["by the link", "by the key"])
def test_leaving_a_conversation_ends_the_visit(
    open_page: OpenPage, service: Service, away: str, javascript: bool
) -> None:
    page = open_page(javascript=javascript, outside=urlsplit(away).hostname or "")
    number = submit(service.address, "complaint", "ar", what_happened="Nur kurz.")
    reader = Reader(page, service.address, "ar")
    reader.enter(number)
    expect(page.get_by_text("Nur kurz.")).to_be_visible()
    with page.expect_request(away):
        if javascript:
            for _ in range(3):
                page.keyboard.press("Escape")
        else:
            page.locator("#exit").click()
    assert page.context.cookies() == []
    # In a page of its own, because this one is still on its way to where nothing answers.
    back = Reader(page.context.new_page(), service.address, "ar")
    back.open("antwort", "?open")
    expect(back.page.locator("#number")).to_be_visible()
    expect(back.page.get_by_text("Nur kurz.")).to_have_count(0)


def test_whoever_comes_after_the_sender_left_finds_no_number(
    open_page: OpenPage, service: Service, away: str
) -> None:
    page = open_page(javascript=False, outside=urlsplit(away).hostname or "")
    text = "Das liest hier niemand mehr."
    Reader(page, service.address, "de").complain(text)
    with page.expect_request(away):
        page.locator("#exit").click()
    # Somebody else sends what the form still holds once more.
    after = Reader(page.context.new_page(), service.address, "de")
    after.open("beschwerde")
    after.page.locator("#what_happened").fill(text)
    after.send()
    expect(after.page.locator("h1")).to_be_visible()
    expect(after.page.locator(".receipt")).to_have_count(0)
    # A complaint of their own gets its number.
    assert len(after.complain("Das ist etwas anderes.")) == 20
