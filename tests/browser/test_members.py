"""Somebody is invited on a telephone, joins, is confirmed by a reader, and reads."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.journeys import Desk, press, submit
from tests.browser.member_views import PASSWORD, invite, join
from tests.browser.service import FOUNDERS_PASSWORD, Service


def test_from_the_invitation_to_the_first_case(
    page: Page, open_page: OpenPage, real_service: Service
) -> None:
    # Given a complaint, and Ada, who reads none
    address = real_service.address
    submit(address, "complaint", "de", what_happened="Niemand hat zugehört.")
    ada = Desk(page, address)
    ada.sign_in("ada@example.org", FOUNDERS_PASSWORD)
    # When she finds from the screen alone how to invite somebody
    page.get_by_role("link", name="Menschen").click()
    link = invite(page, address, "Nora", complaints="reader")
    # Then Nora joins from a telephone of her own, without scripts
    hers = open_page(javascript=False)
    code = join(hers, link)
    assert len(code.replace(" ", "")) == 12
    hers.get_by_role("link", name="Codes notiert, jetzt anmelden").click()
    # And signs in with a recovery code, since half a minute isn't over yet
    hers.locator("#email").fill("nora@example.org")
    hers.locator("#password").fill(PASSWORD)
    hers.locator("#code").fill(code)
    press(hers, hers.get_by_role("button", name="Anmelden"))
    expect(hers.locator("main")).to_contain_text("Hier ist nichts.")
    hers.get_by_role("link", name="Mein Konto").click()
    expect(hers.locator("main")).to_contain_text("Noch nicht bestätigt")
    expect(hers.locator("main")).to_contain_text("noch 9 Ersatzcodes")
    # When Ben, who reads complaints, is told and confirms her
    bens = open_page(javascript=False)
    Desk(bens, address).sign_in("ben@example.org", FOUNDERS_PASSWORD)
    bens.get_by_role("link", name="jemand neu").click()
    expect(bens.locator("main")).to_contain_text("Gefragt hat Ada")
    press(bens, bens.get_by_role("button", name="Ja, Nora soll mitlesen"))
    expect(bens.locator("#bestaetigt")).to_be_visible()
    # Then she reads the complaint of before
    hers.get_by_role("link", name="Heute").click()
    hers.locator(".cases__open").first.click()
    expect(hers.get_by_text("Niemand hat zugehört.", exact=True)).to_be_visible()
    # And the link leads nowhere any more
    hers.goto(link)
    expect(hers.locator("h1")).to_have_text("Dieser Link gilt nicht mehr")
