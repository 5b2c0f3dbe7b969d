"""Forms with files, as a browser sends them, and the pages that offer them again."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

import httpx

from tests.service.http.actors import Browser, page
from tests.service.http.examples import Said
from tests.service.pictures import photo

Chosen = Sequence[tuple[str, bytes]]
PHOTO = ("Salmas Wohnung.JPG", photo(orientation=6))
BROKEN = ("kaputtes Foto.jpg", photo()[:-900])


async def upload(browser: Browser, path: str, values: Said, files: Chosen) -> httpx.Response:
    """Send a form with files, as a browser does."""
    fields = [
        (name, (None, each))
        for name, value in values.items()
        for each in ([value] if isinstance(value, str) else value)
    ]
    return await browser.client.post(
        path, files=[*fields, *(("files", each) for each in files)], timeout=60
    )


def links(response: httpx.Response) -> list[str]:
    """The addresses of the files that a page offers."""
    return [each.get("href") for box in page(response).classed("files") for each in box.all("a")]


def saved_name(response: httpx.Response) -> str:
    """The name under which a browser saves a file."""
    match = re.search(r"filename\*=UTF-8''(\S+)$", response.headers["content-disposition"])
    assert match
    return unquote(match[1])
