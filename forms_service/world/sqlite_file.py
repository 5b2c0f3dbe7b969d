"""The file of a SQLite database: who has it, whose turn it is to write, whether it is still there."""

import asyncio
import fcntl
import logging
import os
from pathlib import Path

from forms_service.world.schema import DatabaseError
from forms_service.world.whole_files import make_folder

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 20
_LOOK_AGAIN_SECONDS = 0.01


class Turn:
    """One at a time in this process and, by a lock file, among the processes on one SQLite file.

    Whoever has waited `patience_seconds` behind a process that hangs is told so by DatabaseError:
    people get their text back instead of an answer that never comes.
    """

    def __init__(self, path: Path, patience_seconds: float = _PATIENCE_SECONDS) -> None:
        self._path = path
        self._identity = _identity(path)
        self._patience = patience_seconds
        self._here = asyncio.Lock()
        self._file: int | None = os.open(f"{path}.turn", os.O_RDWR | os.O_CREAT, 0o600)

    async def __aenter__(self) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await self._here.acquire()
                try:
                    while not self._take():  # noqa: ASYNC110 - no other process could set an event
                        # Rare and short; meanwhile this process goes on with everything else.
                        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
                except BaseException:
                    self._here.release()
                    raise
        except TimeoutError as error:
            raise DatabaseError("others have been writing to the database for too long.") from error

    async def __aexit__(self, *_: object) -> None:
        fcntl.flock(self._opened, fcntl.LOCK_UN)
        self._here.release()

    def _take(self) -> bool:
        try:
            fcntl.flock(self._opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    @property
    def _opened(self) -> int:
        if self._file is None:
            raise DatabaseError("the database is closed.")
        return self._file

    def refuse_lost_file(self) -> None:
        """Raise DatabaseError if another file, or none, is where the database was opened.

        SQLite would go on writing into a file that nobody finds any more.
        """
        if _identity(self._path) == self._identity:
            return
        message = (
            f"{self._path} was moved or deleted while the service runs; nothing is saved. Put the "
            "same file back where it was and the service goes on. If it is lost: stop the "
            "service, run 'anlaufstelle restore' with the newest backup, start it again."
        )
        log.error("%s", message)
        raise DatabaseError(message)

    def close(self) -> None:
        """Let go of the lock file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from any other of its name."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def lock_out_others(path: Path) -> int | None:
    """Return the lock that only one process has, or None if another one has it.

    DatabaseError if the database is gone and only its write-ahead log is left: SQLite would
    delete that, and with it what was written last.
    """
    make_folder(path.parent)
    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    rest = path.with_name(f"{path.name}-wal")
    if not path.exists() and rest.exists() and rest.stat().st_size:
        os.close(lock)
        raise DatabaseError(
            f"{path} is gone, but {rest.name} holds what was written last. Put the database back "
            "beside it; or move it away and restore a backup."
        )
    # SQLite would create the file for everyone to read; its log takes the same rights.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    return lock
