"""One run in a folder at a time. The lock goes with the process that holds it, however it ends."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vision.backfill.errors import RunLockedError

LOCK = "_lock"

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def folder_locked(folder: Path) -> Iterator[None]:
    """Holds the folder, which is made if need be, until the block ends.

    Raises RunLockedError where another process holds it, OSError where it cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("ab") as file:
        try:
            _lock(file.fileno())
        except (BlockingIOError, PermissionError) as error:
            raise RunLockedError(folder) from error
        yield
