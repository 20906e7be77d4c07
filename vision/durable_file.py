"""Files that appear whole, and are on the disk when they do."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ASIDE = ".partial"


@contextmanager
def durably(path: Path) -> Iterator[Path]:
    """A path to write a file at, which is `path` once the block has ended and the bytes are safe.

    The folder is made if need be. Where anything fails, `path` is as it was, and what was written
    aside is gone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ASIDE)
    try:
        yield aside
        _sync(aside)
        aside.replace(path)
        sync_folder(path.parent)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Makes the folder's names safe; where folders cannot be opened (Windows) they are already."""
    if sys.platform != "win32":
        _sync(folder)


def remove_leftovers(folder: Path) -> None:
    """Removes what processes that were killed have left aside."""
    for leftover in folder.glob(f"*{ASIDE}"):
        leftover.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
