"""The service stops and starts again, as it does at every update."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Phone
from tests.browser.journeys import Desk, Reader
from tests.browser.service import Service, Trial

LENA = "lena@example.org"


def test_after_a_restart_the_number_still_opens_the_case(
    phone: Phone, own_service: Service
) -> None:
    page = phone.page
    reader = Reader(page, own_service.address, phone.language)
    number = reader.complain("Das soll bleiben.")
    own_service.stop()
    own_service.start()
    reader.enter(number)
    expect(page.get_by_text("Das soll bleiben.", exact=True)).to_be_visible()


def test_after_a_restart_visits_and_desks_are_still_open(
    page: Page, own_service: Service, trial: Trial
) -> None:
    desk = Desk(page, own_service.address)
    desk.sign_in(LENA, trial.passwords[LENA])
    reader = Reader(page, own_service.address, "de")
    reader.enter(reader.complain("Das soll bleiben."))
    own_service.stop()
    own_service.start()
    page.reload()
    expect(page.get_by_text("Das soll bleiben.", exact=True)).to_be_visible()
    assert desk.cases()
