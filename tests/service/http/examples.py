"""What people send in these tests. All of it is made up."""

LANGUAGES = ("de", "en", "ar")

FORM_PAGES = {"complaint": "beschwerde", "contact": "kontakt", "application": "bewerbung"}

ERROR_WORD = {"de": "Fehler", "en": "Error", "ar": "خطأ"}

ARABIC_COMPLAINT = "انتظرتُ ثلاث ساعات ولم يتحدث معي أحد."

# Quotes, markup, template marks, placeholders, slots, an apostrophe, an emoji, a ZWNJ.
NASTY = (
    "</textarea><script>alert(1)</script> \"'`&amp; {{ 7*7 }} {% raw %} %(date)s %s "
    "<!--slot:main--><!--/slot:form--> ${x} \\0 می\u200cخواهم 🚪"
)

Said = dict[str, str | list[str]]
"""What somebody says in a form, by field."""

VALID: dict[str, Said] = {
    "complaint": {"what_happened": "Niemand hat zugehört."},
    "contact": {"language": "ar", "reach_by": "number"},
    "application": {
        "name": "Amara",
        "town": "Schwerin",
        "adult": "yes",
        "phone": "+49 151 0000000",
        "language": "en",
        "counsel_languages": ["en", "fr"],
        "german": "talk",
        "background": "Hebamme, sechs Jahre.",
        "availability": "yes",
    },
}


def address(form: str, language: str) -> str:
    """The address of a form's page."""
    return f"/{language}/{FORM_PAGES[form]}/"
