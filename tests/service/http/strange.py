"""Requests that no page of ours would let a browser send; what each of them is made of.

Half of them are forms that a page holds, with a field or a few gone wrong: those get furthest.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlencode

import yaml
from hypothesis import strategies as st

from tests.service.http.actors import HOST, Raw, ask_raw
from tests.service.http.visitors import ADMIN, READER, WHO, Shape, Visitors
from tests.service.pictures import PAGE, PDF, PROGRAM

_NASTY = Path(__file__).resolve().parents[2] / "examples/nasty"
_METHODS = ("GET", "GET", "POST", "POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "X")
_ENDS = re.compile(r"/(ueberall-)?(abmelden|loeschen|zuruecktreten|entfernen)/$")
_FORM = "application/x-www-form-urlencoded"
_PARTS = "multipart/form-data; boundary=x"


@cache
def nasty_texts() -> list[str]:
    """What somebody may type."""
    listed = yaml.safe_load((_NASTY / "texts.yml").read_text(encoding="utf-8"))
    return [each["text"] for each in listed]


@cache
def nasty_requests() -> dict[str, Any]:
    """What may come over the line: targets, encoded, parts, headers."""
    found: dict[str, Any] = yaml.safe_load((_NASTY / "requests.yml").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Strange:
    """A request, its target as it travels; `{case}` and the like stand for what is there."""

    who: str
    method: str
    target: str
    kind: str = ""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    async def send(self, visitors: Visitors) -> Raw:
        """Send it as the server hands it on, with the cookies of whoever sends it."""
        path, _, query = visitors.filled(self.target).partition("?")
        headers = {"host": HOST, "sec-fetch-site": "same-origin", "content-type": self.kind}
        sent = [
            (name.encode(), _as_header(value))
            for name, value in (headers | dict(self.headers)).items()
        ]
        body = visitors.filled(self.body.decode("latin-1")).encode("latin-1")
        return await ask_raw(
            visitors.app,
            # The server decodes like this, and lets nothing through that isn't ASCII.
            unquote(path),
            method=self.method,
            query=query.encode("ascii"),
            headers=[*sent, (b"cookie", visitors.cookie(self.who))],
            body=[body[:7], body[7:]],
        )


def _as_header(value: str) -> bytes:
    """Write a header's value as far as the server takes it: no controls, no blanks around it."""
    return bytes(each for each in value.encode() if each >= 0x20 and each != 0x7F).strip()


def in_parts(fields: Sequence[tuple[str, str]], files: Sequence[tuple[str, bytes]]) -> bytes:
    """A body of many parts, written as plainly as it goes."""
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
        % (name.encode(), value.encode())
        for name, value in fields
    ]
    parts += [
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="%b"\r\n\r\n%b\r\n'
        % (name.encode().replace(b'"', b"%22"), content)
        for name, content in files
    ]
    return b"".join([*parts, b"--x--\r\n"])


_any_text = st.sampled_from(nasty_texts()) | st.text(st.characters(codec="utf-8"), max_size=40)
_headers = st.lists(
    st.sampled_from(sorted(nasty_requests()["headers"])).flatmap(
        lambda name: st.tuples(
            st.just(name), st.sampled_from(nasty_requests()["headers"][name]) | _any_text
        )
    ),
    max_size=2,
).map(tuple)
_few_headers = st.one_of(st.just(()), st.just(()), st.just(()), _headers)


@st.composite
def _from_a_form(draw: st.DrawFn, shapes: Sequence[Shape]) -> Strange:
    """A form of a page, sent with some fields as nobody would fill them in."""
    shape = draw(st.sampled_from(shapes))
    fields = []
    for name, offered in shape.fields:
        how = draw(st.integers(0, 9))
        if how == 0:
            continue
        value = draw(_any_text if how == 1 else st.sampled_from(offered))
        fields += [(name, value)] * (2 if how == 2 else 1)
    path = shape.path
    if draw(st.integers(0, 5)) == 0:
        path += "?" + draw(_query(shapes))
    files = []
    if not path.startswith("/staff/") or draw(st.integers(0, 19)) == 0:
        kept = st.tuples(_any_text, st.sampled_from([PDF, PROGRAM, PAGE]))
        files = draw(st.lists(kept, max_size=4))
    if files:
        kind, body = _PARTS, in_parts(fields, files)
    else:
        kind, body = _FORM, urlencode(fields, safe="{}").encode()
    if draw(st.integers(0, 9)) == 0:
        body = _broken(draw, body)
    return Strange(shape.who, "POST", path, kind, body, draw(_few_headers))


def _broken(draw: st.DrawFn, body: bytes) -> bytes:
    """A body cut off, or with bytes exchanged."""
    changed = bytearray(body[: draw(st.integers(0, len(body)))])
    for place in draw(st.lists(st.integers(0, max(len(changed) - 1, 0)), max_size=4)):
        changed[place : place + 1] = draw(st.binary(max_size=2))
    return bytes(changed)


@st.composite
def _query(draw: st.DrawFn, shapes: Sequence[Shape]) -> str:
    if draw(st.booleans()):
        return str(draw(st.sampled_from(nasty_requests()["encoded"])))
    names = st.sampled_from(
        ["q", "also", "open", "topic", "principle", "weiter", "part", "page", "jahr", "inbox",
         "role", "form", "channel", "spoken", "language", "status", "whose"]
    )  # fmt: skip
    values = st.sampled_from(
        sorted({one for each in shapes for _, some in each.fields for one in some})
    )
    asked = draw(st.lists(st.tuples(names, _any_text | values), max_size=3))
    return urlencode(asked, safe="{}")


@st.composite
def _to_an_address(draw: st.DrawFn, paths: Sequence[str], shapes: Sequence[Shape]) -> Strange:
    """Any method at any address, with any body."""
    target = draw(st.sampled_from(paths))
    how = draw(st.integers(0, 9))
    if how == 0:
        target = draw(st.sampled_from(nasty_requests()["targets"]))
    elif how == 1:
        target = target.rstrip("/") + draw(
            st.sampled_from(["", "//", "/..;/", "%2f", "/%00/", "/x"])
        )
    elif how == 2:
        target += quote(draw(_any_text), safe="") + "/"
    while "{any}" in target:
        target = target.replace("{any}", quote(draw(_any_text), safe=""), 1)
    if draw(st.booleans()):
        target += "?" + draw(_query(shapes))
    kind, body = draw(
        st.sampled_from(
            [("", b""), *((_PARTS, each["body"].replace("@", "\r\n").encode())
                          for each in nasty_requests()["parts"]),
             *((_FORM, each.encode()) for each in nasty_requests()["encoded"])]
        )
        | st.tuples(st.sampled_from([_FORM, _PARTS]), st.binary(max_size=60))
        | st.tuples(st.just(_FORM), _any_text.map(lambda text: quote_plus(text).encode()))
    )  # fmt: skip
    return Strange(
        draw(st.sampled_from(WHO)),
        draw(st.sampled_from(_METHODS)),
        target,
        kind,
        body,
        draw(_headers),
    )


def requests(paths: Sequence[str], shapes: Sequence[Shape]) -> st.SearchStrategy[Strange]:
    """Requests to these addresses, and these forms; `{any}` in a path stands for anything.

    Forms after which there is nobody or nothing left to ask are only sent as addresses.
    """
    shapes = [each for each in shapes if not _ENDS.search(each.path)]
    at_desk = [each for each in shapes if each.who in (READER, ADMIN)]
    return st.one_of(_from_a_form(shapes), _from_a_form(at_desk), _to_an_address(paths, shapes))
