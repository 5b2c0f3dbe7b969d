"""Brings the sentences of code and templates into the translators' catalogues.

New sentences come in empty, sentences that nobody says any more go; nothing is guessed. Says
what is left to translate. Run it by `make catalogues`.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from forms_service.rules.catalogues import DOMAINS, LOCALE_DIR, written_catalogue

PROJECT = Path(__file__).resolve().parent.parent


def sentences(domain: str) -> Catalog:
    """Return what code and templates say in a domain."""
    with (LOCALE_DIR / f"{domain}.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalogue = Catalog(charset="utf-8")
    found = extract_from_dir(str(PROJECT), methods, options, comment_tags=("Translators:",))
    for _path, _line, message, comments, _context in found:
        catalogue.add(message, auto_comments=comments)
    return catalogue


def update(path: Path, said: Catalog) -> int:
    """Rewrite one catalogue; return how many sentences it lacks."""
    header = path.read_text(encoding="utf-8").split("\n\n", 1)[0]
    with path.open("rb") as file:
        old = read_po(file)
    new = Catalog(charset="utf-8")
    # How many plural forms there are is the header's to say (and private to Babel).
    new._num_plurals = old.num_plurals  # type: ignore[assignment]
    lacking = 0
    for message in said:
        if message.id:
            known = old.get(message.id)
            text = known.string if known else None
            new.add(message.id, text, auto_comments=message.auto_comments)
            lacking += 0 if text else 1
    path.write_text(written_catalogue(header, new), encoding="utf-8")
    return lacking


def main() -> None:
    """Update every catalogue there is."""
    for domain in DOMAINS:
        said = sentences(domain)
        for path in sorted(LOCALE_DIR.glob(f"*/LC_MESSAGES/{domain}.po")):
            lacking = update(path, said)
            print(f"{path.relative_to(PROJECT)}: {lacking} sentences to translate")


if __name__ == "__main__":
    main()
