"""What a translator works on, text by text, and what a translation has to keep of the German.

Nothing here knows files or formats.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from gettext import c2py

Forms = tuple[str, ...]
"""One text; of a sentence with a number its plural forms (two of them in German)."""

PLACEHOLDER = re.compile(r"\{\{.*?\}\}")
TAG = re.compile(r"<[A-Za-z/!?][^>]*>?")

_VALUE = re.compile(r"%\(\w+\)s")
# An address may hold one level of parentheses.
_LINK = re.compile(r"\]\(((?:[^()\s]|\([^()\s]*\))*)")
_MARK_OF_LANGUAGE = re.compile(r"</?(span|bdi)(?: (?:lang|dir)=\"[A-Za-z-]+\")*>")
_NUMBER = "%(n)s"
_PLURAL_RULE = re.compile(r"\s*nplurals\s*=\s*(\d+)\s*;\s*plural\s*=([^;]+);?\s*")


@dataclass(frozen=True)
class Entry:
    """One text of a language at its place.

    `translation` is empty where there is none yet. It is `fuzzy` where it was made for another
    German text than the present one: for `previous`, if that is known.
    """

    place: str
    german: Forms
    translation: Forms = ()
    previous: Forms = ()
    fuzzy: bool = False
    notes: Forms = ()

    @property
    def key(self) -> tuple[str, Forms]:
        """What makes the entry this one: German texts alike may stand at several places."""
        return self.place, self.german

    @property
    def done(self) -> bool:
        """Whether the present German text has a translation."""
        return bool(self.translation) and not self.fuzzy


def kept_parts(text: str) -> Counter[str]:
    """Return what stands in a translation exactly as in German: values, link targets, HTML.

    What marks a word as being of another language (`<span lang="de">`, `<bdi>`) is free.
    """
    parts = Counter(_VALUE.findall(text))
    parts.update(PLACEHOLDER.findall(text))
    # A placeholder is often (part of) a link's address, and holds parentheses and blanks itself.
    without = PLACEHOLDER.sub(lambda found: re.sub(r"[()\s]", "_", found[0]), text)
    parts.update(f"link to {target}" for target in _LINK.findall(without))
    parts.update(tag for tag in TAG.findall(text) if not _MARK_OF_LANGUAGE.fullmatch(tag))
    parts.update(re.findall(r"[{}]", PLACEHOLDER.sub("", text)))
    return parts


def holds_values(text: str) -> bool:
    """Whether values (``%(date)s``) are filled into a text."""
    return bool(_VALUE.search(text))


def faults(
    german: Forms, translation: Forms, plural_forms: int, *, parts_elsewhere: bool = False
) -> list[str]:
    """Return why a translation can't be taken, each reason as words to follow its place.

    With `parts_elsewhere` the text may lack or repeat what has to be kept: the page as a whole
    has it all (a name may move from one paragraph to the next).
    """
    wanted_forms = plural_forms if len(german) > 1 else 1
    given = sum(1 for form in translation if form.strip())
    if not given == len(translation) == wanted_forms:
        return [f"needs {wanted_forms} form(s) by number, has {given}"]
    found = [fault for form in translation for fault in _unfit(form)]
    if not parts_elsewhere:
        found += _other_parts(german, translation)
    return list(dict.fromkeys(found))


def _other_parts(german: Forms, translation: Forms) -> list[str]:
    wanted = kept_parts(german[-1])
    found = []
    for form in translation:
        missing = wanted - kept_parts(form)
        if len(german) > 1:
            # A plural form may leave its number out ("one month").
            missing.pop(_NUMBER, None)
        found += [f"lacks {part}" for part in missing]
        found += [f"has {part} more often than German" for part in kept_parts(form) - wanted]
        if holds_values(german[-1]) and "%" in _VALUE.sub("", form):
            found.append("has a percent sign of its own beside its values")
    if _NUMBER in wanted and not any(_NUMBER in form for form in translation):
        found.append(f"lacks {_NUMBER} in every form")
    return found


def have_same_parts(german: Iterable[str], translated: Iterable[str]) -> bool:
    """Whether texts have, all together, the same values, link targets and HTML."""
    return kept_parts("\n".join(german)) == kept_parts("\n".join(translated))


def _unfit(text: str) -> list[str]:
    found = []
    if any(unicodedata.category(each) in ("Cc", "Co", "Cs") for each in text if each != "\n"):
        found.append("holds a control character or one that no font knows")
    for tag in ("span", "bdi"):
        if len(re.findall(rf"<{tag}\b", text)) != text.count(f"</{tag}>"):
            found.append(f"opens and closes <{tag}> a different number of times")
    return found


def number_of_forms(plural_rule: str) -> int:
    """Return how many forms a sentence with a number has; 0 where the rule can't be read."""
    found = _PLURAL_RULE.fullmatch(plural_rule)
    return int(found[1]) if found else 0


def same_plural_rule(one: str, other: str) -> bool:
    """Whether two headers choose the same form for every number, however they are written."""
    first, second = _PLURAL_RULE.fullmatch(one), _PLURAL_RULE.fullmatch(other)
    if not (first and second and first[1] == second[1]):
        return False
    try:
        chosen, wanted = c2py(first[2].strip()), c2py(second[2].strip())
    except ValueError:
        return False
    return all(chosen(number) == wanted(number) for number in range(201))
