"""The table of what is left, and pages that say by themselves that German has changed."""

import pytest

from tests.service.translating.conftest import Project, Says

Say = pytest.CaptureFixture[str]


def table(capsys: Say) -> dict[str, list[int]]:
    """By language: outdated, missing and unreviewed pages, empty sentences, missing settings."""
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 80 for line in lines)
    rows = [line.split() for line in lines[2:] if line]
    return {row[0]: [int(each) for each in row[1:]] for row in rows}


def test_the_table_counts_what_each_language_owes(project: Project, capsys: Say) -> None:
    assert project.run() == 0
    assert table(capsys) == {"ar": [0, 2, 0, 1, 2], "tr": [0, 1, 1, 0, 0]}


def test_when_german_changes_the_translations_say_so_by_themselves(
    project: Project, capsys: Say, said: Says
) -> None:
    # Given a Turkish page that followed the German one
    project.commit("2026-02-01")
    # When nobody touches anything but the German page
    project.replace("de", "index.md", "Wir antworten.", "Wir antworten bald.")
    project.commit("2026-03-05")
    # Then the table counts the page as outdated, and the language says since when
    assert project.run() == 0
    assert table(capsys)["tr"] == [1, 1, 1, 0, 0]
    assert project.run("tr") == 0
    assert "index.md: outdated since 2026-03-05; read by nobody" in said()


def test_without_git_an_outdated_page_says_which_day_it_follows(
    project: Project, said: Says
) -> None:
    project.replace("de", "index.md", "Wir antworten.", "Wir antworten bald.")
    assert project.run("show", "tr") == 0
    assert "index.md: outdated; it follows the German of 2026-01-10" in said()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('{{ name("leitbild") }} yardım', "Yardım", 'start, paragraph: lacks {{ name("leitbild")'),
        ("Siz yazarsınız.", "Siz <b>yazarsınız</b>.", "has <b> more often than German"),
        (
            "2. Biz cevap veririz.\n",
            "",
            "section start: German has “2. …”, the translation “</div>”",
        ),
        ("{ #start }", "{ #begin }", "on top: German has “# … { #start }”, the translation"),
        ("quick_exit: true\n", "", "on top: German has “quick_exit: True”, the translation"),
        ('{{ part("ways") }}\n', "", "one of the two pages ends before the other"),
    ],
)
def test_a_page_that_differs_from_the_german_one_says_where(
    project: Project, said: Says, old: str, new: str, says: str
) -> None:
    project.replace("tr", "index.md", old, new)
    assert project.run("tr") == 0
    assert says in said()


def test_a_language_names_its_missing_pages_sentences_and_settings(
    project: Project, capsys: Say
) -> None:
    assert project.run("ar") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "index.md: missing",
        "leitbild.md: missing",
        "Sentences without a translation: 1",
        "  - Weiter",
        "Texts of the organisation without a translation: 2",
        "  - settings: inboxes.complaints.title",
        "  - settings: hotlines.0.name",
    ]


def test_where_nothing_is_left_that_is_said_too(project: Project, said: Says) -> None:
    # Given one language, everything of it translated and read
    project.path("ar", "portal.po").unlink()
    config = project.folder / "mkdocs.yml"
    config.write_text(
        config.read_text(encoding="utf-8")
        .replace("[de, tr, ar]", "[de, tr]")
        .replace(", leitbild.md", ""),
        encoding="utf-8",
    )
    assert project.run("reviewed", "tr", "index", "--by", "Elif Yılmaz") == 0
    said()
    for words in ([], ["tr"]):
        assert project.run(*words) == 0
        assert said().endswith("Nothing is left to do.")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "xx"], "no language 'xx'"),
        (["show", "de"], "German is the source"),
        (["show", "ku"], "portal.po is missing"),
        (["export", "xx", "file.po"], "no language 'xx'"),
        (["--config", "nowhere.yml"], "nowhere.yml can't be used"),
    ],
)
def test_what_can_not_be_shown_is_said_in_one_sentence(
    project: Project, capsys: Say, words: list[str], says: str
) -> None:
    assert project.run(*words) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("anlaufstelle: ")
    assert says in line


def test_a_person_who_has_read_a_page_is_noted_in_it(project: Project, said: Says) -> None:
    before = project.read("tr", "index.md")
    assert (
        project.run("reviewed", "tr", "index.md", "--by", "Elif Y., {Dr}", "--on", "2026-04-01")
        == 0
    )
    assert project.read("tr", "index.md") == before.replace(
        "reviewed: false", "reviewed: {by: 'Elif Y., {Dr}', day: 2026-04-01}"
    )
    assert project.run("tr") == 0
    assert "index.md: read by" not in said().split("2026-04-01")[-1]


@pytest.mark.parametrize("page", ["leitbild", "nowhere"])
def test_a_page_that_is_not_there_can_not_have_been_read(
    project: Project, said: Says, page: str
) -> None:
    before = project.contents()
    assert project.run("reviewed", "tr", "index", page, "--by", "Elif") == 1
    assert f"tr/{page}.md isn't there" in said()
    assert project.contents() == before


def test_a_review_of_an_outdated_page_is_refused(project: Project, said: Says) -> None:
    project.replace("de", "index.md", "Wir antworten.", "Wir antworten bald.")
    before = project.contents()
    assert project.run("reviewed", "tr", "index", "--by", "Elif") == 1
    assert "tr/index.md follows an older German text" in said()
    assert project.contents() == before
