"""What a browser itself says our pages may use of it: nothing but what it tells everybody anyway."""

from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.service import Service

_TOLD_ANYWAY = ("ch-", "client-hints")
"""What the browser is and how large its window, which it says of itself in other ways too."""

_ALLOWED = "() => document.featurePolicy.allowedFeatures()"


def allowed(page: Page) -> set[str]:
    """The features that the page could use, by Chromium's own list."""
    return {each for each in page.evaluate(_ALLOWED) if not each.startswith(_TOLD_ANYWAY)}


def test_no_page_may_use_anything_of_a_telephone(open_page: OpenPage, service: Service) -> None:
    page = open_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    for path in ("/de/", "/ar/kontakt/?x", "/de/antwort/", "/nirgends/", "/staff/anmelden/"):
        page.goto(service.address + path)
        assert allowed(page) == set(), path
    # And it knows every name that we forbid
    assert heard == []
