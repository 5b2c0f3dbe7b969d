"""What translators need is loaded by their command, in a process of its own."""

import subprocess
import sys

import pytest

from forms_service.edges import cli
from tests.service.translating.conftest import Project

FOR_TRANSLATORS = ("translate", "mistletoe", "lxml", "mkdocs")


def test_the_service_loads_nothing_that_only_translators_need() -> None:
    program = (
        "import sys; from forms_service.edges import cli; "
        f"print([each for each in {FOR_TRANSLATORS} if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"


def test_the_command_line_hands_over_and_ends_as_the_command_did(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["translations", "--config", str(project.folder / "mkdocs.yml")]
    for more, code, says in (([], 0, "tr "), (["show", "xx"], 1, "no language 'xx'")):
        with pytest.raises(SystemExit) as ended:
            cli.main([*words, *more])
        assert ended.value.code == code
        captured = capfd.readouterr()
        assert says in captured.out + captured.err


@pytest.mark.parametrize(
    "words",
    [
        ["xx"],
        ["export", "tr"],
        ["import"],
        ["import", "tr.po", "--on", "gestern"],
        ["reviewed", "tr", "leitbild"],
        ["reviewed", "tr", "--by", "Elif"],
    ],
)
def test_a_wrong_call_is_refused_before_anything_starts(words: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        cli.main(["translations", *words])
    assert refused.value.code == 2
