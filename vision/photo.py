"""The one way in: a photo from anywhere becomes the pixels that every analyser looks at.

    photo = open_photo("mug.jpg")
    photo.pixels        # H x W x 3, RGB, upright, on white, longest side 768 at most

Guarantees:
- what is read is told by the bytes, never by a file's name, and only the formats listed in
  `vision.photo_formats` can be reached;
- every limit of `PhotoLimits` is checked before the work that it bounds;
- any failure is a `PhotoError` with a stable code, never another exception;
- the same bytes give the same pixels, in any thread;
- nothing the caller gave is closed or changed, nothing stays open, and nothing is printed (but
  for libtiff, which may say a line about a damaged TIFF on standard error).
"""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vision.photo_bytes import ByteSource, is_byte_source, read_photo_bytes
from vision.photo_decode import Decoded, decode_array, decode_bytes, decode_image, not_a_photo
from vision.photo_errors import PHOTO_ERROR_CODES, PhotoError, PhotoErrorCode
from vision.photo_limits import Deadline, PhotoLimits

__all__ = [
    "PHOTO_ERROR_CODES",
    "Photo",
    "PhotoError",
    "PhotoErrorCode",
    "PhotoLimits",
    "PhotoSource",
    "open_photo",
]

PhotoSource = ByteSource | Image.Image | NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo as a buyer sees it.

    Attributes:
        pixels: H x W x 3 uint8, sRGB, upright, transparency composited on white, longest side at
            most `PhotoLimits.working_side`, never enlarged.
        width, height: of the upright photo at full size, in pixels.
        format: "jpeg", "png", "webp", "gif", "bmp", "tiff", "avif", "heic" or "mpo"; "array" for
            an array and for a PIL image that was not read from a file.
        byte_count: of the file as given; None for arrays and PIL images.
        sha256: hexadecimal, of the bytes as given; for arrays and PIL images of a canonical
            encoding of mode, size, orientation and pixels (an array and an RGB image of the same
            pixels agree).
        source: a name to show, always valid Unicode; None when there is none.
        hidden: what lies under transparent pixels, of the shape of `pixels`, when it is a picture
            that the buyer does not see (`vision.photo_hidden` says how that is measured): of the
            photo itself, or else of the first sampled frame that hides one. None otherwise.
        frames: of an animated or multi-frame file, up to `PhotoLimits.max_frames` frames sampled
            evenly over the whole length, first and last always in, each as `pixels`; sizes may
            differ in TIFF, MPO and HEIC. Empty for a still.
        frame_indices: of `frames`, counted from 0.
        unreadable_frames: how many frames that belong in `frames` are not, because they are
            damaged, too large, or too far into a long animation: nobody has looked at them.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int
    format: str
    byte_count: int | None
    sha256: str
    source: str | None
    hidden: NDArray[np.uint8] | None = None
    frames: tuple[NDArray[np.uint8], ...] = ()
    frame_indices: tuple[int, ...] = ()
    unreadable_frames: int = 0

    @property
    def hidden_pixels(self) -> bool:
        """Whether transparency hides a picture."""
        return self.hidden is not None

    @property
    def scale(self) -> float:
        """Working pixels per pixel of the upright photo, at most 1: divide a box by it."""
        height, width = self.pixels.shape[:2]
        return float(max(height, width) / max(self.width, self.height))


def open_photo(
    source: PhotoSource, *, limits: PhotoLimits | None = None, name: str | None = None
) -> Photo:
    """Open a photo from bytes, a path, a binary file object, a PIL image or an RGB array.

    Bytes are a photo's content, never a path. A file object is read from where it stands and put
    back there when it can seek; it is not closed. A PIL image is taken at the frame where it
    stands, its other frames are sampled too, and it is put back to that frame; it may be loaded
    by this, as by any look at its pixels.

    Args:
        source: the photo. An array is H x W x 3, uint8, RGB.
        limits: the defaults of `PhotoLimits` when None.
        name: to show instead of the path or the file object's own name.

    Raises:
        PhotoError: when the photo cannot be opened; its docstring lists each case's code.
            Anything that is no source of a photo at all (None, a number) is
            `unsupported_format`, so that one bad entry never stops a batch.
    """
    limits = limits or PhotoLimits()
    deadline = Deadline(limits.timeout_seconds)
    byte_count: int | None = None
    if isinstance(source, np.ndarray):
        decoded = decode_array(source, limits, deadline)
    elif isinstance(source, Image.Image):
        decoded = decode_image(source, limits, deadline)
    elif is_byte_source(source):
        file = read_photo_bytes(source, limits, deadline)
        byte_count = len(file.data)
        decoded = decode_bytes(file, limits, deadline)
    else:
        raise not_a_photo()
    return _photo(decoded, byte_count, _display_name(source) if name is None else _shown(name))


def _photo(decoded: Decoded, byte_count: int | None, source: str | None) -> Photo:
    first, sample = decoded.first, decoded.sample
    hidden = (frame.hidden for frame in (first, *sample.frames) if frame.hidden is not None)
    return Photo(
        pixels=first.pixels,
        width=first.width,
        height=first.height,
        format=decoded.format,
        byte_count=byte_count,
        sha256=decoded.sha256,
        source=source,
        hidden=next(hidden, None),
        frames=tuple(frame.pixels for frame in sample.frames),
        frame_indices=sample.indices,
        unreadable_frames=sample.unreadable,
    )


def _display_name(source: Any) -> str | None:
    if isinstance(source, str | os.PathLike):
        return _shown(os.fspath(source))
    own_name = getattr(source, "name", None) or getattr(source, "filename", None)
    return _shown(own_name) if isinstance(own_name, str) else None


def _shown(name: str | bytes) -> str:
    """The name with bytes that are no UTF-8 written as escapes, so that it can go into JSON."""
    return os.fsdecode(name).encode("utf-8", "backslashreplace").decode("utf-8")
