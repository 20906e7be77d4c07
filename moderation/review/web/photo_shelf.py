"""Photos for browsers: found below the folders that were given, and encoded anew.

A browser never gets a file's own bytes. They are decoded by the function that the app is given, and
the pixels written as a JPEG: no metadata, no trailing data, no format that a browser may misread.
"""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import BoundedSemaphore
from typing import Literal, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from moderation.review.errors import ReviewError
from moderation.review.pictures import photo_file

LARGE, SMALL = 1600, 320
"""The longest side of a photo and of a thumbnail, in pixels."""

MOST_BYTES = 50_000_000
AT_ONCE = 4
"""How many photos are decoded at the same time, which bounds the memory."""

JPEG_QUALITY = 88

Absence = Literal["unserved", "gone", "changed", "unreadable", "no_such_view"]
SENTENCES: dict[Absence, str] = {
    "unserved": "The photo's folder is not among those that the desk was started with (--photos).",
    "gone": "The photo is no longer on disk.",
    "changed": "The photo on disk is not the one that was looked at: it was replaced since.",
    "unreadable": "The photo on disk cannot be read.",
    "no_such_view": "The photo has no such frame or hidden picture.",
}


class PhotoAbsentError(ReviewError):
    """A photo cannot be shown; `absence` says why, the message is a sentence for reviewers."""

    def __init__(self, absence: Absence) -> None:
        super().__init__(SENTENCES[absence])
        self.absence = absence


class OpenedPhoto(Protocol):
    """A photo as `vision.photo.Photo` has it: RGB uint8 arrays, H x W x 3, upright, on white.

    `hidden` is what lies under transparency; `frames` are samples of an animation, and
    `frame_indices` their numbers.
    """

    @property
    def pixels(self) -> NDArray[np.uint8]: ...
    @property
    def hidden(self) -> NDArray[np.uint8] | None: ...
    @property
    def frames(self) -> Sequence[NDArray[np.uint8]]: ...
    @property
    def frame_indices(self) -> Sequence[int]: ...


class PhotoOpener(Protocol):
    """Decodes a photo's bytes to pixels of at most `side` on the longest side.

    It must bound the pixels that it decodes, turn them upright, and raise an Exception for what
    it cannot read.
    """

    def __call__(self, data: bytes, side: int, /) -> OpenedPhoto: ...


class PhotoShelf:
    """The photos below some folders. Safe to use from several threads."""

    def __init__(self, roots: Iterable[Path], open_photo: PhotoOpener) -> None:
        self._roots = tuple(root.resolve() for root in roots)
        self._open = open_photo
        self._turns = BoundedSemaphore(AT_ONCE)

    def find(self, root: str | None, source: str | None, sha256: str | None) -> Path:
        """The photo's file: below its own folder, or else, with the same bytes, below another
        folder given, for folders are moved.

        Raises PhotoAbsentError `unserved`, `gone`, or `changed` where the bytes are others.
        """
        if source is None:
            raise PhotoAbsentError("gone")
        own = self._served(root)
        file = None if own is None else photo_file(own, source)
        if file is not None and (sha256 is None or self._has(file, sha256)):
            return file
        for folder in self._roots if sha256 is not None else ():
            elsewhere = photo_file(folder, source)
            if elsewhere is not None and self._has(elsewhere, sha256):
                return elsewhere
        if own is None:
            raise PhotoAbsentError("unserved")
        raise PhotoAbsentError("gone" if file is None else "changed")

    def jpeg(self, file: Path, side: int = LARGE, look: str = "") -> bytes:
        """The photo as a JPEG of at most `side` pixels on the longest side.

        `look` is empty for the photo as shown, `hidden`, or `frame-` and a number. Raises
        PhotoAbsentError `gone`, `unreadable` or `no_such_view`.
        """
        data = _read(file)
        with self._turns:
            try:
                photo = self._open(data, side)
            except Exception as error:  # whatever a decoder says of bytes from outside
                raise PhotoAbsentError("unreadable") from error
            return encoded(bounded(looked_at(photo, look), side))

    def _served(self, root: str | None) -> Path | None:
        if root is None:
            return None
        folder = Path(root).resolve()
        return folder if any(folder.is_relative_to(given) for given in self._roots) else None

    def _has(self, file: Path, sha256: str | None) -> bool:
        try:
            return hashlib.sha256(_read(file)).hexdigest() == sha256
        except PhotoAbsentError:
            return False


def looked_at(photo: OpenedPhoto, look: str) -> NDArray[np.uint8]:
    """The pixels of that view. Raises PhotoAbsentError `no_such_view`."""
    if not look:
        return photo.pixels
    if look == "hidden" and photo.hidden is not None:
        return photo.hidden
    frames = dict(zip(photo.frame_indices, photo.frames, strict=True))
    name, _, index = look.partition("-")
    if name == "frame" and index.isdecimal() and int(index[:9]) in frames:
        return frames[int(index[:9])]
    raise PhotoAbsentError("no_such_view")


def bounded(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The pixels, shrunk to at most `side` on the longest side; never enlarged."""
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    if scale >= 1.0:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def encoded(pixels: NDArray[np.uint8]) -> bytes:
    """RGB pixels, H x W x 3, as a JPEG file without metadata."""
    bgr = np.ascontiguousarray(pixels[:, :, ::-1])
    done, file = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise PhotoAbsentError("unreadable")
    return file.tobytes()


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise PhotoAbsentError("unreadable")
        return file.read_bytes()
    except OSError as error:
        raise PhotoAbsentError("gone") from error
