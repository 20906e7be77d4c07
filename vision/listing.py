"""Listings: the photos of one thing for sale, given directly or read from folders and manifests."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from vision.listing_error import ListingError
from vision.listing_folder import folder_photos, is_photo_name, walk_photo_folders
from vision.listing_ids import SeenIds
from vision.listing_manifest import MANIFEST_SUFFIXES, place_unit, read_manifest
from vision.listing_values import clean_text
from vision.remote_file import RefusedFile, RemoteFile, is_address
from vision.remote_rule import name_to_show, photo_of_local_manifest

if TYPE_CHECKING:
    from vision.photo import PhotoSource

__all__ = ["Listing", "ListingError", "read_listings"]

_Place = Path | RemoteFile


@dataclass(frozen=True)
class Listing:
    """One listing: its photos in the seller's order, with a name to show for each.

    `photos` are what `vision.photo.open_photo` takes: bytes, a path, a file object, a PIL image, an
    RGB array, or a `vision.remote_file.RemoteFile`. `extra` holds further columns of a manifest as
    JSON values. Raises ListingError without photos, without an id, or where names and photos differ
    in number.
    """

    listing_id: str
    photos: tuple["PhotoSource", ...]
    names: tuple[str, ...]
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.listing_id:
            raise ListingError("a listing needs an id that is not empty")
        if not self.photos:
            raise ListingError(f"listing {self.listing_id!r} has no photos: it needs at least one")
        if len(self.names) != len(self.photos):
            counts = f"{len(self.photos)} photos and {len(self.names)} names"
            raise ListingError(f"listing {self.listing_id!r} has {counts}")

    @classmethod
    def from_photos(
        cls,
        photos: "Iterable[PhotoSource] | PhotoSource",
        listing_id: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> "Listing":
        """A listing of the photos given, or of a single one given alone.

        Without `listing_id` it is called after its first photo; photos that have no file name are
        called "photo-1", "photo-2", ... Raises ListingError if there are none.
        """
        sources = _sources(photos)
        if not sources:
            raise ListingError("a listing needs at least one photo")
        names = tuple(_source_name(source, i) for i, source in enumerate(sources, 1))
        return cls(listing_id or names[0], sources, names, dict(extra or {}))

    @classmethod
    def from_folder(cls, path: str | Path, listing_id: str | None = None) -> "Listing":
        """The photos directly in a folder as one listing, called after the folder.

        Sub-folders are left alone: `read_listings` makes further listings of them. Raises
        ListingError if the folder cannot be listed or holds no photos.
        """
        folder = Path(path)
        photos = folder_photos(folder)
        if not photos:
            raise ListingError("no photos in this folder", folder)
        return _listing_of_files(listing_id or _folder_name(folder), photos)


def read_listings(
    paths: str | Path | Iterable[str | Path], *, remote: bool = False
) -> Iterator[Listing]:
    """The listings at one or more paths, one after the other; photos are not opened.

    A text such as `s3://bucket/listings.parquet` is an address: a photo, a folder, or a manifest
    there is read in the same way, and a manifest's photos on the same server or in the same bucket
    are followed. `remote` allows any manifest, local ones too, to name photos at any address; see
    `vision.remote_rule`.

    A photo is a listing; a folder's own photos are a listing and each of its sub-folders another;
    a `.csv`, `.jsonl` or `.parquet` file is a manifest. A file of any other name is taken as a
    photo, and so is a missing path with a photo's extension: its record will say what is wrong.

    Ids: a folder's name, a sub-folder's path below it, a photo's file name (its path as given where
    two of the paths given share that name), the manifest's `listing_id`.
    Raises ListingError, when it gets there, for anything else that is missing, for a path where
    nothing is found, a faulty manifest, and an id that is used twice (of which it makes sure by
    reading the paths once more, see `vision.listing_ids`).
    """
    given = [_place(paths)] if isinstance(paths, str | Path) else [_place(path) for path in paths]
    if not given:
        raise ListingError("no paths given: name photos, folders or manifests")
    seen = SeenIds(_ids_of(given, remote) if _can_be_read_again(given) else None)
    for path, listing, place in _listings_of(given, remote):
        if not seen.add(listing.listing_id):
            reason = f"listing_id {listing.listing_id!r} is already used by an earlier listing"
            raise ListingError(reason, path, place, place_unit(path))
        yield listing


def _listings_of(
    given: Sequence[_Place], remote: bool
) -> Iterator[tuple[_Place, Listing, int | None]]:
    """The listings at all paths, each with its path and with its line in a manifest."""
    shared = {name for name, count in Counter(path.name for path in given).items() if count > 1}
    for path in given:
        for listing, place in _listings_at(path, shared, remote):
            yield path, listing, place


def _ids_of(given: Sequence[_Place], remote: bool) -> Callable[[], Iterator[str]]:
    return lambda: (listing.listing_id for _, listing, _ in _listings_of(given, remote))


def _can_be_read_again(given: Sequence[_Place]) -> bool:
    """Whether none is a pipe, whose contents are gone once they are read."""
    return not any(isinstance(path, Path) and _is_pipe(path) for path in given)


def _place(path: str | Path) -> _Place:
    if isinstance(path, Path) or not is_address(path):
        return Path(path)
    try:
        return RemoteFile(path)
    except ValueError as error:
        raise ListingError(f"{name_to_show(path)}: {error}") from None


def _listings_at(
    path: _Place, shared: set[str], remote: bool
) -> Iterator[tuple[Listing, int | None]]:
    """The listings at one path, each with its line in the manifest if it comes from one."""
    if isinstance(path, RemoteFile):
        yield from _listings_at_address(path, shared, remote)
    elif is_photo_name(path.name):
        yield _listing_of_photo(path, shared), None
    elif _is_folder(path):
        for listing in _listings_in_folder(path):
            yield listing, None
    elif not os.path.lexists(path):
        raise ListingError("no such file or folder", path)
    elif path.suffix.lower() in MANIFEST_SUFFIXES:
        yield from _listings_in_manifest(path, remote)
    else:
        yield _listing_of_photo(path, shared), None


def _listings_at_address(
    file: RemoteFile, shared: set[str], remote: bool
) -> Iterator[tuple[Listing, int | None]]:
    from vision.remote_listing import remote_listings

    for one in remote_listings(file, remote=remote):
        is_photo = one.photos == (file,)
        listing_id = str(file) if is_photo and file.name in shared else one.listing_id
        yield Listing(listing_id, one.photos, one.names, one.extra), one.place


def _listing_of_photo(path: Path, shared: set[str]) -> Listing:
    listing_id = path.as_posix() if path.name in shared else path.name
    return Listing(clean_text(listing_id), (path,), (clean_text(path.name),))


def _listings_in_folder(root: Path) -> Iterator[Listing]:
    found = False
    for folder in walk_photo_folders(root):
        found = True
        below = folder.relative.as_posix()
        yield _listing_of_files(_folder_name(root) if below == "." else below, folder.photos)
    if not found:
        raise ListingError("nothing to read here: no photos in this folder or below it", root)


def _listings_in_manifest(path: Path, remote: bool) -> Iterator[tuple[Listing, int]]:
    found = False
    for row in read_manifest(path):
        found = True
        photos = tuple(photo_of_local_manifest(name, path, remote=remote) for name in row.photos)
        names = tuple(clean_text(name_to_show(name)) for name in row.photos)
        yield Listing(row.listing_id, photos, names, row.extra), row.place
    if not found:
        raise ListingError("nothing to read here: this manifest has no listings", path)


def _listing_of_files(listing_id: str, photos: tuple[Path, ...]) -> Listing:
    names = tuple(clean_text(f"{listing_id}/{photo.name}") for photo in photos)
    return Listing(clean_text(listing_id), photos, names)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_pipe(path: Path) -> bool:
    try:
        return path.is_fifo()
    except OSError:
        return False


def _folder_name(folder: Path) -> str:
    return folder.resolve().name or "listing"


def _sources(photos: "Iterable[PhotoSource] | PhotoSource") -> tuple["PhotoSource", ...]:
    """The photos as a tuple: one photo given alone is iterable too, but must not be taken apart."""
    is_bytes = isinstance(photos, bytes | bytearray | memoryview)
    is_path = isinstance(photos, str | os.PathLike | RemoteFile | RefusedFile)
    if is_bytes or is_path or hasattr(photos, "read") or hasattr(photos, "__array_interface__"):
        return (cast("PhotoSource", photos),)
    return tuple(cast("Iterable[PhotoSource]", photos))


def _source_name(source: object, number: int) -> str:
    """A file name if the source has one, otherwise its number: never a folder of this host."""
    if not isinstance(source, str | os.PathLike):
        source = getattr(source, "name", None) or getattr(source, "filename", None)
    name = Path(source).name if isinstance(source, str | os.PathLike) else ""
    return clean_text(name) or f"photo-{number}"
