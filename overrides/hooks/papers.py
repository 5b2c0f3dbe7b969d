"""Makes the paper twins of the forms: to print, to fill in by hand and to hand in.

They say the same as the form on the page, in German too, so that staff can read the questions.
Search engines don't list them.
"""

from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

from forms_service.rules.catalogues import texts_for
from forms_service.rules.forms import FORMS
from forms_service.rules.rendering import render_paper
from overrides.hooks.chrome import chrome
from overrides.hooks.rendered import write
from overrides.hooks.site_build import PAPER, build_of, is_last


@event_priority(-200)
def on_post_build(config: MkDocsConfig) -> None:
    """Write them once the whole site is built."""
    if not is_last(config):
        return
    build = build_of(config)
    for language in build.languages:
        for form in (each for each in FORMS.values() if each.on_paper):
            sheet = render_paper(form, texts_for(language.code), build.organisation)
            front_matter = build.written[language.code][form.page]
            variables = chrome(build, language, None) | {
                "title": front_matter.get("neutral_title", front_matter["title"]),
                "hasty": front_matter.get("quick_exit"),
                "sheet": Markup(sheet),  # noqa: S704 - our own template, escaped there
            }
            write(
                config, "paper.html", f"{build.path(language.code, form.page)}{PAPER}/", variables
            )
