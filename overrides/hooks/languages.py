"""Puts the languages that the organisation offers into the i18n plugin, and reads their state.

`extra.languages` in mkdocs.yml names them; names and directions come from the one registry in
`forms_service.rules.languages`. It also prepares the one template environment of the build.
"""

from pathlib import Path
from typing import Any

import jinja2
import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError
from mkdocs.structure.files import Files
from mkdocs.utils import get_build_datetime
from mkdocs.utils.meta import get_data
from mkdocs_static_i18n.config import I18nPluginLanguage

from forms_service.rules.catalogues import have_no_catalogue
from forms_service.rules.deadlines import local_day
from forms_service.rules.languages import LANGUAGES, SOURCE, Language
from forms_service.rules.organisation import (
    TRANSLATIONS,
    OrganisationError,
    read_organisation,
    with_translations,
)
from forms_service.rules.translations import PageState, TranslationError, state_of
from overrides.hooks.site_build import Build, start


class _Templates(jinja2.FileSystemLoader):
    """Lists nothing, so that MkDocs copies none of the theme's files into the site.

    Readers get no script, style or font of Material; and its 15,000 icons needn't be listed
    again for every language.
    """

    def list_templates(self) -> list[str]:
        return []


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set the build up, before the first language (the event comes again for each one)."""
    plugin: Any = config.plugins["i18n"]
    if plugin.current_language is not None:
        return config
    if not config.site_url:
        raise ConfigurationError("mkdocs.yml: site_url is missing; language links need it")
    languages = _offered(config)
    names = tuple(str(path).removesuffix(".md") for path in config.nav or ())
    states = _states(Path(config.docs_dir), languages, names)
    try:
        settings = with_translations(config.extra["organisation"], _texts(config, languages))
        organisation = read_organisation(settings)
    except OrganisationError as error:
        raise ConfigurationError(f"mkdocs.yml: {error}") from error
    start(
        config,
        Build(
            languages=languages,
            names=names,
            states=states,
            organisation=organisation,
            organisation_settings=settings,
            site_url=config.site_url,
            day=local_day(get_build_datetime()),
        ),
    )
    plugin.config.languages += [_for_plugin(language) for language in languages]
    _share_environment(config)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Leave the plugin only the language it builds now.

    It would work out every page's twins anew for each language; the addresses are known
    without that, since every language has the same pages.
    """
    plugin: Any = config.plugins["i18n"]
    for code in plugin.all_languages:
        if code != plugin.current_language:
            for file in [each for each in files if each.src_uri.startswith(f"{code}/")]:
                files.remove(file)
    return files


def _texts(config: MkDocsConfig, languages: tuple[Language, ...]) -> dict[str, dict[str, str]]:
    """Return what the settings say in other languages; what is missing is shown in German."""
    texts = {}
    for language in languages:
        path = Path(config.docs_dir) / language.code / TRANSLATIONS
        if path.exists():
            texts[language.code] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return texts


def _offered(config: MkDocsConfig) -> tuple[Language, ...]:
    codes = config.extra["languages"]
    if SOURCE not in codes:
        raise ConfigurationError(f"extra.languages: {SOURCE} is missing; all others follow it")
    for code in codes:
        if code not in LANGUAGES:
            known = " ".join(LANGUAGES)
            raise ConfigurationError(f"extra.languages: {code!r} isn't one of {known}")
    if without := have_no_catalogue(codes):
        raise ConfigurationError(f"extra.languages: no catalogue yet for {', '.join(without)}")
    return tuple(LANGUAGES[code] for code in codes)


def _states(
    docs: Path, languages: tuple[Language, ...], names: tuple[str, ...]
) -> dict[str, dict[str, PageState]]:
    """Return, by language and page, how far each translation can be trusted."""
    _refuse_unknown_pages(docs, languages, names)
    states: dict[str, dict[str, PageState]] = {SOURCE: {name: PageState() for name in names}}
    for language in languages:
        if language.code != SOURCE:
            states[language.code] = {
                name: _state(docs / language.code / f"{name}.md", docs / SOURCE / f"{name}.md")
                for name in names
            }
    return states


def _state(page: Path, german: Path) -> PageState:
    if not page.exists():
        return PageState(missing=True)
    _, front_matter = get_data(page.read_text(encoding="utf-8"))
    try:
        return state_of(front_matter, german.read_bytes())
    except TranslationError as error:
        raise ConfigurationError(f"{page}: {error}") from error


def _refuse_unknown_pages(
    docs: Path, languages: tuple[Language, ...], names: tuple[str, ...]
) -> None:
    """Refuse a German page that is missing, and a page that no other language would know of."""
    faults = [
        f"{SOURCE}/{name}.md is missing"
        for name in names
        if not (docs / SOURCE / f"{name}.md").exists()
    ]
    for language in languages:
        folder = docs / language.code
        there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")}
        faults += [
            f"{language.code}/{file} isn't in nav ({language.own_name})"
            for file in sorted(there - {f"{name}.md" for name in names})
        ]
    if faults:
        raise ConfigurationError("docs: " + "; ".join(faults))


def _for_plugin(language: Language) -> I18nPluginLanguage:
    configured = I18nPluginLanguage()
    configured.load_dict({"locale": language.code, "name": language.own_name})
    failed, _ = configured.validate()
    if failed:
        raise ConfigurationError(f"extra.languages: {language.code}: {failed}")
    return configured


def _share_environment(config: MkDocsConfig) -> None:
    """Let all languages use one environment: templates are compiled once, and escape HTML."""
    environment = config.theme.get_env()
    environment.loader = _Templates(config.theme.dirs)
    environment.autoescape = True
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.undefined = jinja2.StrictUndefined
    config.theme.static_templates = set()
    vars(config.theme)["get_env"] = lambda: environment
