"""Where the texts of every language lie: pages, sentences, settings; and what git knows of them.

Reads and writes files below the project's folder. What the texts mean is not known here.
"""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po
from mkdocs.exceptions import MkDocsException
from mkdocs.utils.yaml import yaml_load

from forms_service.rules.languages import LANGUAGES, SOURCE
from forms_service.rules.organisation import TRANSLATIONS
from forms_service.rules.translations import revision

_LOCALE = Path("forms_service/locale")
_NEW_SETTINGS = (
    "# The organisation's own texts (mkdocs.yml, extra.organisation) in this language.\n"
)


class FilesError(ValueError):
    """A file that translating needs is missing or can't be read; the message names it."""


@dataclass(frozen=True)
class Sentences:
    """A language's `portal.po`: its header as it stands, and the sentences."""

    header: str
    catalogue: Catalog

    @property
    def plural_rule(self) -> str:
        """What the header says on plural forms."""
        return self.catalogue.plural_forms


@dataclass(frozen=True)
class TranslationFiles:
    """The files of one project. `pages` are its pages in reader's order, without their suffix."""

    docs: Path
    locale: Path
    pages: tuple[str, ...]
    languages: tuple[str, ...]
    german_settings: Mapping[str, str]

    def page_path(self, code: str, name: str) -> Path:
        """Return where a page lies in a language."""
        return self.docs / code / f"{name}.md"

    def page(self, code: str, name: str) -> str | None:
        """Return a page as it stands, or None where the language hasn't got it."""
        path = self.page_path(code, name)
        return path.read_bytes().decode() if path.exists() else None

    def german(self, name: str) -> str:
        """Return a German page as it is now."""
        page = self.page(SOURCE, name)
        if page is None:
            raise FilesError(f"{self.page_path(SOURCE, name)} is missing")
        return page

    def german_before(self, name: str, source: str) -> tuple[str | None, date | None]:
        """Return the German page of the revision `source`, and the day it was changed.

        Either is None where git, or its memory of the page, doesn't tell.
        """
        changed_on = None
        for day, content in self._versions(self.page_path(SOURCE, name)):
            if revision(content) == source:
                return content.decode(), changed_on
            changed_on = day
        return None, None

    def catalogue_path(self, code: str) -> Path:
        """Return where the sentences of a language lie."""
        return self.locale / code / "LC_MESSAGES" / "portal.po"

    def sentences(self, code: str) -> Sentences:
        """Return the sentences of a language."""
        path = self.catalogue_path(code)
        if not path.exists():
            raise FilesError(f"{path} is missing; project/translating.md says how to begin it")
        header = path.read_text(encoding="utf-8").split("\n\n", 1)[0]
        try:
            with path.open("rb") as file:
                return Sentences(header, read_po(file, abort_invalid=True))
        except (PoFileError, ValueError) as error:
            raise FilesError(f"{path}: {error}") from error

    def settings_path(self, code: str) -> Path:
        """Return where the settings' texts of a language lie."""
        return self.docs / code / TRANSLATIONS

    def settings(self, code: str) -> dict[str, str]:
        """Return the settings' texts of a language by their places."""
        path = self.settings_path(code)
        found = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
        return {place: str(text) for place, text in (found or {}).items()}

    def settings_file(self, code: str, texts: Mapping[str, str]) -> str:
        """Return what the file of the settings' texts holds with other texts in it.

        The comments on its top stay; the texts stand in the order of the German ones.
        """
        path = self.settings_path(code)
        old = path.read_text(encoding="utf-8") if path.exists() else _NEW_SETTINGS
        top = [line for line in old.splitlines(keepends=True) if line.startswith("#")]
        in_order = {place: texts[place] for place in self.german_settings if place in texts}
        return "".join(top) + yaml.safe_dump(
            in_order, allow_unicode=True, width=float("inf"), sort_keys=False
        )

    def write(self, contents: Mapping[Path, str]) -> None:
        """Write files in whole."""
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode())

    def _versions(self, path: Path) -> Iterator[tuple[date, bytes]]:
        """Give what git keeps of a file, the newest first, each with the day it was committed."""
        git = shutil.which("git")
        if not git:
            return
        command = [git, "-C", str(path.parent)]
        log = subprocess.run(
            [*command, "log", "--format=%H %cs", "--", path.name], capture_output=True, check=False
        )
        for line in log.stdout.decode().splitlines():
            commit, day = line.split()
            shown = subprocess.run(
                [*command, "show", f"{commit}:./{path.name}"], capture_output=True, check=False
            )
            if shown.returncode == 0:
                yield date.fromisoformat(day), shown.stdout


def open_files(config: Path) -> TranslationFiles:
    """Return the files of the project that `config` (its mkdocs.yml) belongs to."""
    try:
        with config.open("rb") as file:
            settings: Any = yaml_load(file)
        offered = settings["extra"]["languages"]
        organisation = settings["extra"]["organisation"]
        pages = tuple(page.removesuffix(".md") for page in settings["nav"])
    except (OSError, MkDocsException, yaml.YAMLError, KeyError, TypeError) as error:
        raise FilesError(f"{config} can't be used: {error!r}") from error
    docs = config.parent / settings.get("docs_dir", "docs")
    begun = {folder.name for folder in docs.iterdir() if folder.is_dir()}
    return TranslationFiles(
        docs=docs,
        locale=config.parent / _LOCALE,
        pages=pages,
        languages=tuple(
            code for code in LANGUAGES if code != SOURCE and (code in offered or code in begun)
        ),
        german_settings=dict(_german_texts(organisation)),
    )


def _german_texts(part: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Give the German texts of the settings by their places ("inboxes.complaints.title")."""
    if isinstance(part, dict):
        if isinstance(part.get(SOURCE), str):
            yield place, part[SOURCE]
        else:
            for key, inner in part.items():
                yield from _german_texts(inner, f"{place}.{key}".lstrip("."))
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from _german_texts(inner, f"{place}.{number}")
