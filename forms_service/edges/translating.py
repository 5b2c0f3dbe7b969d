"""`anlaufstelle translations`, in a process of its own: what translators need stays in it."""

import argparse
import sys
import textwrap
from collections.abc import Sequence
from datetime import date, datetime

from forms_service.edges.translation_options import add_translations
from forms_service.rules.deadlines import ZONE
from forms_service.rules.languages import LANGUAGES
from forms_service.rules.translations import PageState, Review
from forms_service.usecases.translation_debt import (
    Debt,
    changed_on,
    debt,
    differences,
    note_review,
)
from forms_service.usecases.translation_entries import (
    TranslationsError,
    all_entries,
    require_language,
    with_earlier,
)
from forms_service.usecases.translation_import import plan_import
from forms_service.world.exchange_file import Exchange, ExchangeError, read, written
from forms_service.world.translation_files import FilesError, TranslationFiles, open_files

_EXPECTED = (ExchangeError, FilesError, OSError, TranslationsError)

_INSTRUCTIONS = (
    "Everything of the portal in one language. The German text stands in msgid, yours in msgstr.",
    "Keep as they are: {{ … }}, %(…)s, HTML like <br>, and where a link leads: [your words](…).",
    "Make words **bold** where they are in German. A line break in a paragraph stays a line break.",
    "Entries marked fuzzy were translated for another German text, which stands above them if it",
    "is known; adapt them and take the mark away. What is fuzzy or empty is not taken over.",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one action; return 0, or 1 with a sentence that says what is wrong."""
    top = argparse.ArgumentParser(prog="anlaufstelle")
    add_translations(top.add_subparsers(required=True))
    parsed = top.parse_args(arguments)
    run = {"export": _export, "import": _import, "reviewed": _reviewed}.get(parsed.action, _show)
    try:
        run(open_files(parsed.config), parsed)
    except _EXPECTED as error:
        print(f"anlaufstelle: {error}", file=sys.stderr)
        return 1
    return 0


def _show(files: TranslationFiles, parsed: argparse.Namespace) -> None:
    code = parsed.action if parsed.action in LANGUAGES else parsed.code
    if code:
        _show_language(files, debt(files, code))
    else:
        _show_all([debt(files, each) for each in files.languages])


def _show_all(debts: Sequence[Debt]) -> None:
    print("            pages                            sentences  settings")
    print("language    outdated   missing   unreviewed      empty   missing")
    for each in debts:
        pages = (len(each.outdated), len(each.missing), len(each.unreviewed))
        counts = (*pages, len(each.sentences), len(each.settings))
        print("{:<8}{:>12}{:>10}{:>13}{:>11}{:>10}".format(each.code, *counts))
    if not any(_is_owing(each) for each in debts):
        print("\nNothing is left to do.")


def _is_owing(each: Debt) -> bool:
    return bool(each.outdated or each.missing or each.unreviewed or each.sentences or each.settings)


def _show_language(files: TranslationFiles, owing: Debt) -> None:
    nothing = True
    for name, page in owing.pages.items():
        said = _of_page(files, name, page)
        wrong = differences(files, owing.code, name)
        if said or wrong:
            nothing = False
            _print_wrapped(f"{name}.md: {'; '.join(said) or 'differs from German'}")
        for each in wrong:
            _print_wrapped(f"- {each}", indent="  ")
    for title, left in (
        ("Sentences without a translation", owing.sentences),
        ("Texts of the organisation without a translation", owing.settings),
    ):
        if left:
            nothing = False
            print(f"{title}: {len(left)}")
        for each in left:
            _print_wrapped(f"- {each}", indent="  ")
    if nothing:
        print("Nothing is left to do.")


def _of_page(files: TranslationFiles, name: str, page: PageState) -> list[str]:
    if page.missing:
        return ["missing"]
    said = []
    if page.outdated and page.translation:
        day = changed_on(files, name, page)
        since = (
            f" since {day}" if day else f"; it follows the German of {page.translation.followed_on}"
        )
        said.append(f"outdated{since}")
    if not page.reviewed:
        said.append("read by nobody")
    return said


def _export(files: TranslationFiles, parsed: argparse.Namespace) -> None:
    require_language(files, parsed.code)
    entries = all_entries(files, parsed.code)
    if parsed.earlier:
        earlier = read(parsed.earlier.read_bytes())
        if earlier.language != parsed.code:
            raise TranslationsError(f"{parsed.earlier} is of the language {earlier.language!r}.")
        entries = with_earlier(entries, earlier.entries)
    if parsed.file.exists():
        raise TranslationsError(
            f"{parsed.file} is there already; a translator's work may be in it."
        )
    rule = files.sentences(parsed.code).plural_rule
    exchange = Exchange(parsed.code, rule, tuple(entries))
    parsed.file.write_bytes(written(exchange, _INSTRUCTIONS))
    left = sum(1 for each in entries if not each.done)
    print(f"{parsed.file}: {len(entries)} texts, {left} of them to translate.")


def _import(files: TranslationFiles, parsed: argparse.Namespace) -> None:
    exchange = read(parsed.file.read_bytes())
    plan = plan_import(files, exchange, on=parsed.on or _today(), reviewed_by=parsed.reviewed_by)
    for refusal in plan.refused:
        _print_wrapped(f"- {refusal.place}: {refusal.reason}")
        _print_wrapped(f"“{refusal.german}”", indent="  ")
    if plan.refused and not parsed.partly:
        raise TranslationsError(
            f"{len(plan.refused)} faults; nothing was taken. --partly takes the rest."
        )
    files.write(plan.contents)
    for path in plan.contents:
        print(f"{path}: written")
    for name, left in plan.unfinished.items():
        print(
            f"{files.page_path(exchange.language, name)}: left as it was; texts still open: {left}"
        )
    if plan.unfinished:
        print("Keep the file: texts of unfinished pages stand in it alone.")
    if not plan.contents:
        print("Nothing changed.")


def _reviewed(files: TranslationFiles, parsed: argparse.Namespace) -> None:
    names = [page.removesuffix(".md") for page in parsed.pages]
    review = Review(parsed.by, parsed.on or _today())
    contents = note_review(files, parsed.code, names, review)
    files.write(contents)
    for path in contents:
        print(f"{path}: read by {review.by} on {review.day}")


def _today() -> date:
    return datetime.now(ZONE).date()


def _print_wrapped(text: str, indent: str = "") -> None:
    print(textwrap.fill(text, 80, initial_indent=indent, subsequent_indent=f"{indent}  "))


if __name__ == "__main__":
    raise SystemExit(main())
