"""Puts the staff page together. It knows nothing of the public side."""

from starlette.routing import Route

from forms_service.edges import guard
from forms_service.edges.staff.accepting import Accepting
from forms_service.edges.staff.account import Account
from forms_service.edges.staff.away import Away
from forms_service.edges.staff.cases import Cases
from forms_service.edges.staff.deleting import Deleting
from forms_service.edges.staff.disclosing import Disclosing
from forms_service.edges.staff.door import Door
from forms_service.edges.staff.entering import Entering
from forms_service.edges.staff.figures import Figures
from forms_service.edges.staff.files import Files
from forms_service.edges.staff.member_pages import MemberPages
from forms_service.edges.staff.members import Members
from forms_service.edges.staff.pages import StaffPages
from forms_service.edges.staff.sharing import Sharing
from forms_service.edges.staff.today import Today
from forms_service.usecases.finding import Finder
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site


def staff_routes(
    portal: Portal, site: Site, settings: Settings, addresses: guard.Addresses
) -> list[Route]:
    """Return every address of the staff page; all but sign-in and invitations need a session."""
    pages = StaffPages(site, trial=settings.trial, clock=portal.clock)
    finder = Finder(portal)
    door = Door(portal, pages, settings, addresses, when_leaving=finder.forget)
    members = MemberPages(pages, site, trial=settings.trial)
    return [
        *door.routes(),
        *Today(portal, pages, door, finder).routes(),
        *Entering(portal, pages, door, settings).routes(),
        *Cases(portal, pages, door).routes(),
        *Sharing(portal, pages, door).routes(),
        *Disclosing(portal, pages, door).routes(),
        *Away(portal, pages, door).routes(),
        *Deleting(portal, pages, door).routes(),
        *Figures(portal, pages, door).routes(),
        *Files(portal, pages, door).routes(),
        *Members(portal, members, door, settings.address).routes(),
        *Account(portal, members, door, secure=settings.behind_tls).routes(),
        *Accepting(portal, members).routes(),
    ]
