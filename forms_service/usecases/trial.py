"""The trying-out mode: a portal filled with members of every role and cases in several languages.

Everything in it is made up. Its database is marked and never opens in public.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from forms_service.rules.forms import FORMS, clean
from forms_service.rules.organisation import Organisation
from forms_service.rules.process import Role
from forms_service.usecases import conversation, installation, signing_in, submit
from forms_service.usecases.casework import Answer, answer_case, note, open_case, translate
from forms_service.usecases.members import add_member
from forms_service.usecases.submit import Submission
from forms_service.usecases.trial_figures import add_last_year
from forms_service.world.portal import Clock, Portal, system_clock
from forms_service.world.settings import Settings
from forms_service.world.store import members

PASSWORD = "ausprobieren-2026"  # noqa: S105 - printed at every start; the mode never goes public

_MEMBERS: tuple[tuple[str, str, str, str | None], ...] = (
    ("Lena Vogt", "lena@example.org", "de", "support"),
    ("Sam Okafor", "sam@example.org", "en", None),
    ("Dana Petrowa", "dana@example.org", "de", None),
    ("Ruth Brandt", "ruth@example.org", "de", "management"),
    ("Omid Karimi", "omid@example.org", "de", None),
    ("Mira Sommer", "mira@example.org", "de", None),
)

_ADMINS = ("ruth@example.org", "omid@example.org")


def _roles(email: str, organisation: Organisation) -> list[tuple[str, Role]]:
    everyday = [name for name, inbox in organisation.inboxes.items() if not inbox.safeguarding]
    role: dict[str, Role] = {
        "lena@example.org": "reader",
        "sam@example.org": "reader",
        "dana@example.org": "deputy",
        "ruth@example.org": "management",
    }
    if email in role:
        return [(name, role[email]) for name in everyday]
    if email == "omid@example.org":
        return [("complaints", "outside"), ("safeguarding", "outside")]
    return [("safeguarding", "reader")]


async def prepare(
    settings: Settings, organisation: Organisation, clock: Clock = system_clock
) -> list[tuple[str, str]]:
    """Set the trial up at its first start; return address and password of every member.

    A second start finds the same data.
    """
    if not await installation.is_installed(settings):
        await installation.install(settings, installation.new_recovery_key().public_key)
    portal = await installation.open_portal(settings, organisation, clock=clock)
    try:
        if not await portal.database.read(members.everyone):
            await _fill(portal)
        return [(email, PASSWORD) for _, email, _, _ in _MEMBERS]
    finally:
        await installation.close_portal(portal)


async def _fill(portal: Portal) -> None:
    organisation = portal.organisation
    for name, email, language, team in _MEMBERS:
        await add_member(
            portal,
            name=name,
            email=email,
            language=language,
            password=PASSWORD,
            roles=_roles(email, organisation),
            team=team if team in organisation.teams else None,
            admin=email in _ADMINS,
            second_factor=False,
        )
    now = portal.clock()
    for days_ago, form, language, values in _CASES:
        await _submit(_at(portal, now - timedelta(days=days_ago)), form, language, values)
    await _tell_a_story(_at(portal, now - timedelta(days=2)))
    await add_last_year(portal, now)


def _at(portal: Portal, moment: datetime) -> Portal:
    """Return the portal as it was at another moment."""
    return replace(portal, clock=lambda: moment)


async def _submit(portal: Portal, form: str, language: str, values: dict[str, list[str]]) -> str:
    cleaned = clean(FORMS[form], values, portal.organisation, language)
    submission = Submission(
        FORMS[form], language, cleaned.answers, signing_in.new_browser_token(), "trial"
    )
    return (await submit.receive(portal, submission)).number


async def _tell_a_story(portal: Portal) -> None:
    """Play one complaint through: acknowledged, answered with a translation, written back to."""
    number = await _submit(
        portal,
        "complaint",
        "en",
        {
            "what_happened": ["Nobody told us that the office is closed in the afternoon."],
            "answer_by": ["number"],
        },
    )
    token = signing_in.new_browser_token()
    await signing_in.sign_in(
        portal, email="lena@example.org", password=PASSWORD, code="", browser_token=token
    )
    at = await signing_in.signed_in(portal, token)
    sender = signing_in.new_browser_token()
    await conversation.come_in(portal, number, sender, "trial")
    visit = await conversation.visit(portal, sender)
    if at is None or visit is None:
        raise RuntimeError("the trial could not be filled")
    case_id = visit.case.id
    said = (await open_case(portal, at, case_id)).items[0].id
    await translate(
        portal, at, case_id, said, "Niemand hat uns gesagt, dass das Büro nachmittags zu ist.", "de"
    )
    answer = Answer(
        sentence="changed",
        text="Die Öffnungszeiten hängen jetzt an der Tür. Passt das so?",
        translation="The opening hours are now on the door. Is that all right?",
    )
    await answer_case(portal, at, case_id, answer)
    await note(portal, at, case_id, "Aushang geprüft, hängt in drei Sprachen.")
    await conversation.write_back(portal, visit, "Thank you. Please put it in Arabic too.")


_CASES: tuple[tuple[int, str, str, dict[str, list[str]]], ...] = (
    (
        6,
        "complaint",
        "ar",
        {
            "what_happened": ["انتظرتُ ثلاث ساعات ولم يتحدث معي أحد."],
            "principle": ["time_to_listen"],
            "place": ["office"],
            "answer_by": ["number"],
        },
    ),
    (
        3,
        "contact",
        "ar",
        {
            "topic": ["counselling"],
            "language": ["ar"],
            "speak_with": ["woman"],
            "reach_by": ["call"],
            "name": ["سلمى"],
            "phone": ["٠١٥١ ٢٣٤٥٦٧٨"],
            "good_time": ["صباحًا قبل الساعة العاشرة"],
            "may_leave_message": ["no"],
        },
    ),
    (
        1,
        "application",
        "en",
        {
            "name": ["Amara"],
            "town": ["Schwerin"],
            "adult": ["yes"],
            "phone": ["+49 151 0000000"],
            "language": ["en"],
            "counsel_languages": ["en", "fr"],
            "german": ["talk"],
            "background": ["I worked as a midwife for six years."],
            "availability": ["yes"],
            "needs": ["Child care in the mornings."],
            "keep": ["yes"],
        },
    ),
    (
        0,
        "complaint",
        "de",
        {
            "danger": ["yes"],
            "what_happened": [
                "In unserem Flur wird nachts an die Türen geschlagen. Wir haben Angst."
            ],
            "answer_by": ["number"],
        },
    ),
    (
        0,
        "contact",
        "de",
        {
            "topic": ["taking_part"],
            "language": ["de"],
            "reach_by": ["email"],
            "email": ["helfen@example.org"],
            "message": ["Ich möchte zwei Stunden in der Woche beim Deutschlernen helfen."],
        },
    ),
)
