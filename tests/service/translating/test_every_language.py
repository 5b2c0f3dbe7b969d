"""The portal's own texts, in every language, go out and come back without loss."""

import shutil
from pathlib import Path

import msgspec
import pytest

from forms_service.rules.catalogues import written_catalogue
from forms_service.rules.languages import LANGUAGES, SOURCE
from forms_service.rules.translations import Translation, revision
from forms_service.world.page_texts import read_page, with_translation, write_page
from forms_service.world.translation_files import open_files
from tests.conftest import PROJECT
from tests.service.translating.conftest import Project, Says

every_language = pytest.mark.parametrize("code", [each for each in LANGUAGES if each != SOURCE])


@pytest.fixture
def copy(tmp_path: Path) -> Project:
    """The portal as it stands; pages with the blocks of the German ones count as up to date."""
    shutil.copy(PROJECT / "mkdocs.yml", tmp_path)
    shutil.copytree(PROJECT / "docs", tmp_path / "docs")
    locale = Path("forms_service/locale")
    shutil.copytree(PROJECT / locale, tmp_path / locale)
    return Project(tmp_path)


def translation_of(page: str) -> Translation:
    return msgspec.convert(read_page(page).front_matter["translation"], Translation)


@every_language
def test_a_whole_language_comes_back_as_it_left(copy: Project, said: Says, code: str) -> None:
    # Given a language whose pages follow the present German
    files = open_files(copy.folder / "mkdocs.yml")
    followed = 0
    for name in files.pages:
        page, german = files.page(code, name), files.german(name)
        if page and read_page(page).shape == read_page(german).shape:
            translation = msgspec.structs.replace(
                translation_of(page), source=revision(german.encode())
            )
            copy.path(code, f"{name}.md").write_bytes(with_translation(page, translation).encode())
            followed += 1
    assert followed > 8
    before = copy.contents()
    # When it goes out and comes back, then no file is touched
    path = str(copy.export(code).path)
    assert copy.run("import", path) == 0
    assert "Nothing changed." in said()
    assert copy.contents() == before
    # And where sentences and settings were lost, the file brings them back
    sentences, settings = files.sentences(code), files.settings(code)
    for message in sentences.catalogue:
        message.string = ""
    emptied = written_catalogue(sentences.header, sentences.catalogue)
    copy.write(code, "portal.po", emptied)
    copy.path(code, "organisation.yml").unlink()
    assert copy.run("import", path) == 0
    assert copy.path(code, "portal.po").read_bytes() == before[copy.path(code, "portal.po")]
    assert files.settings(code) == settings


@every_language
def test_every_page_can_be_put_together_from_its_texts(code: str) -> None:
    files = open_files(PROJECT / "mkdocs.yml")
    for name in files.pages:
        page, german = files.page(code, name), files.german(name)
        if page and read_page(page).shape == read_page(german).shape:
            texts = [each.text for each in read_page(page).texts]
            written = write_page(german, texts, translation_of(page))
            # The front matter may be quoted otherwise; not a letter of the rest changes.
            assert written.split("---\n", 2)[2] == page.split("---\n", 2)[2]
            assert read_page(written) == read_page(page)
