"""Makes the posters: a sheet of A4 in each language, and one on which people show theirs.

They say only what the catalogues and the settings hold. Search engines don't list them.
"""

import segno
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

from overrides.hooks.chrome import choice, chrome
from overrides.hooks.rendered import write
from overrides.hooks.site_build import POSTER, build_of, is_last


@event_priority(-200)
def on_post_build(config: MkDocsConfig) -> None:
    """Write them once the whole site is built."""
    if not is_last(config):
        return
    build = build_of(config)
    for language in build.languages:
        way_in = _way_in(build.absolute(build.path(language.code)))
        variables = chrome(build, language, None) | way_in
        write(config, "poster.html", build.path(language.code, POSTER), variables)
    variables = choice(build) | _way_in(build.absolute(build.base))
    write(config, "posters.html", f"{build.base}{POSTER}/", variables)


def _way_in(address: str) -> dict[str, str]:
    """Return an address as a telephone reads it and as a person types it."""
    # The quiet zone belongs to the picture and stays white, whatever the reader's colours.
    code = segno.make(address, error="q", micro=False).svg_inline(
        border=4, light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return {
        "address": address,
        "short_address": address.partition("://")[2],
        "code": Markup(code.replace("<svg", '<svg aria-hidden="true"', 1)),  # noqa: S704 - our own
    }
