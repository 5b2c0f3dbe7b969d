"""Someone comes back with the number, reads the answer and writes back."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from forms_service.rules.catalogues import texts_for
from forms_service.rules.process import STATUS_FOR_SENDER
from forms_service.rules.receipts import groups, number_from
from tests.browser.conftest import OpenPage
from tests.browser.journeys import ARABIC_DIGITS, ARABIC_LETTER, Desk, Reader, press, submit
from tests.browser.service import Service, Trial

LENA = "lena@example.org"
NOBODYS = number_from(1234567890123456789)


def in_own_digits(number: str, language: str) -> str:
    """Return the number as it is typed on a telephone of that language."""
    typed = " ".join(groups(number))
    return typed.translate(ARABIC_DIGITS) if language == "ar" else typed


def test_the_answer_is_read_and_answered(
    reader: Reader, service: Service, trial: Trial, open_page: OpenPage
) -> None:
    language, page = reader.language, reader.page
    said = f"Das habe ich erlebt. {datetime.now(UTC)}"
    number = submit(service.address, "complaint", language, what_happened=said)
    reader.enter(in_own_digits(number, language))
    say = texts_for(language).gettext
    expect(page.locator("main .lead")).to_have_text(say(STATUS_FOR_SENDER["new"]))
    assert number not in re.sub(r"\D", "", page.url)

    lena = Desk(open_page(javascript=False), service.address)
    lena.sign_in(LENA, trial.passwords[LENA])
    case = lena.case_with(said)
    translation = "تحدثنا مع الفريق." if language == "ar" else ""
    lena.answer(
        sentence="changed", text="Wir haben mit dem Team gesprochen.", translation=translation
    )

    page.reload()
    expect(page.locator("main .lead")).to_have_text(say(STATUS_FOR_SENDER["answered"]))
    assert bool(ARABIC_LETTER.search(page.locator("main .lead").inner_text())) == (language == "ar")
    sentence = say("Wir haben etwas geändert. Was, steht in unserer Nachricht.")
    expect(page.locator(".talk__item--ours").first).to_contain_text(sentence)
    reply = page.locator(".talk__item--ours").last
    original = reply.get_by_text("Wir haben mit dem Team gesprochen.", exact=True)
    assert original.evaluate("each => [each.lang, getComputedStyle(each).direction]") == [
        "de", "ltr",
    ]  # fmt: skip
    if translation:
        beside = reply.locator(".talk__translation [lang=ar]")
        expect(beside).to_have_text(translation)
        assert beside.evaluate("each => getComputedStyle(each).direction") == "rtl"

    addition = "شكرًا. هذا يكفي." if language == "ar" else "Danke. Das genügt."
    page.locator("#message").fill(addition)
    assert reader.send().status == 303
    expect(page.locator(".talk__item--yours").last).to_contain_text(addition)

    lena.page.goto(f"{service.address}/staff/")
    row = lena.page.locator("tr", has=lena.page.locator(f"a[href$='{case.split('/')[-2]}/']"))
    expect(row).to_contain_text("Neue Nachricht")
    lena.page.goto(case)
    expect(lena.page.get_by_text(addition, exact=True)).to_be_visible()


def test_staffs_notes_are_never_shown_to_the_sender(
    service: Service, trial: Trial, open_page: OpenPage
) -> None:
    number = submit(service.address, "complaint", "de", what_happened="Nur für dieses Mal.")
    lena = Desk(open_page(), service.address)
    lena.sign_in(LENA, trial.passwords[LENA])
    lena.case_with("Nur für dieses Mal.")
    lena.page.locator("#note").fill("Das bleibt unter uns.")
    press(lena.page, lena.page.locator("form:has(#note) button").first)
    sender = Reader(open_page(), service.address, "de")
    sender.enter(number)
    expect(sender.page.locator(".talk__item")).to_have_count(1)
    assert "Das bleibt unter uns." not in sender.page.content()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Bitte schreiben Sie Ihre Nummer auf. Sie hat 20 Ziffern."),
        ("1234", "An dieser Nummer stimmt etwas nicht. Sie hat 20 Ziffern. Leicht verwechselt "
         "werden 0 und 5, 1 und 7, 6 und 9."),
        (NOBODYS, "Eine Ziffer ist anders. Leicht verwechselt werden 0 und 5, 1 und 7, 6 und 9."),
        (NOBODYS, "Die Nummer ist schon gelöscht, weil die Frist vorbei ist."),
    ],
    ids=["empty", "short", "confused", "deleted"],
)  # fmt: skip
def test_a_wrong_number_says_what_may_be_wrong(reader: Reader, typed: str, says: str) -> None:
    page = reader.page
    assert reader.enter(typed).status == 422
    errors = page.locator("#errors")
    expect(errors).to_be_focused()
    expect(errors).to_contain_text(texts_for(reader.language).gettext(says))
    expect(page.locator("#number")).to_have_value(typed)
    error_word = texts_for(reader.language).gettext("Fehler: %(problem)s", problem="").strip()
    assert page.title().startswith(error_word)
    errors.locator("a[href='#number']").click()
    expect(page.locator("#number")).to_be_focused()


def test_a_wrong_digit_is_noticed_before_anything_is_looked_up(
    reader: Reader, service: Service
) -> None:
    number = submit(service.address, "complaint", "de", what_happened="Verwechselt.")
    # Five further: so that a 0 becomes the 5 it is taken for in Arabic, and a 5 a 0.
    misread = str((int(number[0]) + 5) % 10) + number[1:]
    assert reader.enter(in_own_digits(misread, reader.language)).status == 422
    expect(reader.page.locator("#errors")).to_contain_text("20")


def test_a_message_of_nothing_is_not_sent(reader: Reader, service: Service) -> None:
    number = submit(service.address, "contact", reader.language, reach_by="number", language="ar")
    reader.enter(number)
    assert reader.send().status == 422
    expect(reader.page.locator("#errors")).to_be_focused()
    expect(reader.page.locator(".talk__item")).to_have_count(1)
    reader.page.locator("#errors a").click()
    expect(reader.page.locator("#message")).to_be_focused()


def test_a_text_outlives_the_end_of_the_visit(reader: Reader, service: Service) -> None:
    number = submit(service.address, "complaint", reader.language, what_happened="Nummer eins.")
    reader.enter(number)
    reader.page.locator("#message").fill("Das wollte ich noch sagen.")
    reader.page.context.clear_cookies()
    assert reader.send().status == 422
    expect(reader.page.locator("#message")).to_have_value("Das wollte ich noch sagen.")
    reader.page.locator("#number").fill(number)
    assert reader.send().status == 303
    expect(reader.page.locator(".talk__item--yours").last).to_contain_text(
        "Das wollte ich noch sagen."
    )
