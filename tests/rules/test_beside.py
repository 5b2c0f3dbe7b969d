"""German beside another language: every block, in order, once, and marked."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forms_service.rules.beside import with_german_beside
from forms_service.rules.languages import LANGUAGES
from tests.rules.markup import Element, parse

ARABIC = LANGUAGES["ar"]
blocks = st.lists(st.sampled_from(["h2", "p", "ul", "div"]), min_size=1, max_size=12)


def _main(kinds: list[str], words: str) -> str:
    inner = "\n".join(
        f'<{kind} id="b{n}"><span>{words}{n}<br></span></{kind}>' for n, kind in enumerate(kinds)
    )
    return f'<p class="note">{words}</p><div class="text">\n{inner}\n</div>'


def _pairs(html: str) -> list[tuple[Element, Element]]:
    pairs = parse(html).classed("pair")
    return [(pair.all("div")[0], pair.all("div")[1]) for pair in pairs]


@given(blocks)
def test_given_the_same_blocks_then_each_stands_beside_its_twin(kinds: list[str]) -> None:
    kinds = ["p" if kind == "div" else kind for kind in kinds]
    html = with_german_beside(_main(kinds, "ع"), _main(kinds, "d"), ARABIC)
    said = [(own.text, german.text) for own, german in _pairs(html)]
    assert said == [(f"ع{n}", f"d{n}") for n in range(len(kinds))]
    for _, german in _pairs(html):
        assert (german.get("lang"), german.get("dir")) == ("de", "ltr")


def test_of_two_lists_alike_each_item_stands_beside_its_own() -> None:
    own = (
        "<ul><li>ع1<br>ع</li><li>ع2</li></ul>",
        '<div class="steps">\n<ol><li>ع3</li></ol>\n</div>',
    )
    german = "<ul><li>d1</li><li>d2</li></ul>", '<div class="steps">\n<ol><li>d3</li></ol>\n</div>'
    mains = ['<div class="text">' + "\n".join(each) + "</div>" for each in (own, german)]
    html = with_german_beside(mains[0], mains[1], ARABIC)
    said = [(one.text, other.text) for one, other in _pairs(html)]
    assert said == [("ع1ع", "d1"), ("ع2", "d2"), ("ع3", "d3")]
    assert [each.text for each in parse(html).all("li")] == ["ع1عd1", "ع2d2", "ع3d3"]


@given(blocks, blocks)
@example(own=["ul", "p", "ul"], german=["ul", "p", "ul", "h2"])
def test_given_other_blocks_then_nothing_is_lost_or_said_twice(
    own: list[str], german: list[str]
) -> None:
    html = with_german_beside(_main(own, "ع"), _main(german, "d"), ARABIC)
    text = parse(html).text.replace(" ", "")
    assert text.count("ع") == len(own) + 1
    assert text.count("d") == len(german)


@given(blocks)
def test_ids_stay_unique(kinds: list[str]) -> None:
    html = with_german_beside(_main(kinds, "ع"), _main(kinds, "d"), ARABIC)
    ids = [each.get("id") for each in parse(html) if "id" in each.attributes]
    assert len(ids) == len(set(ids)) == len(kinds)


def test_a_form_stands_once_and_in_the_readers_language() -> None:
    form = "<!--slot:form--><form><p>{}</p></form><!--/slot:form-->"
    own, german = (
        f'<div class="text">\n<h1>{word}1</h1>\n{form.format(word)}\n<p>{word}2</p>\n</div>'
        for word in ("ع", "d")
    )
    html = with_german_beside(own, german, ARABIC)
    assert parse(html).all("form")[0].text == "ع"
    assert html.count("<form>") == 1
    assert html.index("d1") < html.index("<form>") < html.index("ع2") < html.index("d2")


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("../antwort/", "../antwort/?also=de"),
        ("../antwort/#nummer", "../antwort/?also=de#nummer"),
        ("../kontakt/?topic=other", "../kontakt/?topic=other&amp;also=de"),
        ("/de/beschwerde/?principle=respect#form", "/ar/beschwerde/?principle=respect&amp;also=de#form"),
        ("/ar/beschwerde/", "/ar/beschwerde/?also=de"),
        ("/ar/aktuelles/course.ics", "/ar/aktuelles/course.ics"),
        ("https://www.ipsocontext.org/", "https://www.ipsocontext.org/"),
        ("tel:112", "tel:112"),
        ("#form", "#form"),
    ],
)  # fmt: skip
def test_links_to_pages_lead_on_side_by_side(link: str, leads: str) -> None:
    html = with_german_beside(
        '<div class="text"><p>x</p></div>',
        f'<div class="text"><p><a href="{link}">y</a></p></div>',
        ARABIC,
    )
    assert f'<a href="{leads}">' in html
