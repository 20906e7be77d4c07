"""Which bundles are installed, and where: the embedded one, and those in the data directory."""

from collections.abc import Iterator
from pathlib import Path

import platformdirs

from weights.bundle import MANIFEST, Bundle, open_bundle
from weights.errors import BundleError, BundleNotFoundError

EMBEDDED = "vitrine-tiny"


def embedded_folder() -> Path:
    """The folder of the bundle that comes with the library."""
    return Path(__file__).parent / EMBEDDED


def bundles_folder() -> Path:
    """The folder that further bundles are installed in: one folder a bundle, by its name."""
    return platformdirs.user_data_path("vitrine") / "bundles"


def installed_folders() -> Iterator[Path]:
    """The folders of all installed bundles, the embedded one first, the others by name."""
    yield embedded_folder()
    folder = bundles_folder()
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if (path / MANIFEST).is_file())


def installed_folder(name: str) -> Path:
    """The folder of an installed bundle; its files are not looked at.

    Raises `BundleNotFoundError` where there is none, naming the command that brings it.
    """
    for folder in installed_folders():
        if folder.name == name:
            return folder
    known = ", ".join(folder.name for folder in installed_folders())
    raise BundleNotFoundError(
        f"no bundle named '{name}' is installed (installed: {known}). {_how_to_bring(name)}"
    )


def find_bundle(name: str | Path) -> Bundle:
    """Opens and verifies a bundle by its name, or by the path of its folder.

    Raises `BundleNotFoundError` where there is none, and what `open_bundle` raises.
    """
    if isinstance(name, Path) or "/" in name or "\\" in name:
        folder = Path(name)
        if not folder.is_dir():
            raise BundleNotFoundError(f"there is no bundle folder at {folder}")
        return open_bundle(folder)
    return open_bundle(installed_folder(name))


def installed_bundles() -> list[tuple[Path, Bundle | BundleError]]:
    """Every installed bundle with its folder, or what is wrong with it."""
    found: list[tuple[Path, Bundle | BundleError]] = []
    for folder in installed_folders():
        try:
            found.append((folder, open_bundle(folder)))
        except BundleError as error:
            found.append((folder, error))
    return found


def _how_to_bring(name: str) -> str:
    from weights.catalog_entries import Catalog

    entry = Catalog.load().entries.get(name)
    if entry is not None and entry.hub is not None:
        return f"`vitrine weights pull {name}` brings it."
    return (
        "`vitrine weights list` shows them, and those that can be pulled; put another bundle's "
        f"folder into {bundles_folder()}, or give its path."
    )
