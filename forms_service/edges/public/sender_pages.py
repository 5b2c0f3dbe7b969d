"""The sender's own pages: the number, the conversation behind it, and what asks once more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from forms_service.edges.pages import Pages, number_shown
from forms_service.rules import process
from forms_service.rules.answers import answer_lines
from forms_service.rules.catalogues import texts_for
from forms_service.rules.contact_details import contact_form
from forms_service.rules.deadlines import local_day
from forms_service.rules.fields import Problem
from forms_service.rules.forms import FORMS, Form
from forms_service.rules.languages import LANGUAGES, SOURCE
from forms_service.rules.rendering import (
    files_help,
    fill,
    render,
    render_number_form,
    sentence_text,
)
from forms_service.usecases.conversation import Item
from forms_service.usecases.submit import Receipt
from forms_service.world.site import NUMBER
from forms_service.world.store.cases import Case


@dataclass(frozen=True)
class NoteField:
    """The field for the voluntary mail: the address there is (masked), what was typed instead."""

    masked: str = ""
    typed: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Standing:
    """What a conversation's page shows besides the case and what was said.

    `problems` are sentences by field and `typed` is what stood in the fields; `done` is a code
    for what has just worked. `chosen` are the names of files to be chosen again. `note` is None where no mail is offered. `backups_kept_days` is how
    long copies live on after a deletion.
    """

    problems: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    done: str = ""
    chosen: Sequence[str] = ()
    note: NoteField | None = None
    backups_kept_days: int | None = None


class SenderPages(Pages):
    """Everything that is shown to senders alone, in the shells of the built site."""

    def receipt(
        self,
        form: Form,
        language: str,
        receipt: Receipt,
        address: str,
        note: NoteField | None = None,
    ) -> str:
        """Return the page that shows the number, once.

        `address` is the portal's own, for the paper; `note` the field for the voluntary mail.
        """
        texts = texts_for(language)
        context = {
            "promised": receipt.promised,
            "local_day": local_day,
            "address": address,
        }
        # A helper reads German, whatever the sender reads.
        readers = dict.fromkeys((texts, texts_for(SOURCE)))
        html = render(
            "public/receipt.html",
            texts,
            hasty="exit" in self.site.shell(language, form.page).spans,
            **number_shown(receipt.number, texts),
            on_paper=[render("public/receipt_paper.html", each, **context) for each in readers],
            refusals=receipt.refusals,
            note=note,
            reference=receipt.reference,
            **context,
        )
        wrong = bool(note and note.problem)
        return self.in_shell(texts, form.page, main=html, wrong=wrong)

    def slip(self, language: str) -> str:
        """Return the page before a slip's number is replaced: pen and telephone at hand?"""
        texts = texts_for(language)
        return self.in_shell(texts, NUMBER, main=render("public/slip.html", texts))

    def new_number(self, language: str, number: str) -> str:
        """Return the page that shows the number that replaced a slip's, once."""
        texts = texts_for(language)
        html = render("public/new_number.html", texts, **number_shown(number, texts))
        return self.in_shell(texts, NUMBER, main=html)

    def asking(self, language: str, what: str, case: Case, day: date | None) -> str:
        """Return the page that asks once more before a case is withdrawn or deleted."""
        texts = texts_for(language)
        inbox = self.site.organisation.inboxes[case.inbox]
        html = render(
            "public/asking.html", texts, what=what, team_decides=inbox.safeguarding, day=day
        )
        return self.in_shell(texts, NUMBER, main=html)

    def contact(
        self,
        language: str,
        case: Case,
        values: dict[str, list[str]],
        problems: list[Problem] | None = None,
    ) -> str:
        """Return the page where the sender corrects how to reach them."""
        texts = texts_for(language)
        form = contact_form(FORMS[case.form])
        filled = fill(form, texts, self.site.organisation, values, problems or ())
        html = render("public/contact.html", texts, form=form, filled=filled)
        return self.in_shell(texts, NUMBER, main=html, wrong=bool(problems))

    def number_form(
        self,
        language: str,
        *,
        problem: str = "",
        typed: str = "",
        message: str = "",
        kept: Sequence[tuple[str, str]] = (),
        chosen: Sequence[str] = (),
    ) -> str:
        """Return the page that takes a receipt number; `problem` is a code the template knows.

        `message` and the fields `kept` go on to the conversation with the number; the files
        `chosen` have to be chosen again.
        """
        texts = texts_for(language)
        html = render_number_form(
            texts, problem=problem, typed=typed, message=message, kept=kept, chosen=chosen
        )
        return self.in_shell(texts, NUMBER, form=html, wrong=bool(problem))

    def conversation(
        self,
        language: str,
        case: Case,
        items: list[Item],
        standing: Standing,
    ) -> str:
        """Return what was said so far and where it stands, in the sender's language."""
        texts = texts_for(language)
        organisation = self.site.organisation
        form = FORMS[case.form]
        inbox = organisation.inboxes[case.inbox]
        html = render(
            "public/conversation.html",
            texts,
            status=texts.gettext(process.STATUS_FOR_SENDER[case.status]),
            news_by=local_day(case.news_by if case.acknowledged_at else case.acknowledged_by)
            if process.owes_news(case.status)
            or (case.unread_since and case.status != process.WITHDRAWN)
            else None,
            items=items,
            lines={
                item.id: answer_lines(form, item.content["answers"], texts, organisation)
                for item in items
                if "answers" in item.content
            },
            wishes={code: texts.gettext(said) for code, said in process.WISH_FOR_SENDER.items()},
            sentences={
                item.id: sentence_text(case.form, item.content, texts)
                for item in items
                if item.kind == "sentence"
            },
            delete_on=case.delete_on,
            asked_deletion=case.deletion_asked_at is not None,
            team_decides=inbox.safeguarding,
            keeping=inbox.keeping,
            may_object=process.may_object(case.form, case.status),
            may_withdraw=process.may_withdraw(case.status)
            and not (inbox.safeguarding and any(item.kind == "withdrawn" for item in items)),
            other_bodies=[body for body in organisation.other_bodies if body.address],
            standing=standing,
            files_help=files_help(texts),
            note=standing.note,
            local_day=local_day,
            tag=lambda code: LANGUAGES[code].tag,
        )
        return self.in_shell(texts, NUMBER, main=html, wrong=bool(standing.problems))
