"""The formats of photos that are read, told by their first bytes and never by a file's name.

Each is opened by the one Pillow class that reads it, so that no other decoder of Pillow's (EPS,
PSD, ...) can be reached, and so that the size limits that hold are ours alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import ImageFile

_BMP_HEADER_SIZES = {12, 16, 40, 52, 56, 64, 108, 124}
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_TIFF_MARKS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_PNG_MARK = b"\x89PNG\r\n\x1a\n"


def _open_jpeg(file: BytesIO) -> ImageFile.ImageFile:
    from PIL.JpegImagePlugin import jpeg_factory

    return jpeg_factory(file)


def _open_png(file: BytesIO) -> ImageFile.ImageFile:
    from PIL.PngImagePlugin import PngImageFile

    return PngImageFile(file)


def _open_webp(file: BytesIO) -> ImageFile.ImageFile:
    from PIL.WebPImagePlugin import WebPImageFile

    return WebPImageFile(file)


def _open_gif(file: BytesIO) -> ImageFile.ImageFile:
    from PIL.GifImagePlugin import GifImageFile

    return GifImageFile(file)


def _open_bmp(file: BytesIO) -> ImageFile.ImageFile:
    from PIL.BmpImagePlugin import BmpImageFile

    return BmpImageFile(file)


def _open_tiff(file: BytesIO) -> ImageFile.ImageFile:
    from PIL.TiffImagePlugin import TiffImageFile

    return TiffImageFile(file)


def _open_avif(file: BytesIO) -> ImageFile.ImageFile:
    from PIL.AvifImagePlugin import AvifImageFile

    return AvifImageFile(file)


def _open_heif(file: BytesIO) -> ImageFile.ImageFile:
    from pillow_heif import HeifImageFile

    image: ImageFile.ImageFile = HeifImageFile(file)  # type: ignore[no-untyped-call]
    return image


@dataclass(frozen=True)
class PhotoFormat:
    """One format: its name in records, how it is opened, and whether its frames build on others."""

    name: str
    open: Callable[[BytesIO], ImageFile.ImageFile]
    frames_build_on_others: bool = False


FORMATS = {
    "jpeg": PhotoFormat("jpeg", _open_jpeg),
    "png": PhotoFormat("png", _open_png, frames_build_on_others=True),
    "webp": PhotoFormat("webp", _open_webp, frames_build_on_others=True),
    "gif": PhotoFormat("gif", _open_gif, frames_build_on_others=True),
    "bmp": PhotoFormat("bmp", _open_bmp),
    "tiff": PhotoFormat("tiff", _open_tiff),
    "avif": PhotoFormat("avif", _open_avif),
    "heic": PhotoFormat("heic", _open_heif),
}

FORMATS_FOR_PEOPLE = "JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF, HEIC"

# Names that Pillow gives to the same formats.
_PILLOW_NAMES = {"HEIF": "heic", "MPO": "mpo"} | {name.upper(): name for name in FORMATS}


def format_of(data: bytes) -> PhotoFormat | None:
    """The format that the bytes start like, or None. MPO starts like the JPEG it begins with."""
    if data.startswith(b"\xff\xd8"):
        return FORMATS["jpeg"]
    if len(data) >= 4 and data[:8] == _PNG_MARK[: len(data)]:
        return FORMATS["png"]
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FORMATS["webp"]
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return FORMATS["gif"]
    if data[:4] in _TIFF_MARKS:
        return FORMATS["tiff"]
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADER_SIZES:
        return FORMATS["bmp"]
    return _format_of_brands(data)


def _format_of_brands(data: bytes) -> PhotoFormat | None:
    """AVIF or HEIC by the brands of an ISO base media file (ISO/IEC 14496-12, box `ftyp`)."""
    if data[4:8] != b"ftyp":
        return None
    end = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12]} | {data[at : at + 4] for at in range(16, end, 4)}
    if brands & _AVIF_BRANDS:
        return FORMATS["avif"]
    return FORMATS["heic"] if brands & _HEIF_BRANDS else None


def name_in_records(pillow_name: str | None) -> str | None:
    """The record's name of a format that Pillow calls `pillow_name`; None when it is not read."""
    return _PILLOW_NAMES.get(pillow_name or "")
