"""The service with receipt numbers that are hardly stretched: never for anything but a benchmark.

With a file's name it also notes where the time goes, in the thread that answers, until it is told
to stop (`project/benchmarks/profiles.py` reads it).
"""

import asyncio
import cProfile
import os
import sys

from forms_service.edges.serving import serve
from forms_service.rules.sealing import CHEAPEST
from forms_service.world.settings import read_settings


def main() -> None:
    """Serve, with the settings of the environment."""
    settings = read_settings(os.environ)
    if len(sys.argv) < 2:
        asyncio.run(serve(settings, CHEAPEST))
        return
    with cProfile.Profile() as profile:
        asyncio.run(serve(settings, CHEAPEST))
    profile.dump_stats(sys.argv[1])


if __name__ == "__main__":
    main()
