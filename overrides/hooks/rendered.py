"""Writes a page of the site that has no Markdown of its own: a template and nothing else.

A plain module, not a hook itself.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig


def write(config: MkDocsConfig, template: str, file: str, variables: Mapping[str, Any]) -> None:
    """Render `template` into `file`, a path inside the site's folder."""
    rendered = config.theme.get_env().get_template(template).render(config=config, **variables)
    path = Path(config.site_dir) / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rendered, encoding="utf-8")
