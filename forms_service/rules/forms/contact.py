"""The contact form and counselling request; its topic decides who reads it."""

from collections.abc import Iterator

from forms_service.rules.catalogues import N_
from forms_service.rules.fields import (
    Answers,
    Choice,
    Email,
    LongText,
    Option,
    Phone,
    Problem,
    Text,
    Tick,
)
from forms_service.rules.forms.declaration import OTHER, Form, Group, reachable

TOPICS = (
    Option("counselling", N_("Beratung in meiner Sprache")),
    Option("project", N_("Eine Frage zum Projekt")),
    Option("training", N_("Eine Frage zur Ausbildung")),
    Option("accompaniment", N_("Begleitung zu einem Termin")),
    Option("leitbild", N_("Das Leitbild")),
    Option("taking_part", N_("Mitmachen oder ehrenamtlich helfen")),
    Option("partner", N_("Wir sind eine Einrichtung und möchten zusammenarbeiten")),
    Option("barrier", N_("Ein Hindernis auf dieser Website")),
    Option(OTHER, N_("Etwas anderes")),
)

_CONSENT_MISSING = N_(
    "Sie haben uns schon etwas geschrieben. Bitte erlauben Sie uns, es zu lesen, oder löschen "
    "Sie den Text. Erzählen können Sie es auch erst im Gespräch."
)


def _sensitive_details_need_consent(answers: Answers) -> Iterator[Problem]:
    if answers["topic"] == "counselling" and answers["message"] and not answers["consent"]:
        yield Problem("consent", _CONSENT_MISSING)


CONTACT = Form(
    name="contact",
    page="kontakt",
    title=N_("Kontakt und Beratung"),
    inbox="questions",
    send=N_("Anfrage senden"),
    no_emergency_service=True,
    checks=(reachable("reach_by"), _sensitive_details_need_consent),
    contact_checks=(reachable("reach_by"),),
    groups=(
        Group(
            N_("Ihr Anliegen"),
            (
                Choice(name="topic", label=N_("Worum geht es?"), from_link=True, options=TOPICS),
                Choice(
                    name="language",
                    label=N_("In welcher Sprache sollen wir mit Ihnen sprechen?"),
                    required=N_("Bitte wählen Sie eine Sprache."),
                    preset="{language}",
                    as_list=True,
                    settings="languages",
                    options=(Option(OTHER, N_("Eine andere Sprache")),),
                ),
                Text(name="language_other", label=N_("Welche andere Sprache?")),
                Choice(
                    name="speak_with",
                    label=N_("Mit wem möchten Sie sprechen?"),
                    preset="any",
                    options=(
                        Option("woman", N_("Mit einer Frau")),
                        Option("man", N_("Mit einem Mann")),
                        Option("any", N_("Das ist mir gleich")),
                    ),
                ),
                LongText(
                    name="message",
                    label=N_("Möchten Sie uns schon etwas sagen?"),
                    help=N_("In jeder Sprache. Sie müssen hier nichts schreiben."),
                    limit=1000,
                ),
                Tick(
                    name="consent",
                    consent=True,
                    sometimes=True,
                    label=N_(
                        "Mein Text kann Persönliches enthalten, zum Beispiel über meine "
                        "Gesundheit, meine Herkunft oder meinen Glauben. Ich erlaube, dass die "
                        "Beraterinnen und Berater ihn lesen, um mir zu helfen. Ich kann das "
                        "jederzeit zurücknehmen."
                    ),
                ),
            ),
        ),
        Group(
            N_("Wie wir Sie erreichen"),
            (
                Text(
                    name="name",
                    label=N_("Wie dürfen wir Sie nennen?"),
                    help=N_("Ein Vorname oder ein erfundener Name genügt."),
                ),
                Choice(
                    name="reach_by",
                    label=N_("Wie können wir Sie erreichen?"),
                    required=N_("Bitte wählen Sie, wie wir Sie erreichen können."),
                    options=(
                        Option("call", N_("Bitte rufen Sie mich an")),
                        Option("message", N_("Bitte schreiben Sie mir eine Nachricht aufs Handy")),
                        Option("email", N_("Bitte schreiben Sie mir eine E-Mail")),
                        Option("number", N_("Ich komme mit meiner Nummer wieder")),
                    ),
                ),
                Phone(
                    name="phone",
                    label=N_("Ihre Telefonnummer"),
                    help=N_("Nur, wenn wir anrufen oder eine Nachricht schicken sollen."),
                    sometimes=True,
                ),
                Email(
                    name="email",
                    label=N_("Ihre E-Mail-Adresse"),
                    help=N_("Nur, wenn wir eine E-Mail schicken sollen."),
                    sometimes=True,
                ),
                Text(
                    name="good_time",
                    label=N_("Wann können wir Sie gut und sicher erreichen?"),
                    help=N_("Zum Beispiel: vormittags, wenn die Kinder in der Schule sind."),
                ),
                Choice(
                    name="may_leave_message",
                    label=N_("Dürfen wir eine Nachricht hinterlassen und sagen, wer wir sind?"),
                    options=(Option("yes", N_("Ja")), Option("no", N_("Nein"))),
                ),
            ),
        ),
    ),
)
