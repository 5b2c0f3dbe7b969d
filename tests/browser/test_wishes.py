"""What one does with a number besides writing: on a small telephone, script off, Arabic and Tigrinya.

Most states on the way are looked at by axe in views.py; the others are here.
"""

import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, update

from forms_service.rules.catalogues import texts_for
from forms_service.rules.deadlines import DELETION_WAITS_DAYS
from forms_service.world.tables import case
from tests.browser.conftest import OpenPage
from tests.browser.journeys import Desk, Reader, press, submit
from tests.browser.service import Service, Trial

LENA = "lena@example.org"
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SHOTS = os.environ.get("SHOTS", "")

Axe = Callable[[Page], list[str]]


@pytest.fixture(params=["ar", pytest.param("ti", marks=pytest.mark.slow)])
def reader(request: pytest.FixtureRequest, page: Page, service: Service) -> Reader:
    """Someone with a small telephone without scripts."""
    return Reader(page, service.address, request.param)


def look(page: Page, name: str) -> None:
    """Find nothing too wide in a state."""
    if SHOTS:
        lang = page.locator("html").get_attribute("lang")
        page.screenshot(path=Path(SHOTS) / f"{name}-{lang}.png", full_page=True)
    assert not page.evaluate(TOO_WIDE), name


def push(page: Page, action: str) -> None:
    """Press the button of an act."""
    form = page.locator(f"form:has(input[name=action][value={action}])")
    assert press(page, form.locator("button")).status in (200, 303)


def test_the_number_comes_first_on_a_telephone(reader: Reader) -> None:
    reader.complain("Die Nummer zuerst.")
    page = reader.page
    expect(page.locator(".receipt")).to_be_in_viewport(ratio=1)
    # The notice that nobody has reviewed the words stands there too, below, and leads nowhere.
    notice = page.locator(".state")
    expect(notice).to_have_count(1)
    expect(notice.locator("a")).to_have_count(0)
    receipt, below = page.locator(".receipt").bounding_box(), notice.bounding_box()
    assert receipt
    assert below
    assert below["y"] > receipt["y"]
    look(page, "receipt")
    page.locator("#note_address").fill("salma")
    push_status = press(page, page.locator("form:has(#note_address) button")).status
    assert push_status == 422
    look(page, "receipt-wrong-address")
    page.locator("#note_address").fill("salma@example.org")
    push(page, "receipt_note")
    expect(page.locator("#sent")).to_contain_text("s…@e….org")
    assert len(reader.number()) == 20
    if SHOTS:
        page.emulate_media(media="print")
        page.pdf(path=Path(SHOTS) / f"paper-{reader.language}.pdf", format="A4")
        page.emulate_media(media="screen")
    look(page, "receipt-noted")


def test_not_satisfied(
    reader: Reader, service: Service, trial: Trial, open_page: OpenPage, axe: Axe
) -> None:
    text = f"Nicht zufrieden, {reader.language}."
    number = submit(service.address, "complaint", reader.language, what_happened=text)
    lena = Desk(open_page(), service.address)
    lena.sign_in(LENA, trial.passwords[LENA])
    at = lena.case_with(text)
    lena.answer(sentence="answer", text="So ist das.")
    reader.enter(number)
    look(reader.page, "answered")
    reader.page.locator("#objection").fill("لا، لم يتغير شيء.")
    push(reader.page, "object")
    expect(reader.page.locator("#sent")).to_be_focused()
    expect(reader.page.locator("#objection")).to_have_count(0)
    expect(reader.page.locator(".talk__item--yours").last).to_contain_text("لا، لم يتغير شيء.")
    look(reader.page, "objected")
    lena.page.goto(at)
    expect(lena.page.locator("main")).to_contain_text("ist mit der Antwort nicht zufrieden")
    look(lena.page, "staff-objected")
    assert axe(lena.page) == []


def test_withdrawing(reader: Reader, service: Service) -> None:
    page = reader.page
    number = submit(service.address, "complaint", reader.language, what_happened="Doch nicht.")
    reader.enter(number)
    page.locator("a[href$='?open=withdraw']").click()
    look(page, "withdraw-asked")
    page.locator("main a.button--quiet").click()
    expect(page.locator("a[href$='?open=withdraw']")).to_be_visible()
    page.locator("a[href$='?open=withdraw']").click()
    push(page, "withdraw")
    expect(page.locator("a[href$='?open=withdraw']")).to_have_count(0)
    look(page, "withdrawn")


def test_deleting_and_taking_it_back(reader: Reader, service: Service) -> None:
    page = reader.page
    number = submit(service.address, "complaint", reader.language, what_happened="Alles weg.")
    reader.enter(number)
    page.locator("a[href$='?open=delete']").click()
    days = [date.today() + timedelta(days=DELETION_WAITS_DAYS + each) for each in (-1, 0, 1)]  # noqa: DTZ011
    said = [texts_for(reader.language).date(day) for day in days]
    assert any(day in page.locator("main").inner_text() for day in said)
    look(page, "delete-asked")
    push(page, "delete")
    expect(page.locator("a[href$='?open=delete']")).to_have_count(0)
    look(page, "deleting")
    push(page, "stay")
    expect(page.locator("a[href$='?open=delete']")).to_be_visible()
    expect(page.locator(".talk__item--yours")).to_have_count(3)
    look(page, "staying")


def test_correcting_contact_details(reader: Reader, service: Service) -> None:
    page = reader.page
    number = submit(
        service.address, "contact", reader.language,
        reach_by="call", phone="0151 0000001", language="ar", name="سلمى",
    )  # fmt: skip
    reader.enter(number)
    page.locator("a[href$='?open=contact']").click()
    expect(page.locator("#phone")).to_have_value("0151 0000001")
    look(page, "contact")
    page.locator("#phone").fill("12")
    assert reader.send().status == 422
    look(page, "contact-wrong")
    page.locator("#phone").fill("٠١٧٠ ٢٢٢٢٢٢")
    assert reader.send().status == 303
    expect(page.locator(".talk__item--yours").last).to_contain_text("٠١٧٠ ٢٢٢٢٢٢")
    look(page, "contact-corrected")


def test_the_mail_is_set_and_removed_in_the_conversation(reader: Reader, service: Service) -> None:
    page = reader.page
    reader.enter(submit(service.address, "complaint", reader.language, what_happened="Post."))
    page.locator("#note_address").fill("wer@example.org")
    push(page, "note")
    expect(page.locator("main")).to_contain_text("w…@e….org")
    look(page, "noted")
    push(page, "unnote")
    expect(page.locator("main")).not_to_contain_text("w…@e….org")


def test_a_slips_number_is_replaced(
    open_page: OpenPage, own_service: Service, tmp_path: Path, axe: Axe
) -> None:
    number = submit(own_service.address, "complaint", "ar", what_happened="Vom Zettel.")
    mark_as_slip(tmp_path / "portal/data/anlaufstelle.sqlite")
    page = open_page(javascript=False)
    reader = Reader(page, own_service.address, "ar")
    reader.enter(number)
    expect(page.get_by_text("Vom Zettel.")).to_have_count(0)
    look(page, "slip")
    assert axe(page) == []
    push(page, "new_number")
    mine = reader.number()
    assert mine != number
    assert mine not in page.url
    expect(page.locator(".receipt")).to_be_in_viewport(ratio=1)
    look(page, "new-number")
    assert axe(page) == []
    page.reload()
    assert reader.number() == mine
    page.locator("main a.button").click()
    expect(page.get_by_text("Vom Zettel.")).to_be_visible()
    again = Reader(open_page(javascript=False), own_service.address, "ar")
    assert again.enter(number).status == 422
    assert again.enter(mine).status == 303


def mark_as_slip(database: Path) -> None:
    """Let every case in the database look as if staff had entered it."""
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        connection.execute(update(case).values(slip=True))
    engine.dispose()
