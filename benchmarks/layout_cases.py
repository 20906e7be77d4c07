"""Collages, screenshots and frames made from photos, drawn to fit and to test photo quality.

Layouts are in two parts, as in `overlay_cases`: what is fitted on one is tested on the other.
"""

from collections.abc import Callable, Sequence

import numpy as np
from overlay_cases import FONTS, MARKS, WORDS, Photo, Random, compressed, load_font, pick
from PIL import Image, ImageDraw, ImageOps

Box = tuple[float, float, float, float]
Color = tuple[int, int, int]

GRIDS: dict[bool, tuple[tuple[Box, ...], ...]] = {
    False: (
        ((0, 0, 0.5, 1), (0.5, 0, 1, 1)),
        ((0, 0, 1, 0.5), (0, 0.5, 1, 1)),
        ((0, 0, 0.5, 0.5), (0.5, 0, 1, 0.5), (0, 0.5, 0.5, 1), (0.5, 0.5, 1, 1)),
    ),
    True: (
        tuple((i / 3, j / 3, (i + 1) / 3, (j + 1) / 3) for j in range(3) for i in range(3)),
        tuple((i / 2, j / 3, (i + 1) / 2, (j + 1) / 3) for j in range(3) for i in range(2)),
        ((0, 0, 1, 0.6), (0, 0.6, 0.5, 1), (0.5, 0.6, 1, 1)),
        ((0, 0, 0.65, 1), (0.65, 0, 1, 0.5), (0.65, 0.5, 1, 1)),
        tuple((i / 3, 0.0, (i + 1) / 3, 1.0) for i in range(3)),
    ),
}
"""Where each photo of a collage lies, in shares of the sides: left, top, right, bottom."""

GUTTERS: tuple[Color, ...] = ((255, 255, 255), (0, 0, 0), (244, 226, 216))


def make_collage(photos: Sequence[Photo], seed: int, held_out: bool = False) -> Photo:
    """Two to nine photos side by side, with gutters between them or without."""
    rng = np.random.default_rng([seed, held_out, 3])
    grid = GRIDS[held_out][rng.integers(len(GRIDS[held_out]))]
    height, width = photos[seed % len(photos)].shape[:2]
    gutter = int(rng.choice([0, 0, round(0.008 * width), round(0.02 * width)]))
    canvas = Image.new("RGB", (width, height), GUTTERS[rng.integers(len(GUTTERS))])
    chosen = [seed, *rng.integers(len(photos), size=len(grid) - 1)]
    for index, (left, top, right, bottom) in zip(chosen, grid, strict=True):
        box = [
            round(left * width),
            round(top * height),
            round(right * width),
            round(bottom * height),
        ]
        size = (box[2] - box[0] - gutter, box[3] - box[1] - gutter)
        tile = ImageOps.fit(Image.fromarray(photos[index % len(photos)]), size)
        canvas.paste(tile, (box[0] + gutter // 2, box[1] + gutter // 2))
    return compressed(canvas, int(rng.integers(75, 96)))


def add_frame(photo: Photo, seed: int, held_out: bool = False) -> Photo:
    """A plain frame on all sides, or bars on two."""
    rng = np.random.default_rng([seed, held_out, 4])
    height, width = photo.shape[:2]
    bar = max(4, round(rng.uniform(0.03, 0.1) * width))
    across, down = ((bar, bar), (0, bar))[rng.integers(2)] if held_out else (bar, bar)
    color: Color = ((255, 255, 255), (0, 0, 0), (200, 30, 60))[rng.integers(3)]
    framed = ImageOps.expand(Image.fromarray(photo), (across, down), color)
    return compressed(framed.resize((width, height)), int(rng.integers(75, 96)))


def make_screenshot(photo: Photo, seed: int, held_out: bool = False) -> Photo:
    """A phone's screen with the photo in an app: a shop and a gallery, or a chat and a post."""
    rng = np.random.default_rng([seed, held_out, 5])
    width = 720
    height = round(width * rng.uniform(1.78, 2.2))
    dark = bool(rng.random() < 0.4)
    ground: Color = (18, 18, 18) if dark else (255, 255, 255)
    if rng.random() < 0.3:
        ground = (0, 0, 0) if dark else (242, 242, 247)
    screen = Image.new("RGB", (width, height), ground)
    ink: Color = (235, 235, 235) if dark else (25, 25, 25)
    apps = (_shop, _gallery) if not held_out else (_chat, _post)
    apps[rng.integers(2)](screen, Image.fromarray(photo), rng, ink, held_out)
    _status_bar(screen, rng, ink, held_out)
    shrunk = screen.resize((round(768 * width / height), 768), Image.Resampling.LANCZOS)
    return compressed(shrunk, int(rng.integers(75, 96)))


App = Callable[[Image.Image, Image.Image, Random, Color, bool], None]


def _status_bar(screen: Image.Image, rng: Random, ink: Color, held_out: bool) -> None:
    draw = ImageDraw.Draw(screen)
    font = load_font(pick(rng, FONTS[held_out]), 24)
    clock = f"{rng.integers(24)}:{rng.integers(60):02}"
    draw.text((30, 24), clock, ink, font, "lm")
    right = screen.width - 30
    draw.rounded_rectangle((right - 40, 15, right, 33), 5, outline=ink, width=2)
    draw.rectangle((right - 37, 18, right - 37 + int(rng.integers(8, 34)), 30), fill=ink)
    for bar in range(4):
        x = right - 110 + 9 * bar
        draw.rectangle((x, 30 - 4 * bar, x + 5, 33), fill=ink)


def _place(screen: Image.Image, photo: Image.Image, top: int, most: int) -> int:
    """The photo over the whole width; returns the row below it."""
    height = min(most, round(screen.width * photo.height / photo.width))
    screen.paste(ImageOps.fit(photo, (screen.width, height)), (0, top))
    return top + height


def _lines(
    screen: Image.Image, rng: Random, ink: Color, held_out: bool, box: tuple[int, int, int, int]
) -> None:
    """Lines of words from the top of a box down, left-aligned."""
    draw, y = ImageDraw.Draw(screen), box[1]
    while y + 30 < box[3]:
        size = int(rng.choice([22, 26, 34]))
        font = load_font(pick(rng, FONTS[held_out]), size)
        words = f"{pick(rng, WORDS[held_out])} {pick(rng, MARKS[held_out])}"
        draw.text((box[0], y), words, ink, font)
        y += round(size * float(rng.choice([1.4, 1.6, 2.5])))


def _icons(screen: Image.Image, y: int, number: int, ink: Color) -> None:
    draw, step = ImageDraw.Draw(screen), screen.width / number
    for index in range(number):
        x = step * (index + 0.5)
        if index % 2:
            draw.ellipse((x - 16, y - 16, x + 16, y + 16), outline=ink, width=4)
        else:
            draw.rectangle((x - 15, y - 15, x + 15, y + 15), outline=ink, width=4)


def _shop(screen: Image.Image, photo: Image.Image, rng: Random, ink: Color, held_out: bool) -> None:
    _lines(screen, rng, ink, held_out, (90, 68, screen.width, 110))
    bottom = _place(screen, photo, 120, round(screen.height * rng.uniform(0.45, 0.65)))
    _lines(screen, rng, ink, held_out, (30, bottom + 20, screen.width, screen.height - 110))
    _icons(screen, screen.height - 55, 5, ink)


def _gallery(
    screen: Image.Image, photo: Image.Image, rng: Random, ink: Color, held_out: bool
) -> None:
    _lines(screen, rng, ink, held_out, (60, 66, screen.width, 104))
    height = round(screen.width * photo.height / photo.width)
    top = max(120, (screen.height - height) // 2)
    _place(screen, photo, top, screen.height - top - 120)
    _icons(screen, screen.height - 60, 4, ink)


def _chat(screen: Image.Image, photo: Image.Image, rng: Random, ink: Color, held_out: bool) -> None:
    """The photo in a bubble among others, narrower than the screen."""
    _lines(screen, rng, ink, held_out, (100, 64, screen.width, 104))
    draw, width = ImageDraw.Draw(screen), round(screen.width * rng.uniform(0.65, 0.85))
    height = min(round(width * photo.height / photo.width), screen.height - 480)
    left = int(rng.choice([20, screen.width - width - 20]))
    screen.paste(ImageOps.fit(photo, (width, height)), (left, 150))
    for y in range(170 + height, screen.height - 180, 90):
        x = int(rng.choice([20, 160]))
        draw.rounded_rectangle((x, y, x + 520, y + 70), 24, fill=(120, 170, 230))
        _lines(screen, rng, (10, 10, 10), held_out, (x + 20, y + 18, x + 500, y + 50))
    draw.rounded_rectangle((20, screen.height - 90, 640, screen.height - 30), 30, outline=ink)


def _post(screen: Image.Image, photo: Image.Image, rng: Random, ink: Color, held_out: bool) -> None:
    """A photo between the name of who posted it and the comments."""
    draw = ImageDraw.Draw(screen)
    draw.ellipse((24, 74, 92, 142), fill=(200, 90, 120))
    _lines(screen, rng, ink, held_out, (110, 84, screen.width, 134))
    bottom = _place(screen, photo, 160, round(screen.height * rng.uniform(0.5, 0.68)))
    _icons(screen, bottom + 40, 6, ink)
    _lines(screen, rng, ink, held_out, (24, bottom + 84, screen.width, screen.height - 80))
    draw.rounded_rectangle((230, screen.height - 22, 490, screen.height - 14), 4, fill=ink)
