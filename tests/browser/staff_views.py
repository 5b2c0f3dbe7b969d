"""Every view of the staff page, one after the other; used like those of `views`."""

from collections.abc import Iterator
from unittest.mock import patch

from playwright.sync_api import Page

from forms_service.usecases import signing_in, writing
from tests.browser.journeys import Desk, press

_WRONG_PASSWORDS = 5


def staff_views(page: Page, address: str, email: str, password: str) -> Iterator[str]:
    """Every view of the staff page for one member who reads complaints and applications."""
    desk = Desk(page, address)
    page.goto(f"{address}/staff/")
    yield "sign in"
    desk.sign_in(email, "das ist es nicht")
    yield "sign in, wrong"
    desk.sign_in(email, password)
    yield "list"
    cases = desk.cases()
    titles = [title.split()[0] for title in page.locator(".cases__open").all_inner_texts()]
    of_each_form = {titles.index(title) for title in titles}
    for place in sorted({*of_each_form, len(cases) - 1}):
        page.goto(cases[place])
        yield f"case {place + 1}"
    yield from desk_views(page, address)
    page.goto(cases[0])
    press(page, page.locator("button[value=preview]"))
    yield "case, nothing written"
    press(page, page.locator("form[action$='notiz/'] button").first)
    yield "case, no note"
    page.locator("#note").fill("Noch eine Notiz")
    with patch.object(writing, "note", side_effect=OSError):
        press(page, page.locator("form[action$='notiz/'] button").first)
    yield "nothing could be done"
    page.goto(cases[0])
    page.locator("#note").fill("Notiz")
    press(page, page.locator("form[action$='notiz/'] button").first)
    yield "case, with a note"
    page.locator("#sentence-need_time").check()
    page.locator("#until").fill(page.locator("#until").get_attribute("max") or "")
    page.locator("#text").fill("Bitte haben Sie Geduld.")
    press(page, page.locator("button[value=preview]"))
    yield "preview without a translation"
    press(page, page.locator("button[value=change]"))
    yield "case, back from the preview"
    page.locator("#translation").fill("نحتاج إلى وقت.")
    press(page, page.locator("button[value=preview]"))
    yield "preview with a translation"
    press(page, page.locator("button[value=send]"))
    yield "case, answered"
    page.locator("#text").fill("Noch nicht fertig.")
    press(page, page.locator("button[value=save]").first)
    yield "case, with a draft"
    press(page, page.locator("form[action$='nehmen/'] button"))
    yield "case, taken"
    page.locator(".whose details").evaluate("each => { each.open = true; }")
    press(page, page.locator("form[action$='uebergeben/'] button"))
    yield "case, handed to nobody"
    for name in ("schutz", "zuruecktreten", "ausschliessen", "auskunft", "loeschen"):
        page.goto(f"{cases[0]}{name}/")
        yield f"asking before {name}"
    page.goto(f"{cases[0]}ausschliessen/")
    press(page, page.locator("main button"))
    yield "excluding nobody"
    page.goto(f"{address}/staff/abwesend/")
    yield "away"
    press(page, page.locator("main button"))
    yield "away, nothing chosen"
    page.goto(f"{address}/staff/fall/nichts/")
    yield "no such case"
    page.goto("about:blank")
    page.set_content(
        f"<form method='post' action='{address}/staff/abmelden/'><button>Los</button></form>"
    )
    assert press(page, page.locator("button")).status == 403
    yield "asked from elsewhere"
    page.goto(cases[0])
    page.locator("#note").fill("Noch nicht gespeichert.")
    page.context.clear_cookies()
    press(page, page.locator("form[action$='notiz/'] button").first)
    yield "sign in, with a text that waits"
    with patch.object(signing_in, "sign_in", side_effect=OSError):
        desk.sign_in(email, password)
    yield "sign in, a fault of ours"
    for _ in range(_WRONG_PASSWORDS):
        desk.sign_in("wer@example.org", "das ist es nicht")
    assert desk.sign_in("wer@example.org", "das ist es nicht").status == 429
    yield "sign in, too many tries"


def deleting_views(page: Page, address: str, email: str, password: str) -> Iterator[str]:
    """What is deleted soon, and moving the day of a case."""
    desk = Desk(page, address)
    desk.sign_in(email, password)
    page.goto(f"{address}/staff/loeschen/")
    yield "nothing is deleted soon" if not page.locator(".soon").count() else "deleted soon"
    page.goto(f"{address}/staff/")
    for case in desk.cases():
        page.goto(f"{case}verschieben/")
        if not page.locator("#day").count():
            continue
        yield "postponing"
        press(page, page.locator("main form button"))
        yield "postponing, no day"
        day = page.locator("#day").get_attribute("max") or ""
        page.locator("#day").fill(day)
        press(page, page.locator("main form button"))
        yield "postponing, no reason"
        return
    raise AssertionError("no case has a day")


def figures_views(page: Page, address: str, password: str) -> Iterator[str]:
    """The figures of last year, and of the running one."""
    desk = Desk(page, address)
    desk.sign_in("ruth@example.org", password)
    page.get_by_role("link", name="Jahreszahlen").click()
    assert page.locator(".numbers__bar").count() > 10
    yield "figures"
    this_year = page.evaluate("new Date().getFullYear()")
    page.goto(f"{address}/staff/zahlen/?jahr={this_year}")
    yield "figures, too early"


def desk_views(page: Page, address: str) -> Iterator[str]:
    """The list narrowed and in full, the search, what is printed, and entering by hand."""
    page.goto(f"{address}/staff/?form=complaint&language=ar")
    yield "list, narrowed"
    page.goto(f"{address}/staff/?part=closed")
    yield "list, one part"
    for view, typed in (("a problem", "1"), ("nobody", "qwxyzzy"), ("somebody", "سلمي")):
        page.locator("#typed").fill(typed)
        press(page, page.locator(".find button"))
        yield f"search of staff, {view}"
    page.goto(f"{address}{page.locator('.cases__open').first.get_attribute('href')}anruf/")
    yield "call sheet"
    page.goto(f"{address}/staff/eingeben/?form=x")
    yield "entering, not chosen"
    page.goto(f"{address}/staff/eingeben/")
    yield "entering"
    page.goto(f"{address}/staff/eingeben/?form=contact&channel=paper&spoken=ti")
    press(page, page.locator("#form > button"))
    yield "entering, wrong"
    page.goto(f"{address}/staff/eingeben/?form=complaint&channel=spoken&spoken=ar")
    yield "entering a complaint"
    page.locator("#what_happened").fill("الممر بارد جدًا.")
    press(page, page.locator("#form > button"))
    yield "slip"


def empty_list_view(page: Page, address: str, password: str) -> Iterator[str]:
    """The list of someone who has no case any more."""
    desk = Desk(page, address)
    desk.sign_in("omid@example.org", password)
    for case in desk.cases():
        page.goto(f"{case}loeschen/")
        press(page, page.locator("main button[type=submit]"))
    assert desk.cases() == []
    yield "empty list"
