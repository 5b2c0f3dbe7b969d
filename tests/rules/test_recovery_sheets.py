"""Two sheets of paper for two people: both give the recovery key, one gives nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules.sealing import (
    WrongSheet,
    join_recovery_key,
    same_sheet,
    split_recovery_key,
)

keys = st.binary(min_size=32, max_size=32)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


@given(keys, keys)
def test_both_sheets_give_the_key_in_any_order(key: bytes, share: bytes) -> None:
    one, other = split_recovery_key(key, share)
    assert join_recovery_key(one, other) == key
    assert join_recovery_key(other, one) == key


@given(keys, keys, keys)
def test_one_sheet_could_belong_to_any_key(key: bytes, share: bytes, other_key: bytes) -> None:
    """For each sheet and each key there is a second sheet that would fit."""
    one, two = split_recovery_key(key, share)
    assert split_recovery_key(other_key, share)[0] == one
    assert split_recovery_key(other_key, xor(xor(share, key), other_key))[1] == two


@given(keys, keys)
def test_the_same_sheet_twice_is_refused(key: bytes, share: bytes) -> None:
    for sheet in split_recovery_key(key, share):
        with pytest.raises(WrongSheet, match="same sheet"):
            join_recovery_key(sheet, sheet)


@given(keys, keys, st.data())
def test_one_slip_is_found_and_never_gives_another_key(
    key: bytes, share: bytes, data: st.DataObject
) -> None:
    """The last letter has two bits to spare; a slip in those alone changes nothing."""
    one, other = split_recovery_key(key, share)
    place = data.draw(st.sampled_from([n for n, letter in enumerate(one) if letter != " "]))
    letter = data.draw(st.sampled_from(ALPHABET.replace(one[place], "")))
    slipped = one[:place] + letter + one[place + 1 :]
    if place < len(one) - 1:
        assert not same_sheet(slipped, one)
        with pytest.raises(WrongSheet):
            join_recovery_key(slipped, other)
    else:
        try:
            assert join_recovery_key(slipped, other) == key
        except WrongSheet:
            assert not same_sheet(slipped, one)


@given(keys, keys, st.data())
def test_a_letter_too_few_or_too_many_is_found(
    key: bytes, share: bytes, data: st.DataObject
) -> None:
    one, other = split_recovery_key(key, share)
    letters = one.replace(" ", "")
    place = data.draw(st.integers(0, len(letters) - 1))
    for slipped in (letters[:place] + letters[place + 1 :], letters[:place] + "A" + letters):
        with pytest.raises(WrongSheet):
            join_recovery_key(slipped, other)


@given(keys, keys)
def test_a_sheet_is_read_however_it_is_copied(key: bytes, share: bytes) -> None:
    one, other = split_recovery_key(key, share)
    lookalikes = str.maketrans("OIB", "018")
    for copy in (
        one.lower(),
        one.replace(" ", ""),
        one.replace(" ", "-"),
        f"  {one}\n",
        one.translate(lookalikes),
    ):
        assert same_sheet(copy, one)
        assert join_recovery_key(copy, other) == key


@given(keys, keys)
def test_the_other_sheet_is_not_the_same(key: bytes, share: bytes) -> None:
    one, other = split_recovery_key(key, share)
    assert not same_sheet(one, other)


@given(st.text(st.characters()))
def test_whatever_is_typed_is_refused_calmly(typed: str) -> None:
    one, other = split_recovery_key(bytes(32), bytes(range(32)))
    assert not same_sheet(typed, one)
    with pytest.raises(WrongSheet):
        join_recovery_key(typed, other)


def test_a_sheet_can_be_copied_by_hand() -> None:
    for sheet in split_recovery_key(bytes(32), bytes(range(32))):
        groups = sheet.split(" ")
        assert {len(group) for group in groups[:-1]} == {4}
        assert set("".join(groups)) <= set(ALPHABET)
