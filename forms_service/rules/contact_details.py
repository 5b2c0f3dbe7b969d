"""How to reach a sender, apart from the rest of a form: to be shown, corrected and hidden."""

from collections.abc import Mapping

from forms_service.rules.catalogues import N_
from forms_service.rules.fields import Answer, Answers, Email
from forms_service.rules.forms.declaration import Form, Group

_NAMES = (
    "name", "answer_by", "reach_by", "phone", "email", "via", "good_time", "may_leave_message",
)  # fmt: skip

NOTE_ADDRESS = Email(
    name="note_address",
    label=N_("Ihre E-Mail-Adresse"),
    required=N_("Bitte schreiben Sie eine E-Mail-Adresse auf."),
)


def contact_form(form: Form) -> Form:
    """Return the part of a form that says how to reach its sender, with the same rules.

    Rules across fields that the part doesn't have belong to the rest and are left out.
    """
    fields = tuple(each for each in form.fields if each.name in _NAMES)
    return Form(
        name=form.name,
        page=form.page,
        title=form.title,
        inbox=form.inbox,
        groups=(Group(N_("Wie wir Sie erreichen"), fields),),
        send=N_("Kontaktdaten speichern"),
        checks=form.contact_checks,
    )


def contact_details(form: Form, answers: Mapping[str, Answer]) -> Answers:
    """Return those of a form's answers that say how to reach its sender."""
    names = {each.name for each in contact_form(form).fields}
    return {name: answer for name, answer in answers.items() if name in names}


def masked(address: str) -> str:
    """Return an e-mail address so that its owner knows it again and nobody else can write to it."""
    local, _, domain = address.rpartition("@")
    host, _, ending = domain.rpartition(".")
    return f"{_first(local)}@{_first(host)}.{ending}"


def _first(part: str) -> str:
    return f"{part[0]}…" if len(part) > 1 else "…"
