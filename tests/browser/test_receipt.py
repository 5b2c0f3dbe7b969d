"""Someone sends one sentence and gets a number."""

import re

from playwright.sync_api import expect

from forms_service.rules.receipts import read_number
from tests.browser.conftest import OpenPage
from tests.browser.journeys import Reader
from tests.browser.service import Service

SENTENCE = {"de": "Niemand hat mir zugehört.", "ar": "لم يستمع إليّ أحد."}

# How much of the picture's own frame the drawing of the code takes up.
CODE_IN_ITS_FRAME = """() => {
    const frame = document.querySelector(".receipt__code svg").getBoundingClientRect();
    const drawn = document.querySelector(".receipt__code path").getBoundingClientRect();
    return [drawn.width / frame.width, drawn.height / frame.height];
}"""


def test_one_sentence_gives_a_number_that_can_be_written_down(reader: Reader) -> None:
    page = reader.page
    reader.open("beschwerde")
    page.locator("#what_happened").fill(SENTENCE[reader.language])
    assert reader.send().status == 200

    expect(page.locator("main h1")).to_be_focused()
    groups = [group.strip() for group in page.locator(".receipt span").all_inner_texts()]
    assert [len(group) for group in groups] == [4, 4, 4, 4, 4]
    assert read_number(" ".join(groups)) == reader.number()
    shown = page.locator(".receipt")
    assert shown.evaluate("each => getComputedStyle(each).direction") == "ltr"
    first, second = (page.locator(".receipt span").nth(place).bounding_box() for place in (0, 1))
    assert first is not None
    assert second is not None
    assert first["x"] < second["x"]
    # Nobody who looks at the screen, the address or the history learns more than the page says.
    assert reader.number() not in re.sub(r"\D", "", page.url + page.title())
    assert page.url == f"{reader.address}/{reader.language}/beschwerde/#next"
    # The two days by which something happens.
    assert len(re.findall(r"\b20\d\d\b", page.locator("main .steps").inner_text())) == 2


def test_the_same_browser_sees_the_number_again_after_reloading(reader: Reader) -> None:
    number = reader.complain(SENTENCE[reader.language])
    reader.page.reload()
    assert reader.number() == number
    reader.open("beschwerde")
    assert reader.complain(SENTENCE[reader.language]) == number


def test_another_browser_gets_another_number_for_the_same_words(
    open_page: OpenPage, service: Service
) -> None:
    numbers = {
        Reader(open_page(javascript=False), service.address, "de").complain(SENTENCE["de"])
        for _ in range(2)
    }
    assert len(numbers) == 2


def test_on_paper_the_number_stays_and_the_buttons_go(reader: Reader) -> None:
    reader.complain(SENTENCE[reader.language])
    page = reader.page
    page.emulate_media(media="print")
    expect(page.locator(".receipt")).to_be_visible()
    expect(page.locator(".receipt__code svg")).to_be_visible()
    for button in page.locator("a.button, button, header nav, header summary, aside.exit").all():
        expect(button).not_to_be_visible()


def test_the_code_fills_its_frame(reader: Reader) -> None:
    reader.complain(SENTENCE[reader.language])
    for share in reader.page.evaluate(CODE_IN_ITS_FRAME):
        assert 0.7 < share <= 1
