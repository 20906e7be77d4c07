"""A small photo that keeps its codec busy for as long as one likes, within a single call."""

from io import BytesIO

from PIL import Image

SIDE = 6000
START_OF_SCAN, END_OF_IMAGE, MARKER = 0xDA, 0xD9, 0xFF
IN_SCAN = (0x00, *range(0xD0, 0xD8))
"""What may follow a 0xFF byte within the data of a scan."""


def slow_jpeg(scans: int = 5000) -> bytes:
    """A grey JPEG whose last scan comes `scans` times: each takes all of its blocks once more."""
    file = BytesIO()
    Image.new("RGB", (SIDE, SIDE), (120, 130, 140)).save(file, "JPEG", progressive=True, quality=50)
    data = file.getvalue()
    start, end = _last_scan(data)
    return data[:end] + data[start:end] * scans + data[end:]


def _last_scan(data: bytes) -> tuple[int, int]:
    """Where the last scan starts and ends, its header included (ISO/IEC 10918-1, annex B)."""
    at, last = 2, (0, 0)
    while data[at + 1] != END_OF_IMAGE:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == START_OF_SCAN:
            while not (data[end] == MARKER and data[end + 1] not in IN_SCAN):
                end += 1
            last = (at, end)
        at = end
    return last
