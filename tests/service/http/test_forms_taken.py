"""Forms that are taken in: the receipt, what is stored, and where it goes."""

import pytest
from stdnum import damm

from forms_service.rules.catalogues import texts_for
from tests.service.http.actors import Browser, main_text, page, receipt_number, title, typed
from tests.service.http.conftest import SignIn
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

ACKNOWLEDGED_BY = {"de": "19. November 2026", "en": "19 November 2026", "ar": "19 نوفمبر 2026"}
ANSWERED_BY = {"de": "16. Dezember 2026", "en": "16 December 2026", "ar": "16 ديسمبر 2026"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", VALID)
async def test_the_least_that_is_needed_gives_a_receipt(
    browser: Browser, ledger: Ledger, form: str, language: str
) -> None:
    # When somebody sends what is required and nothing else, on a Monday morning
    response = await browser.post(address(form, language), VALID[form])
    # Then the answer is a receipt with twenty digits that hold together
    number = receipt_number(response)
    assert len(number) == 20
    assert damm.is_valid(number)
    assert page(response).classed("receipt")[0].get("dir") == "ltr"
    (code,) = page(response).classed("receipt__code")
    assert len(code.all("svg")) == 1
    # And in the page's language it says by when a person answers
    shown = main_text(response)
    assert texts_for(language).gettext("Ihre Nachricht ist angekommen") in shown
    assert ACKNOWLEDGED_BY[language] in shown
    assert ANSWERED_BY[language] in shown
    assert page(response).one("html").get("lang") == language
    # And nobody keeps a copy of the page, nor says what it is about in the browser's tab
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-robots-tag"] == "noindex"
    assert ERROR_WORD[language] not in title(response)
    for word in (number, "Beschwerde", "omplaint", "شكوى", "شكاوى"):
        assert word not in title(response)
    # And there is one case, of that form and language
    case = await ledger.only_case()
    assert (case.form, case.language, case.suspicious) == (form, language, False)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_link_chooses_beforehand(browser: Browser, language: str) -> None:
    for form, query, field, value in (
        ("contact", "topic=counselling", "topic", "counselling"),
        ("contact", "topic=barrier&utm=1", "topic", "barrier"),
        ("complaint", "principle=respect", "principle", "respect"),
        ("complaint", "principle=x&principle=participation", "principle", "participation"),
    ):
        # Given a link that says what it is about
        response = await browser.get(f"{address(form, language)}?{query}")
        # Then that is chosen, and everything else is as it was built
        built = typed(await browser.get(address(form, language)))
        assert typed(response) == built | {field: [value]}


async def test_a_link_chooses_nothing_else(browser: Browser) -> None:
    for form, query in (
        ("contact", "topic=<script>alert(1)</script>"),
        ("contact", "topic=COUNSELLING"),
        ("contact", "topic="),
        ("contact", "reach_by=call&phone=0123456789&message=x&consent=yes"),
        ("complaint", "principle=none&what_happened=x&not_read_by=housing"),
        ("complaint", "principle=%ff%fe"),
        ("application", "name=x&adult=yes"),
    ):
        response = await browser.get(f"{address(form, 'de')}?{query}")
        assert typed(response) == typed(await browser.get(address(form, "de"))), query


async def test_what_no_form_asks_for_is_not_kept(
    browser: Browser, ledger: Ledger, sign_in: SignIn
) -> None:
    # Given fields that the form doesn't have, some named like the portal's own
    unknown: Said = {
        "inbox": "safeguarding",
        "status": "closed",
        "suspicious": "1",
        "hello": "HEIMLICH",
    }
    await browser.send("/de/beschwerde/", VALID["complaint"] | unknown)
    # Then the case is an ordinary one
    case = await ledger.only_case()
    assert (case.inbox, case.status, case.suspicious) == ("complaints", "new", False)
    # And staff see nothing of them
    lena = await sign_in("Lena")
    opened = await lena.open(case.id)
    assert "Niemand hat zugehört." in main_text(opened)
    assert "HEIMLICH" not in opened.text


async def test_what_was_written_arrives_as_it_was_written(
    browser: Browser, sign_in: SignIn
) -> None:
    # Given texts with markup, template marks, several scripts and lines
    story = f"{ARABIC_COMPLAINT}\r\n\r\n{NASTY}\r\n  Zeile"
    filled = VALID["complaint"] | {
        "what_happened": story,
        "name": "\u202eevil\u202c Ó\u0301 \u0000x",
    }
    number = await browser.send("/ar/beschwerde/", filled)
    # Then staff read them like that, but for what could make a text look like another one
    lena = await sign_in("Lena")
    opened = await lena.open(await lena.only_case())
    words = [each.raw_text for each in page(opened).classed("as-written")]
    assert words == [f"{ARABIC_COMPLAINT}\n\n{NASTY}\n  Zeile", "evil Ó\u0301 x"]
    first = page(opened).classed("as-written")[0]
    assert (first.get("lang"), first.get("dir")) == ("ar", "auto")
    assert not page(opened).all("script")
    # And so does the sender
    own = await (Browser(browser.app)).come_in(number, "ar")
    assert [each.raw_text for each in page(own).classed("as-written")] == words


@pytest.mark.parametrize(
    ("form", "values", "inbox"),
    [
        ("contact", {"topic": "counselling"}, "counselling"),
        ("contact", {"topic": "training"}, "training"),
        ("contact", {"topic": "project"}, "project"),
        ("contact", {"topic": "barrier"}, "questions"),
        ("contact", {}, "questions"),
        ("application", {}, "applications"),
        ("complaint", {"danger": "no"}, "complaints"),
        ("complaint", {"danger": "unknown"}, "complaints"),
        ("complaint", {"danger": "yes"}, "safeguarding"),
    ],
)
async def test_answers_decide_who_gets_it(
    browser: Browser, ledger: Ledger, form: str, values: Said, inbox: str
) -> None:
    await browser.send(address(form, "de"), VALID[form] | values)
    assert (await ledger.only_case()).inbox == inbox


async def test_a_consent_is_kept_with_its_words_language_and_time(
    browser: Browser, sign_in: SignIn
) -> None:
    # Given a request for counselling with a consent, given in Arabic
    request = VALID["contact"] | {
        "topic": "counselling",
        "message": ARABIC_COMPLAINT,
        "consent": "yes",
    }
    await browser.send("/ar/kontakt/", request)
    # Then staff see the sentence that was agreed to, and when
    lena = await sign_in("Lena")
    opened = await lena.open(await lena.only_case())
    (line,) = [
        each for each in page(opened).all("p") if "Zugestimmt am 16. November 2026" in each.text
    ]
    (words,) = line.all("span")
    assert words.get("lang") == "ar"
    tick = page(await browser.get("/ar/kontakt/")).one("label", **{"for": "consent"})
    assert words.text
    assert tick.text.startswith(words.text)


async def test_what_an_applicant_needs_stands_apart_from_the_rest(
    browser: Browser, sign_in: SignIn
) -> None:
    await browser.send("/en/bewerbung/", VALID["application"] | {"needs": "KINDERBETREUUNG"})
    lena = await sign_in("Lena")
    opened = await lena.open(await lena.only_case())
    first, apart = (each.text for each in page(opened).classed("answers"))
    assert "Amara" in first
    assert "KINDERBETREUUNG" not in first
    assert "KINDERBETREUUNG" in apart
    assert "Getrennt vom Rest" in main_text(opened)
