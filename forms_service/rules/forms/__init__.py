"""The three forms, declared once for the site build, the service and the staff page."""

from forms_service.rules.forms.application import APPLICATION
from forms_service.rules.forms.complaint import COMPLAINT, PRINCIPLES
from forms_service.rules.forms.contact import CONTACT, TOPICS
from forms_service.rules.forms.declaration import (
    SHOWN_IN,
    TRAP,
    Cleaned,
    Form,
    Group,
    Submitted,
    carried_over,
    clean,
    consents,
    fingerprint,
    options_of,
    presets,
)

FORMS: dict[str, Form] = {form.name: form for form in (APPLICATION, CONTACT, COMPLAINT)}

__all__ = [
    "COMPLAINT",
    "FORMS",
    "PRINCIPLES",
    "SHOWN_IN",
    "TOPICS",
    "TRAP",
    "Cleaned",
    "Form",
    "Group",
    "Submitted",
    "carried_over",
    "clean",
    "consents",
    "fingerprint",
    "options_of",
    "presets",
]
