"""The one spelling: whatever way people type a word, it comes out the same."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forms_service.rules.spelling import LONGEST_WORD, Speller, one_spelling, words


def spellings(text: str) -> list[str]:
    return [word.spelling for word in words(text)]


@pytest.mark.parametrize(
    "ways",
    [
        "Straße strasse STRASSE Strase",
        "über ueber uber ÜBER u\u0308ber",
        "Größe Groesse Grosse",
        "E-Mail email Email e\u2011mail",
        "l'aide l\u2019aide aide Aide",
        "d'urgence urgence",
        "numéro numero nume\u0301ro",
        "cœur coeur",
        "İstanbul istanbul ISTANBUL ıstanbul",
        "şikâyet sikayet SİKAYET",
        "şêwirmendî sewirmendi Şêwirmendî",
        "п'ять п\u2019ять п\u02bcять пять",
        "її ии",
        "ёлка елка",
        "это ето",
        "أحمد احمد إحمد آحمد",
        "شكوى شكوي شکوی الشكوى والشكوى بالشكوى للشكوى",
        "الألمانية المانية",
        "مدرسة مدرسه مُدَرِّسَة مـــدرسة",
        "می\u200cخواهم میخواهم ميخواهم",
        "کمک كمك",
        "بېړنۍ بيړني بیرنی",
        "شمېرې شميرى",
        "ሰላም ሠላም",
        "ሃይማኖት ሐይማኖት ኀይማኖት",
        "ፀሓይ ጸሃይ",
        "ዓይኒ አይኒ ኣይኒ",
        "ምኽሪ ምክሪ",
        "ቍጽሪ ቁጽሪ ቈጽሪ",
        "116 ١١٦ ۱۱۶ １１６",
    ],
)
def test_ways_to_type_a_word_come_out_the_same(ways: str) -> None:
    assert len(set(spellings(ways))) == 1, spellings(ways)


@pytest.mark.parametrize(
    "words_apart",
    [
        "Beratung Bewerbung",
        "شكوى شكرا",
        "110 1110 11",
        "الله اله",
        "كتاب گتاب",
        "ሰላም ስራሕ",
        "мир мор",
    ],
)
def test_different_words_stay_apart(words_apart: str) -> None:
    assert len(set(spellings(words_apart))) == len(words_apart.split())


def test_words_are_found_where_they_stand() -> None:
    text = "„Wer liest  meine Be\u00adschwerde?“ (د شکایت) 0800 111"
    assert [text[word.start : word.end] for word in words(text)] == [
        "Wer", "liest", "meine", "Be\u00adschwerde", "د", "شکایت", "0800", "111",
    ]  # fmt: skip


def test_what_is_no_letter_is_no_word() -> None:
    assert spellings("'' — … \u200c ـ ! \" * ( ) 🚪 _") == []


@given(st.text())
def test_the_one_spelling_is_stable_and_bounded(text: str) -> None:
    for word in words(text):
        assert one_spelling(word.spelling) == word.spelling
        assert 0 < len(word.spelling) <= LONGEST_WORD
        assert word.spelling.isalnum()


@example("الaaa")
@given(st.text(alphabet="aeouäöüßſıİ'’-lqu ال\u064eوبىئءۍsሠሗቌፚаё١²ﷺ\u0301\u200c"))
def test_the_one_spelling_is_stable_where_rules_meet(text: str) -> None:
    for word in words(text):
        assert one_spelling(word.spelling) == word.spelling


@given(st.characters(categories=["Nd"]))
def test_every_digit_of_any_script_is_read(digit: str) -> None:
    assert one_spelling(digit) in "0123456789"


@given(st.text(), st.text())
def test_spelling_many_texts_gives_the_same_words(first: str, second: str) -> None:
    speller = Speller()
    assert list(speller.spellings(first)) == spellings(first)
    assert list(speller.spellings(second)) == spellings(second)
    assert speller.met == set(spellings(first)) | set(spellings(second))
