"""Photos of a folder for the benchmarks of photo quality, in two halves by their names."""

import hashlib
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Photo = NDArray[np.uint8]
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
WORKING_SIDE = 768


def photo_paths(folder: Path, half: int | None = None) -> list[Path]:
    """The photos of a folder by name; of one half (0 to fit on, 1 to measure on) if it is given.

    The half is the last bit of the SHA-256 of the name without its suffix.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    return [path for path in paths if half is None or half_of(path.stem) == half]


def half_of(name: str) -> int:
    """0 or 1, by the name alone."""
    return hashlib.sha256(name.encode()).digest()[-1] % 2


def load_photo(path: Path, side: int = WORKING_SIDE) -> Photo:
    """A photo at working size."""
    image = Image.open(path).convert("RGB")
    image.thumbnail((side, side))
    return np.asarray(image)


def open_bytes(data: bytes) -> Photo:
    """A photo from its file's bytes."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
