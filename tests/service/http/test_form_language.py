"""A form asked for in another language, or in two at once: nothing lost, nothing checked or kept."""

import httpx
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from forms_service.rules.fields import Field, LongText, Text
from forms_service.rules.forms import FORMS, SHOWN_IN, TRAP
from forms_service.world.site import Site
from forms_service.world.tables import case, receipt_copy
from tests.rules.markup import Element
from tests.service.http.actors import Browser, page, title, typed
from tests.service.http.examples import ERROR_WORD, NASTY, VALID, address
from tests.service.http.ledger import Ledger

EVERY_FORM = pytest.mark.parametrize("form", VALID)


def buttons(root: Element) -> dict[str, Element]:
    """The buttons that ask for the form in another way, by where they lead."""
    return {each.get("formaction"): each for each in root.all("button", name=SHOWN_IN)}


def twins(root: Element) -> list[Element]:
    return root.one("form", id="form").classed("twin")


@EVERY_FORM
async def test_given_a_half_filled_form_when_the_language_changes_then_all_of_it_stands_there(
    browser: Browser, ledger: Ledger, site: Site, form: str
) -> None:
    # Given a form with things right, wrong and missing
    german = page(await browser.get(address(form, "de")))
    filled = VALID[form] | {"name": NASTY, "phone": "12", "language": "so", TRAP: ""}
    # Then there is a button for each other language, with a name of its own
    leads = buttons(german)
    others = [code for code in site.languages if code != "de"]
    assert list(leads) == [f"{address(form, code)}#form" for code in others]
    assert all(leads[f"{address(form, code)}#form"].get("lang") for code in others)
    # When one of them is pressed
    answer = await browser.post(address(form, "ar"), filled | {SHOWN_IN: "de"})
    # Then the form stands there in that language, filled in, with nothing said about it
    assert answer.status_code == 200
    assert page(answer).one("html").get("lang") == "ar"
    assert page(answer).one("form", id="form").get("action") == f"{address(form, 'ar')}#next"
    again = typed(answer)
    fields = {each.name for each in FORMS[form].fields}
    for name, value in filled.items():
        if name in fields:
            assert again[name] == (value if isinstance(value, list) else [value])
    assert not page(answer).classed("error-summary")
    assert not title(answer).startswith(ERROR_WORD["ar"])
    # And nothing is kept, by us or by the browser
    assert await ledger.count(case) == await ledger.count(receipt_copy) == 0
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


async def test_given_a_language_nobody_chose_then_it_follows_the_page(browser: Browser) -> None:
    for form, chosen, expected in [
        ("contact", "de", "ti"),
        ("contact", "fa", "fa"),
        ("application", "de", "ti"),
    ]:
        answer = await browser.post(address(form, "ti"), {"language": chosen, SHOWN_IN: "de"})
        assert typed(answer)["language"] == [expected]


async def test_changing_the_language_often_counts_for_nothing(
    browser: Browser, ledger: Ledger
) -> None:
    for _ in range(40):
        await browser.post(address("complaint", "ar"), {SHOWN_IN: "de"})
    await browser.send(address("complaint", "ar"), VALID["complaint"])
    assert not (await ledger.only_case()).suspicious


@pytest.mark.parametrize("before", ["", "xx", "{language}", "de\x00", "ar" * 500])
async def test_a_forged_language_before_is_no_fault(browser: Browser, before: str) -> None:
    answer = await browser.post(address("contact", "ar"), {"name": "Amal", SHOWN_IN: before})
    assert answer.status_code == 200
    assert typed(answer)["name"] == ["Amal"]


@EVERY_FORM
@pytest.mark.parametrize("language", ["ar", "ti", "ls"])
async def test_given_a_helper_when_german_is_asked_for_then_every_word_of_the_form_is_there_twice(
    browser: Browser, form: str, language: str
) -> None:
    # Given a form with a name in it
    lead = f"{address(form, language)}?also=de#form"
    assert lead in buttons(page(await browser.get(address(form, language))))
    # When the helper presses the button
    answer = await browser.post(
        f"{address(form, language)}?also=de", {"name": "أمل", SHOWN_IN: language}
    )
    assert answer.status_code == 200
    assert typed(answer).get("name") == ["أمل"]
    # Then every label is followed by the German one
    root = page(answer)
    german = {each.text for each in twins(root)}
    assert all((each.get("lang"), each.get("dir")) == ("de", "ltr") for each in twins(root))
    if language != "ls":
        said = page(await browser.get(address(form, "de"))).one("form", id="form")
        # What isn't translated yet is German anyway, and stands there once.
        german |= {each.text for each in root.one("form", id="form") if not each.classed("twin")}
        for each in [*said.all("label", "legend", "h2"), *said.classed("field__help")]:
            if not each.all("a", "bdi") and each.get("class") not in ("trap", "form__german"):
                assert each.text in german
    # And it stays so: the form goes to that address, and the buttons know the way back
    assert root.one("form", id="form").get("action") == f"{address(form, language)}?also=de#next"
    assert f"{address(form, language)}#form" in buttons(root)
    assert f"{address(form, 'fa')}?also=de#form" in buttons(root)
    assert f"{address(form, 'de')}#form" in buttons(root)
    # And no link beside the form would lose what was typed
    assert "?" not in [each.get("href") for each in root.one("main").all("a")]


async def test_errors_are_said_in_both_languages_and_lead_to_the_fields(browser: Browser) -> None:
    answer = await browser.post("/ar/kontakt/?also=de", {"language": "zz", "principle": "respect"})
    assert answer.status_code == 422
    root = page(answer)
    summary = root.one(id="errors")
    german = {each.text for each in summary.classed("twin")}
    assert "Bitte wählen Sie, wie wir Sie erreichen können." in german
    assert "Bitte prüfen Sie 2 Stellen" in german
    for link in summary.all("a"):
        (target,) = root.all(id=link.get("href").removeprefix("#"))
        assert target.tag == "input"
    (error,) = root.all("p", id="reach_by-error")
    assert "Fehler: Bitte wählen Sie, wie wir Sie erreichen können." in error.text


async def test_a_list_becomes_choices_whose_names_a_helper_can_read(browser: Browser) -> None:
    answer = await browser.post("/ar/kontakt/?also=de", {"language": "fa", SHOWN_IN: "ar"})
    root = page(answer)
    assert not root.one("form", id="form").all("select")
    (label,) = root.all("label", **{"for": "language-fa"})
    assert label.text.startswith("فارسی")
    assert label.classed("twin")[0].text == "Persisch"
    assert "checked" in root.one("input", id="language-fa").attributes


async def test_whoever_sends_from_there_gets_a_number(browser: Browser, ledger: Ledger) -> None:
    await browser.send(f"{address('complaint', 'ar')}?also=de", VALID["complaint"])
    assert (await ledger.only_case()).language == "ar"


async def test_german_has_no_german_under_it(browser: Browser) -> None:
    plain = page(await browser.get(f"{address('contact', 'de')}?also=de"))
    assert not twins(plain)
    assert all("also" not in lead for lead in buttons(plain))


# A browser sends what HTML lets it: neither a zero byte nor half a surrogate pair.
anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("in_between", ["error", "language", "both languages"])
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(data=st.data())
async def test_any_text_comes_back_as_it_was_typed(
    browser: Browser, form: str, in_between: str, data: st.DataObject
) -> None:
    said = {
        each.name: data.draw(anything, label=each.name)
        for each in FORMS[form].fields
        if isinstance(each, Text)
    }
    # What a browser does to a text before it sends it: one line is one line, others end in CRLF.
    for each in FORMS[form].fields:
        if isinstance(each, LongText):
            said[each.name] = said[each.name].replace("\n", "\r\n")
        elif isinstance(each, Text):
            said[each.name] = said[each.name].replace("\n", "")
    query = "?also=de" if in_between == "both languages" else ""
    asked = {} if in_between == "error" else {SHOWN_IN: "de"}
    forged = {"language": "forged", "danger": "forged"}
    answer = await browser.post(f"{address(form, 'ar')}{query}", said | asked | forged)
    assert answer.status_code == (422 if in_between == "error" else 200)
    again = typed(answer)
    for name, text in said.items():
        assert again[name] == [text]


@pytest.mark.parametrize("form", FORMS)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(data=st.data())
async def test_what_isnt_offered_is_refused_and_never_shown_as_chosen(
    browser: Browser, ledger: Ledger, form: str, data: st.DataObject
) -> None:
    choices = [each for each in FORMS[form].fields if each.kind in ("choice", "choices", "tick")]
    each = data.draw(st.sampled_from(choices))
    forged = data.draw(anything.filter(bool))
    offered = {one.get("value") for one in _controls(await browser.get(address(form, "ar")), each)}
    assume(forged not in offered)
    answer = await browser.post(address(form, "ar"), VALID[form] | {each.name: forged})
    assert answer.status_code == 422
    assert page(answer).all("p", id=f"{each.name}-error")
    chosen = {"checked", "selected"}
    assert not [
        one
        for one in _controls(answer, each)
        if one.get("value") and chosen & one.attributes.keys()
    ]
    assert await ledger.count(case) == 0


def _controls(response: httpx.Response, each: Field) -> list[Element]:
    """The options of a field, whether they stand in a list or beside boxes."""
    form = page(response).one("form", id="form")
    lists = form.all("select", name=each.name)
    return [
        *form.all("input", name=each.name),
        *(one for each in lists for one in each.all("option")),
    ]
