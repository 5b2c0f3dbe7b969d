"""Texts that break other people's software, through everything that a text goes through here."""

import csv
import io
from urllib.parse import urlencode

import httpx
import pytest

from forms_service.rules.text import clean_line, clean_text
from tests.service.http.actors import Desk, main_text, page
from tests.service.http.examples import Said
from tests.service.http.promised_headers import as_raw, lacking
from tests.service.http.sending_files import links, saved_name, upload
from tests.service.http.strange import nasty_texts
from tests.service.http.visitors import READER, SENDER, STRANGER, Visitors
from tests.service.pictures import PDF

ALL_TOGETHER = "\n".join(nasty_texts())


def squeezed(text: str) -> str:
    """A text without its blanks: pages fold them."""
    return "".join(text.split())


def sound(response: httpx.Response, *statuses: int) -> httpx.Response:
    """An answer in which nothing that was typed became markup or a header."""
    assert response.status_code in (statuses or (200,)), response.text
    assert lacking(as_raw(response)) == []
    if response.headers.get("content-type", "").startswith("text/html"):
        assert "<x-nasty" not in response.text
        page(response)
    return response


def shows(response: httpx.Response, text: str) -> bool:
    """Whether a page shows a text as it is kept."""
    return squeezed(clean_text(text)) in squeezed(main_text(sound(response)))


@pytest.mark.parametrize(
    "text", [ALL_TOGETHER, *(pytest.param(each, marks=pytest.mark.slow) for each in nasty_texts())]
)
async def test_a_text_is_the_same_wherever_it_is_read(everybody: Visitors, text: str) -> None:
    sender, stranger = everybody.browsers[SENDER], everybody.browsers[STRANGER]
    lena = everybody.browsers[READER]
    assert isinstance(lena, Desk)
    said, line = f"Es geht um: {text}", clean_line(text)[:200]
    # Given somebody who writes it everywhere, and gives a file its name
    form: Said = {"what_happened": said, "name": line, "place": "other", "place_other": line,
            "when": line, "good_solution": text, "not_read_by": []}  # fmt: skip
    sound(await upload(stranger, "/de/beschwerde/", form, [(line[:90] or "x", PDF)]))
    # Then their readers see it as it is kept
    (case_id,) = [each for each in await lena.cases() if each != everybody.known["case"]]
    path = f"/staff/fall/{case_id}/"
    opened = await lena.get(path)
    assert shows(opened, said)
    assert shows(opened, line)
    assert shows(await lena.get(path + "anruf/"), said)
    # And the file is saved under a name that stays one
    for link in links(opened):
        saved = sound(await lena.get(link))
        assert saved.content == PDF
        assert not set(saved_name(saved)) & set('/\\<>:"|?*\r\n\0')
        assert saved_name(saved).endswith(".pdf")
    # And it can be answered, noted, handed out and looked for
    typed = {"text": said, "translation": text, "step": "preview"}
    sound(await lena.post(path + "antwort/", typed))
    sound(await lena.post(path + "antwort/", typed | {"step": "send"}), 303)
    sound(await lena.post(path + "notiz/", {"note": said}), 303)
    assert squeezed(clean_text(said)) in squeezed(
        page(sound(await lena.post(path + "auskunft/", {"notes": "yes"}))).text
    )
    sound(await lena.post("/staff/suchen/", {"typed": text}), 200, 422)
    asked = urlencode({"q": text.replace("\0", "")})
    sound(await stranger.get(f"/de/suche/?{asked}"))
    rows = sound(await lena.get("/staff/liste.csv")).content.decode("utf-8-sig")
    assert len({len(row) for row in csv.reader(io.StringIO(rows), delimiter=";")}) == 1
    # And in a conversation it comes through both ways
    written = {"action": "write", "message": said}
    sound(await sender.post("/ar/antwort/", written), 303)
    answered = {"text": said, "step": "send"}
    sound(await lena.post(everybody.filled("/staff/fall/{case}/antwort/"), answered), 303)
    conversation = await sender.get("/ar/antwort/?open")
    assert shows(conversation, said)
    corrected = {"action": "contact", "name": line, "phone": text, "email": text}
    sound(await sender.post("/ar/antwort/", corrected), 303, 422)
    sound(await sender.post("/ar/antwort/", {"action": "object", "objection": text}), 303)
