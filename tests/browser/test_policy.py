"""What a browser itself says our pages may use of it: nothing that we know of."""

import re

from tests.browser.conftest import OpenPage
from tests.browser.service import Service

_TOLD_ANYWAY = re.compile(
    "ch-.*|aria-notify|unload|interest-cohort|deferred-fetch-minimal|media-.*"
)
"""What the browser is, which it says of itself in other ways too; and what can do no harm."""


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
        assert len(known & set(forbidden)) > 40, path
        assert not allowed & set(forbidden), path
        # And hardly anything else is left, whatever newer browsers bring
        left = {each for each in allowed if not _TOLD_ANYWAY.fullmatch(each)}
        assert len(left) < 10, left
