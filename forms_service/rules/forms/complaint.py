"""The complaint: one required field, everything else only if the person wants to."""

from forms_service.rules.catalogues import N_
from forms_service.rules.fields import Choice, Choices, Email, Files, LongText, Option, Phone, Text
from forms_service.rules.forms.declaration import OTHER, Form, Group, reachable
from forms_service.rules.process import OMBUDSPERSON

PRINCIPLES = (
    Option("support", N_("Wir unterstützen Sie in dem, was Sie wollen.")),
    Option("orientation", N_("Wir erklären, wie das Leben hier geregelt ist.")),
    Option("well_being", N_("Wir achten auf Ihr Wohlergehen, an Körper und Seele.")),
    Option("arriving", N_("Wir helfen Ihnen beim Ankommen: Wohnung, Arbeit, Sprache.")),
    Option("self_determination", N_("Sie bestimmen selbst über Ihr Leben.")),
    Option("human_rights", N_("Die Menschenrechte gelten für alle, ohne Ausnahme.")),
    Option("justice", N_("Alle haben die gleichen Chancen. Niemand wird benachteiligt.")),
    Option("respect", N_("Wir begegnen Ihnen mit Respekt. Wir hören zu, statt zu urteilen.")),
    Option("confidentiality", N_("Was Sie uns sagen, behandeln wir vertraulich.")),
    Option("self_reflection", N_("Wir prüfen uns selbst und unsere Vorurteile.")),
    Option("qualified_staff", N_("Unsere Mitarbeitenden sind ausgebildet und lernen weiter.")),
    Option("team_reflection", N_("Wir besprechen unsere Arbeit regelmäßig im Team.")),
    Option("time_to_listen", N_("Im Gespräch haben wir genug Zeit und fragen nach.")),
    Option("accompaniment", N_("Wir begleiten Sie zu wichtigen Terminen, wenn wir Zeit haben.")),
    Option("cooperation", N_("Wir arbeiten mit Ehrenamtlichen, Partnern und Ämtern zusammen.")),
    Option("participation", N_("Sie können sich beschweren und mitreden.")),
)
"""The promises of the Leitbild that a complaint can name, in the order of the page."""

COMPLAINT = Form(
    name="complaint",
    page="beschwerde",
    title=N_("Beschwerde"),
    inbox="complaints",
    send=N_("Beschwerde senden"),
    on_paper=True,
    checks=(reachable("answer_by"),),
    contact_checks=(reachable("answer_by"),),
    groups=(
        Group(
            N_("Was passiert ist"),
            (
                Choice(
                    name="danger",
                    label=N_("Ist jetzt jemand in Gefahr?"),
                    shows_emergency_numbers=True,
                    options=(
                        Option("yes", N_("Ja")),
                        Option("no", N_("Nein")),
                        Option("unknown", N_("Ich weiß es nicht")),
                    ),
                ),
                LongText(
                    name="what_happened",
                    label=N_("Was ist passiert?"),
                    help=N_(
                        "In jeder Sprache, so viel oder so wenig Sie möchten. Sie müssen nichts "
                        "beweisen."
                    ),
                    required=N_("Bitte schreiben Sie auf, was passiert ist. Ein Satz genügt."),
                    limit=5000,
                    rows=8,
                ),
                Choice(
                    name="principle",
                    label=N_("Welches Versprechen aus unserem Leitbild wurde nicht gehalten?"),
                    from_link=True,
                    as_list=True,
                    options=PRINCIPLES,
                ),
                Choice(
                    name="place",
                    label=N_("Wo ist es passiert?"),
                    as_list=True,
                    settings="places",
                    options=(Option(OTHER, N_("An einem anderen Ort")),),
                ),
                Text(
                    name="place_other",
                    label=N_("An welchem anderen Ort?"),
                    help=N_("Nur, wenn Sie oben „An einem anderen Ort“ gewählt haben."),
                    sometimes=True,
                ),
                Text(
                    name="when",
                    label=N_("Wann ist es passiert?"),
                    help=N_("Ungefähr genügt."),
                ),
                Choice(
                    name="about_staff",
                    label=N_("Geht es um eine Person, die bei uns arbeitet?"),
                    options=(
                        Option("yes", N_("Ja")),
                        Option("no", N_("Nein")),
                        Option("not_said", N_("Das möchte ich nicht sagen")),
                    ),
                ),
                Choices(
                    name="not_read_by",
                    label=N_("Wer darf diese Beschwerde nicht lesen?"),
                    help=N_("Wer hier angekreuzt ist, sieht Ihre Beschwerde nirgends."),
                    settings="teams",
                    options=(
                        Option(OMBUDSPERSON, N_("Die Ombudsperson, die nicht zum Team gehört")),
                    ),
                ),
                Text(
                    name="not_read_by_other",
                    label=N_("Wer soll die Beschwerde außerdem nicht lesen?"),
                    help=N_(
                        "Ein Name genügt, oder was die Person bei uns tut. Dann liest zuerst nur die "
                        "Ombudsperson, die nicht zum Team gehört."
                    ),
                ),
                LongText(
                    name="good_solution",
                    label=N_("Was wäre für Sie eine gute Lösung?"),
                    rows=3,
                ),
            ),
        ),
        Group(
            N_("Unsere Antwort an Sie"),
            (
                Choice(
                    name="answer_by",
                    label=N_("Möchten Sie eine Antwort?"),
                    help=N_(
                        "Nach dem Senden bekommen Sie eine Nummer. Mit ihr lesen Sie die "
                        "Antwort hier auf der Seite, ohne Namen."
                    ),
                    preset="number",
                    options=(
                        Option("number", N_("Ja, ich komme mit meiner Nummer wieder")),
                        Option("call", N_("Ja, bitte rufen Sie mich an")),
                        Option("email", N_("Ja, bitte per E-Mail")),
                        Option("none", N_("Nein, ich brauche keine Antwort")),
                    ),
                ),
                Text(
                    name="name",
                    label=N_("Wie dürfen wir Sie nennen?"),
                    help=N_("Ein Vorname oder ein erfundener Name genügt."),
                ),
                Phone(
                    name="phone",
                    label=N_("Ihre Telefonnummer"),
                    help=N_("Nur, wenn wir Sie anrufen sollen."),
                    sometimes=True,
                ),
                Email(
                    name="email",
                    label=N_("Ihre E-Mail-Adresse"),
                    help=N_("Nur, wenn wir eine E-Mail schicken sollen."),
                    sometimes=True,
                ),
                Choice(
                    name="writes_for",
                    label=N_("Für wen schreiben Sie?"),
                    options=(
                        Option("self", N_("Für mich selbst")),
                        Option("other_knows", N_("Für eine andere Person. Sie weiß davon.")),
                        Option(
                            "other_unaware",
                            N_("Für eine andere Person. Sie weiß nichts davon."),
                        ),
                    ),
                ),
                Files(label=N_("Fotos und Dokumente")),
            ),
        ),
    ),
)
