"""Drawn photos in the common formats, for running everything once before the first real one."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

SIDE = 320
"""Pixels: enough for every measure to be taken."""

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


def warm_up_photos() -> list[bytes]:
    """A drawn cup on a table in each of `FORMATS` and in HEIC, the same bytes every time."""
    cup = _cup()
    return [*(_encoded(cup, name) for name in FORMATS), _heic(cup)]


def _cup() -> Image.Image:
    rows = np.linspace(235, 150, SIDE)[:, None]
    grain = np.random.default_rng(0).normal(0.0, 6.0, (SIDE, SIDE))
    gray = np.clip(rows + grain, 0, 255).astype(np.uint8)
    photo = Image.fromarray(gray).convert("RGB")
    draw = ImageDraw.Draw(photo)
    draw.rectangle((100, 110, 200, 240), fill=(180, 40, 60))
    draw.ellipse((100, 95, 200, 125), fill=(90, 20, 30))
    draw.arc((180, 140, 250, 210), 250, 110, fill=(180, 40, 60), width=14)
    return photo


def _encoded(photo: Image.Image, name: str) -> bytes:
    file = BytesIO()
    photo.save(file, name)
    return file.getvalue()


def _heic(photo: Image.Image) -> bytes:
    import pillow_heif

    file = BytesIO()
    pillow_heif.from_pillow(photo).save(file)
    return file.getvalue()
