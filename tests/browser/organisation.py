"""An organisation with six members, a clock that is moved, and whoever turns to it.

What is looked at is what stands on the pages: a case is known by the address that a list leads to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from playwright.sync_api import Page

from forms_service.rules.forms import FORMS
from tests.browser.conftest import OpenPage
from tests.browser.journeys import Desk, Reader, press
from tests.browser.service import FOUNDERS_PASSWORD, Founder, Service
from tests.service.conftest import HandClock

_EVERYDAY = ("complaints", "counselling", "applications")

TEAM = {
    "Lena": Founder("Lena Vogt", tuple((inbox, "reader") for inbox in _EVERYDAY)),
    "Sam": Founder("Sam Okafor", tuple((inbox, "reader") for inbox in _EVERYDAY)),
    "Dana": Founder("Dana Petrowa", tuple((inbox, "deputy") for inbox in _EVERYDAY)),
    "Ruth": Founder("Ruth Brandt", tuple((inbox, "management") for inbox in _EVERYDAY), admin=True),
    "Omid": Founder("Omid Karimi", (("complaints", "outside"), ("safeguarding", "outside"))),
    "Mira": Founder("Mira Sommer", (("safeguarding", "reader"),)),
}

NOTHING_FOUND = "Dazu haben wir keinen Fall gefunden, den Sie lesen dürfen."


@dataclass
class Organisation:
    """Everybody's telephone at one portal. `cases` has the address of each case by a short name."""

    service: Service
    clock: HandClock
    open_page: OpenPage
    cases: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    _desks: dict[str, Desk] = field(default_factory=dict)
    _senders: list[Page] = field(default_factory=list)

    def wait(self, days: int = 1) -> None:
        """Let days go by; who was signed in is so no more."""
        self.clock.forward(timedelta(days=days))

    def desk(self, name: str) -> Desk:
        """A member's telephone, signed in, with the list open."""
        if name not in self._desks:
            self._desks[name] = Desk(self.open_page(javascript=False), self.service.address)
        desk = self._desks[name]
        desk.page.goto(f"{desk.address}/staff/")
        if desk.page.locator("#password").count():
            desk.give(TEAM[name].email, FOUNDERS_PASSWORD)
        return desk

    def open(self, name: str, case: str) -> Desk:
        """Let a member open a case from their list."""
        desk = self.desk(name)
        path = self.cases[case].removeprefix(desk.address)
        with desk.page.expect_navigation():
            desk.page.locator(f".cases__open[href='{path}']").click()
        return desk

    def sender(self, language: str) -> Reader:
        """Somebody with a telephone that remembers nothing of those before."""
        if not self._senders:
            self._senders.append(self.open_page(javascript=False))
        self._senders[0].context.clear_cookies()
        return Reader(self._senders[0], self.service.address, language)

    def send(self, case: str, form: str, language: str, /, seen_by: str, **values: str) -> None:
        """Fill a form in and send it; it stands in the list of `seen_by` at once."""
        sender = self.sender(language)
        sender.open(FORMS[form].page)
        fill(sender.page, values)
        sender.send()
        self.numbers[case] = sender.number()
        (self.cases[case],) = listed(self.desk(seen_by)) - set(self.cases.values())

    def come_back(self, case: str, language: str) -> Page:
        """Let whoever sent a case type their number."""
        sender = self.sender(language)
        sender.enter(self.numbers[case])
        return sender.page

    def lists(self) -> dict[str, set[str]]:
        """What stands in whose list, by the cases' short names."""
        return {name: self._named(listed(self.desk(name))) for name in TEAM}

    def part(self, name: str, part: str) -> set[str]:
        """What stands in one part of a member's list: overdue, new, ours, theirs or closed."""
        return self._named(listed(self.desk(name), f".part--{part} "))

    def _named(self, addresses: set[str]) -> set[str]:
        names = {address: case for case, address in self.cases.items()}
        return {names[each] for each in addresses}

    def finds_nowhere(self, name: str, case: str) -> bool:
        """Whether a case doesn't exist for a member: list, its file, search, direct address."""
        desk = self.desk(name)
        cases = listed(desk)
        answer = desk.page.request.get(f"{desk.address}/staff/liste.csv")
        rows = answer.text().strip().splitlines()[1:]
        desk.page.locator("#typed").fill(self.numbers[case])
        press(desk.page, desk.page.locator(".find button"))
        found = desk.page.locator("#found").inner_text()
        opened = desk.page.goto(self.cases[case])
        return (
            self.cases[case] not in cases
            and len(rows) == len(cases)
            and found.startswith(NOTHING_FOUND)
            and opened is not None
            and opened.status == 404
        )


def listed(desk: Desk, part: str = "") -> set[str]:
    """The addresses of the cases in the list that is open."""
    links = desk.page.locator(f"{part}.cases__open").all()
    return {f"{desk.address}{link.get_attribute('href')}" for link in links}


def fill(page: Page, values: Mapping[str, str]) -> None:
    """Fill in a sender's form, field by field."""
    for name, value in values.items():
        fields = page.locator(f"#form [name='{name}']")
        if fields.first.get_attribute("type") in ("radio", "checkbox"):
            page.locator(f"#form [name='{name}'][value='{value}']").check()
        elif fields.first.locator("option").count():
            fields.select_option(value)
        else:
            fields.fill(value)
