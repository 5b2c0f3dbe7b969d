"""Every view about members, one after the other, as `views.py` leads through the others."""

import re
from collections.abc import Iterator

import pyotp
from playwright.sync_api import Page

from tests.browser.journeys import Desk, press, submit

PASSWORD = "Laterne Kiesel Montag Birne"


def code_on(page: Page) -> str:
    """The code that an app shows which has taken in the page's secret as text."""
    return pyotp.TOTP(page.locator(".secret").inner_text().replace(" ", "")).now()


def invite(page: Page, address: str, name: str, **roles: str) -> str:
    """Invite somebody as an administrator does; the address of their link."""
    page.goto(f"{address}/staff/menschen/")
    page.get_by_role("link", name="Jemanden einladen").click()
    page.locator("#name").fill(name)
    page.locator("#email").fill(f"{name.lower()}@example.org")
    for inbox, role in roles.items():
        page.locator(f"#role-{inbox}").select_option(role)
    press(page, page.get_by_role("button", name="Link erstellen"))
    return page.locator(".secret").inner_text()


def join(page: Page, link: str) -> str:
    """Follow a link and become a member; the first recovery code."""
    page.goto(link)
    page.locator("#new").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.locator("#code").fill(code_on(page))
    press(page, page.get_by_role("button", name="Dem Team beitreten"))
    return page.locator(".recovery-codes li").first.inner_text()


def member_views(page: Page, address: str, password: str) -> Iterator[str]:
    """What an administrator sees, what the invited see, and everybody's own page."""
    desk = Desk(page, address)
    submit(address, "complaint", "de", what_happened="Es zieht im Flur.")
    desk.sign_in("ada@example.org", password)
    page.goto(f"{address}/staff/menschen/")
    yield "members"
    page.get_by_role("link", name="Jemanden einladen").click()
    yield "inviting"
    press(page, page.get_by_role("button", name="Link erstellen"))
    yield "inviting, nothing typed"
    link = invite(page, address, "Nora", complaints="reader", applications="deputy")
    yield "invited"
    page.goto(f"{address}/staff/menschen/")
    yield "members, with an invitation"
    page.goto(link)
    yield "invitation"
    press(page, page.get_by_role("button", name="Dem Team beitreten"))
    yield "invitation, nothing typed"
    page.locator("#new").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    press(page, page.get_by_role("button", name="Dem Team beitreten"))
    yield "invitation, no code"
    join(page, link)
    yield "joined"
    page.goto(link)
    yield "invitation, over"
    page.goto(f"{address}/staff/menschen/")
    page.get_by_role("link", name="Nora", exact=True).click()
    nora = page.url
    yield "a member"
    page.get_by_role("link", name=re.compile("^Aufgabe in")).click()
    yield "taking a role"
    for below, view in (
        ("neu-einladen/", "inviting anew"),
        ("entfernen/", "removing"),
    ):
        page.goto(nora + below)
        yield view
    page.goto(f"{address}/staff/menschen/")
    page.get_by_role("link", name="Ben", exact=True).click()
    ben = page.url
    press(page, page.get_by_role("button", name="Verwaltung beenden"))
    page.goto(f"{ben}entfernen/")
    yield "removing, refused"
    page.goto(f"{address}/staff/menschen/")
    page.get_by_role("link", name="Ada", exact=True).click()
    press(page, page.get_by_role("button", name="Verwaltung beenden"))
    yield "the last administrator"
    page.goto(f"{address}/staff/menschen/anmeldungen/")
    yield "sign-ins"
    page.goto(f"{address}/staff/menschen/niemand/")
    yield "no such member"
    page.context.clear_cookies()
    desk.sign_in("ben@example.org", password)
    yield "list, with somebody new"
    page.goto(f"{address}/staff/neu/")
    yield "who is asked for"
    press(page, page.get_by_role("button", name=re.compile("soll mitlesen")))
    yield "who is new"
    page.goto(f"{address}/staff/ich/")
    yield "own page"
    page.locator("#name").fill("")
    press(page, page.get_by_role("button", name="Speichern"))
    yield "own page, no name"
    page.goto(f"{address}/staff/ich/passwort/")
    yield "password"
    press(page, page.get_by_role("button", name="Passwort ändern"))
    yield "password, nothing typed"
    page.goto(f"{address}/staff/ich/zweiter-faktor/")
    yield "second factor"
    page.locator("#code").fill(code_on(page))
    press(page, page.get_by_role("button", name="Neue App benutzen"))
    yield "second factor, no password"
    page.locator("#password").fill(password)
    page.locator("#code").fill(code_on(page))
    press(page, page.get_by_role("button", name="Neue App benutzen"))
    yield "recovery codes"
    page.goto(f"{address}/staff/ich/ersatzcodes/")
    press(page, page.get_by_role("button", name="Neue Ersatzcodes zeigen"))
    yield "new recovery codes, no password"
