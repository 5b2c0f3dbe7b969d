"""What the serving process doesn't load: memory is what small machines have least of."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from forms_service.world.schema import newest_revision

NOT_IN_THE_SERVICE = {
    "PIL",  # photos are read in a process of their own, for safety too
    "alembic",  # only a migration needs it
    "asyncpg",  # only PostgreSQL
    "holidays.countries",  # all of the world's
    "icalendar",  # only the build
    "mako",
    "material",
    "mkdocs",
    "pillow_heif",
    "translate",
}

# The real start, up to where it would wait for browsers.
START = """
import json, sys
from forms_service.edges import cli, serving

async def stop_at_once(server):
    pass

serving._Server.serve = stop_at_once
code = cli.main(["serve", "--trial"])
print(json.dumps(sorted(sys.modules)))
sys.exit(code)
"""


def test_given_an_older_database_when_the_service_starts_then_it_stays_small(
    project: Path, built_site: Path, tmp_path: Path
) -> None:
    # Given a database of the version before, as one for trying out
    for name in ("data", "secrets"):
        shutil.copytree(project / "tests/examples/database-0002" / name, tmp_path / name)
    for secret in (tmp_path / "secrets").iterdir():
        secret.chmod(0o600)
    (tmp_path / "secrets").chmod(0o700)
    file = tmp_path / "data/anlaufstelle.sqlite"
    database = sqlite3.connect(file)
    database.execute("UPDATE installation SET trial = 1")
    database.commit()
    database.close()
    # When the service starts
    folders = {"DATA": tmp_path / "data", "SECRETS": tmp_path / "secrets", "SITE": built_site}
    started = subprocess.run(
        [sys.executable, "-c", START],
        cwd=project,
        env=os.environ | {f"ANLAUFSTELLE_{name}_DIR": str(path) for name, path in folders.items()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (started.returncode, started.stderr) == (0, "")
    # Then the database is of today's version
    database = sqlite3.connect(file)
    found = database.execute("SELECT version_num FROM alembic_version").fetchone()
    database.close()
    assert found == (newest_revision(),)
    # And what brought it there is gone again, with everything else that isn't needed to serve
    loaded = set(json.loads(started.stdout.splitlines()[-1]))
    assert {"sqlalchemy", "starlette", "nacl"} <= loaded
    assert loaded & NOT_IN_THE_SERVICE == set()
