"""Listings at an address: a photo, a folder of photos, or a manifest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vision.listing_error import ListingError
from vision.listing_folder import is_photo_name
from vision.listing_manifest import MANIFEST_SUFFIXES, place_unit, read_manifest
from vision.listing_values import clean_text
from vision.remote_errors import RemoteError
from vision.remote_file import RefusedFile, RemoteFile
from vision.remote_folder import is_remote_folder, walk_remote_folders
from vision.remote_read import local_copy
from vision.remote_retry import PAUSES
from vision.remote_rule import name_to_show, photo_of_remote_manifest

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class RemoteListing:
    """What makes a `Listing`; `place` is its line or row in a manifest, None elsewhere."""

    listing_id: str
    photos: tuple[RemoteFile | RefusedFile, ...]
    names: tuple[str, ...]
    extra: "Mapping[str, Any]"
    place: int | None = None


def remote_listings(
    file: RemoteFile, *, remote: bool, pauses: Sequence[float] = PAUSES
) -> Iterator[RemoteListing]:
    """The listings at an address that the caller gave.

    `remote` allows photos of a manifest that are on other servers or in other buckets. A photo is
    not opened; a manifest is copied to local disk while it is read, for reading may take longer
    than a connection lasts. Raises ListingError, which names no user, password or query.
    """
    if is_photo_name(file.name):
        yield _photo(file)
    elif file.suffix.lower() in MANIFEST_SUFFIXES and not file.url.endswith("/"):
        yield from _in_manifest(file, remote, pauses)
    elif is_remote_folder(file, pauses=pauses):
        yield from _in_folder(file, pauses)
    else:
        yield _photo(file)


def _photo(file: RemoteFile) -> RemoteListing:
    name = clean_text(file.name)
    return RemoteListing(name, (file,), (name,), {})


def _in_folder(root: RemoteFile, pauses: Sequence[float]) -> Iterator[RemoteListing]:
    found = False
    for folder in walk_remote_folders(root, pauses=pauses):
        found = True
        listing_id = clean_text(folder.relative or root.name)
        names = tuple(clean_text(f"{listing_id}/{photo.name}") for photo in folder.photos)
        yield RemoteListing(listing_id, folder.photos, names, {})
    if not found:
        raise ListingError("nothing to read here: no photos in this folder or below it", root)


def _in_manifest(
    file: RemoteFile, remote: bool, pauses: Sequence[float]
) -> Iterator[RemoteListing]:
    found = False
    try:
        with local_copy(file, pauses=pauses) as copy:
            for row in read_manifest(copy):
                found = True
                photos = tuple(
                    photo_of_remote_manifest(name, file, remote=remote) for name in row.photos
                )
                names = tuple(clean_text(name_to_show(name)) for name in row.photos)
                yield RemoteListing(row.listing_id, photos, names, row.extra, row.place)
    except RemoteError as error:
        raise ListingError(f"cannot be read: {error}", file) from None
    except ListingError as error:
        raise ListingError(error.reason, file, error.line, place_unit(file)) from None
    if not found:
        raise ListingError("nothing to read here: this manifest has no listings", file)
