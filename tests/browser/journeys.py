"""Steps that several journeys take, in the words of those who take them."""

import re
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import escape
from playwright.sync_api import Locator, Page, Response, expect

from forms_service.rules.forms import FORMS

ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
ARABIC_LETTER = re.compile("[\u0621-\u064a]")
_TABS_AT_MOST = 80


@dataclass(frozen=True)
class Reader:
    """Someone with a browser, at a portal, in one language."""

    page: Page
    address: str
    language: str

    def open(self, page_name: str = "index", query: str = "") -> None:
        """Open a page of the portal by its name."""
        path = "" if page_name == "index" else f"{page_name}/"
        self.page.goto(f"{self.address}/{self.language}/{path}{query}")

    def send(self) -> Response:
        """Press the form's button; return the service's answer to it."""
        return press(self.page, self.page.locator("#form button[type=submit]"))

    def complain(self, text: str) -> str:
        """Send a complaint of this text and nothing else; return its number."""
        self.open(FORMS["complaint"].page)
        self.page.locator("#what_happened").fill(text)
        self.send()
        return self.number()

    def number(self) -> str:
        """Return the number that the page shows, as 20 digits."""
        return "".join(re.findall(r"\d", self.page.locator(".receipt").inner_text()))

    def enter(self, typed: str) -> Response:
        """Type a number on the page for answers and send it."""
        self.open("antwort")
        self.page.locator("#number").fill(typed)
        return self.send()


@dataclass(frozen=True)
class Desk:
    """A member of staff with a browser."""

    page: Page
    address: str

    def sign_in(self, email: str, password: str) -> Response:
        """Sign in from the staff page's first address."""
        self.page.goto(f"{self.address}/staff/")
        return self.give(email, password)

    def give(self, email: str, password: str) -> Response:
        """Type both on the page that asks for them, and send it."""
        self.page.locator("#email").fill(email)
        self.page.locator("#password").fill(password)
        return press(self.page, self.page.locator("main button[type=submit]"))

    def cases(self) -> list[str]:
        """Open the list; return the addresses of its cases in order."""
        self.page.goto(f"{self.address}/staff/")
        links = self.page.locator(".cases__open").all()
        return [f"{self.address}{link.get_attribute('href')}" for link in links]

    def case_with(self, text: str) -> str:
        """Open the case where this stands and stay there; return its address."""
        # Read first and drawn only when it's there: drawing takes ten times as long.
        for address in reversed(self.cases()):
            if str(escape(text)) not in self.page.request.get(address).text():
                continue
            self.page.goto(address)
            if self.page.get_by_text(text, exact=True).count():
                return address
        raise LookupError(f"No case in the list holds {text!r}.")

    def answer(self, *, sentence: str = "", text: str = "", translation: str = "") -> None:
        """Write to the person, from the open case through the preview to the end."""
        if sentence:
            choice = self.page.locator(f"#sentence-{sentence}")
            if not choice.is_visible():
                self.page.locator(".closing summary").click()
            choice.check()
        self.page.locator("#text").fill(text)
        if translation:
            self.page.locator("#translation").fill(translation)
        press(self.page, self.page.locator("button[value=preview]"))
        press(self.page, self.page.locator("button[value=send]"))


def press(page: Page, button: Locator) -> Response:
    """Press a button that sends a form; return the answer to that, before any redirect."""
    with (
        page.expect_navigation(),
        page.expect_response(lambda response: response.request.method == "POST") as answer,
    ):
        button.click()
    return answer.value


def submit(address: str, form: str, language: str, /, **values: str | list[str]) -> str:
    """Send a form without a browser, as somebody elsewhere; return the number."""
    request = urllib.request.Request(  # noqa: S310 - always the test's own service
        f"{address}/{language}/{FORMS[form].page}/", urlencode(values, doseq=True).encode()
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        receipt = re.search(r'class="receipt"[^>]*>(.*?)</p>', answer.read().decode())
    if receipt is None:
        raise LookupError("The answer to a form shows no number.")
    return "".join(re.findall(r"\d", receipt[1]))


def focus_by_keyboard(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus, as someone without a mouse does."""
    wanted = target.element_handle()
    for _ in range(_TABS_AT_MOST):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            return
    raise AssertionError(f"The keyboard doesn't reach {target}.")


def be_focused(target: Locator) -> None:
    """Wait until `target` has the focus."""
    expect(target).to_be_focused()
