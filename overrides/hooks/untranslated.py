"""Gives a page that a language lacks its honest stand-in: the German text, marked as German.

Links, and the form if there is one, stay in the reader's language. Such a page is kept from
search engines and from the lists of language versions.
"""

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from forms_service.rules.languages import SOURCE
from overrides.hooks.pages import AFTER_FORM
from overrides.hooks.site_build import build_of


@event_priority(100)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Name the stand-ins of the language that is built now, before its pages are sorted."""
    plugin: Any = config.plugins["i18n"]
    code = plugin.current_language
    for name, state in build_of(config).states.get(code, {}).items():
        if state.missing:
            source = f"{code}/{name}.md"
            files.append(File(source, config.docs_dir, config.site_dir, config.use_directory_urls))
    return files


def on_page_read_source(page: Page, config: MkDocsConfig) -> str | None:
    """Give a stand-in its text: the German page, or None for a page that has its own."""
    code, _, name = page.file.src_uri.removesuffix(".md").partition("/")
    state = build_of(config).states.get(code, {}).get(name)
    if state is None or not state.missing:
        return None
    german = Path(config.docs_dir) / SOURCE / f"{name}.md"
    return _marked_as_german(german.read_text(encoding="utf-8"))


def _marked_as_german(page: str) -> str:
    """Return the page with its text in blocks of German; what stands at the form stays outside."""
    _, front_matter, body = page.split("---\n", 2)
    blocks = [
        f'<div lang="{SOURCE}" dir="ltr" markdown="1">\n\n{part.strip()}\n\n</div>'
        for part in body.split(AFTER_FORM)
    ]
    return f"---\n{front_matter}---\n\n" + f"\n\n{AFTER_FORM}\n\n".join(blocks) + "\n"
