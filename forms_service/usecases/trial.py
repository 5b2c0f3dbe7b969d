"""The trying-out mode: a portal filled with members of every role and cases in several languages.

Everything in it is made up. Its database is marked and never opens in public.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from forms_service.rules.forms import FORMS, clean
from forms_service.rules.organisation import Organisation
from forms_service.rules.process import Role
from forms_service.usecases import conversation, installation, signing_in, submit
from forms_service.usecases.casework import Answer, answer_case, open_case
from forms_service.usecases.members import add_member
from forms_service.usecases.signing_in import SignedIn
from forms_service.usecases.submit import Submission
from forms_service.usecases.trial_cases import SAMPLES, Sample
from forms_service.usecases.trial_figures import add_last_year
from forms_service.usecases.writing import note, translate
from forms_service.world.portal import Clock, Portal, system_clock
from forms_service.world.settings import Settings
from forms_service.world.store import access, members

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
    lena, sam = [await _sign_in(portal, email) for email in ("lena@example.org", "sam@example.org")]
    for place, sample in enumerate(SAMPLES):
        await _play(portal, sample, timedelta(minutes=place), lena, sam)
    await _tell_a_story(_at(portal, portal.clock() - timedelta(days=2)), lena)
    await add_last_year(portal, portal.clock())


def _at(portal: Portal, moment: datetime) -> Portal:
    """Return the portal as it was at another moment."""
    return replace(portal, clock=lambda: moment)


async def _sign_in(portal: Portal, email: str) -> SignedIn:
    token = signing_in.new_browser_token()
    await signing_in.sign_in(portal, email=email, password=PASSWORD, code="", browser_token=token)
    at = await signing_in.signed_in(portal, token)
    if at is None:
        raise RuntimeError("the trial could not be filled")
    return at


async def _play(
    portal: Portal, sample: Sample, earlier: timedelta, lena: SignedIn, sam: SignedIn
) -> None:
    """Let a case arrive, typed in by Sam if it came by hand, and Lena answer it."""

    def days_ago(days: int) -> Portal:
        return _at(portal, portal.clock() - timedelta(days=days) - earlier)

    then = days_ago(sample.days_ago)
    await _submit(then, sample, sam.member.id)
    for days, sentence, text in sample.answers:
        readable = await portal.database.read(
            lambda connection: access.readable(connection, lena.member.id, portal.clock())
        )
        arrived = then.clock().replace(microsecond=0)
        (case_id,) = [case.id for case in readable if case.arrived_at == arrived]
        await open_case(days_ago(days), lena, case_id)
        await answer_case(days_ago(days), lena, case_id, Answer(sentence=sentence, text=text))


async def _submit(portal: Portal, sample: Sample, typist: str) -> str:
    form = FORMS[sample.form]
    by_hand = sample.channel != "web"
    submission = Submission(
        form,
        sample.language,
        clean(form, sample.values, portal.organisation, sample.language).answers,
        signing_in.new_browser_token(),
        "trial",
        suspicious=sample.odd,
        channel=sample.channel,
        slip=by_hand,
        entered_by=typist if by_hand else None,
    )
    return (await submit.receive(portal, submission)).number


async def _tell_a_story(portal: Portal, at: SignedIn) -> None:
    """Play one complaint through: acknowledged, answered with a translation, written back to."""
    said = {"what_happened": ["Nobody told us that the office is closed in the afternoon."]}
    number = await _submit(portal, Sample(2, "complaint", "en", said), at.member.id)
    sender = signing_in.new_browser_token()
    await conversation.come_in(portal, number, sender, "trial")
    visit = await conversation.visit(portal, sender)
    if visit is None:
        raise RuntimeError("the trial could not be filled")
    case_id = visit.case.id
    first = (await open_case(portal, at, case_id)).items[0].id
    await translate(
        portal,
        at,
        case_id,
        first,
        "Niemand hat uns gesagt, dass das Büro nachmittags zu ist.",
        "de",
    )
    answer = Answer(
        sentence="changed",
        text="Die Öffnungszeiten hängen jetzt an der Tür. Passt das so?",
        translation="The opening hours are now on the door. Is that all right?",
    )
    await answer_case(portal, at, case_id, answer)
    await note(portal, at, case_id, "Aushang geprüft, hängt in drei Sprachen.")
    await conversation.write_back(portal, visit, "Thank you. Please put it in Arabic too.")
