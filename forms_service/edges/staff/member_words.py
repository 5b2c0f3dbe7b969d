"""What the staff page calls roles, what an inbox lacks, sign-ins, and problems of members' forms."""

from forms_service.rules.catalogues import N_
from forms_service.rules.passwords import WEAKNESSES
from forms_service.usecases import invitations

ROLES = {
    "reader": N_("Liest und antwortet"),
    "deputy": N_("Vertretung"),
    "management": N_("Leitung"),
    "outside": N_("Ombudsperson"),
}
ROLES_LONG = {
    "reader": N_("Liest und antwortet: sieht jeden Fall sofort"),
    "deputy": N_("Vertretung: sieht einen Fall, wenn ihn niemand rechtzeitig öffnet"),
    "management": N_("Leitung: sieht einen Fall, wenn ihn niemand rechtzeitig bestätigt"),
    "outside": N_("Ombudsperson: sieht einen Fall, wenn er nicht rechtzeitig fertig wird"),
}
LACKS = {
    "readers": N_("Es fehlt jemand, der liest und antwortet."),
    "outside": N_("Es fehlt eine Ombudsperson, die sonst keine Aufgabe darin hat."),
}
SIGNS = {
    "signed_in": N_("Angemeldet"),
    "sign_in_failed": N_("Anmeldung nicht gelungen"),
    "signed_out": N_("Abgemeldet"),
    "signed_out_everywhere": N_("Überall abgemeldet"),
    "recovery_code_used": N_("Mit einem Ersatzcode angemeldet"),
}
PROBLEMS = {
    **WEAKNESSES,
    **invitations.PROBLEMS,
    "password_wrong": N_("Das Passwort stimmt nicht."),
    "code_wrong": N_(
        "Der Code stimmt nicht. Bitte tippen Sie den Code, den Ihre App jetzt zeigt. Prüfen Sie "
        "auch die Uhr Ihres Telefons."
    ),
    "too_many": N_("Zu viele Versuche. Bitte warten Sie eine Viertelstunde."),
}
FIELDS = {
    "password_short": "new",
    "password_simple": "new",
    "password_known": "new",
    "password_differs": "again",
    "name_missing": "name",
    "email_wrong": "email",
    "email_taken": "email",
    "email_left": "email",
    "nothing": "roles",
    "password_wrong": "password",
    "too_many": "password",
    "code_wrong": "code",
}
"""Where a problem is mended."""
