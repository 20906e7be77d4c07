"""From a photo's bytes, a PIL image or an array to its rendered frames."""

import hashlib
from contextlib import closing, suppress
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from vision.photo_animation import Sample, sample_frames
from vision.photo_bytes import PhotoBytes
from vision.photo_codec import codec_errors, quiet_pillow
from vision.photo_errors import PhotoError
from vision.photo_formats import FORMATS_FOR_PEOPLE, format_of, name_in_records
from vision.photo_frame import Frame, render
from vision.photo_limits import Deadline, PhotoLimits, check_size
from vision.photo_opened import OpenedImage
from vision.photo_orientation import read_orientation

_HASHED_ROWS = 256


@dataclass(frozen=True, eq=False)
class Decoded:
    """What became of the photo: the frame that is shown, the sampled ones, the format's name and
    the SHA-256, in hexadecimal."""

    first: Frame
    sample: Sample
    format: str
    sha256: str


def decode_bytes(file: PhotoBytes, limits: PhotoLimits, deadline: Deadline) -> Decoded:
    """Decode a photo's file.

    Raises:
        PhotoError: `unsupported_format`, `corrupt`, `truncated`, `too_many_pixels`, `too_small`,
            `timeout`.
    """
    photo_format = format_of(file.data)
    if photo_format is None:
        raise not_a_photo()
    with quiet_pillow:
        with codec_errors(file.data, photo_format.name):
            image = photo_format.open(BytesIO(file.data))
        with closing(image):
            name = name_in_records(image.format) or photo_format.name
            opened = OpenedImage(image, limits, deadline, file.data, photo_format)
            return Decoded(*_decode(opened), name, file.sha256)


def decode_image(image: Image.Image, limits: PhotoLimits, deadline: Deadline) -> Decoded:
    """Decode an image that the caller opened. It stays open, at the frame where it stood.

    Raises:
        PhotoError: as `decode_bytes`.
    """
    name = name_in_records(image.format) if isinstance(image, ImageFile.ImageFile) else "array"
    if name is None:
        raise not_a_photo()
    with quiet_pillow, codec_errors(None, name):
        stood_at = image.tell()
        try:
            first, sample = _decode(OpenedImage(image, limits, deadline))
        finally:
            with suppress(Exception):  # it stands where it can
                image.seek(stood_at)
        return Decoded(first, sample, name, _hash_image(image, sample))


def decode_array(pixels: NDArray[np.uint8], limits: PhotoLimits, deadline: Deadline) -> Decoded:
    """Shrink an RGB array to working size. The array is left as it is.

    Raises:
        PhotoError: `unsupported_format` when it is not H x W x 3 uint8; `too_many_pixels`,
            `too_small`, `timeout`.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise PhotoError(
            "unsupported_format",
            "The array is not an RGB photo: it must be height x width x 3, of type uint8, not "
            f"{' x '.join(map(str, pixels.shape))}, of type {pixels.dtype}.",
        )
    check_size(pixels.shape[1], pixels.shape[0], limits)
    return decode_image(Image.fromarray(np.ascontiguousarray(pixels)), limits, deadline)


def _decode(opened: OpenedImage) -> tuple[Frame, Sample]:
    check_size(*opened.image.size, opened.limits)
    with opened.codec_errors():
        first = render(opened)
    return first, sample_frames(opened, first)


def _hash_image(image: Image.Image, sample: Sample) -> str:
    """SHA-256 of an image's canonical encoding.

    That is one line `vitrine MODE HEIGHTxWIDTH ORIENTATION`, the pixels row by row, then the
    palette as RGBA, the transparent colour and the ICC profile where there are any, then the
    sampled frames at working size. An RGB array and an upright RGB image of the same pixels,
    without a profile, have the same hash.
    """
    head = f"vitrine {image.mode} {image.height}x{image.width} {read_orientation(image)}\n"
    digest = hashlib.sha256(head.encode())
    for top in range(0, image.height, _HASHED_ROWS):
        bottom = min(image.height, top + _HASHED_ROWS)
        digest.update(image.crop((0, top, image.width, bottom)).tobytes())
    if image.mode in ("P", "PA"):
        digest.update(bytes(image.getpalette("RGBA") or ()))
    if (transparency := image.info.get("transparency")) is not None:
        digest.update(repr(transparency).encode())
    digest.update(image.info.get("icc_profile") or b"")
    for frame in sample.frames:
        digest.update(frame.pixels.tobytes())
    return digest.hexdigest()


def not_a_photo() -> PhotoError:
    """The error for bytes, or anything else, that no decoder here reads."""
    return PhotoError(
        "unsupported_format",
        f"This is not a photo in a format that is read ({FORMATS_FOR_PEOPLE}).",
    )
