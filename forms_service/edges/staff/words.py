"""What the staff page calls stages, promises, actions and problems."""

from forms_service.rules import process
from forms_service.rules.catalogues import N_

STATUS_FOR_STAFF = {
    process.NEW: N_("Neu"),
    "acknowledged": N_("Bestätigt"),
    "in_clarification": N_("In Klärung"),
    "waiting_for_you": N_("Wartet auf die Person"),
    "waiting_for_others": N_("Wartet auf andere"),
    "answered": N_("Beantwortet"),
    process.SECOND_LOOK: N_("Zweiter Blick"),
    "being_read": N_("Wird gelesen"),
    "invited": N_("Eingeladen"),
    "not_this_time": N_("Dieses Mal nicht"),
    "place_offered": N_("Platz angeboten"),
    "closed": N_("Abgeschlossen"),
    "closed_agreed": N_("Abgeschlossen: zugestimmt"),
    "closed_partly": N_("Abgeschlossen: teilweise zugestimmt"),
    "closed_not_agreed": N_("Abgeschlossen: nicht zugestimmt"),
    "closed_unclear": N_("Abgeschlossen: nicht zu klären"),
    "closed_passed_on": N_("Abgeschlossen: weitergegeben"),
    "closed_withdrawn": N_("Abgeschlossen: zurückgezogen"),
    "closed_accepted": N_("Abgeschlossen: Platz angenommen"),
}
WISHES = {
    "dissatisfied": N_("Die Person ist mit der Antwort nicht zufrieden."),
    "withdrawn": N_("Die Person zieht ihr Anliegen zurück."),
    "deletion_asked": N_("Die Person möchte, dass alles gelöscht wird."),
    "deletion_taken_back": N_("Die Person möchte doch nicht, dass gelöscht wird."),
    "contact_details": N_("Die Person hat ihre Kontaktdaten geändert."),
}
DUE = {
    "read_message": N_("Neue Nachricht beantworten"),
    "open": N_("Öffnen"),
    "acknowledge": N_("Eingang bestätigen"),
    "news": N_("Nachricht geben"),
    "answer": N_("Antwort geben"),
}
ACTIONS = {
    "opened": N_("%(name)s hat den Fall geöffnet."),
    "answered": N_("%(name)s hat der Person geschrieben."),
    "noted": N_("%(name)s hat eine Notiz für das Team geschrieben."),
    "postponed": N_("%(name)s hat den Tag des Löschens verschoben."),
    "let_in": N_("%(name)s hat jemanden dazugeholt."),
    "key_passed": N_("%(name)s hat einem neuen Mitglied den Fall geöffnet."),
    "recovered": N_("Der Fall wurde mit den Wiederherstellungsblättern für jemanden geöffnet."),
    "translated": N_("%(name)s hat eine Übersetzung danebengestellt."),
}
SOMEBODY = N_("Jemand")
PROBLEMS = {
    "empty": N_("Bitte wählen Sie einen Satz oder schreiben Sie einen Text."),
    "translation_of_nothing": N_("Eine Übersetzung braucht einen Text, den sie übersetzt."),
    "unknown_sentence": N_("Diesen Satz gibt es für diesen Fall nicht."),
    "date_missing": N_("Dieser Satz nennt einen Tag. Bitte wählen Sie einen Tag ab heute."),
    "reason_missing": N_("Bitte schreiben Sie, warum der Fall noch gebraucht wird."),
    "day_wrong": N_("Bitte wählen Sie einen späteren Tag, höchstens den %(last)s."),
    "wished": N_("Die Person möchte, dass alles gelöscht wird. Das verschieben wir nicht."),
    "not_due": N_("Dieser Fall wird noch nicht gelöscht."),
    "note_empty": N_("Bitte schreiben Sie eine Notiz."),
    "translation_empty": N_("Bitte schreiben Sie eine Übersetzung."),
}
