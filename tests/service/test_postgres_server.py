"""The PostgreSQL that tests start never outlives them."""

import asyncio
import shutil
import sys
from pathlib import Path

from tests.postgres import postgres_programs, running_postgres

_START = (
    "import sys, time\n"
    "from pathlib import Path\n"
    "from tests.postgres import running_postgres\n"
    "with running_postgres(Path(sys.argv[1])) as address:\n"
    "    print(address, flush=True)\n"
    "    time.sleep(600)\n"
)


def _socket(address: str) -> Path:
    return Path(address.partition("host=")[2].replace("%2F", "/").strip()) / ".s.PGSQL.5432"


def test_given_its_process_goes_on_then_the_server_stops_and_leaves_nothing() -> None:
    programs = postgres_programs()
    assert programs is not None
    with running_postgres(programs) as address:
        assert _socket(address).exists()
    assert not _socket(address).parent.exists()


async def test_given_its_process_is_killed_then_the_server_stops_too(project: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _START, str(postgres_programs()),
        stdout=asyncio.subprocess.PIPE, cwd=project,
    )  # fmt: skip
    assert process.stdout is not None
    socket = _socket((await process.stdout.readline()).decode())
    reader, writer = await asyncio.open_unix_connection(socket)
    process.kill()
    await process.wait()
    async with asyncio.timeout(30):
        assert await reader.read() == b""  # the server has hung up
    writer.close()
    shutil.rmtree(socket.parent)
