"""The number on paper: what a helper reads, what another telephone reads, and nothing more."""

import re

from playwright.sync_api import expect

from forms_service.rules.receipts import groups, read_number
from tests.browser.conftest import OpenPage
from tests.browser.journeys import Reader, press
from tests.browser.service import Service
from tests.paper import sheets


def test_the_sheet_holds_the_number_the_days_and_the_address(
    open_page: OpenPage, service: Service
) -> None:
    # Given somebody who reads Arabic, and a helper who doesn't
    page = open_page(javascript=False)
    reader = Reader(page, service.address, "ar")
    number = reader.complain("Für den Drucker.")
    page.locator("#note_address").fill("wer@example.org")
    press(page, page.locator("form:has(#note_address) button"))
    # When the receipt is printed
    edge = "1cm"
    (sheet,) = sheets(
        page.pdf(format="A4", margin={"top": edge, "right": edge, "bottom": edge, "left": edge})
    )
    # Then it holds the number and where to answer, for both, with the two days in German too
    said = " ".join(sheet.text.split())
    assert " ".join(groups(number)) in said
    for language in ("ar", "de"):
        assert f"{service.address}/{language}/antwort/" in said
    assert len(re.findall(r"\d+\. \w+ 20\d\d", said)) == 2
    # And neither the mail nor anything that was written
    assert "example.org" not in said
    assert "Drucker" not in said
    # And what a telephone reads in the picture opens the case when it is pasted as it is
    (code,) = sheet.codes
    assert read_number(code.text) == number
    assert code.text != number
    assert "http" not in code.text
    assert code.width_mm > 15
    assert Reader(open_page(javascript=False), service.address, "ar").enter(code.text).status == 303
    expect(page.locator(".print-only").first).not_to_be_visible()
