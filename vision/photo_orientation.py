"""Which way up a photo is: the EXIF orientation, read once and applied once."""

from PIL import Image

from vision.photo_tiff import first_directory

_ORIENTATION_TAG = 0x0112

# EXIF 2.32, section 4.6.4, tag Orientation: what turns each stored value upright.
_TO_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read_orientation(image: Image.Image) -> int:
    """The EXIF orientation that still has to be applied to a loaded image: 1 to 8, 1 for upright.

    Pillow turns TIFF and pillow-heif turns HEIC themselves and take the value away; for AVIF
    Pillow puts the rotation that the container asks for into EXIF. Malformed EXIF means upright.
    """
    exif = image.info.get("exif")
    if not isinstance(exif, bytes):
        return 1
    try:
        values = first_directory(exif.removeprefix(b"Exif\0\0")).get(_ORIENTATION_TAG, ())
    except (EOFError, ValueError):
        return 1
    return values[0] if len(values) == 1 and 1 <= values[0] <= 8 else 1


def swaps_sides(orientation: int) -> bool:
    """Whether width and height trade places when the photo is turned upright."""
    return orientation >= 5


def turn_upright(image: Image.Image, orientation: int) -> Image.Image:
    """The image as it is to be looked at."""
    method = _TO_UPRIGHT.get(orientation)
    return image if method is None else image.transpose(method)
