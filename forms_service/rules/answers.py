"""How the answers of a form are read back: questions in the reader's language, answers as given."""

from collections.abc import Mapping
from dataclasses import dataclass

from forms_service.rules.catalogues import N_, Texts
from forms_service.rules.fields import Answer, Field, Option, Phone, Tick, dialable
from forms_service.rules.forms import Form, options_of
from forms_service.rules.organisation import Organisation
from forms_service.rules.rendering import label_of

_YES = N_("Ja")


@dataclass(frozen=True)
class AnswerLine:
    """A question with its answer.

    `in_own_words` answers are shown in the sender's language and direction, as they were typed;
    the others are choices in the reader's language. `dial` is what a telephone needs.
    """

    name: str
    question: str
    answers: tuple[str, ...]
    in_own_words: bool
    apart: bool = False
    dial: str = ""


def answer_lines(
    form: Form, answers: Mapping[str, Answer], texts: Texts, organisation: Organisation
) -> list[AnswerLine]:
    """Return every question that was answered; one that the form no longer has comes last."""
    lines = [
        _line(each, answers[each.name], texts, organisation)
        for each in form.fields
        if answers.get(each.name)
    ]
    known = {each.name for each in form.fields}
    lines += [
        AnswerLine(name, name, (str(answer),), in_own_words=True)
        for name, answer in answers.items()
        if name not in known and answer
    ]
    return lines


def _line(each: Field, answer: Answer, texts: Texts, organisation: Organisation) -> AnswerLine:
    question = label_of(each, texts, organisation)
    if isinstance(each, Tick):
        return AnswerLine(each.name, question, (texts.gettext(_YES),), in_own_words=False)
    options = {
        option.value: option for option in options_of(each, organisation, texts.language.code)
    }
    if options:
        chosen = answer if isinstance(answer, list) else [str(answer)]
        shown = tuple(_option(value, options, texts) for value in chosen)
        return AnswerLine(each.name, question, shown, in_own_words=False, apart=each.apart)
    dial = dialable(str(answer)) if isinstance(each, Phone) else ""
    return AnswerLine(
        each.name, question, (str(answer),), in_own_words=True, apart=each.apart, dial=dial
    )


def _option(value: str, options: Mapping[str, Option], texts: Texts) -> str:
    option = options.get(value)
    if option is None:
        return value
    return option.label if option.lang else texts.gettext(option.label)
