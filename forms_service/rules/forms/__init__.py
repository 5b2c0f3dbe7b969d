"""The three forms, declared once for the site build, the service and the staff page."""

from forms_service.rules.forms.application import APPLICATION
from forms_service.rules.forms.complaint import COMPLAINT, PRINCIPLES
from forms_service.rules.forms.contact import CONTACT, TOPICS
from forms_service.rules.forms.declaration import (
    TRAP,
    Cleaned,
    Form,
    Group,
    Submitted,
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
    "TOPICS",
    "TRAP",
    "Cleaned",
    "Form",
    "Group",
    "Submitted",
    "clean",
    "consents",
    "fingerprint",
    "options_of",
    "presets",
]
