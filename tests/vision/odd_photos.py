"""Files as sellers upload them: broken, foreign, unusual; each with the error that it must give."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from tests.vision.photos import encode, encode_frames, real_photo
from tests.vision.test_photo_broken import png_declaring


@dataclass(frozen=True)
class OddPhoto:
    """A photo's bytes, and the code of the error it gives; None where it must be used."""

    data: bytes
    code: str | None = None


def odd_photos() -> dict[str, OddPhoto]:
    """By file name. The good ones are small real photos."""
    cat = real_photo("chelsea.png").reduce(3)
    jpeg, png = encode(cat, "jpeg"), encode(cat, "png")
    return {
        "empty.jpg": OddPhoto(b"", "empty"),
        "text.jpg": OddPhoto(b"This is a text, renamed.", "unsupported_format"),
        "cut.jpg": OddPhoto(jpeg[: len(jpeg) // 2], "truncated"),
        "cut.png": OddPhoto(png[: len(png) // 2], "truncated"),
        "declares_60000_square.png": OddPhoto(png_declaring(60_000, 60_000), "too_many_pixels"),
        "one_pixel.png": OddPhoto(encode(Image.new("RGB", (1, 1)), "png"), "too_small"),
        "plain.jpg": OddPhoto(jpeg),
        "malformed_exif.jpg": OddPhoto(encode(cat, "jpeg", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")),
        "cmyk.jpg": OddPhoto(_saved(cat.convert("CMYK"), "JPEG")),
        "grey_16_bit.png": OddPhoto(_grey_16_bit(cat)),
        "palette_transparent.png": OddPhoto(_palette_with_transparency(cat)),
        "animated.gif": OddPhoto(encode_frames([cat, cat.rotate(90)], "gif")),
        "animated.webp": OddPhoto(encode_frames([cat, cat.rotate(90)], "webp")),
        "phone.heic": OddPhoto(encode(cat, "heic")),
    }


def write_odd_photos(folder: Path) -> dict[str, str | None]:
    """Fill a folder with them and with what is no file; the code of each by name."""
    folder.mkdir(parents=True)
    photos = odd_photos()
    for name, photo in photos.items():
        (folder / name).write_bytes(photo.data)
    (folder / "directory.jpg").mkdir()
    (folder / "dangling.jpg").symlink_to("nowhere.jpg")
    (folder / "unreadable.jpg").symlink_to("unreadable.jpg")  # fails to open even for root
    no_files = dict.fromkeys(("directory.jpg", "dangling.jpg", "unreadable.jpg"), "not_found")
    return {name: photo.code for name, photo in photos.items()} | no_files


def _saved(image: Image.Image, pillow_format: str) -> bytes:
    file = BytesIO()
    image.save(file, pillow_format)
    return file.getvalue()


def _grey_16_bit(image: Image.Image) -> bytes:
    grey = np.asarray(image.convert("L")).astype(np.uint16) * 257
    return _saved(Image.fromarray(grey), "PNG")


def _palette_with_transparency(image: Image.Image) -> bytes:
    indexed = image.quantize(64)
    indexed.info["transparency"] = 0
    return _saved(indexed, "PNG")
