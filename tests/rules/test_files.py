"""What a file is, is decided by its content; what it is called, harms nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.rules import files, sealing
from forms_service.rules.catalogues import texts_for
from forms_service.rules.files import JPEG, PDF, Refusal, Upload, format_of, kept_name
from forms_service.rules.sealing import CHUNK_BYTES, CannotUnseal, SealedStream

keys = st.binary(min_size=32, max_size=32)
# Around the ends of chunks, where mistakes are made.
sizes = st.sampled_from([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "WEBP"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "HEIF"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00", "HEIF"),
        (b"%PDF-1.7\n", "PDF"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", None),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00", None),
        (b"GIF89a", None),
        (b"PK\x03\x04", None),
        (b"MZ\x90\x00", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b"\n%PDF-1.7", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_what_a_file_is(content: bytes, kind: str | None) -> None:
    assert format_of(content) == kind


@given(st.binary(max_size=40))
def test_any_bytes_have_a_kind_or_none(content: bytes) -> None:
    assert format_of(content) in (None, "JPEG", "PNG", "WEBP", "HEIF", "PDF")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("IMG_0412.HEIC", "IMG_0412.jpg"),
        ("صورة الغرفة.jpeg", "صورة الغرفة.jpg"),
        ("C:\\Users\\Salma\\foto.png", "foto.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("rechnung\u202egpj.exe", "rechnunggpj.jpg"),
        ("a\r\nSet-Cookie: b.jpg", "a Set-Cookie b.jpg"),
        ("%22quoted%22.jpg", "quoted.jpg"),
        ("...", "datei.jpg"),
        ("", "datei.jpg"),
        (".htaccess", "htaccess.jpg"),
    ],
)
def test_a_name_is_kept_without_what_could_mislead(name: str, kept: str) -> None:
    assert kept_name(name, JPEG) == kept


@given(st.text(), st.sampled_from([(JPEG, ".jpg"), (PDF, ".pdf")]))
def test_any_name_is_short_has_no_path_and_says_what_the_file_is(
    name: str, kind: tuple[str, str]
) -> None:
    media_type, suffix = kind
    kept = kept_name(name, media_type)
    assert kept.endswith(suffix)
    assert len(kept) > len(suffix)
    assert len(kept) <= 104
    assert not set(kept) & set('/\\<>:"|?*\r\n\0\u202e')
    assert kept == kept.strip()


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_files_with_other_content_or_another_problem_are_others(one: bytes, other: bytes) -> None:
    assert (Upload("a", one).digest == Upload("b", other).digest) == (one == other)
    assert Upload("a", problem=files.TOO_LARGE).digest != Upload("a").digest


@pytest.mark.parametrize(
    "reason",
    [files.TOO_MANY, files.TOO_LARGE, files.EMPTY, files.UNKNOWN_KIND, files.UNREADABLE,
     files.NOT_NOW],
)  # fmt: skip
def test_every_refusal_names_the_file_by_its_place(reason: str) -> None:
    assert Refusal(2, reason).sentence(texts_for("de")).startswith("Datei 2 konnten wir ")


@given(keys, sizes, st.binary(max_size=100), st.text())
def test_a_sealed_file_comes_back_whole(
    key: bytes, size: int, content: bytes, context: str
) -> None:
    whole = (content * (size // (len(content) or 1) + 1))[:size] if content else bytes(size)
    sealed = sealing.seal_stream(key, whole, context)
    assert sealing.unseal_stream(key, sealed, context) == whole
    assert len({len(chunk) for chunk in sealed.chunks}) == 1


@given(keys, st.integers(1, 3), st.data())
def test_a_sealed_file_that_was_touched_opens_nothing(
    key: bytes, chunks: int, data: st.DataObject
) -> None:
    content = bytes(range(256)) * (CHUNK_BYTES // 256) * chunks
    sealed = sealing.seal_stream(key, content, "here")
    whole = list(sealed.chunks)
    place = data.draw(st.integers(0, chunks))
    broken = bytearray(whole[place])
    broken[data.draw(st.integers(0, len(broken) - 1))] ^= 1
    touched = [
        SealedStream(sealed.header, whole[:-1]),
        SealedStream(sealed.header, whole[1:]),
        SealedStream(sealed.header, []),
        SealedStream(sealed.header, [*whole, whole[-1]]),
        SealedStream(sealed.header, [*whole[::-1]]),
        SealedStream(sealed.header, [*whole[:place], bytes(broken), *whole[place + 1 :]]),
        SealedStream(sealed.header, [*whole[:place], b"", *whole[place + 1 :]]),
        SealedStream(bytes(24), whole),
        SealedStream(b"", whole),
    ]
    for each in touched:
        with pytest.raises(CannotUnseal):
            sealing.unseal_stream(key, each, "here")
    with pytest.raises(CannotUnseal):
        sealing.unseal_stream(key, sealed, "there")
    with pytest.raises(CannotUnseal):
        sealing.unseal_stream(sealing.derive(key, "files"), sealed, "here")


def test_sizes_show_in_steps_only() -> None:
    counts = {
        len(sealing.seal_stream(bytes(32), bytes(size), "").chunks)
        for size in (0, 1, 1000, CHUNK_BYTES - 1)
    }
    assert counts == {1}
