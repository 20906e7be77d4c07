"""Photos with words laid over them, drawn to fit and to test photo quality.

Fonts, words and layouts are in two parts: what is fitted on one (`held_out=False`) is tested on the
other. Whatever is laid over a photo is compressed with it, as an app that adds text saves it.
"""

import importlib.util
import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Photo = NDArray[np.uint8]
Random = np.random.Generator
Font = ImageFont.FreeTypeFont
Layout = Callable[[Image.Image, Random, bool], Image.Image]

FONTS = {
    False: (
        *("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSansCondensed.ttf"),
        *("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationSans-Italic.ttf"),
        *("DejaVuSerif-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSansMono-Bold.ttf"),
    ),
    True: (
        *("LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf", "LiberationMono-Bold.ttf"),
        *("LiberationSansNarrow-Bold.ttf", "STIXGeneralBol.ttf", "cmss10.ttf", "cmb10.ttf", ""),
    ),
}
"""An empty name is the typeface that Pillow carries."""

WORDS = {
    False: (
        *("SALE", "NEW", "Size M", "50% OFF", "FREE SHIPPING", "Like new", "25 EUR", "SOLD"),
        *("Vintage 1980s", "buy 2 get 1 free", "brand new with tags", "message me"),
    ),
    True: (
        *("RESERVED", "Hot deal", "Only today", "$ 19.99", "Size 38 / M", "Great condition"),
        *("no returns please", "BARGAIN", "worn twice", "Last one left"),
    ),
}
MARKS = {
    False: ("photo by Anna", "MY SHOP", "@anna_sells", "SAMPLE", "www.example.com"),
    True: ("Studio Blue", "@retro.corner", "PREVIEW", "do not copy", "vintage-house.example"),
}
SYLLABLES = (
    *("ka", "mi", "ro", "ta", "sha", "la", "ne", "vin", "st", "or", "ge", "by", "el", "pho", "to"),
    *("do", "bo", "qu", "ix", "za", ".com", "19"),
)
"""Of which words are made up, to fit on."""

COLORS = ((255, 255, 255), (0, 0, 0), (255, 255, 0), (230, 20, 30), (255, 105, 180), (20, 60, 200))


def load_font(name: str, size: int) -> Font:
    """A typeface of the system, of Matplotlib's package, or Pillow's own."""
    if not name:
        font = ImageFont.load_default(size)
        assert isinstance(font, ImageFont.FreeTypeFont)
        return font
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        package = importlib.util.find_spec("matplotlib")
        if package is None or package.origin is None:
            raise
        folder = Path(package.origin).parent / "mpl-data" / "fonts" / "ttf"
        return ImageFont.truetype(str(folder / name), size)


def compressed(image: Image.Image, quality: int) -> Photo:
    """The pixels after one round of JPEG."""
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))


def add_text(photo: Photo, seed: int, held_out: bool = False) -> Photo:
    """Words in one flat colour over the photo."""
    rng = np.random.default_rng([seed, held_out, 1])
    layouts: tuple[Layout, ...] = (_caption, _corner) if not held_out else (_headline, _banner)
    layouts = (*layouts, _banner if not held_out else _list)
    layout = layouts[rng.integers(len(layouts))]
    image = layout(Image.fromarray(photo), rng, held_out)
    return compressed(image, int(rng.integers(75, 96)))


def change_of(changed: Photo, photo: Photo) -> Photo:
    """Change of each pixel in its most changed channel, grey levels, uint8 H x W."""
    red, green, blue = cv2.split(cv2.absdiff(changed, photo))
    return np.asarray(np.maximum(np.maximum(red, green), blue))


def pick(rng: Random, among: tuple[str, ...]) -> str:
    """One of some words."""
    return among[rng.integers(len(among))]


def make_words(rng: Random, among: dict[bool, tuple[str, ...]], held_out: bool) -> str:
    """Some of the words given, or, where they are to fit on, mostly made up."""
    if held_out or rng.random() < 0.3:
        return pick(rng, among[held_out])
    word = "".join(pick(rng, SYLLABLES) for _ in range(int(rng.integers(2, 6))))
    if len(word) > 5 and rng.random() < 0.4:
        word = f"{word[:4]} {word[4:]}"
    written = (word.upper(), word.title(), word, f"@{word}", f"© {word.title()}")
    return written[rng.integers(len(written))]


def _fitting(rng: Random, words: str, width: float, height: float, held_out: bool) -> Font:
    """A typeface in which the words are at most so wide and so high."""
    name, size = pick(rng, FONTS[held_out]), max(9, round(height))
    font = load_font(name, size)
    if font.getlength(words) > width:
        font = load_font(name, max(9, int(size * width / font.getlength(words))))
    return font


def _write(
    image: Image.Image, rng: Random, held_out: bool, center: tuple[float, float], height: float
) -> None:
    """Words around a place given in shares of the sides."""
    draw, words = ImageDraw.Draw(image), make_words(rng, WORDS, held_out)
    font = _fitting(rng, words, 0.9 * image.width, height, held_out)
    half = font.getlength(words) / 2
    x = min(max(center[0] * image.width, half + 4), image.width - half - 4)
    color = COLORS[rng.choice(len(COLORS), p=[0.4, 0.2, 0.1, 0.1, 0.1, 0.1])]
    box = (x - half, center[1] * image.height - height / 2, x + half, center[1] * image.height)
    ground = np.asarray(image.crop(box)).mean(axis=(0, 1))
    hidden = np.abs(ground - color).mean() < 50  # nobody writes what cannot be read
    outline = int(hidden or rng.random() < 0.2) * max(1, round(height / 16))
    dark = sum(color) > 380
    stroke = (0, 0, 0) if dark else (255, 255, 255)
    place = (x, center[1] * image.height)
    draw.text(place, words, color, font, "mm", stroke_width=outline, stroke_fill=stroke)


def _size(image: Image.Image, rng: Random, least: float, most: float) -> float:
    return float(rng.uniform(least, most)) * max(image.size)


def _caption(image: Image.Image, rng: Random, held_out: bool) -> Image.Image:
    _write(image, rng, held_out, (0.5, rng.uniform(0.8, 0.95)), _size(image, rng, 0.045, 0.14))
    return image


def _corner(image: Image.Image, rng: Random, held_out: bool) -> Image.Image:
    place = (rng.choice([0.15, 0.85]), rng.choice([0.08, 0.92]))
    _write(image, rng, held_out, place, _size(image, rng, 0.04, 0.08))
    return image


def _headline(image: Image.Image, rng: Random, held_out: bool) -> Image.Image:
    center = (0.5, rng.uniform(0.08, 0.6))
    _write(image, rng, held_out, center, _size(image, rng, 0.06, 0.14))
    return image


def _list(image: Image.Image, rng: Random, held_out: bool) -> Image.Image:
    height, top = _size(image, rng, 0.035, 0.06), rng.uniform(0.15, 0.6)
    for line in range(int(rng.integers(2, 4))):
        place = (0.3, top + 1.4 * line * height / image.height)
        _write(image, rng, held_out, place, height)
    return image


def _banner(image: Image.Image, rng: Random, held_out: bool) -> Image.Image:
    """Words on a plain strip that may let the photo through a little."""
    height = _size(image, rng, 0.045, 0.09)
    middle = rng.uniform(0.1, 0.9) * image.height
    strip = Image.new("RGBA", image.size)
    fill = (*COLORS[rng.integers(len(COLORS))], int(rng.choice([255, 200])))
    box = (0, middle - 0.8 * height, image.width, middle + 0.8 * height)
    ImageDraw.Draw(strip).rectangle(box, fill)
    image = Image.alpha_composite(image.convert("RGBA"), strip).convert("RGB")
    words = make_words(rng, WORDS, held_out)
    font = _fitting(rng, words, 0.9 * image.width, height, held_out)
    ink = (0, 0, 0) if sum(fill[:3]) > 380 else (255, 255, 255)
    ImageDraw.Draw(image).text((image.width / 2, middle), words, ink, font, "mm")
    return image
