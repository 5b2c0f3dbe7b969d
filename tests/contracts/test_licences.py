"""The list of licences is complete and today's, and none of them is unknown."""

from project import licences


def test_the_list_is_what_the_packages_say() -> None:
    """Who changes a dependency runs `python -m project.licences`."""
    assert licences.DOCUMENT.read_text(encoding="utf-8") == licences.document()


def test_every_package_says_its_licence() -> None:
    assert "not said" not in licences.document()
