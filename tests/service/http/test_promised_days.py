"""A sentence that names a day names one within the months that nobody waits longer than."""

import pytest

from tests.service.http.actors import Browser, main_text
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger


@pytest.mark.parametrize(
    ("until", "status"),
    [("2026-11-16", 303), ("2027-02-16", 303), ("2027-02-17", 422), ("2026-11-15", 422)],
    ids=["today", "three months after it arrived", "a day later", "yesterday"],
)
async def test_nobody_waits_longer_than_three_months(
    browser: Browser, sign_in: SignIn, ledger: Ledger, until: str, status: int
) -> None:
    await browser.send("/de/beschwerde/", VALID["complaint"])
    lena = await sign_in("Lena")
    case_id = await lena.only_case()
    values = {"sentence": "need_time", "until": until, "step": "send"}
    response = await lena.post(f"/staff/fall/{case_id}/antwort/", values)
    assert response.status_code == status
    if until == "2027-02-17":
        assert "bis zum 16. Februar 2027" in main_text(response)
