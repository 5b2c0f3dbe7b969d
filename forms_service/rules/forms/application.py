"""The application for the training of counsellors.

Never asked: photo, birth, nationality, religion, family, children, health, residence number.
"""

from collections.abc import Iterator

from forms_service.rules.catalogues import N_
from forms_service.rules.fields import (
    Answers,
    Choice,
    Choices,
    Email,
    Files,
    LongText,
    Option,
    Phone,
    Problem,
    Text,
    Tick,
)
from forms_service.rules.forms.declaration import OTHER, Form, Group

_UNREACHABLE = N_(
    "Bitte sagen Sie uns, wie wir Sie erreichen: mit Telefon, E-Mail oder über eine andere Person."
)


def _one_way_to_reach(answers: Answers) -> Iterator[Problem]:
    if not (answers["phone"] or answers["email"] or answers["via"]):
        yield Problem("phone", _UNREACHABLE)


APPLICATION = Form(
    name="application",
    page="bewerbung",
    title=N_("Bewerbung für die Ausbildung"),
    inbox="applications",
    send=N_("Bewerbung senden"),
    checks=(_one_way_to_reach,),
    contact_checks=(_one_way_to_reach,),
    remembers=True,
    groups=(
        Group(
            N_("Über Sie"),
            (
                Text(
                    name="name",
                    label=N_("Ihr Name"),
                    help=N_("So, wie Sie genannt werden möchten. Ein Name genügt."),
                    required=N_("Bitte schreiben Sie Ihren Namen auf."),
                    autocomplete="name",
                ),
                Text(
                    name="town",
                    label=N_("Ihr Wohnort"),
                    help=N_("Nur der Ort. Keine Straße, kein Name einer Unterkunft."),
                    required=N_("Bitte schreiben Sie auf, in welchem Ort Sie wohnen."),
                    autocomplete="address-level2",
                ),
                Tick(
                    name="adult",
                    label=N_("Ich bin 18 Jahre alt oder älter."),
                    required=N_(
                        "Die Ausbildung ist für Menschen ab 18 Jahren. Bitte bestätigen Sie das."
                    ),
                ),
            ),
        ),
        Group(
            N_("Wie wir Sie erreichen"),
            (
                Phone(
                    name="phone",
                    label=N_("Ihre Telefonnummer"),
                    help=N_("Eines genügt: Telefon, E-Mail oder eine Person."),
                    sometimes=True,
                    autocomplete="tel",
                ),
                Email(
                    name="email",
                    label=N_("Ihre E-Mail-Adresse"),
                    help=N_("Nicht nötig, wenn Sie ein Telefon oder eine Person nennen."),
                    sometimes=True,
                    autocomplete="email",
                ),
                Text(
                    name="via",
                    label=N_("Über eine Person oder Organisation"),
                    sometimes=True,
                    help=N_("Wen dürfen wir fragen, und wie erreichen wir diese Stelle?"),
                ),
                Choice(
                    name="language",
                    label=N_("In welcher Sprache sollen wir mit Ihnen sprechen?"),
                    required=N_("Bitte wählen Sie eine Sprache."),
                    preset="{language}",
                    as_list=True,
                    settings="languages",
                    options=(Option(OTHER, N_("Eine andere Sprache")),),
                ),
                Text(
                    name="language_other",
                    label=N_("Welche andere Sprache?"),
                    help=N_("Nur, wenn Sie oben „Eine andere Sprache“ gewählt haben."),
                    sometimes=True,
                ),
                Tick(name="interpreter", label=N_("Ich möchte, dass jemand dolmetscht.")),
            ),
        ),
        Group(
            N_("Sprachen und Erfahrung"),
            (
                Choices(
                    name="counsel_languages",
                    label=N_("In welchen Sprachen könnten Sie beraten?"),
                    required=N_("Bitte wählen Sie mindestens eine Sprache."),
                    settings="languages",
                    options=(Option(OTHER, N_("Eine andere Sprache")),),
                ),
                Text(
                    name="counsel_languages_other",
                    label=N_("Welche andere Sprache?"),
                    help=N_("Nur, wenn Sie oben „Eine andere Sprache“ gewählt haben."),
                    sometimes=True,
                ),
                Choice(
                    name="german",
                    label=N_("Wie gut ist Ihr Deutsch?"),
                    required=N_("Bitte wählen Sie den Satz, der am besten passt."),
                    options=(
                        Option("words", N_("Ich kenne einzelne Wörter.")),
                        Option(
                            "everyday",
                            N_("Im Alltag komme ich zurecht, zum Beispiel beim Einkaufen."),
                        ),
                        Option("talk", N_("Ich kann ein Gespräch führen, auch mit einem Amt.")),
                        Option("fluent", N_("Ich spreche fließend.")),
                    ),
                ),
                LongText(
                    name="background",
                    label=N_("Was haben Sie gelernt oder gearbeitet?"),
                    help=N_(
                        "Auch im Ausland, ohne Zeugnisse, in der Familie oder ehrenamtlich. In "
                        "jeder Sprache."
                    ),
                    required=N_("Bitte schreiben Sie auf, was Sie gelernt oder gearbeitet haben."),
                ),
                LongText(
                    name="motivation",
                    label=N_("Warum möchten Sie diese Ausbildung machen?"),
                    rows=4,
                ),
            ),
        ),
        Group(
            N_("Teilnahme"),
            (
                Choice(
                    name="availability",
                    label=N_("Können Sie an der ganzen Ausbildung in %(town)s teilnehmen?"),
                    help=N_("Dauer in Monaten: %(months)s"),
                    required=N_("Bitte wählen Sie eine Antwort. „Nicht sicher“ ist auch eine."),
                    options=(
                        Option("yes", N_("Ja")),
                        Option("no", N_("Nein")),
                        Option("unsure", N_("Ich bin nicht sicher")),
                    ),
                ),
                Choice(
                    name="may_work",
                    label=N_("Dürfen Sie in Deutschland arbeiten oder eine Ausbildung machen?"),
                    help=N_("Bitte schicken Sie jetzt keine Aufenthaltspapiere."),
                    options=(
                        Option("yes", N_("Ja")),
                        Option("no", N_("Nein")),
                        Option("unknown", N_("Ich weiß es nicht")),
                    ),
                ),
                LongText(
                    name="needs",
                    label=N_("Was brauchen Sie, um teilnehmen zu können?"),
                    help=N_(
                        "Zum Beispiel Kinderbetreuung, einen Raum ohne Stufen, bestimmte "
                        "Zeiten. Das ändert nichts an der Entscheidung."
                    ),
                    limit=1000,
                    rows=3,
                    apart=True,
                ),
                Files(label=N_("Dokumente")),
                Tick(
                    name="keep",
                    consent=True,
                    label=N_(
                        "Wenn es dieses Mal nicht klappt: Bitte bewahren Sie meine Bewerbung 12 "
                        "Monate für den nächsten Kurs auf. Ich kann das jederzeit zurücknehmen."
                    ),
                ),
            ),
        ),
    ),
)
