"""Someone fills in a form: empty, wrong, and right at last, without losing a word."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Locator, Page, expect

from forms_service.rules.catalogues import texts_for
from forms_service.rules.forms import FORMS
from tests.browser.journeys import ARABIC_LETTER, Reader
from tests.browser.service import Service

# Marks, a ZWNJ and a line break: what a careless page would lose or run.
OWN_WORDS = 'او می\u200cگوید "سلام" <b>&amp;</b>\nund noch eine Zeile'

# What is missing in each form when nothing is filled in.
EMPTY = {
    "application": [
        "name", "town", "adult-", "phone", "counsel_languages-de", "german-words", "background",
        "availability-yes",
    ],
    "contact": ["reach_by-call"],
    "complaint": ["what_happened"],
}  # fmt: skip
# What is typed, what is chosen, and which fields are wrong then.
WRONG: Mapping[str, tuple[Mapping[str, str], list[str], Mapping[str, str], list[str]]] = {
    "application": (
        {"name": "س", "town": "Rostock", "phone": "12", "email": "nur-ein-wort",
         "background": OWN_WORDS},
        ["adult", "counsel_languages-ar", "german-talk", "availability-unsure"],
        {"language": "ti"},
        ["phone", "email"],
    ),
    "contact": (
        {"message": OWN_WORDS, "email": "a@", "name": "Ali Veli"},
        ["topic-counselling", "reach_by-call", "speak_with-woman"],
        {"language": "fa"},
        ["consent", "phone", "email"],
    ),
    "complaint": (
        {"what_happened": OWN_WORDS, "phone": "٠١", "when": "gestern"},
        ["danger-no", "answer_by-call", "about_staff-not_said"],
        {"principle": "respect"},
        ["phone"],
    ),
}  # fmt: skip


def problem_links(page: Page) -> list[Locator]:
    return page.locator("#errors li a").all()


def expect_refusal(page: Page, language: str) -> None:
    """The summary has the focus, the title says so, and everything is in the page's language."""
    expect(page.locator("#errors")).to_be_focused()
    error_word = texts_for(language).gettext("Fehler: %(problem)s", problem="").strip()
    assert page.title().startswith(error_word)
    for said in [*problem_links(page), *page.locator(".field__error").all()]:
        assert bool(ARABIC_LETTER.search(said.inner_text())) == (language == "ar")


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_form_says_what_is_missing(reader: Reader, form: str) -> None:
    page = reader.page
    reader.open(FORMS[form].page)
    answer = reader.send()
    assert answer.status == 422
    assert answer.url == f"{reader.address}/{reader.language}/{FORMS[form].page}/"
    expect_refusal(page, reader.language)
    wanted = [name.rstrip("-") for name in EMPTY[form]]
    assert [link.get_attribute("href") for link in problem_links(page)] == [
        f"#{name}" for name in wanted
    ]
    for link, name in zip(problem_links(page), wanted, strict=True):
        link.click()
        expect(page.locator(f"[id='{name}']")).to_be_focused()
        question = page.locator(f".field:has([id='{name}']) .field__label, label[for='{name}']")
        expect(question.first).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("form", FORMS)
def test_a_wrong_form_keeps_what_was_typed_and_goes_through_once_it_is_right(
    reader: Reader, form: str
) -> None:
    typed, ticked, chosen, wrong = WRONG[form]
    page = reader.page
    reader.open(FORMS[form].page)
    for name, value in typed.items():
        page.locator(f"#{name}").fill(value)
    for name in ticked:
        page.locator(f"#{name}").check()
    for name, value in chosen.items():
        page.locator(f"#{name}").select_option(value)

    assert reader.send().status == 422
    expect_refusal(page, reader.language)
    assert (
        page.locator("#form [aria-invalid=true]").evaluate_all("all => all.map(each => each.id)")
        == wrong
    )
    for name, value in typed.items():
        assert page.locator(f"#{name}").input_value() == value
    for name in ticked:
        expect(page.locator(f"#{name}")).to_be_checked()
    for name, value in chosen.items():
        expect(page.locator(f"#{name}")).to_have_value(value)

    page.locator("#phone").fill("٠١٥١ ٢٣٤٥٦٧٨")
    page.locator("#email").fill("ali@example.org")
    if "consent" in wrong:
        page.locator("#consent").check()
    assert reader.send().status == 200
    assert len(reader.number()) == 20


def test_every_wrong_field_says_so_where_it_stands(page: Page, service: Service) -> None:
    reader = Reader(page, service.address, "ar")
    reader.open("bewerbung")
    reader.send()
    for link in problem_links(page):
        field = page.locator(f"[id='{(link.get_attribute('href') or '')[1:]}']")
        block = field.locator("xpath=ancestor-or-self::*[contains(@class, 'field--error')]")
        expect(block.locator(".field__error")).to_contain_text(link.inner_text())


def test_the_leitbild_leads_to_the_form_with_its_promise_chosen(
    reader: Reader,
) -> None:
    page = reader.page
    reader.open("leitbild")
    page.locator("main a[href*='principle=respect']").click()
    expect(page.locator("#principle")).to_have_value("respect")
    expect(page.locator("#what_happened")).to_have_value("")
    assert page.locator("#errors").count() == 0


def test_a_link_about_counselling_opens_the_form_with_that_topic(reader: Reader) -> None:
    page = reader.page
    reader.open("beratung")
    page.locator("main a[href*='topic=counselling']").first.click()
    expect(page.locator("#topic-counselling")).to_be_checked()


def test_each_language_stands_beside_its_box(reader: Reader) -> None:
    page, language = reader.page, reader.language
    reader.open("bewerbung")
    for code in ("de", "ar"):
        box = page.locator(f"#counsel_languages-{code}").bounding_box()
        name = page.locator(f"label[for=counsel_languages-{code}] bdi").bounding_box()
        assert box is not None
        assert name is not None
        between = (
            name["x"] - box["x"] - box["width"]
            if language == "de"
            else box["x"] - name["x"] - name["width"]
        )
        assert 0 < between < 2 * box["width"]
