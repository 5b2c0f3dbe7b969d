"""The receipt in a browser as people use it: restarted services, two tabs, the back button."""

from collections.abc import Callable

from forms_service.edges.web import create_app
from forms_service.rules.organisation import Organisation
from forms_service.rules.sealing import CHEAPEST
from forms_service.usecases.installation import close_portal, open_portal
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site
from tests.service.conftest import HandClock
from tests.service.http.actors import Browser, page, receipt_number
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger


async def test_a_reload_after_the_service_was_restarted_shows_the_same_number(
    browser: Browser,
    portal: Portal,
    settings: Settings,
    organisation: Organisation,
    site: Site,
    clock: HandClock,
) -> None:
    # Given somebody who sees their number while the service goes down and comes back
    first = await browser.post("/ar/beschwerde/", VALID["complaint"])
    cookies = browser.client.cookies
    await close_portal(portal)
    again = await open_portal(
        settings, organisation, clock=clock, receipt_cost=CHEAPEST, password_cost=CHEAPEST
    )
    browser.move_to(create_app(again, site, settings), cookies)
    # When they reload
    reloaded = await browser.post("/ar/beschwerde/", VALID["complaint"])
    # Then it is the same number, with the same days, and one case
    assert receipt_number(reloaded) == receipt_number(first)
    assert page(reloaded).classed("steps")[0].text == page(first).classed("steps")[0].text
    assert len(await Ledger(again).cases()) == 1
    await close_portal(again)


async def test_two_tabs_keep_two_numbers_apart(browser: Browser, ledger: Ledger) -> None:
    # Given two complaints in two tabs of one browser
    one = await browser.post("/de/beschwerde/", {"what_happened": "Im ersten Reiter."})
    other = await browser.post("/en/beschwerde/", {"what_happened": "Im zweiten Reiter."})
    # When both are reloaded in any order, and one goes on to the conversation
    await browser.come_in(receipt_number(other))
    for _ in range(2):
        for path, text, seen in (
            ("/en/beschwerde/", "Im zweiten Reiter.", other),
            ("/de/beschwerde/", "Im ersten Reiter.", one),
        ):
            again = await browser.post(path, {"what_happened": text})
            # Then each shows its own
            assert receipt_number(again) == receipt_number(seen)
    assert len(await ledger.cases()) == 2


async def test_back_and_sent_with_another_word_is_another_case(
    browser: Browser, ledger: Ledger
) -> None:
    first = await browser.send("/de/beschwerde/", {"what_happened": "Ein Satz"})
    assert await browser.send("/de/beschwerde/", {"what_happened": "Ein Satz mehr"}) != first
    assert await browser.send("/de/beschwerde/", {"what_happened": "Ein Satz"}) == first
    assert len(await ledger.cases()) == 2


async def test_the_same_words_under_two_forms_or_languages_are_told_apart_only_by_form(
    new_browser: Callable[..., Browser], ledger: Ledger
) -> None:
    # Given somebody who sends, changes the page's language, and sends again
    browser = new_browser()
    number = await browser.send("/de/beschwerde/", VALID["complaint"])
    assert await browser.send("/ar/beschwerde/", VALID["complaint"]) == number
    # And somebody else, whose cookie is their own
    assert await new_browser().send("/de/beschwerde/", VALID["complaint"]) != number
    assert len(await ledger.cases()) == 2
