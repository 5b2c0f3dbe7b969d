"""Writes every event as a calendar file of its own, in each language."""

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

from forms_service.rules.catalogues import texts_for
from forms_service.rules.events import calendar_file, events_of
from overrides.hooks.rendered import file_of
from overrides.hooks.site_build import EVENTS_PAGE, build_of, is_last


@event_priority(-200)
def on_post_build(config: MkDocsConfig) -> None:
    """Write them once the whole site is built."""
    if not is_last(config):
        return
    build = build_of(config)
    for language in build.languages:
        texts = texts_for(language.code)
        for name, event in events_of(build.organisation, texts):
            file = file_of(config, build.calendar_path(language.code, name))
            address = build.absolute(build.path(language.code, event.page or EVENTS_PAGE))
            file.write_bytes(calendar_file(name, event, texts, address, build.day))
