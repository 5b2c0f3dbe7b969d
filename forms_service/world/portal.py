"""Everything a use case needs of the outside, passed in: no globals, no hidden clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from forms_service.rules.organisation import Organisation
from forms_service.world.database import Database
from forms_service.world.images import Images
from forms_service.world.key_pool import KeyPool
from forms_service.world.mail import Postman
from forms_service.world.secret_files import Secrets

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Portal:
    """The running portal, as the use cases see it. Without a `postman` no mails are written."""

    organisation: Organisation
    database: Database
    secrets: Secrets
    recovery_public_key: bytes
    key_pool: KeyPool
    clock: Clock
    postman: Postman | None = None
    images: Images = field(default_factory=Images)
