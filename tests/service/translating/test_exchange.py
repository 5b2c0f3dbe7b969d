"""A language travels to a translator in one file, and comes back without loss."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.translations import revision
from forms_service.world.page_texts import as_typed, is_kept
from tests.service.translating.conftest import LEITBILD, RULES, Project, Says

LEITBILD_IN_TURKISH = {
    "Leitbild": "İlkeler",
    "Wofür wir stehen.": "Neyi savunuyoruz.",
    "Ein Absatz.": "Bir paragraf.",
    "Noch ein Absatz.": "Bir paragraf daha.",
}


def written_leitbild(**changed: str) -> str:
    """The Turkish page as it must be written, of the German page as it was at first."""
    facts = {
        "first": "Bir paragraf.",
        "source": revision(LEITBILD.encode()),
        "day": "2026-05-04",
        "reviewed": "false",
    } | changed
    return (
        "---\ntitle: İlkeler\ndescription: Neyi savunuyoruz.\ntranslation:\n"
        f'  source: "{facts["source"]}"\n  followed_on: {facts["day"]}\n'
        f"  reviewed: {facts['reviewed']}\n---\n\n# İlkeler {{ #leitbild }}\n\n"
        f"{facts['first']}\n\nBir paragraf daha.\n"
    )


def finish_leitbild(project: Project, *options: str) -> None:
    """Let Turkish have the page that it lacks."""
    translator = project.export("tr")
    for unit in translator.file.units:
        if "leitbild.md" in unit.getcontext():
            unit.target = LEITBILD_IN_TURKISH[str(unit.source)]
    assert project.run("import", translator.save(), "--on", "2026-05-04", *options) == 0


def test_the_file_holds_everything_with_its_place_and_what_to_keep(project: Project) -> None:
    translator = project.export("tr")
    assert translator.file.parseheader()["Language"] == "tr"
    assert translator.file.parseheader()["Plural-Forms"] == RULES["tr"]
    units = [unit for unit in translator.file.units if not unit.isheader()]
    assert [(unit.getcontext(), str(unit.source)) for unit in units] == [
        ("page index.md, title", "Startseite"),
        ("page index.md, description", "Wer hier hilft."),
        ("page index.md, section start", "Wer hilft"),
        (
            "page index.md, section start",
            '{{ name("leitbild") }} hilft, siehe [Leitbild]({{ page_link("leitbild") }}).',
        ),
        ("page index.md, section start", "Sie schreiben."),
        ("page index.md, section start", "Wir antworten."),
        ("page leitbild.md, title", "Leitbild"),
        ("page leitbild.md, description", "Wofür wir stehen."),
        ("page leitbild.md, section leitbild", "Leitbild"),
        ("page leitbild.md, section leitbild", "Ein Absatz."),
        ("page leitbild.md, section leitbild", "Noch ein Absatz."),
        ("sentence", "Am %(date)s löschen wir alles."),
        ("sentence", "Weiter"),
        ("sentence", "%(n)s Tag"),
        ("settings: inboxes.complaints.title", "Beschwerden"),
        ("settings: hotlines.0.name", "Notruf"),
    ]
    assert translator.entry("Weiter").target == "Devam"
    assert [str(each) for each in translator.entry("%(n)s Tag").target.strings] == [
        "bir gün",
        "%(n)s gün",
    ]
    assert "of a deadline" in translator.entry("%(n)s Tag").getnotes()
    assert (
        "Keep as it is: %(date)s" in translator.entry("Am %(date)s löschen wir alles.").getnotes()
    )
    assert "List item" in translator.entry("Wir antworten.").getnotes()
    assert translator.entry("Ein Absatz.").target == ""


def test_what_comes_back_as_it_left_changes_no_file(project: Project, said: Says) -> None:
    finish_leitbild(project)
    before = project.contents()
    translator = project.export("tr")
    assert project.run("import", str(translator.path)) == 0
    assert "Nothing changed." in said()
    assert project.contents() == before


def test_a_page_is_written_once_all_its_texts_are_there(project: Project, said: Says) -> None:
    # Given a file in which one text of a missing page is still fuzzy
    translator = project.export("tr")
    for unit in translator.file.units:
        if "leitbild.md" in unit.getcontext():
            unit.target = LEITBILD_IN_TURKISH[str(unit.source)]
    translator.entry("Ein Absatz.").markfuzzy(True)
    translator.entry("Weiter").target = "İleri"
    # When it is taken over, then the rest is, and the page isn't begun
    before = project.contents()
    assert project.run("import", translator.save()) == 0
    assert "leitbild.md: left as it was; texts still open: 1" in said()
    changed = project.contents().items() - before.items()
    assert [path.name for path, _ in changed] == ["portal.po"]
    assert project.read("tr", "portal.po").count('msgstr "İleri"') == 1
    # And what was done stands in the next file, if the first one is named
    again = project.folder / "again.po"
    assert project.run("export", "tr", str(again), "--with", str(translator.path)) == 0
    assert "again.po: 16 texts, 1 of them to translate." in said()
    # When the last text comes, then the page is whole
    translator.entry("Ein Absatz.").markfuzzy(False)
    assert project.run("import", translator.save(), "--on", "2026-05-04") == 0
    assert project.read("tr", "leitbild.md") == written_leitbild()


def test_a_changed_german_text_comes_fuzzy_with_what_it_was(project: Project) -> None:
    # Given a translated page, both texts of it in git
    finish_leitbild(project)
    project.commit("2026-06-01")
    # When the German changes one text, moves another and gets a new one
    german = LEITBILD.replace(
        "Ein Absatz.\n\nNoch ein Absatz.",
        "Noch ein Absatz.\n\nEin langer Absatz.\n\n## Neues { #neues }\n\nGanz neu.",
    )
    project.write("de", "leitbild.md", german)
    # Then only what was made for other words is left to do
    translator = project.export("tr")
    assert translator.open_texts() == ["Ein langer Absatz.", "Neues", "Ganz neu."]
    assert translator.entry("Noch ein Absatz.").target == "Bir paragraf daha."
    # And when it is done, the page follows the present German, from that day
    done = translator.translate(
        {"Ein langer Absatz.": "Uzun bir paragraf.", "Neues": "Yeni", "Ganz neu.": "Yepyeni."}
    )
    assert project.run("import", done, "--on", "2026-07-02") == 0
    written = project.read("tr", "leitbild.md")
    assert f'source: "{revision(german.encode())}"\n  followed_on: 2026-07-02\n' in written
    assert written.endswith(
        "Bir paragraf daha.\n\nUzun bir paragraf.\n\n## Yeni { #neues }\n\nYepyeni.\n"
    )


def test_a_text_that_was_reworded_shows_the_old_words(project: Project) -> None:
    finish_leitbild(project)
    project.commit("2026-06-01")
    project.replace("de", "leitbild.md", "Noch ein Absatz.", "Noch ein guter Absatz.")
    changed = project.export("tr").entry("Noch ein guter Absatz.")
    assert changed.isfuzzy()
    assert str(changed.prev_source) == "Noch ein Absatz."
    assert str(changed.target) == "Bir paragraf daha."


def test_without_git_every_text_of_a_changed_page_is_to_be_looked_at(project: Project) -> None:
    finish_leitbild(project)
    project.replace("de", "leitbild.md", "Ein Absatz.", "Ein langer Absatz.")
    translator = project.export("tr")
    assert len(translator.open_texts()) == 5
    changed = translator.entry("Ein langer Absatz.")
    assert (changed.isfuzzy(), str(changed.target)) == (True, "Bir paragraf.")
    assert str(changed.prev_source) == ""


def test_a_new_language_is_written_from_one_file(project: Project) -> None:
    # Given a language with nothing but its catalogue, in a script from right to left
    translator = project.export("ar")
    for unit in translator.file.units:
        if not unit.isheader():
            unit.target = (
                str(unit.source).replace("Wir antworten", "نُجيب «1»").replace("Noch", "ثم")
            )
    assert project.run("import", translator.save(), "--on", "2026-05-04") == 0
    assert "2. نُجيب «1».\n\n</div>" in project.read("ar", "index.md")
    assert "inboxes.complaints.title: Beschwerden\n" in project.read("ar", "organisation.yml")
    before = project.contents()
    assert project.run("import", str(project.export("ar").path)) == 0
    assert project.contents() == before


def test_a_page_whose_words_change_has_to_be_read_again(project: Project) -> None:
    # Given a page that somebody has read
    finish_leitbild(project)
    assert project.run("reviewed", "tr", "leitbild", "--by", "Elif", "--on", "2026-05-05") == 0
    read = "{by: Elif, day: 2026-05-05}"
    assert project.read("tr", "leitbild.md") == written_leitbild(reviewed=read)
    # When a file changes another page, then the note stays
    translator = project.export("tr")
    assert project.run("import", translator.translate({"Sie schreiben.": "Yazarsınız."})) == 0
    assert project.read("tr", "leitbild.md") == written_leitbild(reviewed=read)
    # When it changes this one, then nobody has read it
    assert project.run("import", translator.translate({"Ein Absatz.": "Yeni."})) == 0
    assert project.read("tr", "leitbild.md") == written_leitbild(first="Yeni.")
    # Unless the one who changed it is named
    done = translator.translate({"Ein Absatz.": "Daha yeni."})
    options = ("--reviewed-by", "Deniz", "--on", "2026-08-09")
    assert project.run("import", done, *options) == 0
    assert project.read("tr", "leitbild.md") == written_leitbild(
        first="Daha yeni.", reviewed="{by: Deniz, day: 2026-08-09}"
    )


def test_an_exported_file_is_never_written_over(project: Project, said: Says) -> None:
    translator = project.export("tr")
    assert project.run("export", "tr", str(translator.path)) == 1
    assert "is there already" in said()


def test_without_a_day_it_is_today(project: Project) -> None:
    project.replace("de", "index.md", "quick_exit: true\n", "")
    assert project.run("import", str(project.export("tr").path)) == 0
    translator = project.export("tr")
    for unit in translator.file.units:
        unit.markfuzzy(False)
    earliest = date.today()  # noqa: DTZ011 - a day earlier or later is the same mistake
    assert project.run("import", translator.save()) == 0
    (line,) = [each for each in project.read("tr", "index.md").splitlines() if "followed" in each]
    assert abs(date.fromisoformat(line.split()[-1]) - earliest).days <= 1


TYPED = st.text(
    st.one_of(
        st.sampled_from("\n #-*+>|`_[]()!=.:;&1١\"'\\\u00a0\u202f\u2028\u200f\u0301ab"),
        st.characters(
            codec="utf-8", exclude_categories=("Cs", "Co", "Cc"), exclude_characters="<{}"
        ),
    ),
    min_size=1,
)


@given(typed=TYPED, kind=st.sampled_from(["paragraph", "list item", "heading"]))
def test_whatever_is_typed_into_a_page_is_read_back_or_refused(typed: str, kind: str) -> None:
    """Refused is only what Markdown can't hold: a fence of tildes, a heading's line of dashes."""
    text = as_typed(f"{typed} a", kind)
    assert is_kept(text, kind) or "~~~" in text or "\n" in text


@pytest.mark.parametrize(
    "typed",
    [
        'Er sagt: "ja" \\ und \\n',
        "- kein Punkt einer Liste",
        "\\- mit einem Strich davor",
        "# keine Überschrift",
        "1. Mai 1986. Ein Tag",
        "١. مايو",
        "> kein Zitat",
        ". a",
        "a | b",
        "erste Zeile\n- zweite Zeile\n# dritte",
        "«\u00a0oui\u202f!\u00a0»",
        "مرحبا (PM)، é e\u0301 \u200fab",
        "--- kein Ende",
        "* * *\na",
        "[a]: b",
        "yes: no",
        "100 % *wahr* und **fett**",
    ],
)
def test_what_a_translator_may_type_survives_the_way_there_and_back(
    project: Project, typed: str
) -> None:
    # When the same words are typed for blocks of a page, its titles, a sentence and a setting
    finish_leitbild(project)
    blocks = ["Ein Absatz.", "Wir antworten."]
    titles = ["Wer hilft", "Startseite"]
    others = ["Weiter", "Notruf"]
    translator = project.export("tr")
    done = translator.translate(dict.fromkeys([*blocks, *titles, *others], typed))
    assert project.run("import", done) == 0
    # Then they are there in the next file (a title has one line)
    again = project.export("tr")
    assert {str(again.entry(each).target) for each in blocks + others} == {typed}
    assert {str(again.entry(each).target) for each in titles} == {typed.replace("\n", " ")}
    # And taking that file changes nothing
    before = project.contents()
    assert project.run("import", str(again.path)) == 0
    assert project.contents() == before


def test_blanks_that_no_reader_sees_are_taken_out_of_a_page(project: Project) -> None:
    translator = project.export("tr")
    done = translator.translate({"Wir antworten.": "\n  iki   söz \n\n ve bir \n"})
    assert project.run("import", done) == 0
    assert "2. iki söz  \n   ve bir\n" in project.read("tr", "index.md")
