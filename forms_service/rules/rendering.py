"""Turns declarations and answers into HTML; the built page and the service use the same functions.

Templates only place sentences: what is shown is decided here or by whoever calls.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from forms_service.rules import process
from forms_service.rules.catalogues import Texts
from forms_service.rules.fields import FILES_HELP, Field, Option, Problem
from forms_service.rules.files import MAX_FILES, MAX_MEGABYTES
from forms_service.rules.forms import TRAP, Form, options_of
from forms_service.rules.languages import SOURCE, Language
from forms_service.rules.organisation import Inbox, Organisation, Translated, in_language
from forms_service.rules.relevance import MAX_QUERY

TEMPLATES_DIR = Path(__file__).parent.parent / "templates"

_environment = Environment(
    loader=FileSystemLoader(TEMPLATES_DIR),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def render(template: str, texts: Texts, **context: Any) -> str:
    """Return the template filled in; its sentences come from `texts`."""
    return _environment.get_template(template).render(
        _=texts.gettext,
        ngettext=texts.ngettext,
        texts=texts,
        own=partial(in_own_words, language=texts.language),
        **context,
    )


def in_own_words(translated: Translated, language: Language) -> Markup:
    """Return a settings' text in `language`; German stands in where it's missing, and says so."""
    text, code = in_language(translated, language.code)
    return Markup.escape(text) if code == language.code else in_german(text)


def in_german(text: str) -> Markup:
    """Return a German text as HTML that says it is German."""
    return Markup('<span lang="{}" dir="ltr">{}</span>').format(SOURCE, text)


@dataclass(frozen=True)
class FilledField:
    """A field as it stands on the page: its sentences translated, what was typed, what's wrong."""

    field: Field
    label: str
    help: str
    options: tuple[Option, ...]
    values: Sequence[str]
    problem: str

    @property
    def value(self) -> str:
        """The single value typed, or an empty string."""
        return self.values[-1] if self.values else ""

    @property
    def first_id(self) -> str:
        """The id an error message links to: the first thing in the field that takes the focus."""
        is_group = self.field.kind == "choices" or (
            self.field.kind == "choice" and not getattr(self.field, "as_list", False)
        )
        if is_group and self.options:
            return f"{self.field.name}-{self.options[0].value}"
        return self.field.name


def label_of(each: Field, texts: Texts, organisation: Organisation) -> str:
    """Return the field's label in the reader's language."""
    return _about_course(each.label, texts, organisation)


def _about_course(sentence: str, texts: Texts, organisation: Organisation) -> str:
    """Return a sentence of a field; it may name the course's town and months, or the limits."""
    if "%(" not in sentence:
        return texts.gettext(sentence)
    course = organisation.course
    return texts.gettext(
        sentence,
        months=course.months,
        town=course.town,
        most=MAX_FILES,
        megabytes=MAX_MEGABYTES,
    )


def files_help(texts: Texts) -> str:
    """Return what may be sent as a file, in the reader's language."""
    return texts.gettext(FILES_HELP, most=MAX_FILES, megabytes=MAX_MEGABYTES)


def fill(
    form: Form,
    texts: Texts,
    organisation: Organisation,
    values: Mapping[str, Sequence[str]],
    problems: Sequence[Problem] = (),
) -> dict[str, FilledField]:
    """Return the form's fields with what was typed and what is wrong with it, by name."""
    first_problem: dict[str, str] = {}
    for problem in problems:
        first_problem.setdefault(
            problem.field, texts.gettext(problem.message, **dict(problem.values))
        )
    return {
        each.name: FilledField(
            field=each,
            label=label_of(each, texts, organisation),
            help=_about_course(each.help, texts, organisation) if each.help else "",
            options=tuple(
                option if option.lang else Option(option.value, texts.gettext(option.label))
                for option in options_of(each, organisation, texts.language.code)
            ),
            values=values.get(each.name, ()),
            problem=first_problem.get(each.name, ""),
        )
        for each in form.fields
    }


def render_form(
    form: Form,
    texts: Texts,
    organisation: Organisation,
    values: Mapping[str, Sequence[str]],
    problems: Sequence[Problem] = (),
    nothing_saved: bool = False,
) -> str:
    """Return the form's HTML for its place in the page, empty, preset or filled in.

    With `nothing_saved` it says that a fault of ours came between; what was typed stands there.
    """
    return render(
        "public/form.html",
        texts,
        form=form,
        filled=fill(form, texts, organisation, values, problems),
        inboxes=_inboxes(form, organisation, values),
        hotlines=[hotline for hotline in organisation.hotlines if hotline.emergency],
        trap=TRAP,
        nothing_saved=nothing_saved,
    )


def _inboxes(
    form: Form, organisation: Organisation, values: Mapping[str, Sequence[str]]
) -> list[Inbox]:
    """Return the inboxes whose readers are named above the send button."""
    names = [form.inbox]
    if form.name == "contact":
        topic = next(iter(values.get("topic", ())), "")
        names = [organisation.topics[topic]] if topic in organisation.topics else []
        names = names or list(dict.fromkeys(organisation.topics.values()))
    return [organisation.inboxes[name] for name in names]


def render_number_form(
    texts: Texts,
    *,
    problem: str = "",
    typed: str = "",
    message: str = "",
    kept: Sequence[tuple[str, str]] = (),
    chosen: Sequence[str] = (),
) -> str:
    """Return the form that takes a receipt number; `message` is a text kept from before.

    `kept` are other fields kept from before: they come back in their own page, not sent by itself.
    `chosen` are the names of files that have to be chosen again after it.
    """
    return render(
        "public/number_form.html",
        texts,
        problem=problem,
        typed=typed,
        message=message,
        kept=kept,
        chosen=chosen,
    )


def render_search_form(texts: Texts, typed: str = "") -> str:
    """Return the form that takes a query, with what was typed."""
    return render("public/search_form.html", texts, typed=typed, most=MAX_QUERY)


def sentence_text(form: str, content: Mapping[str, Any], texts: Texts) -> str:
    """Return a prepared sentence that was sent, in the reader's language, with its date."""
    prepared = process.sentence(form, content["code"])
    if not prepared.names_date:
        return texts.gettext(prepared.text)
    return texts.gettext(prepared.text, date=texts.date(date.fromisoformat(content["until"])))
