"""Putting a bundle's folder in its place, and taking one away: never half of it at any moment."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STAGING = ".pull-"
BEFORE = ".before"
ABANDONED = 24 * 3600
"""Seconds after which a staging folder is taken for one whose process was killed."""


@contextmanager
def staging(bundles: Path) -> Iterator[Path]:
    """An empty folder beside the installed bundles, gone afterwards whatever happens.

    Those that killed processes left behind go first. Raises OSError where it cannot be made.
    """
    bundles.mkdir(parents=True, exist_ok=True)
    for left in bundles.glob(f"{STAGING}*"):
        if time.time() - left.stat().st_mtime > ABANDONED:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=STAGING, dir=bundles) as folder:
        yield Path(folder)


def put_in_place(made: Path, target: Path) -> None:
    """Moves the folder `made` to `target`; what was there moves aside, and back if that fails.

    `made` lies in a staging folder, which takes what was there with it. Raises OSError.
    """
    aside = made.parent / BEFORE
    if _is_there(target):
        target.rename(aside)
    try:
        made.rename(target)
    except OSError:
        if _is_there(aside) and not _is_there(target):
            aside.rename(target)
        raise


def take_away(folder: Path) -> None:
    """Removes an installed bundle; of one that is a link, the link alone. Raises OSError."""
    if folder.is_symlink():
        folder.unlink()
        return
    with staging(folder.parent) as aside:
        folder.rename(aside / folder.name)


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()
