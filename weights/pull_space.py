"""Whether a download and the bundle made of it will fit, before anything is written."""

import errno
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from weights.pull_errors import SpaceError

RESERVE = 50_000_000
"""Bytes left over for the text matrix and for others."""


@dataclass(frozen=True)
class Need:
    """So many bytes are to be written below `folder`, which need not exist yet."""

    folder: Path
    size: int


def check_space(needs: Iterable[Need]) -> None:
    """Raises `SpaceError` where a disk lacks the room for all that will be written to it."""
    totals: dict[int, tuple[Path, int]] = {}
    for need in needs:
        folder = _existing(need.folder)
        disk = folder.stat().st_dev
        _, before = totals.get(disk, (folder, RESERVE))
        totals[disk] = (folder, before + need.size)
    for folder, size in totals.values():
        free = shutil.disk_usage(folder).free
        if size > free:
            raise SpaceError(
                f"{_mb(size)} MB are needed at {folder}, and {_mb(free)} MB are free: free some, "
                "or set HF_HOME (downloads) or XDG_DATA_HOME (bundles) to a larger disk"
            )


def is_full_disk(error: BaseException) -> bool:
    """Whether the error says that a disk, or what one may use of it, is full."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def full_disk_said_plainly(folder: Path) -> Iterator[None]:
    """Raises `SpaceError` in place of the OSError of a disk that fills up while we write."""
    try:
        yield
    except OSError as error:
        if is_full_disk(error):
            raise SpaceError(
                f"the disk of {folder} is full: free some space, pull again"
            ) from error
        raise


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.absolute().parents) if path.is_dir())


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f}"
