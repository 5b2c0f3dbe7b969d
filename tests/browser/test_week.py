"""A week of an organisation, played through in the browser: what comes, who sees it, what becomes of it.

It begins on Monday, 16 November 2026. Lena and Sam read complaints, counselling and applications,
Dana is their deputy, Ruth leads, Omid is outside the line, Mira protects.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from forms_service.world.site import Site
from tests.browser.conftest import OpenPage
from tests.browser.journeys import press
from tests.browser.organisation import TEAM, Organisation
from tests.browser.service import Service, found_real_portal
from tests.service.conftest import HandClock

EVERYDAY = {"Amara", "Yusuf", "Salma", "Oksana", "Zarghuna", "corridor"}
NOBODY: set[str] = set()


@pytest.fixture
def us(site: Site, tmp_path: Path, open_page: OpenPage) -> Iterator[Organisation]:
    """The organisation on Monday morning at ten, with nothing to do yet."""
    clock = HandClock()
    found_real_portal(site, tmp_path, TEAM.values(), clock)
    service = Service(site, tmp_path, rate_limit="off", trial=False, clock=clock)
    service.start()
    yield Organisation(service, clock, open_page)
    service.stop()


@pytest.mark.slow
def test_a_week_of_an_organisation(us: Organisation) -> None:
    monday_applications_and_requests_come(us)
    us.wait()
    tuesday_somebody_is_excluded_and_somebody_is_in_danger(us)
    us.wait()
    wednesday_a_deadline_is_missed_and_a_case_handed_over(us)
    us.wait()
    thursday_somebody_is_not_satisfied(us)
    us.wait()
    friday_management_steps_in_and_applicants_hear(us)
    us.wait(days=4)
    on_the_promised_day_a_case_is_deleted(us)
    us.wait(days=60)
    of_the_year_only_numbers_are_told(us)


def monday_applications_and_requests_come(us: Organisation) -> None:
    # When two apply, one of whom wants to be kept, three ask for counselling, one complains
    applies = {"town": "Wismar", "adult": "yes", "german": "talk", "availability": "yes"}
    us.send(
        "Amara", "application", "en", seen_by="Lena", name="Amara", phone="+49 151 0000000",
        counsel_languages="en", background="Six years as a midwife.", keep="yes", **applies,
    )  # fmt: skip
    us.send(
        "Yusuf", "application", "ar", seen_by="Lena", name="يوسف", phone="+49 151 0000001",
        counsel_languages="ar", background="عملتُ ممرضًا أربع سنوات.", **applies,
    )  # fmt: skip
    counsel = {"topic": "counselling", "reach_by": "number"}
    called = counsel | {"reach_by": "call", "phone": "٠١٥١ ٢٣٤٥٦٧٨"}
    us.send("Salma", "contact", "ar", seen_by="Lena", name="سلمى", **called)
    us.send("Oksana", "contact", "uk", seen_by="Lena", name="Оксана", **counsel)
    us.send("Zarghuna", "contact", "ps", seen_by="Lena", name="زرغونه", **counsel)
    us.send("corridor", "complaint", "fr", seen_by="Lena", what_happened="Le couloir est froid.")
    # Then the readers see all of it as new, and nobody else sees anything
    assert us.lists() == {
        "Lena": EVERYDAY, "Sam": EVERYDAY,
        "Dana": NOBODY, "Ruth": NOBODY, "Omid": NOBODY, "Mira": NOBODY,
    }  # fmt: skip
    assert us.part("Sam", "new") == EVERYDAY
    # And when everybody hears the first word from them, the complaint is forgotten
    for case, name, sentence in (
        ("Amara", "Lena", "being_read"),
        ("Yusuf", "Sam", "being_read"),
        ("Salma", "Lena", "acknowledged"),
        ("Oksana", "Sam", "acknowledged"),
        ("Zarghuna", "Sam", "acknowledged"),
    ):
        us.open(name, case).answer(sentence=sentence)
    assert us.part("Sam", "new") == {"corridor"}
    # Then Salma reads it with her number, in her own language
    expect(us.come_back("Salma", "ar").locator(".talk__item--ours")).to_have_count(1)


def tuesday_somebody_is_excluded_and_somebody_is_in_danger(us: Organisation) -> None:
    # When somebody complains about a member of staff, without a name, and not to Lena
    us.send(
        "rudeness", "complaint", "ru", seen_by="Omid", what_happened="Мне нагрубили на входе.",
        about_staff="yes", not_read_by_other="Lena Vogt",
    )  # fmt: skip
    # And somebody is in danger
    us.send(
        "danger", "complaint", "fa", seen_by="Mira", what_happened="مرا تهدید می‌کنند.",
        danger="yes", name="نوید",
    )  # fmt: skip
    # Then only Omid reads the one, and only Mira the other; the days before have not changed
    assert us.lists() == {
        "Lena": EVERYDAY, "Sam": EVERYDAY,
        "Dana": NOBODY, "Ruth": NOBODY, "Omid": {"rudeness"}, "Mira": {"danger"},
    }  # fmt: skip
    # When Omid lets Sam in, Lena isn't there to be chosen
    omid = us.open("Omid", "rudeness").page
    omid.get_by_text("Jemanden dazuholen").click()
    offered = omid.locator("#member option").all_inner_texts()
    assert offered == ["Bitte wählen", "Dana Petrowa", "Ruth Brandt", "Sam Okafor"]
    omid.locator("#member").select_option("Sam Okafor")
    press(omid, omid.get_by_role("button", name="Dazuholen"))
    expect(omid.locator(".readers")).to_contain_text("Sam Okafor, hat noch nicht hineingesehen")
    # Then Sam reads it, and for Lena neither of the two exists
    assert us.lists()["Sam"] == EVERYDAY | {"rudeness"}
    assert us.finds_nowhere("Lena", "rudeness")
    for name in ("Lena", "Ruth"):
        assert us.finds_nowhere(name, "danger"), name
    lena = us.desk("Lena").page
    lena.locator("#typed").fill("نوید")
    press(lena, lena.locator(".find button"))
    expect(lena.locator("#found")).to_contain_text("keinen Fall gefunden")
    # And Mira answers the one in danger within the day
    us.open("Mira", "danger").answer(sentence="call_us")
    expect(us.come_back("danger", "fa").locator(".talk__item--ours")).to_have_count(1)
    # And Zarghuna wants everything deleted; the page says when
    zarghuna = us.come_back("Zarghuna", "ps")
    zarghuna.locator("a[href$='?open=delete']").click()
    press(zarghuna, zarghuna.locator("form:has(input[value=delete]) button"))
    expect(zarghuna.locator("form:has(input[value=stay])")).to_be_visible()


def wednesday_a_deadline_is_missed_and_a_case_handed_over(us: Organisation) -> None:
    # Given that nobody has opened the complaint within a working day
    # Then the deputy sees it too, as overdue, and nothing else
    assert us.lists() == {
        "Lena": EVERYDAY, "Sam": EVERYDAY | {"rudeness"},
        "Dana": {"corridor"}, "Ruth": NOBODY, "Omid": {"rudeness"}, "Mira": {"danger"},
    }  # fmt: skip
    assert us.part("Dana", "overdue") == us.part("Lena", "overdue") == {"corridor"}
    # When she opens it and answers nothing, and Lena hands a request over with a note
    dana = us.open("Dana", "corridor").page
    expect(dana.locator(".readers")).to_contain_text("Ruth Brandt, wenn bis")
    lena = us.open("Lena", "Salma").page
    press(lena, lena.get_by_role("button", name="Ich kümmere mich darum"))
    lena.get_by_text("An jemanden übergeben").click()
    lena.locator("#successor").select_option("Sam Okafor")
    lena.locator("#hand-over-note").fill("Bitte erst nach zehn Uhr anrufen.")
    press(lena, lena.get_by_role("button", name="Jetzt übergeben"))
    # Then it is Sam's, with the note, and Salma sees none of that
    sam = us.open("Sam", "Salma").page
    expect(sam.locator(".whose")).to_contain_text("Sie kümmern sich um diesen Fall.")
    expect(sam.locator(".team-only")).to_contain_text("Bitte erst nach zehn Uhr anrufen.")
    expect(us.desk("Lena").page.locator(".cases__taken")).to_have_text("Übernommen von Sam Okafor")
    expect(us.come_back("Salma", "ar").locator("main")).not_to_contain_text("zehn Uhr")
    # And Sam answers whom somebody was rude to
    us.open("Sam", "rudeness").answer(sentence="answer", text="So war es nicht gemeint.")


def thursday_somebody_is_not_satisfied(us: Organisation) -> None:
    # When the answer doesn't satisfy
    sender = us.come_back("rudeness", "ru")
    sender.locator("#objection").fill("Никто не извинился.")
    press(sender, sender.locator("form:has(#objection) button"))
    # Then another looks at it: Omid has it, and Sam can't answer once more
    sam = us.open("Sam", "rudeness")
    expect(sam.page.locator(".whose")).to_contain_text("Omid Karimi kümmert sich")
    sam.page.locator("#text").fill("Ich bleibe dabei.")
    press(sam.page, sam.page.locator("button[value=preview]"))
    expect(sam.page.locator("#errors")).to_contain_text("Jetzt antwortet jemand anderes")
    us.open("Omid", "rudeness").answer(
        sentence="closed_agreed", text="Wir bitten um Entschuldigung.", translation="Простите нас."
    )
    expect(us.come_back("rudeness", "ru").locator("main")).to_contain_text("Простите нас.")
    assert us.part("Omid", "closed") == us.part("Sam", "closed") == {"rudeness"}
    # And for Lena it still doesn't exist
    assert us.finds_nowhere("Lena", "rudeness")


def friday_management_steps_in_and_applicants_hear(us: Organisation) -> None:
    # Given that nobody has answered the complaint within three working days
    # Then management sees it too
    assert us.lists() == {
        "Lena": EVERYDAY, "Sam": EVERYDAY | {"rudeness"},
        "Dana": {"corridor"}, "Ruth": {"corridor"}, "Omid": {"rudeness"}, "Mira": {"danger"},
    }  # fmt: skip
    # When Ruth answers, Lena's list has nothing overdue any more
    us.open("Ruth", "corridor").answer(sentence="changed", text="Die Heizung läuft wieder.")
    assert us.part("Lena", "overdue") == us.part("Ruth", "overdue") == NOBODY
    # And who applied without a place is kept as long as they agreed to
    for case, day in (("Amara", "20. November 2027"), ("Yusuf", "20. Mai 2027")):
        sam = us.open("Sam", case)
        sam.answer(sentence="not_this_time")
        expect(sam.page.locator(".facts")).to_contain_text(day)
    # And what is deleted soon is announced to those who read it, and to nobody else
    for name, count in (("Lena", 1), ("Dana", 0)):
        desk = us.desk(name)
        desk.page.get_by_role("link", name="Wird bald gelöscht").click()
        expect(desk.page.locator(".soon__case")).to_have_count(count)


def on_the_promised_day_a_case_is_deleted(us: Organisation) -> None:
    # Given the day that Zarghuna was told, a week after she asked
    assert us.service.delete_due() == 1
    # Then her case is nowhere, not even for those who read it, and her number leads nowhere
    assert us.lists() == {
        "Lena": EVERYDAY - {"Zarghuna"}, "Sam": EVERYDAY - {"Zarghuna"} | {"rudeness"},
        "Dana": {"corridor"}, "Ruth": {"corridor"}, "Omid": {"rudeness"}, "Mira": {"danger"},
    }  # fmt: skip
    assert us.finds_nowhere("Sam", "Zarghuna")
    expect(us.come_back("Zarghuna", "ps").locator("#errors")).to_be_visible()


def of_the_year_only_numbers_are_told(us: Organisation) -> None:
    # Given that the year is over, when Ruth looks at its figures
    ruth = us.desk("Ruth").page
    ruth.goto(f"{us.service.address}/staff/zahlen/?jahr=2026")
    # Then the deleted case is counted, the one in danger isn't, and small numbers aren't told
    expect(ruth.locator(".lead")).to_have_text("In diesem Jahr sind 7 Fälle angekommen.")
    shown = ruth.locator(".numbers__count").all_inner_texts()
    assert all(int(each) >= 5 for each in shown)
    assert not re.search("Paschtu|Persisch", ruth.locator("main").inner_text())
    # And who only reads is told none
    lena = us.desk("Lena").page
    assert (answer := lena.goto(f"{us.service.address}/staff/zahlen/?jahr=2026"))
    assert answer.status == 404
