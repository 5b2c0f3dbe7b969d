"""A small project with two languages beside German, and somebody who works on an exported file."""

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from translate.storage.pypo import pofile, pounit

from forms_service.edges import translating
from forms_service.rules.translations import revision

HEADER = (
    'msgid ""\nmsgstr ""\n"Language: {code}\\n"\n"MIME-Version: 1.0\\n"\n'
    '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    '"Plural-Forms: {rule}\\n"\n\n'
)
RULES = {
    "tr": "nplurals=2; plural=(n > 1);",
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
        "n%100>=11 && n%100<=99 ? 4 : 5);"
    ),
}
SENTENCES = """msgid "Am %(date)s löschen wir alles."
msgstr "Her şeyi %(date)s tarihinde sileriz."

msgid "Weiter"
msgstr "Devam"

#. Translators: of a deadline
msgid "%(n)s Tag"
msgid_plural "%(n)s Tage"
msgstr[0] "bir gün"
msgstr[1] "%(n)s gün"

"""
MKDOCS = """site_name: Anlaufstelle
site_url: !ENV [NOWHERE, "http://127.0.0.1:8000/"]
nav: [index.md, leitbild.md]
extra:
  languages: [de, tr, ar]
  organisation:
    name: Anlaufstelle
    inboxes: {complaints: {title: {de: Beschwerden}, state: BB}}
    hotlines: [{number: "112", name: {de: Notruf}}]
"""
INDEX = """---
title: Startseite
description: Wer hier hilft.
quick_exit: true
---

# Wer hilft { #start }

{{ name("leitbild") }} hilft, siehe [Leitbild]({{ page_link("leitbild") }}).

<div class="steps" markdown="1">

1. Sie schreiben.
2. Wir antworten.

</div>

{{ part("ways") }}
"""
INDEX_TR = """---
title: Ana sayfa
description: Burada kim yardım eder.
quick_exit: true
translation:
  source: "{source}"
  followed_on: 2026-01-10
  reviewed: false
---

# Kim yardım eder { #start }

{{ name("leitbild") }} yardım eder, bkz. [İlkeler]({{ page_link("leitbild") }}).

<div class="steps" markdown="1">

1. Siz yazarsınız.
2. Biz cevap veririz.

</div>

{{ part("ways") }}
"""
LEITBILD = """---
title: Leitbild
description: Wofür wir stehen.
---

# Leitbild { #leitbild }

Ein Absatz.

Noch ein Absatz.
"""
SETTINGS_TR = """# Not yet read by anybody.
inboxes.complaints.title: Şikâyetler
hotlines.0.name: Acil çağrı
"""


@dataclass(frozen=True)
class Project:
    """The files of a project, and the command line in it."""

    folder: Path

    def run(self, *words: str) -> int:
        return translating.main(
            ["translations", "--config", str(self.folder / "mkdocs.yml"), *words]
        )

    def path(self, code: str, file: str) -> Path:
        if file.endswith(".po"):
            return self.folder / "forms_service/locale" / code / "LC_MESSAGES" / file
        return self.folder / "docs" / code / file

    def read(self, code: str, file: str) -> str:
        return self.path(code, file).read_text(encoding="utf-8")

    def write(self, code: str, file: str, content: str) -> None:
        path = self.path(code, file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def replace(self, code: str, file: str, old: str, new: str) -> None:
        content = self.read(code, file)
        assert old in content
        self.write(code, file, content.replace(old, new))

    def commit(self, day: str) -> None:
        """Keep everything as it is in git, on a day."""
        for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "."]):
            subprocess.run(
                ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *command],
                cwd=self.folder,
                env={**os.environ, "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"},
                check=True,
            )

    def contents(self) -> Mapping[Path, bytes]:
        """Every file as it is now."""
        folders = [self.folder / "docs", self.folder / "forms_service"]
        return {
            path: path.read_bytes()
            for folder in folders
            for path in folder.rglob("*")
            if path.is_file()
        }

    def export(self, code: str) -> "Translator":
        """Export a language to a file that isn't there yet, and open it as a translator would."""
        number = len(list(self.folder.glob("*.po")))
        path = self.folder / f"{code}-{number}.po"
        assert self.run("export", code, str(path)) == 0
        return Translator(path)


class Translator:
    """Works on a file with a tool for PO files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = pofile.parsefile(str(path))

    def entry(self, german: str) -> pounit:
        found: pounit
        (found,) = [unit for unit in self.file.units if str(unit.source) == german]
        return found

    def open_texts(self) -> list[str]:
        """The German texts that are still to be translated."""
        units = [unit for unit in self.file.units if not unit.isheader()]
        return [str(unit.source) for unit in units if unit.isfuzzy() or not str(unit.target)]

    def translate(self, texts: Mapping[str, str | list[str]]) -> str:
        """Give texts their translations, save the file, and return where it is."""
        for german, translation in texts.items():
            unit = self.entry(german)
            unit.target = translation
            unit.markfuzzy(False)
        return self.save()

    def save(self) -> str:
        self.file.savefile(str(self.path))
        return str(self.path)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Turkish has everything but `leitbild.md`; Arabic has only its empty catalogue."""
    made = Project(tmp_path)
    (tmp_path / "mkdocs.yml").write_text(MKDOCS, encoding="utf-8")
    made.write("de", "index.md", INDEX)
    made.write("de", "leitbild.md", LEITBILD)
    made.write("tr", "index.md", INDEX_TR.replace("{source}", revision(INDEX.encode())))
    made.write("tr", "organisation.yml", SETTINGS_TR)
    for code, sentences in (("tr", SENTENCES), ("ar", 'msgid "Weiter"\nmsgstr ""\n\n')):
        header = HEADER.replace("{code}", code).replace("{rule}", RULES[code])
        made.write(code, "portal.po", header + sentences)
    return made


Says = Callable[[], str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Says:
    """What the command line has said since it was asked last, wherever it said it."""

    def read() -> str:
        captured = capsys.readouterr()
        return " ".join(f"{captured.out}{captured.err}".split())

    return read
