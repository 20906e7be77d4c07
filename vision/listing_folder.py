"""Listings from folders: which folder is a listing, and which of its files are photos.

A folder's own photos form one listing, and each sub-folder another, at any depth. Names are sorted
naturally (2.jpg before 10.jpg). Hidden entries and files that are not photos by their extension are
passed over; anything else with a photo's extension counts as a photo, even a folder named `x.jpg`,
so that it is reported and not lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vision.listing_error import ListingError
from vision.listing_values import natural_key

PHOTO_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".gif", ".bmp", ".dib"}
    | {".tif", ".tiff", ".avif", ".avifs", ".heic", ".heics", ".heif", ".heifs", ".hif"}
)
_SYSTEM_FOLDERS = frozenset({"__MACOSX", "@eaDir"})


@dataclass(frozen=True)
class PhotoFolder:
    """A folder with photos of its own; `relative` is its path under the folder asked for."""

    relative: Path
    photos: tuple[Path, ...]


def is_photo_name(name: str) -> bool:
    """Whether `name` ends as a photo's file name does, in either case."""
    return Path(name).suffix.lower() in PHOTO_SUFFIXES


def folder_photos(folder: Path) -> tuple[Path, ...]:
    """The photos directly in `folder`, in natural order. Raises ListingError if unreadable."""
    return _photos_among(_names(folder), folder)


def walk_photo_folders(root: Path) -> Iterator[PhotoFolder]:
    """Every folder with photos, `root` first, then its sub-folders in natural order, depth first.

    Links to folders are followed, at most one on the way and never to a folder that holds the link,
    so a loop of links ends. Raises ListingError for a folder that cannot be listed.
    """
    waiting = [iter([_Visit(root, Path(), (root.resolve(),), beyond_link=False)])]
    while waiting:
        visit = next(waiting[-1], None)
        if visit is None:
            waiting.pop()
            continue
        names = _names(visit.folder)
        photos = _photos_among(names, visit.folder)
        if photos:
            yield PhotoFolder(visit.relative, photos)
        waiting.append(_visits_below(visit, names))


@dataclass(frozen=True)
class _Visit:
    """A folder to look into, with the real paths of all folders that lead to it and its own."""

    folder: Path
    relative: Path
    real_chain: tuple[Path, ...]
    beyond_link: bool


def _visits_below(visit: _Visit, names: list[str]) -> Iterator[_Visit]:
    for name in names:
        entry = visit.folder / name
        if is_photo_name(name) or not _is_folder(entry):
            continue
        is_link = entry.is_symlink()
        real = entry.resolve() if is_link else visit.real_chain[-1] / name
        if is_link and (visit.beyond_link or real in visit.real_chain):
            continue
        chain = (*visit.real_chain, real)
        yield _Visit(entry, visit.relative / name, chain, visit.beyond_link or is_link)


def _photos_among(names: list[str], folder: Path) -> tuple[Path, ...]:
    return tuple(folder / name for name in names if is_photo_name(name))


def _is_folder(entry: Path) -> bool:
    try:
        return entry.is_dir()
    except OSError as error:
        raise ListingError(f"cannot be looked at: {error.strerror}", entry) from error


def _names(folder: Path) -> list[str]:
    try:
        names = [entry.name for entry in folder.iterdir() if not is_hidden(entry.name)]
    except OSError as error:
        raise ListingError(f"cannot list this folder: {error.strerror}", folder) from error
    return sorted(names, key=natural_key)


def is_hidden(name: str) -> bool:
    """Whether a folder's entry is passed over by its name."""
    return name.startswith(".") or name in _SYSTEM_FOLDERS
