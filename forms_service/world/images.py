"""Photos are only ever opened in a process of their own, with limits, over pipes.

What somebody sent is the most dangerous thing that the portal reads: a decoder that goes wrong,
or an image made to fill the memory, ends that process and nothing else. No file is written.
"""

import asyncio
import os
import sys
from pathlib import Path

from forms_service.rules.files import MAX_FILE_BYTES

_CHILD = Path(__file__).parent / "image_child.py"
_SECONDS = 30


class UnreadableImage(Exception):
    """The image is broken, no image at all, or needs more than an honest photo does."""


class Images:
    """Re-encodes photos, at most as many at once as there are cores."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._turns = asyncio.Semaphore(os.cpu_count() or 1)

    async def reencode(self, content: bytes, kind: str) -> bytes:
        """Return a photo as a JPEG without metadata; UnreadableImage if that can't be done.

        `kind` is the format that its first bytes tell (`rules/files.py: format_of`). Raises
        OSError if no process can be started.
        """
        async with self._turns:
            # Isolated (-I) and without bytecode (-B); of our environment it sees nothing.
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-B", str(_CHILD), kind),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={},
                cwd="/",
                # Ctrl-C goes to a whole group: what people are sending is finished, photos too.
                start_new_session=True,
            )
            try:
                async with asyncio.timeout(self._seconds):
                    photo = await _through(child, content)
                    worked = await child.wait() == 0
            except TimeoutError as error:
                raise UnreadableImage from error
            finally:
                if child.returncode is None:
                    child.kill()
                    await child.wait()
        if not worked or not photo or len(photo) > MAX_FILE_BYTES:
            raise UnreadableImage
        return photo


async def _through(child: asyncio.subprocess.Process, content: bytes) -> bytes:
    """Return what the child makes of the content, and not much more than a file may have."""
    assert child.stdin is not None  # noqa: S101 - pipes, as asked for above
    assert child.stdout is not None  # noqa: S101
    try:
        child.stdin.write(content)
        await child.stdin.drain()
    except ConnectionError:
        pass  # It ended before it had read everything; its exit says the rest.
    child.stdin.close()
    photo = bytearray()
    while len(photo) <= MAX_FILE_BYTES and (piece := await child.stdout.read(64 * 1024)):
        photo += piece
    return bytes(photo)
