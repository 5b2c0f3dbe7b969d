"""A page is taken apart into texts and put together again, whatever blocks it has."""

from datetime import date

import pytest

from forms_service.rules.translations import Translation
from forms_service.world.page_texts import PageText, is_kept, read_page, write_page

TRANSLATION = Translation(source="0123456789ab", followed_on=date(2026, 5, 4))
FRONT_MATTER = "---\ntitle: 'Hilfe: jetzt'\nmenu: Hilfe\nform: contact\n"
NOTE = 'translation:\n  source: "0123456789ab"\n  followed_on: 2026-05-04\n  reviewed: false\n'
BODY = """---

# Hilfe {{ name("leitbild") }} { #hilfe }

Eine Zeile.  
Noch eine, mit\u00a0festem Abstand und \\*Stern\\*.

## 1. Liste { #liste }

- eins
- zwei
    - innen

1. Erst  
   dies.
2. 16\\. Mai

> Ein Zitat.

| Tag | Zeit |
| --- | ---- |
| Mo  | früh |

{{ part("ways") }}

<!-- after-form -->

<div class="steps" markdown="1">

Darin <span lang="en">text</span>.

</div>
"""  # noqa: W291 - two blanks are a line break


def test_every_kind_of_block_is_a_text_and_nothing_else_is() -> None:
    assert read_page(FRONT_MATTER + BODY).texts == (
        PageText("title", "front matter", "Hilfe: jetzt"),
        PageText("menu", "front matter", "Hilfe"),
        PageText("hilfe", "heading", 'Hilfe {{ name("leitbild") }}'),
        PageText(
            "hilfe",
            "paragraph",
            "Eine Zeile.\nNoch eine, mit\u00a0festem Abstand und \\*Stern\\*.",
        ),
        PageText("liste", "heading", "1. Liste"),
        PageText("liste", "list item", "eins"),
        PageText("liste", "list item", "zwei"),
        PageText("liste", "list item", "innen"),
        PageText("liste", "list item", "Erst\ndies."),
        PageText("liste", "list item", "16. Mai"),
        PageText("liste", "paragraph", "Ein Zitat."),
        *(PageText("liste", "cell of a table", text) for text in ("Tag", "Zeit", "Mo", "früh")),
        PageText("liste", "paragraph", 'Darin <span lang="en">text</span>.'),
    )


def test_a_page_put_together_from_its_own_texts_is_the_same() -> None:
    page = FRONT_MATTER + BODY
    texts = [each.text for each in read_page(page).texts]
    assert write_page(page, texts, TRANSLATION) == FRONT_MATTER + NOTE + BODY


def test_other_texts_stand_in_the_same_places() -> None:
    texts = [f"T{number}" for number in range(len(read_page(FRONT_MATTER + BODY).texts))]
    written = write_page(FRONT_MATTER + BODY, texts, TRANSLATION)
    assert [each.text for each in read_page(written).texts] == texts
    assert read_page(written).shape == read_page(FRONT_MATTER + BODY).shape
    assert "## T4 { #liste }\n\n- T5\n- T6\n    - T7\n\n1. T8\n2. T9\n\n> T10\n" in written


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("cell of a table", "a und b", True),
        ("cell of a table", "a | b", False),
        ("paragraph", "a | b\n---|---", False),
        ("paragraph", "~~~ a", False),
        ("heading", "a\nb", False),
        ("front matter", "# a | b", True),
    ],
)
def test_what_a_block_can_not_hold_is_known(kind: str, text: str, kept: bool) -> None:
    assert is_kept(text, kind) is kept
