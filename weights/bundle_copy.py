"""A changed copy of a bundle, in a folder of its own."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from weights.bundle import Bundle, open_bundle, seal
from weights.errors import BundleError

MODEL_CARD = "MODEL_CARD.md"
ASIDE = ".copy-"
SHOWN_DIGITS = 8


def check_vacant(folder: Path) -> None:
    """Raises `BundleError` where a bundle cannot be written to `folder`, since something is there.

    A folder without anything in it will do.
    """
    if folder.is_dir():
        if any(folder.iterdir()):
            raise BundleError(f"{folder} is not empty: a bundle is written to a new folder")
    elif folder.exists() or folder.is_symlink():
        raise BundleError(f"{folder} is not a folder")


def write_copy(bundle: Bundle, folder: Path, change: Callable[[Path], str]) -> Bundle:
    """A sealed and verified copy of the bundle's stated files at `folder`, as `change` left it.

    `change` is given the folder of the copy and returns the copy's version; the name stays. The
    copy is made beside the folder and moved there whole: nothing half-written is ever at `folder`,
    and the bundle's own folder is not touched.

    Raises `BundleError` where the folder is not vacant, OSError where it cannot be written.
    """
    target = folder.resolve()
    check_vacant(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=ASIDE, dir=target.parent) as aside:
        copy = Path(aside) / target.name
        copy.mkdir()
        for name in bundle.manifest.files:
            (copy / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(bundle.folder / name, copy / name)
        version = change(copy)
        manifest = bundle.manifest
        seal(
            copy,
            name=manifest.name,
            version=version,
            taxonomy=manifest.taxonomy,
            licence=manifest.licence,
        )
        if target.is_dir():
            target.rmdir()
        copy.rename(target)
    return open_bundle(folder)


def short_digest(text: str) -> str:
    """The first digits of a text's SHA-256, for a version."""
    return hashlib.sha256(text.encode()).hexdigest()[:SHOWN_DIGITS]
