"""Every view that only the service can make, one after the other.

Each function leads a page with scripts from view to view and yields the view's name whenever
the page stands at one, for those who look at all of them: axe, the HTML checker, a ruler.
"""

from collections.abc import Iterator
from unittest.mock import patch

from playwright.sync_api import Page, expect

from forms_service.rules.forms import FORMS
from forms_service.rules.receipts import number_from
from forms_service.usecases import conversation, submit
from tests.browser.journeys import Desk, Reader, press
from tests.browser.journeys import submit as submit_elsewhere

NOBODYS = number_from(1234567890123456789)
TEXTS = {"de": "Es zieht im Flur.", "en": "The corridor is cold.", "ar": "الممر بارد جدًا."}
_TOO_MUCH = 1024 * 1024 + 1
_WRONG_NUMBERS = 30
_WRONG_PASSWORDS = 5


def form_views(page: Page, address: str, language: str) -> Iterator[str]:
    """Each form empty and wrong, then when nothing could be saved, and the receipt."""
    reader = Reader(page, address, language)
    for form in FORMS.values():
        reader.open(form.page)
        reader.send()
        yield f"{form.name}, empty"
    reader.open("beschwerde", "?principle=respect")
    yield "complaint, opened by a link"
    page.locator("#what_happened").fill(TEXTS[language])
    page.locator("#phone").fill("1")
    page.locator("#email").fill("x")
    page.locator("#answer_by-email").check()
    reader.send()
    yield "complaint, wrong"
    page.locator("#phone").fill("")
    page.locator("#email").fill("wer@example.org")
    with patch.object(submit, "receive", side_effect=OSError):
        reader.send()
    yield "complaint, nothing saved"
    reader.send()
    expect(page.locator(".receipt")).to_be_visible()
    yield "receipt"


def answer_views(page: Page, address: str, language: str) -> Iterator[str]:
    """The number with every problem, and the conversation with everything that can be in it."""
    reader = Reader(page, address, language)
    for problem, typed in (("empty", ""), ("mistyped", "١٢٣٤"), ("unknown", NOBODYS)):
        reader.enter(typed)
        yield f"number, {problem}"
    reader.open("antwort", "?open")
    yield "number, visit ended"
    number = submit_elsewhere(
        address, "complaint", language, what_happened=TEXTS[language], phone="0151 2345678",
        place_other="Hof", not_read_by="support",
    )  # fmt: skip
    reader.enter(number)
    yield "conversation, just begun"
    reader.send()
    yield "conversation, empty message"
    page.locator("#message").fill(TEXTS[language])
    reader.send()
    yield "conversation, with an addition"
    page.locator("#message").fill(TEXTS[language])
    with patch.object(conversation, "write_back", side_effect=OSError):
        reader.send()
    yield "message, nothing saved"
    reader.enter(number)
    page.locator("#message").fill(TEXTS[language])
    page.context.clear_cookies()
    reader.send()
    yield "number, with a message that waits"
    answered = submit_elsewhere(
        address, "complaint", language, what_happened=f"{TEXTS[language]} {TEXTS[language]}"
    )
    _let_staff_answer(page, address, language)
    reader.enter(answered)
    yield "conversation, answered"
    page.locator("#objection").fill("x" * 5001)
    press(page, page.locator("form:has(#objection) button"))
    yield "conversation, objection too long"
    page.locator("#objection").fill(TEXTS[language])
    press(page, page.locator("form:has(#objection) button"))
    yield "conversation, second look"


def wish_views(page: Page, address: str, language: str) -> Iterator[str]:
    """The receipt with its mail, and everything a sender can wish for in the conversation."""
    reader = Reader(page, address, language)
    reader.complain(TEXTS[language])
    page.locator("#note_address").fill("wer")
    press(page, page.locator("form:has(#note_address) button"))
    yield "receipt, wrong address"
    page.locator("#note_address").fill("wer@example.org")
    press(page, page.locator("form:has(#note_address) button"))
    yield "receipt, address kept"
    reader.enter(reader.number())
    yield "conversation, with an address"
    page.goto(f"{address}/{language}/antwort/?open=contact")
    yield "contact details"
    page.locator("#phone").fill("1")
    reader.send()
    yield "contact details, wrong"
    page.locator("#phone").fill("0151 2345678")
    reader.send()
    yield "conversation, contact details corrected"
    for what in ("withdraw", "delete"):
        page.goto(f"{address}/{language}/antwort/?open={what}")
        yield f"asking before: {what}"
        reader.send()
        yield f"conversation, done: {what}"
    press(page, page.locator("form:has([value=stay]) button"))
    yield "conversation, deletion taken back"
    page.goto(f"{address}/{language}/antwort/?open=contact")
    page.context.clear_cookies()
    reader.send()
    yield "number, with contact details that wait"


def _let_staff_answer(page: Page, address: str, language: str) -> None:
    desk = Desk(page, address)
    desk.sign_in("lena@example.org", "ausprobieren-2026")
    desk.case_with(f"{TEXTS[language]} {TEXTS[language]}")
    desk.answer(
        sentence="changed",
        text="Die Heizung ist repariert.",
        translation=TEXTS[language] if language != "de" else "",
    )
    page.context.clear_cookies()


def too_many_view(page: Page, address: str, language: str) -> Iterator[str]:
    """What someone sees who tried too many numbers; needs a service that counts."""
    reader = Reader(page, address, language)
    reader.open("antwort")
    page.evaluate(
        """async ([count, number]) => {
            for (let tries = 0; tries < count; tries++)
                await fetch(location.href, {method: "POST", body: new URLSearchParams({number})});
        }""",
        [_WRONG_NUMBERS, NOBODYS],
    )
    answer = reader.enter(NOBODYS)
    assert answer.status == 429
    yield "number, too many tries"


def search_views(page: Page, address: str, language: str) -> Iterator[str]:
    """The search before anything is typed, with results, with German ones only, with nothing."""
    reader = Reader(page, address, language)
    reader.open("suche")
    yield "search, nothing typed"
    for view, query in (
        ("results", "Beschwerde"),
        ("German results", "Übergangswohnung Gesamtleitbild"),
        ("nothing found", "qwxyzzy"),
    ):
        page.locator("#q").fill(query)
        with page.expect_navigation():
            page.locator(".search button").click()
        yield f"search, {view}"


def fault_views(page: Page, address: str, language: str) -> Iterator[str]:
    """Every fault in the reader's language."""
    reader = Reader(page, address, language)
    reader.open("gibt-es-nicht")
    yield "no such page"
    reader.open("beschwerde")
    # In a field that isn't drawn: a line of this length keeps the browser busy for long.
    page.locator("#form input[name=website]").evaluate(
        "(each, size) => { each.type = 'hidden'; each.value = 'x'.repeat(size); }", _TOO_MUCH
    )
    assert reader.send().status == 413
    yield "too large"
    reader.open("beschwerde")
    page.locator("#form").evaluate("each => each.enctype = 'text/plain'")
    assert reader.send().status == 415
    yield "refused"
    with patch.object(conversation, "come_in", side_effect=OSError):
        assert reader.enter(NOBODYS).status == 503
        yield "broken, with what was typed"
    with patch.object(conversation, "visit", side_effect=OSError):
        broken = page.goto(f"{address}/{language}/antwort/?also=de")
        assert broken is not None
        assert broken.status == 500
    yield "broken"
