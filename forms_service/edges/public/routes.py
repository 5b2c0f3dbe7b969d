"""Puts the senders' side together. It knows nothing of staff."""

from starlette.routing import Route

from forms_service.edges import guard
from forms_service.edges.bodies import Uploads
from forms_service.edges.public.conversation import Conversation
from forms_service.edges.public.files import SentFiles
from forms_service.edges.public.forms import Forms
from forms_service.edges.public.leaving import Leaving
from forms_service.edges.public.wishes import Offers
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.site import Site


def public_routes(
    portal: Portal, site: Site, settings: Settings, addresses: guard.Addresses
) -> list[Route]:
    """Return every address of the senders' side, for every language that is offered."""
    offers = Offers(
        note_mails=settings.mail_is_set or settings.trial, backups_kept_days=settings.backup_days
    )
    uploads = Uploads(addresses)
    return [
        *Forms(portal, site, settings, addresses, offers, uploads).routes(),
        *Conversation(portal, site, settings, addresses, offers, uploads).routes(),
        *SentFiles(portal, site, settings).routes(),
        *Leaving(portal, site, settings).routes(),
    ]
