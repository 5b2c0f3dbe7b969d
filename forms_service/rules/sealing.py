"""Sealing and unsealing: which libsodium primitive serves which purpose, and nothing else.

Keys are 32 bytes. Nonces are drawn by libsodium inside each call; random keys and numbers come
in from the callers. No cryptography of our own: XChaCha20-Poly1305 (what people wrote), its
secretstream (files), sealed boxes (keys for members), Argon2id (numbers and passwords), BLAKE2b (derivation, check values).
The protocol stands in `project/sealing.md`.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_init_push,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
    sodium_pad,
    sodium_unpad,
)
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id
from nacl.secret import Aead

KEY_BYTES = 32
SALT_BYTES = argon2id.SALTBYTES
_PAD_BYTES = 256
"""Plaintexts are padded to multiples of this, so that a short answer doesn't show by its size."""
CHUNK_BYTES = 64 * 1024
"""A file is sealed in pieces of this, the last one padded to it."""


class CannotUnseal(Exception):
    """The key, the context or the sealed bytes are wrong; which of them is not told."""


@dataclass(frozen=True)
class Cost:
    """What one Argon2id derivation takes."""

    passes: int
    memory_bytes: int


RECEIPT_COST = Cost(passes=1, memory_bytes=8 * 1024 * 1024)
PASSWORD_COST = Cost(passes=3, memory_bytes=64 * 1024 * 1024)
CHEAPEST = Cost(passes=1, memory_bytes=8 * 1024)
"""For tests and benchmarks only: the same algorithm at libsodium's minimum."""


def derive(key: bytes, purpose: str) -> bytes:
    """Return the key for one purpose, derived from `key` by keyed BLAKE2b."""
    return hashlib.blake2b(key=key, person=purpose.encode(), digest_size=KEY_BYTES).digest()


def keyed_hash(key: bytes, purpose: str, content: bytes) -> bytes:
    """Return a 32-byte hash of `content` that can't be made without `key`."""
    return hashlib.blake2b(
        content, key=key, person=purpose.encode(), digest_size=KEY_BYTES
    ).digest()


def seal(key: bytes, plaintext: bytes, context: str) -> bytes:
    """Return `plaintext` sealed under `key`; it only unseals with the same `context`."""
    padded = sodium_pad(plaintext, _PAD_BYTES)
    return bytes(Aead(key).encrypt(padded, aad=context.encode()))


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """Return what was sealed; CannotUnseal if key, context or bytes are wrong."""
    try:
        padded = Aead(key).decrypt(sealed, aad=context.encode())
    except (CryptoError, ValueError) as error:
        raise CannotUnseal from error
    return sodium_unpad(padded, _PAD_BYTES)


@dataclass(frozen=True)
class SealedStream:
    """A file sealed in chunks; they open in their order only, and only all of them."""

    header: bytes
    chunks: Sequence[bytes]


def seal_stream(key: bytes, content: bytes, context: str) -> SealedStream:
    """Return `content` sealed in chunks; its size shows in steps of a chunk only."""
    state = crypto_secretstream_xchacha20poly1305_state()
    header = crypto_secretstream_xchacha20poly1305_init_push(state, key)
    aad, last = context.encode(), len(content) // CHUNK_BYTES
    chunks = []
    for place in range(last + 1):
        piece = content[place * CHUNK_BYTES : (place + 1) * CHUNK_BYTES]
        tag = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
        if place == last:
            piece = sodium_pad(piece, CHUNK_BYTES)
            tag = crypto_secretstream_xchacha20poly1305_TAG_FINAL
        chunks.append(crypto_secretstream_xchacha20poly1305_push(state, piece, aad, tag))
    return SealedStream(header, chunks)


def unseal_stream(key: bytes, sealed: SealedStream, context: str) -> bytes:
    """Return what was sealed; CannotUnseal if anything is wrong, missing or in another order."""
    state = crypto_secretstream_xchacha20poly1305_state()
    content, tags = bytearray(), []
    try:
        crypto_secretstream_xchacha20poly1305_init_pull(state, sealed.header, key)
        for chunk in sealed.chunks:
            piece, tag = crypto_secretstream_xchacha20poly1305_pull(state, chunk, context.encode())
            content += piece
            tags.append(tag)
    except (CryptoError, ValueError) as error:
        raise CannotUnseal from error
    final = crypto_secretstream_xchacha20poly1305_TAG_FINAL
    if not tags or tags[-1] != final or final in tags[:-1]:
        raise CannotUnseal
    return sodium_unpad(bytes(content), CHUNK_BYTES)


def public_key_of(private_key: bytes) -> bytes:
    """Return the public key of a private one."""
    return bytes(PrivateKey(private_key).public_key)


def seal_to(public_key: bytes, key: bytes) -> bytes:
    """Return `key` sealed so that only the holder of the private key can open it."""
    return SealedBox(PublicKey(public_key)).encrypt(key)


def open_with(private_key: bytes, sealed: bytes) -> bytes:
    """Return a key sealed to the owner of `private_key`; CannotUnseal if it isn't theirs."""
    return opener(private_key)(sealed)


def opener(private_key: bytes) -> Callable[[bytes], bytes]:
    """Return what opens many keys sealed to one owner, twice as fast as one by one."""
    box = SealedBox(PrivateKey(private_key))

    def open_one(sealed: bytes) -> bytes:
        try:
            return box.decrypt(sealed)
        except (CryptoError, ValueError) as error:
            raise CannotUnseal from error

    return open_one


def case_key_of(team_key: bytes) -> bytes:
    """Return the key of all that the sender may read too."""
    return derive(team_key, "case")


def notes_key_of(team_key: bytes) -> bytes:
    """Return the key of what only the team may read; it can't be derived from the case key."""
    return derive(team_key, "notes")


def files_key_of(case_key: bytes) -> bytes:
    """Return the key of the case's files; whoever may read the case may read them."""
    return derive(case_key, "files")


@dataclass(frozen=True)
class ReceiptKeys:
    """What a receipt number is stretched to: where its case is found, and what opens it."""

    lookup: bytes
    wrapping: bytes


def receipt_keys(number: str, pepper: bytes, cost: Cost) -> ReceiptKeys:
    """Stretch a receipt number: keyed BLAKE2b, then Argon2id; slow on purpose."""
    stretched = argon2id.kdf(
        2 * KEY_BYTES,
        keyed_hash(pepper, "receipt", number.encode()),
        derive(pepper, "receipt salt")[:SALT_BYTES],
        opslimit=cost.passes,
        memlimit=cost.memory_bytes,
    )
    return ReceiptKeys(stretched[:KEY_BYTES], stretched[KEY_BYTES:])


def password_key(password: str, salt: bytes, cost: Cost) -> bytes:
    """Stretch a password with its own salt by Argon2id; slow on purpose."""
    return argon2id.kdf(
        KEY_BYTES,
        password.encode("utf-8", "surrogatepass"),
        salt,
        opslimit=cost.passes,
        memlimit=cost.memory_bytes,
    )


def token_id(token: bytes) -> bytes:
    """Return what the database keeps of a cookie's token to find it again."""
    return derive(token, "token id")


def token_key(token: bytes) -> bytes:
    """Return the key that only the holder of the cookie has."""
    return derive(token, "token key")


def check_value(secret: bytes) -> bytes:
    """Return what the database keeps to notice that a secret was exchanged."""
    return derive(secret, "check value")


class WrongSheet(ValueError):
    """What was typed is not a recovery sheet, has a slip in it, or is the same one twice."""


def split_recovery_key(private_key: bytes, random_share: bytes) -> tuple[str, str]:
    """Return two sheets; both together give the key, one alone tells nothing (one-time pad)."""
    other_share = bytes(a ^ b for a, b in zip(private_key, random_share, strict=True))
    return _sheet(1, random_share), _sheet(2, other_share)


def join_recovery_key(one: str, other: str) -> bytes:
    """Return the recovery key from its two sheets, in any order; WrongSheet if one has a slip.

    Sheets of different pairs give a wrong key: compare it with the public key where it is used.
    """
    shares = dict([_read_sheet(one), _read_sheet(other)])
    if set(shares) != {1, 2}:
        raise WrongSheet("the same sheet twice")
    return bytes(a ^ b for a, b in zip(shares[1], shares[2], strict=True))


def _sheet(number: int, share: bytes) -> str:
    body = bytes([number]) + share
    text = base64.b32encode(body + _checksum(body)).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _read_sheet(typed: str) -> tuple[int, bytes]:
    text = "".join(typed.split()).replace("-", "").upper().translate(_LOOKALIKES)
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError as error:
        raise WrongSheet("not a recovery sheet") from error
    body, checksum = raw[:-3], raw[-3:]
    if len(body) != 1 + KEY_BYTES or checksum != _checksum(body):
        raise WrongSheet("a slip in the recovery sheet")
    return body[0], body[1:]


_LOOKALIKES = str.maketrans("018", "OIB")
"""Base32 has no 0, 1 and 8, so whoever types them has misread a letter."""


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=3, person=b"recovery sheet").digest()


def same_sheet(typed: str, sheet: str) -> bool:
    """Return whether `typed` is that sheet, read from paper."""
    try:
        return _read_sheet(typed) == _read_sheet(sheet)
    except WrongSheet:
        return False
