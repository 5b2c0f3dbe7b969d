"""The stages of a case, the prepared sentences that move it on, and who is asked when none does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from forms_service.rules.catalogues import N_
from forms_service.rules.spelling import words

NEW = "new"
SECOND_LOOK = "second_look"
WITHDRAWN = "closed_withdrawn"

STATUS_FOR_SENDER: Mapping[str, str] = {
    NEW: N_("Ihre Nachricht ist bei uns angekommen. Es hat sie noch niemand beantwortet."),
    "acknowledged": N_("Wir haben Ihre Nachricht gelesen und kümmern uns darum."),
    "in_clarification": N_("Wir klären Ihr Anliegen gerade."),
    "waiting_for_you": N_("Wir warten auf eine Antwort von Ihnen."),
    "waiting_for_others": N_("Wir warten auf eine andere Stelle."),
    "answered": N_("Wir haben Ihnen geantwortet. Die Antwort steht unten."),
    SECOND_LOOK: N_("Eine andere Person sieht sich Ihr Anliegen noch einmal an."),
    "being_read": N_("Wir lesen Ihre Bewerbung."),
    "invited": N_("Wir haben Sie eingeladen. Die Einladung steht unten."),
    "not_this_time": N_("Dieses Mal können wir Ihnen keinen Platz geben."),
    "place_offered": N_("Wir bieten Ihnen einen Platz an."),
    "closed": N_("Ihr Anliegen ist abgeschlossen."),
    "closed_agreed": N_("Abgeschlossen: Sie hatten recht."),
    "closed_partly": N_("Abgeschlossen: Sie hatten zum Teil recht."),
    "closed_not_agreed": N_("Abgeschlossen: Wir sehen es anders. Warum, steht unten."),
    "closed_unclear": N_("Abgeschlossen: Wir konnten es nicht klären."),
    "closed_passed_on": N_("Abgeschlossen: Mit Ihrer Zustimmung weitergegeben."),
    "closed_withdrawn": N_("Abgeschlossen: Sie haben es zurückgezogen."),
    "closed_accepted": N_("Abgeschlossen: Sie haben einen Platz in der Ausbildung."),
}


WISH_FOR_SENDER: Mapping[str, str] = {
    "dissatisfied": N_("Ich bin mit der Antwort nicht zufrieden."),
    "withdrawn": N_("Ich ziehe mein Anliegen zurück."),
    "deletion_asked": N_("Ich möchte, dass alles gelöscht wird."),
    "deletion_taken_back": N_("Ich möchte doch nicht, dass gelöscht wird."),
    "contact_details": N_("Meine Kontaktdaten sind jetzt so:"),
}
"""What stands in the conversation, in the sender's voice, for what they did besides writing."""


def is_closed(status: str) -> bool:
    """Return whether nothing more is promised."""
    return status.startswith("closed")


def owes_news(status: str) -> bool:
    """Return whether the sender may expect to hear from us without doing anything."""
    return not (is_closed(status) or waits_for_sender(status) or status == "not_this_time")


def waits_for_sender(status: str) -> bool:
    """Return whether it is the sender's turn."""
    return status in ("waiting_for_you", "answered", "invited", "place_offered")


def may_object(form: str, status: str) -> bool:
    """Return whether the sender can say that they aren't satisfied: once for each answer.

    Saying it leads to a second look, from which only a new answer leads on.
    """
    answered = status == "answered" or (is_closed(status) and status != WITHDRAWN)
    return form == "complaint" and answered


def may_withdraw(status: str) -> bool:
    """Return whether there is something left to withdraw."""
    return not is_closed(status)


def after_first_reply(form: str) -> str:
    """Return the stage of a new case that got words of a person, but no prepared sentence."""
    return "being_read" if form == "application" else "acknowledged"


@dataclass(frozen=True)
class Sentence:
    """A prepared sentence: translated once, read by each in their language; it sets a status.

    `names_date` sentences carry the date by which the sender hears again.
    """

    code: str
    text: str
    status: str
    names_date: bool = False

    @property
    def closes(self) -> bool:
        """Whether it ends the case."""
        return is_closed(self.status)


_COMMON = (
    Sentence(
        "acknowledged",
        N_("Wir haben Ihre Nachricht erhalten und gelesen. Wir kümmern uns darum."),
        "acknowledged",
    ),
    Sentence(
        "need_time",
        N_("Wir brauchen noch Zeit. Sie hören bis zum %(date)s wieder von uns."),
        "in_clarification",
        names_date=True,
    ),
    Sentence("clarifying", N_("Wir sprechen jetzt mit den Beteiligten."), "in_clarification"),
    Sentence("call_us", N_("Bitte rufen Sie uns an."), "waiting_for_you"),
    Sentence(
        "question",
        N_("Wir haben eine Frage an Sie. Sie steht in unserer Nachricht."),
        "waiting_for_you",
    ),
    Sentence(
        "waiting_for_others",
        N_("Wir warten auf die Antwort einer anderen Stelle."),
        "waiting_for_others",
    ),
    Sentence("answer", N_("Unsere Antwort steht in unserer Nachricht."), "answered"),
)

_WITHDRAWN = Sentence(
    "closed_withdrawn",
    N_("Sie haben Ihr Anliegen zurückgezogen. Wir schließen es ab."),
    "closed_withdrawn",
)

_COMPLAINT = (
    *_COMMON,
    Sentence(
        "changed",
        N_("Wir haben etwas geändert. Was, steht in unserer Nachricht."),
        "answered",
    ),
    Sentence(
        "closed_agreed",
        N_("Sie hatten recht. Wir schließen Ihre Beschwerde ab."),
        "closed_agreed",
    ),
    Sentence(
        "closed_partly",
        N_("Sie hatten zum Teil recht. Wir schließen Ihre Beschwerde ab."),
        "closed_partly",
    ),
    Sentence(
        "closed_not_agreed",
        N_("Wir sehen es anders als Sie. Warum, steht in unserer Nachricht."),
        "closed_not_agreed",
    ),
    Sentence(
        "closed_unclear",
        N_("Wir konnten nicht klären, was passiert ist. Wir schließen Ihre Beschwerde ab."),
        "closed_unclear",
    ),
    Sentence(
        "closed_passed_on",
        N_("Mit Ihrer Zustimmung haben wir Ihre Beschwerde an eine andere Stelle weitergegeben."),
        "closed_passed_on",
    ),
    _WITHDRAWN,
)

_CONTACT = (
    *_COMMON,
    Sentence("closed", N_("Wir schließen Ihr Anliegen ab."), "closed"),
    _WITHDRAWN,
)

_APPLICATION = (
    Sentence("being_read", N_("Wir haben Ihre Bewerbung erhalten und lesen sie."), "being_read"),
    Sentence("question", _COMMON[4].text, "waiting_for_you"),
    Sentence(
        "need_time",
        _COMMON[1].text,
        "being_read",
        names_date=True,
    ),
    Sentence(
        "invited",
        N_("Wir möchten Sie gern kennenlernen. Wann und wo, steht in unserer Nachricht."),
        "invited",
    ),
    Sentence(
        "place_offered",
        N_("Wir bieten Ihnen einen Platz in der Ausbildung an."),
        "place_offered",
    ),
    Sentence(
        "not_this_time",
        N_("Dieses Mal können wir Ihnen leider keinen Platz anbieten."),
        "not_this_time",
    ),
    Sentence(
        "closed_accepted",
        N_("Sie haben einen Platz in der Ausbildung. Wir schließen Ihre Bewerbung ab."),
        "closed_accepted",
    ),
    Sentence("closed", N_("Wir schließen Ihre Bewerbung ab."), "closed"),
    _WITHDRAWN,
)

SENTENCES: Mapping[str, tuple[Sentence, ...]] = {
    "complaint": _COMPLAINT,
    "contact": _CONTACT,
    "application": _APPLICATION,
}


def sentence(form: str, code: str) -> Sentence:
    """Return a form's prepared sentence; KeyError if there is none of that code."""
    return {each.code: each for each in SENTENCES[form]}[code]


Role = Literal["reader", "deputy", "management", "outside"]
Step = Literal["arrival", "opened", "acknowledged", "answered", "given", "deputy_while_away"]

ESCALATION: Mapping[Role, Step] = {
    "reader": "arrival",
    "deputy": "opened",
    "management": "acknowledged",
    "outside": "answered",
}
"""Which promise must be missed before whom a case opens to; `given` is a colleague's hand-over,
`deputy_while_away` an absent colleague's."""

LEADING: tuple[Role, ...] = ("management", "outside")
"""Who answers for an inbox as a whole. They are told a year's figures."""


OMBUDSPERSON = "ombudsperson"
"""What a sender chooses, beside the teams, to keep a complaint from whoever reads from outside."""


def starts_outside(answers: Mapping[str, object]) -> bool:
    """Return whether the outside reader opens the complaint first, and everyday readers don't.

    That is so where the sender excluded someone in words of their own, or where it is about a
    member of staff and nobody can tell whose team it is.
    """
    named = bool(answers.get("not_read_by_other"))
    unclear = answers.get("about_staff") == "yes" and not answers.get("not_read_by")
    return named or unclear


def is_named(name: str, text: str) -> bool:
    """Return whether a sender's words name a member: one word of the name stands among them.

    In any spelling; a single letter names nobody. It rather finds one too many: whoever isn't
    meant can be let in by a colleague, but what was read by the one who was meant stays read.
    """
    said = {word.spelling for word in words(text)}
    return any(len(word.spelling) > 1 and word.spelling in said for word in words(name))
