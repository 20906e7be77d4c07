"""Redacted copies of the photos that records flag, for those who need to see the rest of them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from moderation import redact
from moderation.detection import Box
from vision.moderate.errors import StoredRecordError
from vision.moderate.rewrite import whole_or_nothing
from vision.moderate.stored import StoredLine, StoredPhoto, read_stored
from vision.photo import Photo, PhotoError, open_photo
from vision.record import FlagRecord

INDEX = "redacted.jsonl"
LONGEST_NAME = 80
LEAST_SEVERE = ("review", "block")


@dataclass(frozen=True)
class RedactedCopy:
    """One photo's entry in the index: the files written for it, or why there are none."""

    listing_id: str
    photo: int
    files: tuple[str, ...]
    error: str | None = None


def write_redacted(records: Path, photos: Path, folder: Path) -> list[RedactedCopy]:
    """Writes PNG copies of every photo that a record sends to review or blocks for what is seen
    on it, with all of its flagged boxes blurred, and an index of them, `redacted.jsonl`.

    A photo is the file that `source` names under the folder `photos`, and must be the one that the
    record is of (its SHA-256). What cannot be copied has its reason in the index. A view that is
    not shown (hidden pixels, a frame) gets a copy of its own where it is flagged. Raises
    StoredRecordError for a line that cannot be used, OSError where nothing can be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copies = [
        _copy(line, photo, flags, photos, folder)
        for line in read_stored(records)
        for photo, flags in _flagged(line)
    ]
    with whole_or_nothing(folder / INDEX) as stream:
        if stream is not None:
            stream.writelines(json.dumps(asdict(copy)) + "\n" for copy in copies)
    return copies


def _flagged(line: StoredLine) -> Iterator[tuple[StoredPhoto, list[FlagRecord]]]:
    flags = line.listing.moderation.labels
    for photo in line.listing.photos:
        own = [flag for flag in flags if flag.photo == photo.index]
        if any(flag.verdict in LEAST_SEVERE for flag in own):
            yield photo, own


def _copy(
    line: StoredLine, photo: StoredPhoto, flags: Sequence[FlagRecord], root: Path, folder: Path
) -> RedactedCopy:
    listing_id = line.listing.listing_id
    try:
        opened = _open(photo, root)
    except StoredRecordError as error:
        return RedactedCopy(listing_id, photo.index, (), str(error))
    except PhotoError as error:
        return RedactedCopy(listing_id, photo.index, (), f"{photo.source}: {error.message}")
    stem = f"{line.number:06d}-{quote(listing_id, safe='')[:LONGEST_NAME]}-{photo.index}"
    names = []
    for view, pixels in _views(opened, flags):
        names.append(f"{stem}-{view}.png")
        boxes = [_scaled(flag.box, opened, pixels) for flag in flags]
        Image.fromarray(redact(pixels, boxes)).save(folder / names[-1], "PNG")
    return RedactedCopy(listing_id, photo.index, tuple(names))


def _open(photo: StoredPhoto, root: Path) -> Photo:
    if photo.source is None:
        raise StoredRecordError("the record names no file")
    root = root.resolve()
    path = (root / photo.source).resolve()
    if not path.is_relative_to(root):
        raise StoredRecordError(f"{photo.source} lies outside the folder of photos")
    opened = open_photo(path)
    if photo.sha256 is not None and opened.sha256 != photo.sha256:
        raise StoredRecordError(f"{photo.source} is not the file that the record is of")
    return opened


def _views(photo: Photo, flags: Sequence[FlagRecord]) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """The pixels shown, and the other views that a flag speaks of."""
    yield "shown", photo.pixels
    if photo.hidden is not None and any(flag.view == "hidden" for flag in flags):
        yield "hidden", photo.hidden
    wanted = {flag.frame for flag in flags if flag.view == "frame"}
    for frame, index in zip(photo.frames, photo.frame_indices, strict=True):
        if index in wanted:
            yield f"frame{index}", frame


def _scaled(box: Box | None, photo: Photo, pixels: NDArray[np.uint8]) -> Box | None:
    """A box of the upright photo at full size, in pixels of a smaller copy, rounded outwards."""
    if box is None:
        return None
    sx, sy = pixels.shape[1] / photo.width, pixels.shape[0] / photo.height
    x, y, w, h = box
    left, top = int(x * sx), int(y * sy)
    return left, top, ceil((x + w) * sx) - left, ceil((y + h) * sy) - top
