"""The service with receipt numbers that are hardly stretched: never for anything but a benchmark.

With a file's name it also notes where the processor's time goes in the thread that answers, from
SIGUSR1 until it is told to stop (`project/benchmarks/profiles.py` reads it).
"""

import asyncio
import cProfile
import os
import signal
import sys
import time

from forms_service.edges.serving import serve
from forms_service.rules.sealing import CHEAPEST
from forms_service.world.settings import Settings, read_settings


def main() -> None:
    """Serve, with the settings of the environment."""
    settings = read_settings(os.environ)
    if len(sys.argv) < 2:
        asyncio.run(serve(settings, CHEAPEST))
        return
    profile = cProfile.Profile(time.thread_time)
    asyncio.run(_profiled(settings, profile))
    profile.dump_stats(sys.argv[1])


async def _profiled(settings: Settings, profile: cProfile.Profile) -> None:
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, profile.enable)
    await serve(settings, CHEAPEST)
    profile.disable()


if __name__ == "__main__":
    main()
