"""What tests of the rules share."""

import pytest
from hypothesis import settings

from forms_service.rules.organisation import Organisation
from tests.rules.examples import organisation_of_the_site

# How long an example takes depends on who else uses the machine.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def organisation() -> Organisation:
    """The organisation of mkdocs.yml."""
    return organisation_of_the_site()
