"""Makes files of the site that have no Markdown of their own.

A plain module, not a hook itself.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

from overrides.hooks.site_build import build_of


def file_of(config: MkDocsConfig, address: str) -> Path:
    """Return the file that answers an address (from the server's root); its folder is made."""
    path = address.removeprefix(build_of(config).base)
    file = Path(config.site_dir) / (f"{path}index.html" if path.endswith("/") else path)
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def render(config: MkDocsConfig, template: str, variables: Mapping[str, Any]) -> str:
    """Return a template filled in."""
    return config.theme.get_env().get_template(template).render(config=config, **variables)


def write(config: MkDocsConfig, template: str, address: str, variables: Mapping[str, Any]) -> None:
    """Render a template into the file that answers an address."""
    file_of(config, address).write_text(render(config, template, variables), encoding="utf-8")
