"""The trying-out mode: a portal filled with members of every role and cases in several languages.

Everything in it is made up. Its database is marked and never opens in public.
"""

from dataclasses import replace
from datetime import timedelta

from forms_service.rules.organisation import Organisation
from forms_service.rules.process import Role
from forms_service.usecases import installation, signing_in, trial_stories
from forms_service.usecases.members import add_member
from forms_service.usecases.signing_in import SignedIn
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

_THERE_FOR = timedelta(days=400)
"""Nobody is new, or every list would begin with that."""

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
    joined = portal.clock() - _THERE_FOR
    for name, email, language, team in _MEMBERS:
        await add_member(
            replace(portal, clock=lambda: joined),
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
    await trial_stories.tell(portal, lena, sam)
    await add_last_year(portal, portal.clock())


async def _sign_in(portal: Portal, email: str) -> SignedIn:
    token = signing_in.new_browser_token()
    await signing_in.sign_in(portal, email=email, password=PASSWORD, code="", browser_token=token)
    at = await signing_in.signed_in(portal, token)
    if at is None:
        raise RuntimeError("the trial could not be filled")
    return at
