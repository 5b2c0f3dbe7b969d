"""What is wrong in a translator's file is named before anything is written."""

from collections.abc import Callable

import pytest

from tests.service.translating.conftest import Project, Says, Translator

WITH_LINK = '{{ name("leitbild") }} hilft, siehe [Leitbild]({{ page_link("leitbild") }}).'
DATE = "Am %(date)s löschen wir alles."
DAYS = "%(n)s Tag"
KEPT = '{{ name("leitbild") }} yardım eder, [İlkeler]({{ page_link("leitbild") }})'


def is_refused(project: Project, said: Says, translator: Translator, *says: str) -> None:
    """Taking the file fails, says so, and leaves every file as it was."""
    before = project.contents()
    said()
    assert project.run("import", translator.save()) == 1
    heard = said()
    assert [each for each in says if each not in heard] == []
    assert project.contents() == before


@pytest.mark.parametrize(
    ("german", "translation", "says"),
    [
        (WITH_LINK, KEPT.replace('{{ name("leitbild") }}', "Dernek"), 'lacks {{ name("leitbild")'),
        (WITH_LINK, KEPT + "{{ secret }}", "has {{ secret }} more often than German"),
        (WITH_LINK, KEPT.replace("leitbild", "index"), 'lacks {{ page_link("leitbild") }}'),
        (WITH_LINK, KEPT + " [x](https://example.org/)", "link to https://example.org/"),
        ("Wir antworten.", "Cevap [veririz](kontakt.md).", "link to kontakt.md"),
        ("Wir antworten.", "Cevap <b>veririz</b>.", "has <b> more often"),
        ("Wir antworten.", '<span onclick="x()">Cevap</span>', "has <span onclick"),
        ("Wir antworten.", "<bdi>Cevap veririz.", "opens and closes <bdi>"),
        ("Wir antworten.", "{% for x in y %}", "has { more often"),
        ("Wir antworten.", "Cevap. { #id }", "has } more often"),
        ("Wir antworten.", "Cevap\x07", "control character"),
        ("Wir antworten.", "~~~ cevap", "as something else than text"),
        ("Weiter", "%(x)s", "has %(x)s more often"),
        (DATE, "Sileriz.", "lacks %(date)s"),
        (DATE, "%(date)s: 100 %", "a percent sign of its own"),
        (DAYS, ["bir gün", "gün"], "lacks %(n)s in every form"),
        (DAYS, ["", "%(n)s gün"], "needs 2 form(s) by number, has 1"),
        (DAYS, ["a", "b", "%(n)s gün"], "needs 2 form(s) by number, has 3"),
        ("Notruf", "Acil {{ çağrı }}", "has {{ çağrı }}"),
    ],
)
def test_a_translation_that_would_break_something_is_refused(
    project: Project, said: Says, german: str, translation: str | list[str], says: str
) -> None:
    translator = project.export("tr")
    translator.translate({german: translation, "Beschwerden": "Şikâyet"})
    is_refused(project, said, translator, translator.entry(german).getcontext(), german, says)
    # But the rest can be taken
    assert project.run("import", str(translator.path), "--partly") == 0
    assert "complaints.title: Şikâyet\n" in project.read("tr", "organisation.yml")


@pytest.mark.parametrize(
    ("german", "translation"),
    [
        ("Wir antworten.", 'Biz <span lang="de" dir="ltr">Antwort</span> <bdi>veririz</bdi>.'),
        (DAYS, ["bir gün", "%(n)s gün"]),
        ("Weiter", "100 %"),
        (WITH_LINK, '[İlkeler]({{ page_link("leitbild") }}) – {{ name("leitbild") }}'),
    ],
)
def test_a_translation_that_keeps_what_it_must_is_taken(
    project: Project, german: str, translation: str | list[str]
) -> None:
    assert project.run("import", project.export("tr").translate({german: translation})) == 0


def test_a_name_may_move_from_one_paragraph_to_another(project: Project) -> None:
    translator = project.export("tr")
    texts = {
        WITH_LINK: 'Bkz. [İlkeler]({{ page_link("leitbild") }}).',
        "Wir antworten.": '{{ name("leitbild") }} cevap verir.',
    }
    assert project.run("import", translator.translate(texts)) == 0
    assert '2. {{ name("leitbild") }} cevap verir.' in project.read("tr", "index.md")


def test_a_german_text_that_changed_meanwhile_is_named_and_the_rest_can_be_taken(
    project: Project, said: Says
) -> None:
    # Given a file on its way while the German page changes
    translator = project.export("tr")
    translator.translate({"Wir antworten.": "Cevap veririz.", "Weiter": "İleri"})
    project.replace("de", "index.md", "Wir antworten.", "Wir antworten bald.")
    # Then it isn't taken silently for another text
    is_refused(
        project,
        said,
        translator,
        "page index.md, section start: the German text isn't there (any more)",
        "“Wir antworten.”",
        "1 faults; nothing was taken",
    )
    # But what fits can be taken
    page = project.read("tr", "index.md")
    assert project.run("import", str(translator.path), "--partly") == 0
    assert 'msgstr "İleri"' in project.read("tr", "portal.po")
    assert project.read("tr", "index.md") == page


def test_a_page_with_a_wrong_text_stays_as_it_was_in_whole(project: Project, said: Says) -> None:
    # Given a name that moved within a page, and something wrong where it moved to
    translator = project.export("tr")
    texts = {
        WITH_LINK: 'Bkz. [İlkeler]({{ page_link("leitbild") }}).',
        "Wir antworten.": '{{ name("leitbild") }} cevap\x07 verir.',
        "Weiter": "İleri",
    }
    translator.translate(texts)
    before = project.read("tr", "index.md")
    # When only the rest is taken, then the page isn't left without the name
    assert project.run("import", str(translator.path), "--partly") == 0
    assert "index.md: left as it was; texts still open: 1" in said()
    assert project.read("tr", "index.md") == before
    assert 'msgstr "İleri"' in project.read("tr", "portal.po")


def test_a_changed_text_that_nobody_translated_hinders_nothing(project: Project) -> None:
    translator = project.export("tr")
    translator.entry("Ein Absatz.").markfuzzy(True)
    project.replace("de", "leitbild.md", "Ein Absatz.", "Ein anderer.")
    assert project.run("import", translator.save()) == 0


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("nplurals=3; plural=(n > 1);", "rule of plural forms isn't that of 'tr'"),
        ("nplurals=2; plural=(n == 0);", "rule of plural forms isn't that of 'tr'"),
        ("nplurals=2; plural=(n ><);", "rule of plural forms isn't that of 'tr'"),
        ("", "rule of plural forms isn't that of 'tr'"),
    ],
)
def test_another_rule_of_plural_forms_is_refused(
    project: Project, said: Says, rule: str, says: str
) -> None:
    translator = project.export("tr")
    translator.file.updateheader(Plural_Forms=rule)
    is_refused(project, said, translator, says)


def test_the_same_rule_may_be_written_otherwise(project: Project) -> None:
    translator = project.export("tr")
    translator.file.updateheader(Plural_Forms="nplurals=2; plural=n>=2;", Language="tr_TR")
    assert project.run("import", translator.translate({"Weiter": "İleri"})) == 0
    assert 'msgstr "İleri"' in project.read("tr", "portal.po")


def without_language(text: str) -> str:
    return text.replace('"Language: tr\\n"\n', "")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (without_language, "doesn't name the language"),
        (lambda text: text.replace("Language: tr", "Language: de"), "German is the source"),
        (lambda text: text.replace("Language: tr", "Language: xx"), "no language 'xx'"),
        (lambda text: text.replace("Language: tr", "Language: ar"), "rule of plural forms"),
        (lambda text: text + '\nmsgid "a\n', "can't be read as PO"),
        (lambda text: "Hello", "can't be read as PO"),
    ],
)
def test_a_file_that_is_not_from_here_is_refused(
    project: Project, said: Says, spoil: Callable[[str], str], says: str
) -> None:
    path = project.export("tr").path
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    said()
    assert project.run("import", str(path)) == 1
    assert says in said()


def test_an_earlier_file_of_another_language_is_refused(project: Project, said: Says) -> None:
    earlier = str(project.export("tr").path)
    file = project.folder / "new.po"
    assert project.run("export", "ar", str(file), "--with", earlier) == 1
    assert "is of the language 'tr'" in said()
    assert not file.exists()


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        (
            "index.md",
            "# Ohne Kopf { #start }\n",
            "index.md: the page doesn't begin with front matter",
        ),
        ("index.md", "---\ntitle: x\n---\n", "index.md: front matter, translation"),
        ("portal.po", "kein PO", "portal.po: "),
    ],
)
def test_a_file_that_can_not_be_read_is_named(
    project: Project, said: Says, file: str, content: str, says: str
) -> None:
    project.write("tr", file, content)
    assert project.run("show", "tr") == 1
    assert says in said()
