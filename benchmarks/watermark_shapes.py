"""What a watermark shows: a name, or a sign with or without one, as a mask.

What is fitted on (`held_out=False`) are names made up of syllables, and other typefaces, signs and
arrangements than what is tested on.
"""

from collections.abc import Callable

import numpy as np
from overlay_cases import FONTS, MARKS, Random, load_font, make_words, pick
from PIL import Image, ImageChops, ImageDraw

Mask = Image.Image  # mode L, 255 where the mark is

_FINE = 4  # signs are drawn so many times larger


def draw_name(rng: Random, held_out: bool, size: float) -> Mask:
    """A name so many pixels high, cut to what it covers; now and then outlined letters."""
    font = load_font(pick(rng, FONTS[held_out]), max(8, round(size)))
    name = make_words(rng, MARKS, held_out)
    width, height = round(font.getlength(name)) + 8, round(1.5 * font.size) + 8
    mask = Image.new("L", (width, height))
    draw, place = ImageDraw.Draw(mask), (width / 2, height / 2)
    if size > 26 and rng.random() < 0.2:
        stroke = max(1, round(size / 24))
        draw.text(place, name, 255, font, "mm", stroke_width=stroke)
        inner = Image.new("L", mask.size)
        ImageDraw.Draw(inner).text(place, name, 255, font, "mm")
        return ImageChops.subtract(mask, inner)
    draw.text(place, name, 255, font, "mm")
    return mask


def draw_sign(rng: Random, held_out: bool, size: float) -> Mask:
    """A sign so many pixels high and wide, from strokes and filled parts."""
    fine = Image.new("L", (_FINE * round(size),) * 2)
    signs = _HELD_OUT_SIGNS if held_out else _SIGNS
    signs[rng.integers(len(signs))](ImageDraw.Draw(fine), fine.width, rng, held_out)
    return fine.resize((round(size),) * 2, Image.Resampling.BOX)


def stack(upper: Mask, lower: Mask) -> Mask:
    """One above the other, on one middle."""
    both = Image.new("L", (max(upper.width, lower.width), upper.height + lower.height))
    both.paste(upper, ((both.width - upper.width) // 2, 0))
    both.paste(lower, ((both.width - lower.width) // 2, upper.height))
    return both


Sign = Callable[[ImageDraw.ImageDraw, int, Random, bool], None]


def _initial(draw: ImageDraw.ImageDraw, side: int, rng: Random, held_out: bool) -> None:
    font = load_font(pick(rng, FONTS[held_out]), round(0.42 * side))
    letters = make_words(rng, MARKS, held_out).strip("@© ")[: int(rng.integers(1, 3))]
    draw.text((side / 2, side / 2), letters, 255, font, "mm")


def _ring(draw: ImageDraw.ImageDraw, side: int, rng: Random, held_out: bool) -> None:
    width = round(side * rng.uniform(0.03, 0.08))
    draw.ellipse((2, 2, side - 3, side - 3), outline=255, width=width)
    _initial(draw, side, rng, held_out)


def _star(draw: ImageDraw.ImageDraw, side: int, rng: Random, held_out: bool) -> None:
    points, depth = int(rng.integers(5, 9)), rng.uniform(0.4, 0.65)
    turns = np.arange(2 * points) * np.pi / points
    radii = np.where(np.arange(2 * points) % 2 == 0, 0.5, 0.5 * depth) * side
    corners = np.stack([side / 2 + radii * np.sin(turns), side / 2 - radii * np.cos(turns)], axis=1)
    draw.polygon([tuple(one) for one in corners.tolist()], fill=255)


def _camera(draw: ImageDraw.ImageDraw, side: int, rng: Random, held_out: bool) -> None:
    width = round(side * rng.uniform(0.04, 0.08))
    box = (0.02 * side, 0.25 * side, 0.98 * side, 0.85 * side)
    draw.rounded_rectangle(box, 0.1 * side, outline=255, width=width)
    draw.ellipse((0.33 * side, 0.38 * side, 0.67 * side, 0.72 * side), outline=255, width=width)
    draw.rectangle((0.15 * side, 0.16 * side, 0.4 * side, 0.25 * side), fill=255)


def _lines(draw: ImageDraw.ImageDraw, side: int, rng: Random, held_out: bool) -> None:
    """A square frame crossed by its diagonals."""
    width = round(side * rng.uniform(0.02, 0.05))
    draw.rectangle((0, 0, side - 1, side - 1), outline=255, width=width)
    draw.line((0, 0, side, side), 255, width)
    draw.line((0, side, side, 0), 255, width)


def _hexagon(draw: ImageDraw.ImageDraw, side: int, rng: Random, held_out: bool) -> None:
    width = round(side * rng.uniform(0.04, 0.08))
    draw.regular_polygon((side / 2, side / 2, 0.49 * side), 6, outline=255, width=width)
    _initial(draw, side, rng, held_out)


def _leaf(draw: ImageDraw.ImageDraw, side: int, rng: Random, held_out: bool) -> None:
    turns = np.linspace(0, np.pi, 30)
    bulge = 0.3 * np.sin(turns) * side
    along = (1 - turns / np.pi) * side
    edge = np.stack([side / 2 + bulge, along], axis=1).tolist()
    back = np.stack([side / 2 - bulge, along], axis=1).tolist()[::-1]
    draw.polygon([tuple(one) for one in [*edge, *back]], fill=255)
    draw.line((side / 2, 0.15 * side, side / 2, side), 0, round(0.03 * side))


def _shield(draw: ImageDraw.ImageDraw, side: int, rng: Random, held_out: bool) -> None:
    shape = ((0.1, 0.05), (0.9, 0.05), (0.9, 0.55), (0.5, 0.97), (0.1, 0.55), (0.1, 0.05))
    corners = [(x * side, y * side) for x, y in shape]
    draw.line(corners, 255, round(side * rng.uniform(0.03, 0.07)), "curve")
    _initial(draw, side, rng, held_out)


_SIGNS: tuple[Sign, ...] = (_ring, _star, _camera, _lines)
_HELD_OUT_SIGNS: tuple[Sign, ...] = (_hexagon, _leaf, _shield)
