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
CHANNELS = {
    "web": N_("Website"),
    "paper": N_("Papier"),
    "spoken": N_("Gespräch"),
}
ACTIONS = {
    "entered": N_("%(name)s hat den Fall eingegeben."),
    "opened": N_("%(name)s hat den Fall geöffnet."),
    "answered": N_("%(name)s hat der Person geschrieben."),
    "file_opened": N_("%(name)s hat eine Datei geöffnet."),
    "noted": N_("%(name)s hat eine Notiz für das Team geschrieben."),
    "let_in": N_("%(name)s hat %(other)s dazugeholt."),
    "taken": N_("%(name)s hat den Fall übernommen."),
    "given_back": N_("%(name)s hat den Fall an alle zurückgegeben."),
    "handed_over": N_("%(name)s hat den Fall an %(other)s übergeben."),
    "stepped_back": N_("%(name)s ist zurückgetreten und liest den Fall nicht mehr."),
    "excluded": N_("%(name)s hat %(other)s ausgeschlossen."),
    "excluded_team": N_("%(name)s hat ein Team ausgeschlossen."),
    "flagged": N_("%(name)s hat den Fall an das Schutzteam gegeben."),
    "unflagged": N_("%(name)s hat den Fall aus dem Schutzteam zurückgegeben."),
    "called_in": N_("Für den zweiten Blick kam %(other)s dazu."),
    "exported": N_("%(name)s hat eine Auskunft für die Person erstellt."),
    "postponed": N_("%(name)s hat den Tag des Löschens verschoben."),
    "key_passed": N_("%(name)s hat den Fall für %(other)s geöffnet."),
    "recovered": N_("Der Fall wurde mit den Wiederherstellungsblättern für %(other)s geöffnet."),
    "translated": N_("%(name)s hat eine Übersetzung danebengestellt."),
}
SOMEBODY = N_("Jemand")
# Translators: stands where a colleague's name would: "Lena has brought in a colleague."
SOMEBODY_ELSE = N_("jemanden aus dem Team")
# Translators: stands where a colleague's name would: "For the second look, a colleague joined."
SOMEBODY_WHO_JOINED = N_("jemand aus dem Team")
PROBLEMS = {
    "empty": N_("Bitte wählen Sie einen Satz oder schreiben Sie einen Text."),
    "translation_of_nothing": N_("Eine Übersetzung braucht einen Text, den sie übersetzt."),
    "unknown_sentence": N_("Diesen Satz gibt es für diesen Fall nicht."),
    "date_missing": N_("Dieser Satz nennt einen Tag. Bitte wählen Sie einen Tag ab heute."),
    "date_too_late": N_(
        "So lange darf es nicht dauern. Bitte wählen Sie einen Tag bis zum %(date)s."
    ),
    "second_look": N_(
        "Die Person war mit Ihrer Antwort nicht zufrieden. Jetzt antwortet jemand anderes aus dem "
        "Team. Ihr Text ist als Entwurf gespeichert."
    ),
    "second_look_of_theirs": N_(
        "Die Person war mit der Antwort dieser Kollegin oder dieses Kollegen nicht zufrieden. "
        "Bitte wählen Sie jemand anderen."
    ),
    "other_writer": N_(
        "Hier ist inzwischen jemand anderes angemeldet. Bitte prüfen Sie, in wessen Namen Sie "
        "schreiben."
    ),
    "other_writer_of_note": N_(
        "Hier ist inzwischen jemand anderes angemeldet. Bitte prüfen Sie, in wessen Namen Sie "
        "schreiben."
    ),
    "taken_meanwhile": N_(
        "Inzwischen hat sich etwas geändert. Bitte sehen Sie nach, wer sich jetzt kümmert."
    ),
    "nobody_chosen": N_("Bitte wählen Sie, wer den Fall übernimmt."),
    "nobody_to_join": N_("Bitte wählen Sie, wen Sie dazuholen."),
    "nobody_to_exclude": N_("Bitte wählen Sie, wer den Fall nicht mehr lesen darf."),
    "last_reader": N_(
        "Außer Ihnen kann gerade niemand den Fall lesen. Bitte holen Sie zuerst jemanden dazu."
    ),
    "protected_already": N_("Der Fall ist schon beim Schutzteam."),
    "not_protected": N_("Der Fall ist nicht beim Schutzteam."),
    "nobody_protects": N_(
        "Im Schutzteam ist gerade niemand, der diesen Fall lesen darf. Bitte rufen Sie Ihre "
        "Leitung an. Der Fall bleibt bei Ihnen."
    ),
    "nobody_left": N_(
        "Außerhalb des Schutzteams darf niemand diesen Fall lesen. Er bleibt deshalb hier."
    ),
    "days_wrong": N_("Bitte wählen Sie einen ersten und einen letzten Tag ab heute."),
    "away_too_long": N_("Eine Vertretung dauert höchstens ein Jahr."),
    "deputy_missing": N_("Bitte wählen Sie, wer Sie vertritt."),
    "reason_missing": N_("Bitte schreiben Sie, warum der Fall noch gebraucht wird."),
    "day_wrong": N_("Bitte wählen Sie einen späteren Tag, höchstens den %(last)s."),
    "wished": N_("Die Person möchte, dass alles gelöscht wird. Das verschieben wir nicht."),
    "not_due": N_("Dieser Fall wird noch nicht gelöscht."),
    "note_empty": N_("Bitte schreiben Sie eine Notiz."),
    "translation_empty": N_("Bitte schreiben Sie eine Übersetzung."),
}
