"""Whether a photo's file ends too early: asked only when decoding failed, to say why.

Decoders report a missing end and a broken middle alike. The container's own structure tells them
apart: a length or an end mark that the bytes do not reach.
"""

from collections.abc import Callable

from vision.photo_tiff import first_directory

_STRIPS = ((273, 279), (324, 325))  # offsets and byte counts, of strips and of tiles


def ends_too_early(data: bytes, format_name: str) -> bool:
    """Whether `data`, in the format called `format_name`, lacks its end."""
    return _CHECKS[format_name](data)


def _jpeg(data: bytes) -> bool:
    return not data.rstrip(b"\0\r\n\t ").endswith(b"\xff\xd9")  # the marker EOI


def _png(data: bytes) -> bool:
    at = 8
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        at += 12 + length
        if kind == b"IEND":
            return at > len(data)
    return True


def _gif(data: bytes) -> bool:
    return not data.rstrip(b"\0").endswith(b";")  # the trailer block


def _webp(data: bytes) -> bool:
    return 8 + int.from_bytes(data[4:8], "little") > len(data)


def _bmp(data: bytes) -> bool:
    return int.from_bytes(data[2:6], "little") > len(data)


def _tiff(data: bytes) -> bool:
    try:
        directory = first_directory(data)
    except EOFError:
        return True
    except ValueError:  # BigTIFF: its directory is not read here
        return False
    return any(
        offset + count > len(data)
        for offsets, counts in _STRIPS
        for offset, count in zip(
            directory.get(offsets, ()), directory.get(counts, ()), strict=False
        )
    )


def _iso_media(data: bytes) -> bool:
    at = 0
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if length == 1:  # a 64-bit length follows
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if length < 8 or not data[at + 4 : at + 8].isascii():
            return False  # a box up to the end of the file (length 0), or no box at all
        at += length
    return at != len(data)


_CHECKS: dict[str, Callable[[bytes], bool]] = {
    "jpeg": _jpeg,
    "png": _png,
    "webp": _webp,
    "gif": _gif,
    "bmp": _bmp,
    "tiff": _tiff,
    "avif": _iso_media,
    "heic": _iso_media,
}
