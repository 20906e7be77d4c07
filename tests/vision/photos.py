"""Photos for the tests: real ones from scikit-image's wheel, and their encodings."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import skimage
from numpy.typing import NDArray
from PIL import Image

# What each format is saved as, and how: lossless where the format can be.
SAVED_AS: dict[str, tuple[str, dict[str, Any]]] = {
    "jpeg": ("JPEG", {"quality": 95, "subsampling": 0}),
    "png": ("PNG", {}),
    "webp": ("WEBP", {"lossless": True}),
    "gif": ("GIF", {}),
    "bmp": ("BMP", {}),
    "tiff": ("TIFF", {"compression": "tiff_lzw"}),
    "avif": ("AVIF", {"quality": 95, "subsampling": "4:4:4", "speed": 9}),
    "heic": ("HEIF", {"quality": 95, "chroma": 444}),
    "mpo": ("MPO", {"quality": 95, "save_all": True}),
}

# What each EXIF orientation does to an upright photo when it is stored (EXIF 2.32, 4.6.4).
_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def real_photo(name: str = "chelsea.png") -> Image.Image:
    """A photo from scikit-image's data folder, as RGB, its metadata left behind."""
    with Image.open(Path(skimage.__file__).parent / "data" / name) as image:
        return Image.fromarray(np.asarray(image.convert("RGB")))


def encode(image: Image.Image, photo_format: str, **options: Any) -> bytes:
    """The bytes of `image` in one of the formats above."""
    pillow_name, defaults = SAVED_AS[photo_format]
    options = defaults | options
    if photo_format == "mpo" and "append_images" not in options:
        options["append_images"] = [image]
    file = BytesIO()
    if photo_format == "heic":
        heif = pillow_heif.from_pillow(image)
        heif[0].info["exif"] = options.pop("exif", None)  # its orientation goes to the container
        heif.save(file, **options)
    else:
        image.save(file, pillow_name, **options)
    return file.getvalue()


def encode_frames(frames: list[Image.Image], photo_format: str, **options: Any) -> bytes:
    """The bytes of an animation, or of a file of several pages."""
    if photo_format == "heic":
        file = BytesIO()
        heif = pillow_heif.from_pillow(frames[0])
        for frame in frames[1:]:
            heif.add_from_pillow(frame)
        heif.save(file, quality=95)
        return file.getvalue()
    return encode(frames[0], photo_format, save_all=True, append_images=frames[1:], **options)


def exif_with_orientation(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def stored_with_orientation(image: Image.Image, orientation: int) -> Image.Image:
    """The pixels as a camera held that way stores them."""
    method = _STORED[orientation]
    return image if method is None else image.transpose(method)


def grey_frames(count: int, size: tuple[int, int] = (64, 48)) -> list[Image.Image]:
    """Frames told apart by their lightness: the first at 0, the last at 240."""
    return [Image.new("RGB", size, (240 * step // max(1, count - 1),) * 3) for step in range(count)]


def mean_difference(pixels: NDArray[np.uint8], expected: Image.Image | NDArray[np.uint8]) -> float:
    """Mean absolute difference, in levels of 255; the shapes must agree."""
    other = np.asarray(expected, dtype=np.float64)
    assert pixels.shape == other.shape
    return float(np.abs(pixels - other).mean())
