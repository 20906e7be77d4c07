"""Small pictures of single photos, written into the page itself."""

from base64 import b64encode
from collections.abc import Collection, Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image

from vision.evaluation.report.markup import Html, element
from vision.evaluation.rows import read_rows
from vision.photo import PhotoError, open_photo

SIDE, QUALITY = 128, 82

Pictures = Mapping[int, str]
"""Data URIs of JPEG pictures by row number."""


def load_pictures(path: Path, rows: Collection[int]) -> Pictures:
    """Reads the photos of these rows again and shrinks them; one that fails now is left out."""
    found = {}
    if rows:
        for photo in read_rows(path, rows):
            try:
                found[photo.row] = _data_uri(photo.image)
            except PhotoError:
                continue
    return found


def picture(pictures: Pictures, row: int, caption: str) -> Html:
    """The picture of a row, or a note that there is none."""
    if row not in pictures:
        return element("span", "no picture", class_="missing")
    return element("img", src=pictures[row], alt=caption, title=caption)


def _data_uri(content: bytes) -> str:
    image = Image.fromarray(open_photo(content).pixels)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    file = BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return "data:image/jpeg;base64," + b64encode(file.getvalue()).decode("ascii")
