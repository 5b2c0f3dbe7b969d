"""Sets the same content up as one would without this project: unmodified Material, i18n, search.

Its pages are those that our own hooks hand to Markdown, so names, times and parts are filled in.
Stock has no forms, no search without script and no calendar files; what it lacks isn't counted
against it.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import material
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from forms_service.rules.languages import LANGUAGES, SOURCE

_PARTIALS = "partials/languages"
_OWN_PARTIALS = Path(material.__file__).parent / "templates" / _PARTIALS
_KEPT = ("title", "description")


class _NoSettings(Config):  # type: ignore[no-untyped-call]
    pass


class _Keep(BasePlugin[_NoSettings]):  # type: ignore[no-untyped-call]
    """Writes down what every page is made of, once all other hooks are done with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @event_priority(-10_000)
    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        path = self._folder / page.file.src_uri
        path.parent.mkdir(parents=True, exist_ok=True)
        front_matter = yaml.safe_dump(
            {key: str(page.meta[key]) for key in _KEPT if key in page.meta}, allow_unicode=True
        )
        path.write_text(f"---\n{front_matter}---\n\n{markdown}", encoding="utf-8")
        return markdown


def write_stock(project: Path, folder: Path, address: str) -> None:
    """Write a stock project with the content of `project` into `folder`."""
    config = load_config(str(project / "mkdocs.yml"), site_dir=str(folder / "thrown-away"))
    config.plugins["keep"] = _Keep(folder / "docs")
    build(config)
    shutil.rmtree(folder / "thrown-away")
    shutil.rmtree(folder / "docs" / "zz")
    codes = config.extra["languages"]
    _write_partials(folder / "theme" / _PARTIALS, codes)
    settings = {
        "site_name": config.site_name,
        "site_url": address,
        "theme": {
            "name": "material",
            "custom_dir": "theme",
            # Otherwise it would load its fonts from elsewhere, and take longer still.
            "font": False,
            "language": SOURCE,
        },
        "plugins": ["search", {"i18n": {"docs_structure": "folder", "languages": _listed(codes)}}],
        "markdown_extensions": ["attr_list", "md_in_html", "sane_lists", "tables"],
        "nav": [str(entry) for entry in config.nav or ()],
    }
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")


def _listed(codes: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {"locale": code, "name": LANGUAGES[code].own_name, "default": code == SOURCE, "build": True}
        for code in codes
    ]


def _write_partials(folder: Path, codes: Iterable[str]) -> None:
    """Give languages that Material doesn't know what anyone would: a copy of the English words."""
    folder.mkdir(parents=True)
    for code in codes:
        if not (_OWN_PARTIALS / f"{code}.html").exists():
            words = (_OWN_PARTIALS / "en.html").read_text(encoding="utf-8")
            direction = f'"direction": "{LANGUAGES[code].direction}"'
            (folder / f"{code}.html").write_text(
                words.replace('"direction": "ltr"', direction), encoding="utf-8"
            )
