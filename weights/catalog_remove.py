"""Removing an installed bundle."""

from pathlib import Path

from weights.catalog import embedded_folder, installed_folder
from weights.errors import BundleError
from weights.pull_install import take_away


def remove_bundle(name: str) -> Path:
    """Removes a bundle from the data directory, damaged or whole; returns where it was.

    Raises `BundleNotFoundError` where none of that name is installed, `BundleError` for the
    embedded one, OSError where it cannot be removed.
    """
    folder = installed_folder(name)
    if folder == embedded_folder():
        raise BundleError(f"{name} comes with Vitrine and stays")
    take_away(folder)
    return folder
