"""Turns a page's source into what stands in the site: facts, parts and links, then the form.

Persons, addresses and dates never stand in a page's text; they come from mkdocs.yml.
"""

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import jinja2
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from forms_service.rules.catalogues import texts_for
from forms_service.rules.forms import FORMS, PRINCIPLES, TOPICS, presets
from forms_service.rules.languages import LANGUAGES, SOURCE, Language
from forms_service.rules.promised_times import promised_time
from forms_service.rules.rendering import render_form, render_number_form
from overrides.hooks.chrome import choice, chrome, link_in
from overrides.hooks.rendered import lighter
from overrides.hooks.site_build import CHOICE, INDEX, Build, build_of

AFTER_FORM = "<!-- after-form -->"

_XHTML_VOID = re.compile(r"<(br|hr|img\b[^>]*?) ?/>")

_KNOWN = {
    "topic": {option.value for option in TOPICS},
    "principle": {option.value for option in PRINCIPLES},
}
"""What a link may ask a form to choose."""


def on_config(config: MkDocsConfig) -> None:
    """Make the build refuse a heading without an id of its own (one that all languages share)."""
    config.mdx_configs["toc"]["slugify"] = _refuse_heading


def _refuse_heading(title: str, separator: str) -> str:
    raise PluginError(f"the heading {title!r} has no id; write it as: ## {title} {{ #its-id }}")


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Check the front matter and fill the placeholders in."""
    if page.file.src_uri.startswith(f"{CHOICE}/"):
        return markdown
    build = build_of(config)
    language = _language_of(page)
    name = _name_of(page)
    meta = page.meta
    for key in ("title", "description"):
        if not meta.get(key):
            raise PluginError(f"{page.file.src_uri}: front matter lacks {key!r}")
    if meta.get("form", "complaint") not in FORMS:
        raise PluginError(f"{page.file.src_uri}: there is no form {meta['form']!r}")
    if "form" in meta or meta.get("receipt"):
        meta["template"] = "form.html"
    build.written.setdefault(language.code, {})[name] = meta
    try:
        return _placeholders(build, config, language, page).from_string(markdown).render()
    except (jinja2.TemplateError, KeyError) as error:
        raise PluginError(f"{page.file.src_uri}: {error}") from error


def _placeholders(
    build: Build, config: MkDocsConfig, language: Language, page: Page
) -> jinja2.Environment:
    """Return an environment that knows only what a page's text may use."""
    untranslated = build.states[language.code][_name_of(page)].missing
    spoken = LANGUAGES[SOURCE] if untranslated else language
    texts = texts_for(spoken.code)
    missing = texts.gettext("noch einzutragen")
    # `{#` opens an attribute list in Markdown, so comments need other brackets.
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - it makes Markdown of our own texts, not HTML
        keep_trailing_newline=True,
        comment_start_string="{%#",
        comment_end_string="#%}",
        finalize=lambda value: missing if value is None else value,
    )
    theme = config.theme.get_env()
    bodies = build.organisation.bodies

    # Links keep to the reader's language, even from a text that is still German.
    surroundings = chrome(build, spoken, _name_of(page)) | {"href": link_in(build, language)}

    def part(name: str, /, **values: Any) -> str:
        template = theme.get_template(f"partials/parts/{name}.html")
        return _one_line(template.render(surroundings | values))

    def promise(code: str) -> str:
        _check_query({"principle": code})
        return part("promise", principle=code)

    environment.globals = {
        "organisation": build.organisation,
        "page_link": _link_from(build, _name_of(page)),
        "part": part,
        "promise": promise,
        "name": lambda key: _marked(bodies[key].called or bodies[key].name),
        "legal_name": lambda key: _marked(bodies[key].name),
        "time": lambda name: promised_time(name, build.organisation, texts),
    }
    environment.filters["first_upper"] = lambda words: words[:1].upper() + words[1:]
    return environment


def _marked(name: str) -> Markup:
    """Return a German name as HTML that keeps its own direction, and its voice when read aloud."""
    return Markup('<bdi lang="de">{}</bdi>').format(name)


def _link_from(build: Build, name: str) -> Callable[..., str]:
    """Return the function that names the source of another page, for MkDocs to check and resolve."""

    def page_link(target: str, **query: str) -> str:
        _check_query(query)
        if target not in build.names:
            raise KeyError(f"there is no page {target!r}")
        source = posixpath.relpath(f"{target}.md", posixpath.dirname(name) or ".")
        return f"{source}?{urlencode(query)}" if query else source

    return page_link


def _check_query(query: Mapping[str, str]) -> None:
    for key, value in query.items():
        if value not in _KNOWN.get(key, ()):
            raise KeyError(f"no form knows {key}={value}")


def _one_line(html: str) -> str:
    """Return HTML that Markdown takes as one block, wherever it is indented."""
    return " ".join(html.split())


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Write void elements as HTML does; Python-Markdown writes them as XHTML did."""
    return _XHTML_VOID.sub(r"<\1>", html)


def on_page_context(
    context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation
) -> TemplateContext:
    """Give the template what surrounds the page, and the form that stands in it."""
    build = build_of(config)
    if page.file.src_uri.startswith(f"{CHOICE}/"):
        context.update(choice(build))  # type: ignore[typeddict-item]
        return context
    language = _language_of(page)
    before, _, after = (page.content or "").partition(AFTER_FORM)
    variables = chrome(build, language, _name_of(page)) | {
        "before_form": before,
        "after_form": after,
        "form": _form(build, language, page),
    }
    context.update(variables)  # type: ignore[typeddict-item]
    return context


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Leave out what no reader sees."""
    return lighter(output)


def _form(build: Build, language: Language, page: Page) -> str:
    """Return the form of the page: empty, the same for everyone."""
    texts = texts_for(language.code)
    if page.meta.get("receipt"):
        return render_number_form(texts)
    if "form" not in page.meta:
        return ""
    form = FORMS[page.meta["form"]]
    return render_form(
        form,
        texts,
        build.organisation,
        presets(form, language.code),
        languages=[each.code for each in build.languages],
    )


def _language_of(page: Page) -> Language:
    return LANGUAGES[page.file.src_uri.partition("/")[0]]


def _name_of(page: Page) -> str:
    return page.file.src_uri.partition("/")[2].removesuffix(".md") or INDEX
