"""Several people who send at once, and what each of them has been promised.

They note a promise only once they have read the whole answer to its end.
"""

import asyncio
import itertools
from dataclasses import dataclass, field
from random import Random

import httpx

from tests.service.http.actors import receipt_number
from tests.service.http.sending_files import links
from tests.service.pictures import PDF, photo

FORM, NUMBER = "/ar/beschwerde/", "/ar/antwort/"
_SENTENCE = "انتظرتُ ثلاث ساعات ولم يتحدث معي أحد."
_DOCUMENT_BYTES = 120_000
_PHOTO = photo()

Files = list[tuple[str, bytes]]
Part = tuple[str, tuple[str | None, str | bytes]]


@dataclass
class Promise:
    """A number that was shown, and all that must be found with it."""

    answer: httpx.Response
    texts: list[str]
    files: Files

    @property
    def number(self) -> str:
        """The number, its digits only."""
        return receipt_number(self.answer)

    @property
    def signs(self) -> dict[bytes, str]:
        """What was read on a page, and for each the text that must not be lost since then."""
        start = self.answer.content.index(b'<p class="receipt"')
        number = self.answer.content[start : self.answer.content.index(b"</p>", start)]
        first, *later = self.texts
        return {number: first} | {text.encode(): text for text in later}


@dataclass
class Senders:
    """People who send forms, with files or without, and write something after some of them."""

    address: str
    photos: bool = False
    promises: list[Promise] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)
    """Every text that left a browser, whether or not an answer came."""
    first: asyncio.Event = field(default_factory=asyncio.Event)
    """The first number has been read."""

    async def send(self, people: int, each: int | None = None, called: str = "") -> None:
        """Let so many people send until nobody answers any more, or `each` so many times."""
        await asyncio.gather(*(self._one(f"{called}{person}", each) for person in range(people)))

    async def _one(self, name: str, times: int | None) -> None:
        chance = Random(name)  # noqa: S311 - for samples that are the same in each run
        turns = itertools.count() if times is None else range(times)
        async with self._browser() as browser:
            for turn in turns:
                files = self._files(chance, turn)
                text = f"{_SENTENCE} {name}, {turn}"
                try:
                    promise = await self._submit(browser, text, files)
                    if turn % 3 == 0:
                        await self._add(browser, promise, f"{text} und noch etwas")
                except httpx.TransportError:
                    return

    def _browser(self) -> httpx.AsyncClient:
        # Unpacked, so that a recording of what was sent can be searched.
        plain = {"accept-encoding": "identity"}
        return httpx.AsyncClient(base_url=self.address, headers=plain, timeout=60)

    def _files(self, chance: Random, turn: int) -> Files:
        if self.photos and turn % 7 == 2:
            return [("Foto.jpg", _PHOTO)]
        return [("Brief.pdf", PDF + chance.randbytes(_DOCUMENT_BYTES))] if turn % 4 == 1 else []

    async def _submit(self, browser: httpx.AsyncClient, text: str, files: Files) -> Promise:
        self.sent.add(text)
        words: Part = ("what_happened", (None, text))
        answer = await browser.post(FORM, files=[words, *(("files", each) for each in files)])
        assert answer.status_code == 200, answer.text
        promise = Promise(answer, [text], files)
        self.promises.append(promise)
        self.first.set()
        return promise

    async def _add(self, browser: httpx.AsyncClient, promise: Promise, text: str) -> None:
        came_in = await browser.post(NUMBER, data={"number": promise.number})
        assert came_in.status_code == 303, came_in.text
        self.sent.add(text)
        written = await browser.post(NUMBER, data={"action": "write", "message": text})
        assert written.status_code == 303, written.text
        # What is promised is what the next page shows.
        shown = await browser.get(written.headers["location"])
        assert text in shown.text
        promise.texts.append(text)


async def open_with_number(address: str, promise: Promise) -> None:
    """Come back with the number, as its owner does, and find everything."""
    async with httpx.AsyncClient(base_url=address, timeout=60) as browser:
        came_in = await browser.post(NUMBER, data={"number": promise.number})
        assert came_in.status_code == 303, f"a number that was shown opens nothing: {promise}"
        conversation = await browser.get(came_in.headers["location"])
        assert all(text in conversation.text for text in promise.texts), promise
        for link, (name, content) in zip(links(conversation), promise.files, strict=True):
            saved = (await browser.get(link)).content
            assert saved == content or name.endswith(".jpg"), promise
