"""What is installed of the catalogue, what could be, and what else is there."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from weights.bundle import Bundle
from weights.catalog import installed_bundles
from weights.catalog_entries import Catalog, Entry
from weights.errors import BundleError
from weights.recalibrated import FIT

State = Literal["installed", "damaged", "available", "unavailable"]


@dataclass(frozen=True)
class BundleState:
    """One bundle: installed, in the catalogue, or both.

    `size` is in bytes: of the installed files, or of the weights that a pull would bring. `problem`
    says what is wrong with a damaged one, or why another cannot be pulled.
    """

    name: str
    state: State
    version: str | None
    licence: str | None
    size: int | None
    entry: Entry | None
    folder: Path | None = None
    problem: str | None = None

    @property
    def outdated(self) -> bool:
        """Whether the catalogue pins another version than the installed one."""
        pin = self.entry.hub if self.entry else None
        if self.state != "installed" or pin is None or self.version is None:
            return False
        return self.version.partition(FIT)[0] != pin.version

    def as_json(self) -> dict[str, Any]:
        """The state and all that the catalogue says, as JSON values."""
        return {
            "name": self.name,
            "state": self.state,
            "version": self.version,
            "licence": self.licence,
            "size": self.size,
            "folder": None if self.folder is None else str(self.folder),
            "problem": self.problem,
            "outdated": self.outdated,
            "catalog": None if self.entry is None else self.entry.model_dump(mode="json"),
        }


def bundle_states(catalog: Catalog) -> list[BundleState]:
    """All bundles: those of the catalogue in its order, then the others that are installed.

    Every file of an installed bundle is compared with its SHA-256.
    """
    installed = {folder.name: (folder, found) for folder, found in installed_bundles()}
    states = [_of(entry.name, entry, installed.get(entry.name)) for entry in catalog.bundle]
    others = (name for name in installed if name not in catalog.entries)
    return [*states, *(_of(name, None, installed[name]) for name in others)]


def _of(
    name: str, entry: Entry | None, installed: tuple[Path, Bundle | BundleError] | None
) -> BundleState:
    licence = entry.licence if entry else None
    if installed is None:
        return _absent(name, entry)
    folder, found = installed
    if isinstance(found, BundleError):
        return BundleState(name, "damaged", None, licence, _size(folder), entry, folder, str(found))
    manifest = found.manifest
    return BundleState(
        name, "installed", manifest.version, manifest.licence, _size(folder), entry, folder
    )


def _absent(name: str, entry: Entry | None) -> BundleState:
    if entry is None or entry.hub is None:
        why = entry.unavailable if entry else None
        return BundleState(
            name, "unavailable", None, _licence(entry), _bytes(entry), entry, None, why
        )
    return BundleState(name, "available", entry.hub.version, entry.licence, _bytes(entry), entry)


def _licence(entry: Entry | None) -> str | None:
    return entry.licence if entry else None


def _bytes(entry: Entry | None) -> int | None:
    return round(entry.size_mb * 1e6) if entry and entry.size_mb else None


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in _files(folder))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.is_file())
