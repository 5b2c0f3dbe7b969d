"""Forms that were sent empty or wrong: the same page, what is wrong, and nothing lost."""

import httpx
import pytest

from forms_service.rules.fields import NO_EMAIL, NO_PHONE, NOT_OFFERED, TOO_LONG, Choice, Choices
from forms_service.rules.forms import FORMS
from tests.rules.markup import Element
from tests.service.http.actors import Browser, page, sentence, title, typed
from tests.service.http.examples import (
    ARABIC_COMPLAINT,
    ERROR_WORD,
    LANGUAGES,
    NASTY,
    VALID,
    Said,
    address,
)
from tests.service.http.ledger import Ledger

EVERY_FORM = pytest.mark.parametrize("form", VALID)
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)

UNREACHABLE = (
    "Bitte sagen Sie uns, wie wir Sie erreichen: mit Telefon, E-Mail oder über eine andere Person."
)
MISSING_WHEN_EMPTY = {
    "complaint": ["what_happened"],
    "contact": ["language", "reach_by"],
    "application": [
        "name",
        "town",
        "adult",
        "phone",
        "language",
        "counsel_languages",
        "german",
        "background",
        "availability",
    ],
}


def summary(response: httpx.Response) -> Element:
    """The error summary; the page begins with it and gives it the focus."""
    shown = page(response).one(id="errors")
    assert shown.get("role") == "alert"
    assert "autofocus" in shown.attributes
    return shown


def messages(response: httpx.Response) -> dict[str, str]:
    """Each message of the summary with the field it leads to."""
    fields = {}
    for link in summary(response).all("a"):
        target = page(response).one(id=link.get("href").removeprefix("#"))
        assert target.tag in ("input", "textarea", "select"), "the link must move the focus"
        fields[target.get("name")] = link.text
    return fields


@EVERY_LANGUAGE
@EVERY_FORM
async def test_an_empty_form_comes_back_with_what_is_missing(
    browser: Browser, ledger: Ledger, form: str, language: str
) -> None:
    # Given the form's page as it is read
    opened = await browser.get(address(form, language))
    # When somebody sends nothing at all
    response = await browser.post(address(form, language), {})
    # Then the same page comes back in the same language and says so at once
    assert response.status_code == 422
    assert response.headers["cache-control"] == "no-store"
    assert page(response).one("html").attributes == page(opened).one("html").attributes
    assert title(response).startswith(ERROR_WORD[language])
    assert page(response).one("h1").text == page(opened).one("h1").text
    # And every message leads to its field, in the page's language, and stands there again
    shown = messages(response)
    assert list(shown) == MISSING_WHEN_EMPTY[form]
    asked = {each.name: each.required for each in FORMS[form].fields if each.required}
    for name, message in shown.items():
        assert message == sentence(asked.get(name, UNREACHABLE), language)
        assert page(response).one(id=f"{name}-error").text.endswith(message)
    if language != "de":
        assert not set(shown.values()) & {*asked.values(), UNREACHABLE}
    assert await ledger.cases() == []


@EVERY_LANGUAGE
@EVERY_FORM
async def test_the_form_as_it_is_opened_asks_only_for_what_a_person_must_say(
    browser: Browser, form: str, language: str
) -> None:
    # When somebody presses the button without touching a field
    opened = await browser.get(address(form, language))
    response = await browser.post(address(form, language), typed(opened))
    # Then what was chosen beforehand counts
    expected = [name for name in MISSING_WHEN_EMPTY[form] if name != "language"]
    assert list(messages(response)) == expected
    assert typed(response) == typed(opened)


FILLED_IN_WRONG: dict[str, Said] = {
    "complaint": {
        "danger": "unknown",
        "what_happened": "",
        "principle": "respect",
        "place": "other",
        "place_other": NASTY,
        "when": "  im Mai, 5 Uhr  ",
        "about_staff": "not_said",
        "not_read_by": ["housing", "management"],
        "not_read_by_other": ARABIC_COMPLAINT,
        "good_solution": f"\n\n{NASTY}\n\tZeile\n\n{ARABIC_COMPLAINT}\n",
        "answer_by": "email",
        "name": 'O\'Neill "Ó" <b>&amp;',
        "phone": "٠١٥١ ٢٣٤٥٦٧٨",
        "email": "keine adresse",
        "writes_for": "other_unaware",
    },
    "contact": {
        "topic": "counselling",
        "language": "other",
        "language_other": NASTY,
        "speak_with": "woman",
        "message": f"{ARABIC_COMPLAINT}\n\n{NASTY}",
        "name": "سلمى",
        "reach_by": "call",
        "phone": "12",
        "email": "a b@example.org",
        "good_time": "vormittags & abends <nach 8>",
        "may_leave_message": "no",
    },
    "application": {
        "name": NASTY,
        "town": "",
        "phone": "keine Nummer",
        "email": "x",
        "via": ARABIC_COMPLAINT,
        "language": "ti",
        "language_other": "",
        "interpreter": "yes",
        "counsel_languages": ["ar", "ku", "other"],
        "counsel_languages_other": "Zazaki <i>",
        "german": "words",
        "background": f"{NASTY}\n{ARABIC_COMPLAINT}",
        "motivation": "\n  eingerückt\n",
        "availability": "unsure",
        "may_work": "unknown",
        "needs": "Kinder & Zeit",
        "keep": "yes",
    },
}


@EVERY_LANGUAGE
@EVERY_FORM
async def test_a_wrong_form_keeps_everything_that_was_typed(
    browser: Browser, ledger: Ledger, form: str, language: str
) -> None:
    # Given a form with every field filled in, some of them wrong
    filled = FILLED_IN_WRONG[form]
    # When it is sent as browsers send it
    as_sent = {
        name: value.replace("\n", "\r\n") if isinstance(value, str) else value
        for name, value in filled.items()
    }
    response = await browser.post(address(form, language), as_sent)
    # Then it comes back with all of it, letter by letter
    assert response.status_code == 422
    shown = {
        name: [value.replace("\r\n", "\n") for value in values]
        for name, values in typed(response).items()
    }
    for name, value in filled.items():
        assert shown.pop(name) == ([value] if isinstance(value, str) else value), name
    # And with nothing else
    assert all(values == [""] for values in shown.values()), shown
    assert not page(response).one("main").all("script")
    assert len(page(response).all("main")) == 1
    assert await ledger.cases() == []


@EVERY_LANGUAGE
async def test_a_text_that_is_too_long_is_kept_and_the_limit_named(
    browser: Browser, ledger: Ledger, language: str
) -> None:
    # Given a text one character over the limit, counted as people count
    text = "🚪ä" * 2500 + "!"
    response = await browser.post(f"/{language}/beschwerde/", {"what_happened": text})
    # Then the message names the limit and how long it is
    assert response.status_code == 422
    expected = sentence(TOO_LONG, language, limit=5000, count=5001)
    assert messages(response) == {"what_happened": expected}
    assert typed(response)["what_happened"] == [text]
    # And one character less is taken
    assert await ledger.cases() == []
    await browser.send(f"/{language}/beschwerde/", {"what_happened": text[:-1]})


@pytest.mark.parametrize(
    ("form", "changed", "field", "message"),
    [
        ("complaint", {"email": "name@"}, "email", NO_EMAIL),
        ("complaint", {"phone": "1234"}, "phone", NO_PHONE),
        ("contact", {"phone": "1" * 21}, "phone", NO_PHONE),
        ("application", {"email": "a@b"}, "email", NO_EMAIL),
    ],
)
async def test_what_can_not_be_read_is_said_in_words(
    browser: Browser, form: str, changed: Said, field: str, message: str
) -> None:
    response = await browser.post(address(form, "ar"), VALID[form] | changed)
    assert response.status_code == 422
    assert messages(response) == {field: sentence(message, "ar")}


@EVERY_FORM
async def test_a_forged_choice_is_refused_with_a_message(
    browser: Browser, ledger: Ledger, form: str
) -> None:
    choices = [each.name for each in FORMS[form].fields if isinstance(each, Choice | Choices)]
    assert choices
    for field in choices:
        # When something is sent that was not offered
        response = await browser.post(address(form, "en"), VALID[form] | {field: "forged"})
        # Then it is said at the field, and nothing is stored
        assert response.status_code == 422
        assert messages(response) == {field: sentence(NOT_OFFERED, "en")}
        assert "forged" not in typed(response).get(field, [])
    assert await ledger.cases() == []


@EVERY_FORM
async def test_a_forged_tick_is_refused_too(browser: Browser, ledger: Ledger, form: str) -> None:
    for each in FORMS[form].fields:
        if each.kind == "tick":
            response = await browser.post(address(form, "de"), VALID[form] | {each.name: "on"})
            assert messages(response)[each.name] == NOT_OFFERED
    assert await ledger.cases() == []


async def test_sensitive_words_for_the_counsellors_need_a_consent(
    browser: Browser, ledger: Ledger
) -> None:
    # Given a request for counselling that already tells something
    words = VALID["contact"] | {"topic": "counselling", "message": ARABIC_COMPLAINT}
    # When the consent is missing, then it is asked for and nothing is kept
    response = await browser.post("/ar/kontakt/", words)
    assert list(messages(response)) == ["consent"]
    assert typed(response)["message"] == [ARABIC_COMPLAINT]
    assert await ledger.cases() == []
    # And with it the request is taken
    await browser.send("/ar/kontakt/", words | {"consent": "yes"})
