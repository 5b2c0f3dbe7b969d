"""What is sealed opens with its key in its place, and in no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules import sealing
from forms_service.rules.sealing import CHEAPEST, CannotUnseal

keys = st.binary(min_size=32, max_size=32)
contexts = st.text()


@given(keys, st.binary(max_size=2000), contexts)
def test_whatever_is_sealed_unseals(key: bytes, plaintext: bytes, context: str) -> None:
    assert sealing.unseal(key, sealing.seal(key, plaintext, context), context) == plaintext


@given(keys, st.binary(max_size=300), contexts)
def test_sealing_twice_gives_different_bytes(key: bytes, plaintext: bytes, context: str) -> None:
    assert sealing.seal(key, plaintext, context) != sealing.seal(key, plaintext, context)


@given(keys, keys, st.binary(max_size=300), contexts)
def test_another_key_opens_nothing(
    key: bytes, other: bytes, plaintext: bytes, context: str
) -> None:
    if key == other:
        return
    with pytest.raises(CannotUnseal):
        sealing.unseal(other, sealing.seal(key, plaintext, context), context)


@given(keys, st.binary(max_size=300), contexts, contexts)
def test_another_context_opens_nothing(
    key: bytes, plaintext: bytes, context: str, other: str
) -> None:
    """An entry copied into another case, or passed off as a note, doesn't open there."""
    if context == other:
        return
    with pytest.raises(CannotUnseal):
        sealing.unseal(key, sealing.seal(key, plaintext, context), other)


@given(keys, st.binary(max_size=300), contexts, st.data())
def test_one_wrong_bit_opens_nothing(
    key: bytes, plaintext: bytes, context: str, data: st.DataObject
) -> None:
    sealed = bytearray(sealing.seal(key, plaintext, context))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(CannotUnseal):
        sealing.unseal(key, bytes(sealed), context)


def test_cut_off_bytes_open_nothing() -> None:
    key = bytes(32)
    sealed = sealing.seal(key, b"text", "here")
    for length in range(len(sealed)):
        with pytest.raises(CannotUnseal):
            sealing.unseal(key, sealed[:length], "here")


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(33)], ids=["none", "short", "long"])
def test_a_key_of_the_wrong_size_opens_nothing(key: bytes) -> None:
    with pytest.raises(CannotUnseal):
        sealing.unseal(key, sealing.seal(bytes(32), b"text", "here"), "here")


def test_short_texts_all_have_one_size() -> None:
    """Whether an answer was yes or no, or a name was given, must not show by its size."""
    sizes = {len(sealing.seal(bytes(32), b"x" * length, "here")) for length in range(256)}
    assert len(sizes) == 1


@given(keys, keys)
def test_what_is_sealed_to_a_member_only_that_member_opens(private_key: bytes, key: bytes) -> None:
    sealed = sealing.seal_to(sealing.public_key_of(private_key), key)
    assert sealing.open_with(private_key, sealed) == key
    # The lowest and highest bits of the first and last byte don't matter to X25519.
    other = private_key[:5] + bytes([private_key[5] ^ 1]) + private_key[6:]
    with pytest.raises(CannotUnseal):
        sealing.open_with(other, sealed)


@given(keys, keys, st.data())
def test_one_wrong_bit_in_a_sealed_key_opens_nothing(
    private_key: bytes, key: bytes, data: st.DataObject
) -> None:
    sealed = bytearray(sealing.seal_to(sealing.public_key_of(private_key), key))
    place = data.draw(st.integers(32, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(CannotUnseal):
        sealing.open_with(private_key, bytes(sealed))


def test_a_cut_off_sealed_key_opens_nothing() -> None:
    private_key = bytes(range(32))
    sealed = sealing.seal_to(sealing.public_key_of(private_key), bytes(32))
    for length in range(len(sealed)):
        with pytest.raises(CannotUnseal):
            sealing.open_with(private_key, sealed[:length])


@given(keys)
def test_the_case_key_opens_no_notes(team_key: bytes) -> None:
    """Whoever has the receipt has the case key; notes are the team's."""
    case_key, notes_key = sealing.case_key_of(team_key), sealing.notes_key_of(team_key)
    note = sealing.seal(notes_key, b"only for us", "note")
    assert sealing.unseal(notes_key, note, "note") == b"only for us"
    for reachable in (case_key, sealing.notes_key_of(case_key), sealing.case_key_of(case_key)):
        with pytest.raises(CannotUnseal):
            sealing.unseal(reachable, note, "note")


@given(st.text("0123456789", min_size=20, max_size=20), keys, keys)
def test_a_number_always_stretches_to_the_same_keys_under_one_pepper(
    number: str, pepper: bytes, other: bytes
) -> None:
    found = sealing.receipt_keys(number, pepper, CHEAPEST)
    assert sealing.receipt_keys(number, pepper, CHEAPEST) == found
    assert found.lookup != found.wrapping
    assert len(found.lookup) == len(found.wrapping) == sealing.KEY_BYTES
    if pepper != other:
        elsewhere = sealing.receipt_keys(number, other, CHEAPEST)
        assert elsewhere.lookup != found.lookup
        assert elsewhere.wrapping != found.wrapping


@given(st.text("0123456789", min_size=20, max_size=20), keys)
def test_another_number_stretches_to_other_keys(number: str, pepper: bytes) -> None:
    other = f"{(int(number) + 1) % 10**20:020d}"
    found = sealing.receipt_keys(number, pepper, CHEAPEST)
    elsewhere = sealing.receipt_keys(other, pepper, CHEAPEST)
    assert elsewhere.lookup != found.lookup
    assert elsewhere.wrapping != found.wrapping


@given(
    st.text(st.characters()),
    st.binary(min_size=sealing.SALT_BYTES, max_size=sealing.SALT_BYTES),
)
def test_any_password_stretches_to_a_key_of_its_salt(password: str, salt: bytes) -> None:
    key = sealing.password_key(password, salt, CHEAPEST)
    other_salt = bytes([salt[0] ^ 1]) + salt[1:]
    assert len(key) == sealing.KEY_BYTES
    assert sealing.password_key(password, salt, CHEAPEST) == key
    assert sealing.password_key(password + " ", salt, CHEAPEST) != key
    assert sealing.password_key(password, other_salt, CHEAPEST) != key


@given(keys)
def test_one_token_has_an_id_a_key_and_a_check_value_that_tell_nothing_of_each_other(
    token: bytes,
) -> None:
    derived = {sealing.token_id(token), sealing.token_key(token), sealing.check_value(token), token}
    assert len(derived) == 4


@given(keys, st.binary(), st.binary())
def test_a_keyed_hash_depends_on_key_purpose_and_content(
    key: bytes, content: bytes, other: bytes
) -> None:
    found = sealing.keyed_hash(key, "content", content)
    assert sealing.keyed_hash(key, "content", content) == found
    assert sealing.keyed_hash(key, "likeness", content) != found
    assert sealing.keyed_hash(sealing.derive(key, "x"), "content", content) != found
    if content != other:
        assert sealing.keyed_hash(key, "content", other) != found


def test_what_the_service_spends_is_not_the_cost_for_tests() -> None:
    assert sealing.RECEIPT_COST.memory_bytes == 8 * 1024**2
    assert (sealing.PASSWORD_COST.memory_bytes, sealing.PASSWORD_COST.passes) == (64 * 1024**2, 3)
