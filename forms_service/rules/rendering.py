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
from forms_service.rules.fields import FILES_HELP, Field, Option, Problem, Text
from forms_service.rules.files import MAX_FILES, MAX_MEGABYTES
from forms_service.rules.forms import SHOWN_IN, TRAP, Form, options_of, presets
from forms_service.rules.languages import LANGUAGES, SOURCE, Language
from forms_service.rules.organisation import Hotline, Inbox, Organisation, Translated, in_language
from forms_service.rules.relevance import MAX_QUERY
from forms_service.rules.two_languages import Sentence, Twin, TwinTexts, said

TEMPLATES_DIR = Path(__file__).parent.parent / "templates"

_environment = Environment(
    loader=FileSystemLoader(TEMPLATES_DIR),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def render(template: str, texts: Texts | TwinTexts, **context: Any) -> str:
    """Return the template filled in; its sentences come from `texts`."""
    own = in_both_words if isinstance(texts, TwinTexts) else in_own_words
    return _environment.get_template(template).render(
        _=texts.gettext,
        ngettext=texts.ngettext,
        texts=texts,
        own=partial(own, language=texts.language),
        **context,
    )


def in_own_words(translated: Translated, language: Language) -> Markup:
    """Return a settings' text in `language`; German stands in where it's missing, and says so."""
    text, code = in_language(translated, language.code)
    return Markup.escape(text) if code == language.code else in_german(text)


def in_both_words(translated: Translated, language: Language) -> Markup | Twin:
    """Return a settings' text in `language` and in German."""
    text, code = in_language(translated, language.code)
    german, _ = in_language(translated, SOURCE)
    return Twin(text, german) if code == language.code else in_german(german)


def in_german(text: str) -> Markup:
    """Return a German text as HTML that says it is German."""
    return Markup('<span lang="{}" dir="ltr">{}</span>').format(SOURCE, text)


@dataclass(frozen=True)
class ShownOption:
    """A choice as it stands on the page. `lang` says that the label is a name in that language."""

    value: str
    label: Sentence
    lang: str


@dataclass(frozen=True)
class FilledField:
    """A field as it stands on the page: its sentences translated, what was typed, what's wrong.

    `as_list` says that the choices stand in a list that opens; a list can't show two languages.
    """

    field: Field
    label: Sentence
    help: Sentence
    options: tuple[ShownOption, ...]
    values: Sequence[str]
    problem: Sentence
    as_list: bool

    @property
    def value(self) -> str:
        """What was typed or chosen, as `clean` reads it too, or an empty string."""
        if isinstance(self.field, Text):
            return "\n".join(self.values)
        return self.values[-1] if self.values else ""

    @property
    def chosen(self) -> Sequence[str]:
        """The values chosen; of a field that takes one, the last one sent."""
        return self.values if self.field.kind == "choices" else [self.value]

    @property
    def first_id(self) -> str:
        """The id an error message links to: the first thing in the field that takes the focus."""
        is_group = self.field.kind == "choices" or (
            self.field.kind == "choice" and not self.as_list
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
    texts: Texts | TwinTexts,
    organisation: Organisation,
    values: Mapping[str, Sequence[str]],
    problems: Sequence[Problem] = (),
) -> dict[str, FilledField]:
    """Return the form's fields with what was typed and what is wrong with it, by name."""
    first_problem: dict[str, Sentence] = {}
    for problem in problems:
        first_problem.setdefault(
            problem.field, texts.gettext(problem.message, **dict(problem.values))
        )
    return {
        each.name: FilledField(
            field=each,
            label=said(texts, partial(label_of, each, organisation=organisation)),
            help=said(texts, partial(_about_course, each.help, organisation=organisation))
            if each.help
            else "",
            options=_shown_options(each, texts, organisation),
            values=values.get(each.name, ()),
            problem=first_problem.get(each.name, ""),
            as_list=getattr(each, "as_list", False) and not isinstance(texts, TwinTexts),
        )
        for each in form.fields
    }


def _shown_options(
    each: Field, texts: Texts | TwinTexts, organisation: Organisation
) -> tuple[ShownOption, ...]:
    offered = options_of(each, organisation, texts.language.code)
    if not isinstance(texts, TwinTexts):
        return tuple(
            ShownOption(one.value, one.label if one.lang else texts.gettext(one.label), one.lang)
            for one in offered
        )
    in_german = options_of(each, organisation, SOURCE)
    return tuple(
        ShownOption(one.value, _both_labels(one, twin, texts), one.lang)
        for one, twin in zip(offered, in_german, strict=True)
    )


def _both_labels(one: Option, german: Option, texts: TwinTexts) -> Twin:
    if not one.lang:
        return texts.gettext(one.label)
    # A language is offered under its own name; who helps may not be able to read that.
    spoken = LANGUAGES.get(one.value)
    if spoken is None or one.label != spoken.own_name:
        return Twin(one.label, german.label)
    return Twin(one.label, texts.german.language_name(spoken))


def render_form(
    form: Form,
    texts: Texts,
    organisation: Organisation,
    values: Mapping[str, Sequence[str]],
    problems: Sequence[Problem] = (),
    nothing_saved: bool = False,
    *,
    languages: Sequence[str] = (),
    german: bool = False,
) -> str:
    """Return the form's HTML for its place in the page, empty, preset or filled in.

    With `nothing_saved` it says that a fault of ours came between; what was typed stands there.
    `languages` are those it can be changed to; with `german` everything stands there in German too.
    """
    spoken = TwinTexts(texts) if german else texts
    return render(
        "public/form.html",
        spoken,
        form=form,
        filled=fill(form, spoken, organisation, values, problems),
        inboxes=_inboxes(form, organisation, values),
        hotlines=_emergency_numbers(organisation),
        trap=TRAP,
        shown_in=SHOWN_IN,
        nothing_saved=nothing_saved,
        has_answers=dict(values) != presets(form, texts.language.code),
        languages=[LANGUAGES[code] for code in languages],
        german=german,
    )


def render_paper(form: Form, texts: Texts, organisation: Organisation) -> str:
    """Return the form to print and to fill in by hand, with German under another language."""
    spoken = texts if texts.language.code == SOURCE else TwinTexts(texts)
    inboxes = _inboxes(form, organisation, {})
    readers = {inbox.organisation for inbox in inboxes}
    return render(
        "public/paper.html",
        spoken,
        form=form,
        filled=fill(form, spoken, organisation, {}),
        inboxes=inboxes,
        bodies=[
            body for body in organisation.bodies.values() if body.address and body.name in readers
        ],
        hotlines=_emergency_numbers(organisation),
    )


def _emergency_numbers(organisation: Organisation) -> list[Hotline]:
    return [hotline for hotline in organisation.hotlines if hotline.emergency]


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
