"""Staff enter what somebody wrote on paper or told them, and hand over a slip with the number."""

from unittest.mock import patch

import httpx
import pytest

from forms_service.rules.forms import FORMS
from forms_service.usecases import submit
from forms_service.world.tables import audit
from tests.service.http.actors import (
    Browser,
    Desk,
    main_text,
    page,
    receipt_number,
    sentence,
    title,
    typed,
)
from tests.service.http.conftest import SignIn
from tests.service.http.ledger import Ledger
from tests.service.http.test_finding import search
from tests.service.http.test_list import listed

BY_TELEPHONE = {"form": "complaint", "channel": "spoken", "spoken": "ti"}


async def open_form(desk: Desk, **what: str) -> httpx.Response:
    """Choose what is to be entered and go on to the form."""
    query = "&".join(f"{name}={value}" for name, value in (BY_TELEPHONE | what).items())
    response = await desk.get(f"/staff/eingeben/?{query}")
    assert response.status_code == 200
    return response


async def enter(desk: Desk, opened: httpx.Response, **said: str | list[str]) -> httpx.Response:
    """Fill the form in and save it."""
    return await desk.post("/staff/eingeben/", {**typed(opened), **said})


async def test_a_complaint_told_by_telephone_becomes_a_case_and_a_slip(
    sign_in: SignIn, browser: Browser, ledger: Ledger
) -> None:
    # Given Sam, who works in English, at the telephone with somebody who speaks Tigrinya
    sam = await sign_in("Sam")
    opened = await open_form(sam)
    assert sentence("Was ist passiert?", "en") in main_text(opened)
    # When he types what he was told
    slip = await enter(sam, opened, what_happened="Nobody came.", name="ሰላም")
    # Then there is a case like any other, that says how it came
    case = await ledger.only_case()
    assert (case.form, case.channel, case.language, case.slip) == (
        "complaint", "spoken", "ti", True,
    )  # fmt: skip
    assert listed(await sam.get("/staff/")) == {case.id}
    assert listed(await search(sam, "ሠላም")) == {case.id}
    # And who entered it is noted
    (line,) = [row for row in await ledger.rows(audit) if row["action"] == "entered"]
    assert line["case_id"] == case.id
    assert line["member_id"] is not None
    # And the slip says in Tigrinya and in German what the number is for, kept by no cache
    assert slip.headers["cache-control"] == "no-store"
    words = page(slip).classed("slip__words")
    assert [each.get("lang") for each in words] == ["ti", "de"]
    for each, code in zip(words, ("ti", "de"), strict=True):
        assert f"https://portal.example.org/{code}/antwort/" in each.text
    assert "19. November 2026" in words[1].text
    number = receipt_number(slip)
    assert number not in str(slip.url)
    assert "set-cookie" not in slip.headers
    # And the number opens the case to the person
    assert (await browser.post("/ti/antwort/", {"number": number})).status_code in (200, 303)


@pytest.mark.parametrize("form", ["complaint", "contact"])
@pytest.mark.parametrize(("name", "language"), [("Lena", "de"), ("Sam", "en")])
async def test_the_form_asks_every_question_in_the_members_language(
    sign_in: SignIn, form: str, name: str, language: str
) -> None:
    opened = await open_form(await sign_in(name), form=form, spoken="ar")
    shown = page(opened).one("form", id="form")
    names = {each.get("name") for each in shown.all("input", "textarea", "select")}
    assert names == {each.name for each in FORMS[form].fields} | {
        "form", "channel", "spoken", "once", "writer",
    }  # fmt: skip
    for each in FORMS[form].fields:
        assert sentence(each.label, language) in shown.text
    # The language of the person is chosen already
    if form == "contact":
        assert typed(opened)["language"] == ["ar"]


async def test_mistakes_keep_everything(sign_in: SignIn, ledger: Ledger) -> None:
    lena = await sign_in("Lena")
    opened = await open_form(lena, channel="paper", spoken="ar")
    said: dict[str, str | list[str]] = {"answer_by": "call", "name": "سلمى", "place_other": "Hof"}
    said["not_read_by"] = ["housing"]
    response = await enter(lena, opened, **said)
    assert response.status_code == 422
    assert title(response).startswith("Fehler:")
    assert await ledger.cases() == []
    again = typed(response)
    for name, value in said.items():
        assert again[name] == ([value] if isinstance(value, str) else value)
    assert [again[name] for name in ("form", "channel", "spoken", "once")] == [
        ["complaint"], ["paper"], ["ar"], typed(opened)["once"],
    ]  # fmt: skip
    # And so does a fault of ours
    right = {"what_happened": "Es zieht.", "phone": "0151 2345678"}
    with patch.object(submit, "receive", side_effect=OSError):
        response = await lena.post("/staff/eingeben/", {**again, **right})
    assert response.status_code == 503
    assert typed(response)["what_happened"] == ["Es zieht."]
    receipt_number(await lena.post("/staff/eingeben/", typed(response)))
    assert (await ledger.only_case()).channel == "paper"


async def test_what_is_to_be_entered_must_be_chosen(sign_in: SignIn, ledger: Ledger) -> None:
    lena = await sign_in("Lena")
    assert (await lena.get("/staff/eingeben/")).status_code == 200
    right = {**typed(await open_form(lena)), "what_happened": "Eins."}
    for wrong in (
        {"form": "application"}, {"form": "x"}, {"channel": "web"}, {"spoken": "xx"},
        {"once": ""}, {"once": "x"}, {"once": "ä" * 44},
    ):  # fmt: skip
        response = await lena.post("/staff/eingeben/", {**right, **wrong})
        assert response.status_code == 422, wrong
        if "once" not in wrong:
            query = "&".join(f"{name}={value}" for name, value in (BY_TELEPHONE | wrong).items())
            assert (await lena.get(f"/staff/eingeben/?{query}")).status_code == 422
    assert await ledger.cases() == []


async def test_sending_the_same_form_twice_makes_one_case(sign_in: SignIn, ledger: Ledger) -> None:
    lena = await sign_in("Lena")
    opened = await open_form(lena)
    first = await enter(lena, opened, what_happened="Eins.")
    second = await enter(lena, opened, what_happened="Eins.")
    assert receipt_number(first) == receipt_number(second)
    assert len(await ledger.cases()) == 1
    # But somebody else who says the same has a case and a number of their own
    other = await enter(lena, await open_form(lena), what_happened="Eins.")
    assert receipt_number(other) != receipt_number(first)
    assert len(await ledger.cases()) == 2


@pytest.mark.parametrize(
    ("said", "finds_it"),
    [
        ({}, {"Lena", "Sam"}),
        ({"not_read_by": ["housing"]}, {"Lena"}),
        ({"not_read_by": ["support"]}, {"Sam"}),
        ({"about_staff": "yes"}, {"Omid"}),
        ({"not_read_by_other": "Sam"}, {"Omid"}),
        ({"danger": "yes"}, {"Mira"}),
    ],
)
async def test_who_may_read_it_is_decided_as_for_any_other(
    sign_in: SignIn, ledger: Ledger, said: dict[str, str | list[str]], finds_it: set[str]
) -> None:
    # Given Sam, who types a complaint that is perhaps about himself
    sam = await sign_in("Sam")
    slip = await enter(sam, await open_form(sam), what_happened="Er kam nicht.", **said)
    number = receipt_number(slip)
    case_id = (await ledger.only_case()).id
    # Then exactly those find it who would have, by the list, the address, the number or the text
    for name in ("Lena", "Sam", "Dana", "Ruth", "Omid", "Mira"):
        desk = await sign_in(name)
        there = {case_id} if name in finds_it else set()
        assert listed(await desk.get("/staff/")) == there, name
        assert listed(await search(desk, number)) == there, name
        assert (await desk.open(case_id)).status_code == (200 if there else 404), name


async def test_every_member_may_enter(sign_in: SignIn, ledger: Ledger) -> None:
    # Given Mira, who reads no complaints
    mira = await sign_in("Mira")
    receipt_number(await enter(mira, await open_form(mira), what_happened="Eins."))
    # Then the case is there, and not for her
    case = await ledger.only_case()
    assert listed(await mira.get("/staff/")) == set()
    assert (await mira.open(case.id)).status_code == 404


async def test_markup_stays_text(sign_in: SignIn) -> None:
    lena = await sign_in("Lena")
    nasty = "</textarea><script>alert(1)</script>"
    response = await enter(lena, await open_form(lena), what_happened="", name=nasty)
    assert "<script>" not in response.text
    assert typed(response)["name"] == [nasty]
