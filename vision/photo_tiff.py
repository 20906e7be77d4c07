"""The first image file directory of TIFF data, which is also how EXIF is laid out.

Adobe TIFF 6.0, section 2. Small on purpose: it reads whole numbers only, says nothing to anyone
when the data is broken, and never reads outside it.
"""

import struct

_TYPE_CODES = {1: "B", 3: "H", 4: "L"}  # BYTE, SHORT, LONG
_MOST_VALUES = 1 << 20


def first_directory(data: bytes) -> dict[int, tuple[int, ...]]:
    """The whole-number tags of the first directory: tag to its values.

    Raises:
        EOFError: the data ends before the directory or one of its values does.
        ValueError: the data is not classic TIFF.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None:
        raise ValueError("not classic TIFF")
    (start,) = _unpack(order + "L", data, 4)
    (count,) = _unpack(order + "H", data, start)
    directory: dict[int, tuple[int, ...]] = {}
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        tag, kind, length = _unpack(order + "HHL", data, entry)
        if kind in _TYPE_CODES and length <= _MOST_VALUES:
            layout = f"{order}{length}{_TYPE_CODES[kind]}"
            inline = struct.calcsize(layout) <= 4
            at = entry + 8 if inline else _unpack(order + "L", data, entry + 8)[0]
            directory[tag] = _unpack(layout, data, at)
    return directory


def _unpack(layout: str, data: bytes, at: int) -> tuple[int, ...]:
    if at + struct.calcsize(layout) > len(data):
        raise EOFError(f"data ends before byte {at + struct.calcsize(layout)}")
    return struct.unpack_from(layout, data, at)
