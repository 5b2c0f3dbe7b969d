"""Pressing the buttons of a conversation."""

import httpx

from tests.service.http.actors import Browser


async def do(browser: Browser, action: str, language: str = "de", **values: str) -> httpx.Response:
    """Press a button of the conversation and follow to where it leads."""
    response = await browser.post(f"/{language}/antwort/", {"action": action, **values})
    if response.status_code != 303:
        return response
    return await browser.get(response.headers["location"])
