"""The forms on paper: the same questions in the same order, in the reader's language and German."""

from typing import Any

import pytest

from forms_service.rules.catalogues import texts_for
from forms_service.rules.forms import FORMS, Form, options_of
from forms_service.rules.languages import LANGUAGES
from forms_service.rules.organisation import read_organisation
from forms_service.rules.rendering import label_of, render_paper
from tests.rules.examples import offered_languages, organisation_of_the_site
from tests.rules.markup import Element, one_line, parse
from tests.site.markup import Page

ON_PAPER = [form for form in FORMS.values() if form.on_paper]

each_sheet = pytest.mark.parametrize(
    ("form", "code"),
    [(form, code) for form in ON_PAPER for code in offered_languages()],
    ids=lambda value: value if isinstance(value, str) else value.name,
)


def sheet(form: Form, code: str) -> Element:
    return parse(render_paper(form, texts_for(code), organisation_of_the_site()))


def test_contact_and_complaint_can_be_printed_and_applications_come_online() -> None:
    assert {form.name for form in ON_PAPER} == {"contact", "complaint"}


@each_sheet
def test_every_question_stands_there_in_order_in_both_languages(form: Form, code: str) -> None:
    organisation = organisation_of_the_site()
    for language in (code, "de"):
        text, place = sheet(form, code).text, 0
        for each in form.fields:
            label = one_line(label_of(each, texts_for(language), organisation))
            place = text.find(label, place)
            assert place >= 0, label


@each_sheet
def test_there_is_a_box_for_every_choice_and_a_line_for_every_text(form: Form, code: str) -> None:
    organisation = organisation_of_the_site()
    questions = sheet(form, code).classed("question")
    for each, question in zip(form.fields, questions, strict=True):
        boxes, lines = question.classed("box"), question.classed("line")
        choices = options_of(each, organisation, code)
        assert len(boxes) == (len(choices) or (each.kind in ("tick", "files")))
        assert bool(lines) == (not boxes)
        assert len(lines) >= (getattr(each, "rows", 1) if lines else 0)


@each_sheet
def test_it_says_who_reads_it_and_shows_no_code_of_machines(form: Form, code: str) -> None:
    root = sheet(form, code)
    assert one_line(organisation_of_the_site().inboxes[form.inbox].read_by[code]) in root.text or (
        form.name == "contact"
    )
    assert not root.all("input", "textarea", "select", "button")
    assert not {each.name for each in form.fields if "_" in each.name} & set(root.text.split())
    german = root.classed("twin")
    assert bool(german) == (code != "de")
    assert all((each.get("lang"), each.get("dir")) == ("de", "ltr") for each in german)


def test_it_says_where_to_hand_it_in(portal: dict[str, Any]) -> None:
    settings = portal["organisation"]
    office = "Geben Sie das Blatt bei uns im Büro ab."
    without = parse(render_paper(FORMS["complaint"], texts_for("de"), read_organisation(settings)))
    assert office in [each.text for each in without.all("p")]
    bodies = {
        key: body | {"address": f"Beispielweg {place}"}
        for place, (key, body) in enumerate(settings["bodies"].items())
    }
    with_address = parse(
        render_paper(
            FORMS["complaint"],
            texts_for("de"),
            read_organisation(settings | {"bodies": bodies}),
        )
    )
    reader = settings["inboxes"]["complaints"]["organisation"]
    (address,) = [body["address"] for body in bodies.values() if body["name"] == reader]
    shown = [each.text for each in with_address.all("bdi") if "Beispielweg" in each.text]
    assert shown == [f"{reader}, {address}"]


def test_the_form_leads_there_and_search_engines_do_not(
    by_address: dict[str, Page], portal: dict[str, Any], pages: list[Page]
) -> None:
    for code in portal["languages"]:
        for form in ON_PAPER:
            address = f"/{code}/{form.page}/papier/"
            paper = by_address[address]
            leading = by_address[f"/{code}/{form.page}/"].all("a")
            assert address in [link.attributes["href"] for link in leading]
            assert paper.one("meta", name="robots").attributes["content"] == "noindex"
            assert paper.one("html").attributes["dir"] == LANGUAGES[code].direction
            # As on the form's own page: nothing in the tab tells what it is, and one can leave.
            assert paper.one("a", id="exit").attributes["href"]
            assert paper.one("title").text == by_address[f"/{code}/{form.page}/"].one("title").text
    papers = [page for page in pages if page.address.endswith("/papier/")]
    assert len(papers) == len(ON_PAPER) * len(portal["languages"])
