"""Makes files of the site that have no Markdown of their own, and makes all of them light.

A plain module, not a hook itself.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

from overrides.hooks.site_build import build_of

_BLOCK = (
    r"</?(?:body|dd|details|div|dl|dt|footer|h[1-6]|head|header|html|li|link|main|meta|nav|ol|p"
    r"|script|section|summary|title|ul)\b"
)
_BREAK_AT_BLOCK = re.compile(rf"\n+(?={_BLOCK})|(?P<block>{_BLOCK}[^>]*>)\n+")

_SLOT_OF_FORMS = re.compile(r"<!--/?slot:(?:title|note|twins)-->")


def file_of(config: MkDocsConfig, address: str) -> Path:
    """Return the file that answers an address (from the server's root); its folder is made."""
    path = address.removeprefix(build_of(config).base)
    file = Path(config.site_dir) / (f"{path}index.html" if path.endswith("/") else path)
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def render(config: MkDocsConfig, template: str, variables: Mapping[str, Any]) -> str:
    """Return a template filled in."""
    html = config.theme.get_env().get_template(template).render(config=config, **variables)
    return lighter(html) if template.endswith(".html") else html


def lighter(html: str) -> str:
    """Return a page without what no reader sees: line breaks, and slots that only forms fill.

    A page with a form is kept as it is, like those that the service renders.
    """
    if "<form" in html:
        return html
    return _BREAK_AT_BLOCK.sub(lambda found: found["block"] or "", _SLOT_OF_FORMS.sub("", html))


def write(config: MkDocsConfig, template: str, address: str, variables: Mapping[str, Any]) -> None:
    """Render a template into the file that answers an address."""
    file_of(config, address).write_text(render(config, template, variables), encoding="utf-8")
