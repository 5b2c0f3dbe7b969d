"""Multipart bodies: everything an honest browser sends is read, anything else ends calmly."""

import asyncio
import contextlib
import email.mime.application
import email.mime.multipart
import email.mime.text
import email.policy
from collections.abc import Iterable, Sequence

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from forms_service.edges import bodies
from forms_service.edges.bodies import Sent
from forms_service.edges.guard import NotAForm, TooMuch
from forms_service.edges.limits import MAX_BODY_BYTES, MAX_FIELDS, MAX_READ_BYTES
from forms_service.rules.files import MAX_FILE_BYTES, TOO_LARGE, TOO_MANY, Upload
from forms_service.rules.text import clean_line

MIB = 1024 * 1024


def request(
    kind: str, pieces: Iterable[bytes], *, length: int | None = None, cut_off: bool = False
) -> Request:
    """A request whose body comes in pieces."""
    headers = [(b"content-type", kind.encode("latin-1"))]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    waiting = [*pieces, b""]

    async def receive() -> Message:
        if cut_off and len(waiting) == 1:
            return {"type": "http.disconnect"}
        piece = waiting.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(waiting)}

    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    return Request(scope, receive)


def read(kind: str, *pieces: bytes, cut_off: bool = False) -> Sent:
    """What the body is read as."""
    return asyncio.run(bodies.read(request(kind, pieces, cut_off=cut_off)))


def by_browser(
    fields: Sequence[tuple[str, str]], files: Sequence[tuple[str, bytes]]
) -> tuple[str, bytes]:
    """The type and the body as a browser writes them (httpx does)."""
    parts = [(name, (None, value)) for name, value in fields]
    sent = httpx.Request(
        "POST",
        "https://portal.example.org/",
        files=[*parts, *(("files", (name, content)) for name, content in files)],
    )
    return sent.headers["content-type"], sent.read()


def in_pieces(body: bytes, sizes: Sequence[int]) -> list[bytes]:
    pieces, start = [], 0
    for size in sizes:
        pieces.append(body[start : start + size])
        start += size
    return [*pieces, body[start:]]


# httpx and browsers write line breaks and quotes in names as %0A and %22.
names = st.text(
    st.characters(codec="utf-8", exclude_characters='"\\%', exclude_categories=["Cc", "Cs"]),
    min_size=1,
).filter(lambda name: clean_line(name) and not name.startswith(" ") and ":" not in name)
texts = st.text(st.characters(codec="utf-8"))


@given(
    st.lists(st.tuples(names.filter(lambda name: name != "files"), texts), max_size=8),
    st.lists(st.tuples(names, st.binary()), max_size=3),
    st.lists(st.integers(1, 200), max_size=20),
)
def test_what_a_browser_sends_is_read_whole_in_whatever_pieces_it_comes(
    fields: list[tuple[str, str]], files: list[tuple[str, bytes]], sizes: list[int]
) -> None:
    if not fields and not files:
        return
    kind, body = by_browser(fields, files)
    sent = read(kind, *in_pieces(body, sizes))
    expected: dict[str, list[str]] = {}
    for name, value in fields:
        # Nobody types a NUL, and PostgreSQL takes none.
        expected.setdefault(name, []).append(value.replace("\0", ""))
    assert {name: each for name, each in sent.values.items() if name != "files"} == expected
    assert sent.uploads == [Upload(clean_line(name), content) for name, content in files]
    assert sent.values.get("files", []) == [clean_line(name) for name, _ in files]


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1), st.binary())
def test_what_pythons_own_library_writes_is_read(text: str, content: bytes) -> None:
    form = email.mime.multipart.MIMEMultipart("form-data")
    said = email.mime.text.MIMEText(text, "plain", "us-ascii")
    said.add_header("Content-Disposition", "form-data", name="what_happened")
    file = email.mime.application.MIMEApplication(content, _encoder=lambda _part: None)
    file.set_payload(content.decode("latin-1"), "latin-1")
    file.add_header("Content-Disposition", "form-data", name="files", filename="photo.jpg")
    form.attach(said)
    form.attach(file)
    # The library writes base64 for the file; a form never does, so that part is left as it is.
    head, body = form.as_bytes(policy=email.policy.HTTP).split(b"\r\n\r\n", 1)
    kind = next(
        line.split(b":", 1)[1].strip()
        for line in head.replace(b"\r\n ", b" ").split(b"\r\n")
        if line.lower().startswith(b"content-type:")
    )
    sent = read(kind.decode(), body)
    assert sent.values["what_happened"] == [text]
    assert [each.name for each in sent.uploads] == ["photo.jpg"]


@given(st.binary(max_size=2000), st.sampled_from(["x", "----WebKitFormBoundary", "'", "\xe4"]))
def test_any_bytes_are_read_or_refused_and_nothing_else(body: bytes, boundary: str) -> None:
    for start in (b"", f"--{boundary}\r\n".encode("latin-1")):
        with contextlib.suppress(NotAForm, TooMuch):
            read(f"multipart/form-data; boundary={boundary}", start + body)


@given(st.data())
def test_a_form_with_bytes_exchanged_is_read_or_refused(data: st.DataObject) -> None:
    kind, whole = by_browser([("what_happened", "Ähm"), ("name", "")], [("a.jpg", b"\xff\xd8")])
    body = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 5))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(NotAForm, TooMuch):
        read(kind, bytes(body))


def test_a_body_that_ends_early_is_no_form_wherever_it_ends() -> None:
    kind, body = by_browser([("what_happened", "Text")], [("a.jpg", bytes(300))])
    for length in range(len(body) - 4):
        with pytest.raises(NotAForm):
            read(kind, body[:length])
    with pytest.raises(NotAForm):
        read(kind, body[:100], cut_off=True)


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary="])
def test_without_a_boundary_it_is_no_form(kind: str) -> None:
    with pytest.raises(NotAForm):
        read(kind, b"--x\r\n")


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    kind, body = by_browser([("what_happened", "@@")], [])
    assert read(kind, body.replace(b"@@", b"\xff\xc3")).values == {
        "what_happened": ["\ufffd\ufffd"]
    }


def test_a_field_left_empty_is_no_file() -> None:
    kind, body = by_browser([], [("@@", b"")])
    assert read(kind, body.replace(b"@@", b"")) == Sent({})


def test_a_file_under_another_name_is_forgotten() -> None:
    kind, body = by_browser([("what_happened", "x")], [("a.jpg", b"abc")])
    sent = read(kind, body.replace(b'name="files"', b'name="other"'))
    assert sent == Sent({"what_happened": ["x"]})


def test_names_come_without_line_breaks_and_controls() -> None:
    kind, body = by_browser([], [("@@", b"abc")])
    (upload,) = read(kind, body.replace(b"@@", "\u202efoto\x00\x7f.jpg".encode())).uploads
    assert upload.name == "foto.jpg"


def test_a_file_too_large_and_one_too_many_are_named_and_not_kept() -> None:
    # Given a file of the largest size there may be, one a byte larger, and three more
    contents = [bytes(MAX_FILE_BYTES), bytes(MAX_FILE_BYTES + 1), b"c", b"d", b"e"]
    files = [(f"{place}.jpg", content) for place, content in enumerate(contents)]
    sent = read(*by_browser([("what_happened", "Text")], files))
    # Then the text and what may be kept is there
    assert sent.values["what_happened"] == ["Text"]
    assert [(len(each.content), each.problem) for each in sent.uploads] == [
        (MAX_FILE_BYTES, ""), (0, TOO_LARGE), (1, ""), (0, TOO_MANY), (0, TOO_MANY),
    ]  # fmt: skip


def test_the_text_after_files_far_too_large_is_taken_too() -> None:
    kind, body = by_browser([], [("a.jpg", b"@@")])
    end = body.rindex(b"--" + kind.split("boundary=")[1].encode())
    rest = b'--%b\r\nContent-Disposition: form-data; name="keep"\r\n\r\nyes\r\n' % (
        kind.split("boundary=")[1].encode()
    )
    large = [bytes(4 * MIB)] * 12
    first, second = (body[:end] + rest + body[end:]).split(b"@@")
    sent = read(kind, first, *large, second)
    assert sent.values == {"files": ["a.jpg"], "keep": ["yes"]}
    assert sent.uploads == [Upload("a.jpg", problem=TOO_LARGE)]


def test_what_no_form_of_ours_sends_is_too_much() -> None:
    kind, body = by_browser([("what_happened", "x" * MAX_BODY_BYTES)], [])
    assert len(read(kind, body).values["what_happened"][0]) == MAX_BODY_BYTES
    with pytest.raises(TooMuch):
        read(*by_browser([("a", "x" * MAX_BODY_BYTES), ("b", "x")], []))
    assert len(read(*by_browser([("a", "")] * MAX_FIELDS, [])).values["a"]) == MAX_FIELDS
    with pytest.raises(TooMuch):
        read(*by_browser([("a", "")] * (MAX_FIELDS + 1), []))
    kind, body = by_browser([], [("a.jpg", b"@@")])
    endless = [bytes(8 * MIB)] * (MAX_READ_BYTES // (8 * MIB))
    with pytest.raises(TooMuch):
        read(kind, body.split(b"@@")[0], *endless, body.split(b"@@")[1])


def test_headers_without_end_are_no_form() -> None:
    for headers in (b"X-A: b\r\n" * 100, b"X-A: " + b"b" * 100_000, b"A" * 100_000):
        with pytest.raises(NotAForm):
            read(
                "multipart/form-data; boundary=x", b"--x\r\n" + headers + b"\r\n\r\na\r\n--x--\r\n"
            )
