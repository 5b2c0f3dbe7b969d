"""Every link leads somewhere, within the site and within a page."""

from pathlib import Path
from urllib.parse import urljoin, urlsplit

from tests.site.conftest import SITE_URL
from tests.site.markup import Page


def test_every_link_within_the_site_leads_to_a_page_and_a_place(
    pages: list[Page], by_address: dict[str, Page], built_site: Path
) -> None:
    checked = 0
    for page in pages:
        for link in page.all("a", "link", "form", "script"):
            target = next(
                link.attributes[name]
                for name in ("href", "action", "src")
                if name in link.attributes
            )
            whole = urlsplit(urljoin(SITE_URL.rstrip("/") + page.address, target))
            if f"{whole.scheme}://{whole.netloc}/" != SITE_URL:
                continue
            checked += 1
            if whole.path not in by_address:
                assert (built_site / whole.path.lstrip("/")).is_file(), f"{page.address}: {target}"
            # Where a form is sent, the page that answers is another one.
            elif whole.fragment and "action" not in link.attributes:
                assert whole.fragment in by_address[whole.path].ids, f"{page.address}: {target}"
    assert checked > 1000


def test_links_that_leave_the_site_are_encrypted_or_call_or_write(pages: list[Page]) -> None:
    for page in pages:
        for link in page.all("a"):
            scheme = urlsplit(link.attributes["href"]).scheme
            assert scheme in ("", "https", "mailto", "tel"), f"{page.address}: {link.attributes}"


def test_every_page_can_be_reached_from_the_root(by_address: dict[str, Page]) -> None:
    reached, waiting = {"/"}, ["/"]
    while waiting:
        address = waiting.pop()
        for link in by_address[address].all("a"):
            target = urlsplit(urljoin(SITE_URL.rstrip("/") + address, link.attributes["href"])).path
            if target in by_address and target not in reached:
                reached.add(target)
                waiting.append(target)
    assert {address for address in by_address if not address.endswith("404.html")} == reached
