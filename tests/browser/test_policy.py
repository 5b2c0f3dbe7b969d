"""What a browser itself says our pages may use of it: nothing that gives a person away."""

import re

from tests.browser.conftest import OpenPage
from tests.browser.service import Service

GIVES_AWAY = {"camera", "microphone", "geolocation", "display-capture", "usb", "bluetooth"}


def test_no_page_may_use_anything_of_a_telephone(open_page: OpenPage, service: Service) -> None:
    page = open_page()
    for path in ("/de/", "/ar/kontakt/?x", "/de/antwort/", "/nirgends/", "/staff/anmelden/"):
        # Given any page, and what the browser could let it use, by the browser's own list
        response = page.goto(service.address + path)
        assert response
        forbidden = re.findall(r"([a-z-]+)=\(\)", response.headers["permissions-policy"])
        known = set(page.evaluate("() => document.featurePolicy.features()"))
        allowed = set(page.evaluate("() => document.featurePolicy.allowedFeatures()"))
        # Then all that we forbid is forbidden there
        assert known & set(forbidden)
        assert set(forbidden) >= GIVES_AWAY
        assert not allowed & set(forbidden), path
