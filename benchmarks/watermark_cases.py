"""Photos with watermarks: a mark in one colour that lets the photo through, saved as a JPEG.

Opacities are 0.15 to 0.6 whatever lies below, so that some marks cannot be seen (white on white);
`Marked.contrast` says how far each stands out. Typefaces, names, signs and arrangements are in two
parts: what is fitted on (`held_out=False`), and what is tested on.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from overlay_cases import COLORS, Photo, Random, change_of, compressed
from PIL import Image, ImageChops
from watermark_shapes import Mask, draw_name, draw_sign, stack

Size = tuple[int, int]
Layout = Callable[[Size, Random, bool], Mask]

OPACITY = (0.15, 0.6)
_INSIDE = 128  # of 255, from which a pixel is in the mark


@dataclass(frozen=True, eq=False, slots=True)
class Marked:
    """A photo with a watermark.

    Attributes:
        photo: uint8 H x W x 3, after one round of JPEG.
        mask: bool H x W, where the mark is.
        kind: one of `KINDS`.
        opacity: of the mark, 0.15..0.6.
        contrast: mean change of the pixels in the mark, grey levels of the most changed channel.
    """

    photo: Photo
    mask: NDArray[np.bool_]
    kind: str
    opacity: float
    contrast: float


def mark_photo(
    photo: Photo,
    seed: int,
    held_out: bool = False,
    kind: str | None = None,
    opacity: tuple[float, float] = OPACITY,
) -> Marked:
    """Lay a watermark over a photo: of the kind given, or of any; of an opacity in a range."""
    rng = np.random.default_rng([seed, held_out, 2])
    chosen = tuple(LAYOUTS)[rng.integers(len(LAYOUTS))]
    kind = kind or chosen
    image = Image.fromarray(photo)
    layouts = LAYOUTS[kind][held_out]
    mask = layouts[rng.integers(len(layouts))](image.size, rng, held_out)
    strength = float(rng.uniform(*opacity))
    plain = rng.choice(3, p=[0.55, 0.2, 0.25])
    color = COLORS[plain] if plain < 2 else COLORS[rng.integers(2, len(COLORS))]
    if rng.random() < 0.2:  # a shadow, or a light edge, behind it
        under = (0, 0, 0) if sum(color) > 380 else (255, 255, 255)
        behind = ImageChops.subtract(ImageChops.offset(mask, int(rng.integers(1, 3))), mask)
        image = _blend(image, behind, under, strength)
    changed = _blend(image, mask, color, strength)
    inside = np.asarray(mask) >= _INSIDE
    change = change_of(np.asarray(changed), photo)
    contrast = float(change[inside].mean()) if inside.any() else 0.0
    marked = compressed(changed, int(rng.integers(75, 96)))
    return Marked(marked, inside, kind, strength, contrast)


def add_watermark(photo: Photo, seed: int, held_out: bool = False) -> Photo:
    """The photo with a watermark of any kind."""
    return mark_photo(photo, seed, held_out).photo


def _blend(
    image: Image.Image, mask: Mask, color: tuple[int, int, int], opacity: float
) -> Image.Image:
    tint = Image.new("RGB", image.size, color)
    return Image.composite(tint, image, mask.point(lambda value: round(value * opacity)))


def _size(size: Size, rng: Random, least: float, most: float) -> float:
    """Pixels, from shares of the long side."""
    return float(rng.uniform(least, most)) * max(size)


def _fit(mark: Mask, width: float, height: float) -> Mask:
    """The mark made smaller until it fits."""
    scale = min(1.0, width / mark.width, height / mark.height)
    if scale == 1.0:
        return mark
    size = (max(1, round(mark.width * scale)), max(1, round(mark.height * scale)))
    return mark.resize(size, Image.Resampling.LANCZOS)


def _put(mark: Mask, size: Size, center: tuple[float, float], margin: float = 0.02) -> Mask:
    """The mark on an empty mask, around a place in shares of the sides, not over the edge."""
    space = margin * max(size)
    mark = _fit(mark, size[0] - 2 * space, size[1] - 2 * space)
    left, top = (
        min(max(share * side - own / 2, space), side - space - own)
        for share, side, own in zip(center, size, mark.size, strict=True)
    )
    mask = Image.new("L", size)
    mask.paste(mark, (round(left), round(top)))
    return mask


def _turned(mark: Mask, angle: float) -> Mask:
    return mark.rotate(angle, Image.Resampling.BICUBIC, expand=True)


def _lattice(size: Size, rng: Random, held_out: bool, mark: Mask, shift: float) -> Mask:
    """The mark again and again, turned, every other row shifted by a share of the distance."""
    side = round(1.5 * max(size))
    across = round(mark.width * rng.uniform(1.1, 1.7))
    down = round(mark.height * rng.uniform(1.3, 2.8))
    pair = Image.new("L", (across, 2 * down))
    pair.paste(mark, (0, 0))
    lower = Image.new("L", (across, down))
    lower.paste(mark, (0, 0))
    pair.paste(ImageChops.offset(lower, round(shift * across), 0), (0, down))
    tiles = np.tile(np.asarray(pair), (side // (2 * down) + 1, side // across + 1))[:side, :side]
    angle = float(rng.uniform(-50, 50)) if rng.random() < 0.7 else 0.0
    turned = Image.fromarray(tiles).rotate(angle, Image.Resampling.BICUBIC)
    left, top = (turned.width - size[0]) // 2, (turned.height - size[1]) // 2
    return turned.crop((left, top, left + size[0], top + size[1]))


def _tiled_names(size: Size, rng: Random, held_out: bool) -> Mask:
    mark = draw_name(rng, held_out, _size(size, rng, 0.03, 0.065))
    return _lattice(size, rng, held_out, mark, 0.5 if held_out else 0.0)


def _tiled_signs(size: Size, rng: Random, held_out: bool) -> Mask:
    mark = draw_sign(rng, held_out, _size(size, rng, 0.06, 0.14))
    return _lattice(size, rng, held_out, mark, 0.5 if held_out else 0.0)


def _diagonal(size: Size, rng: Random, held_out: bool) -> Mask:
    """One name from corner to corner: downwards, held out upwards."""
    mark = draw_name(rng, held_out, _size(size, rng, 0.08, 0.16))
    angle = float(rng.uniform(25, 60)) * (1 if held_out else -1)
    return _put(_turned(mark, angle), size, (0.5, 0.5))


def _center(size: Size, rng: Random, held_out: bool) -> Mask:
    mark = draw_name(rng, held_out, _size(size, rng, 0.05, 0.13))
    return _put(mark, size, (0.5, float(rng.uniform(0.3, 0.6))))


def _lower_third(size: Size, rng: Random, held_out: bool) -> Mask:
    """A name with a smaller one under it."""
    height = _size(size, rng, 0.05, 0.11)
    upper = draw_name(rng, held_out, height)
    lower = draw_name(rng, held_out, 0.55 * height)
    return _put(stack(upper, lower), size, (0.5, float(rng.uniform(0.65, 0.9))))


def _corner(size: Size, rng: Random, held_out: bool) -> Mask:
    mark = draw_name(rng, held_out, _size(size, rng, 0.03, 0.07))
    return _put(mark, size, (float(rng.integers(2)), float(rng.integers(2))))


def _edge(size: Size, rng: Random, held_out: bool) -> Mask:
    """A signature at the middle of an edge, along it."""
    mark = draw_name(rng, held_out, _size(size, rng, 0.03, 0.07))
    if rng.random() < 0.3:
        return _put(_turned(mark, 90.0), size, (float(rng.integers(2)), 0.5))
    return _put(mark, size, (0.5, float(rng.integers(2))))


def _logo(size: Size, rng: Random, held_out: bool) -> Mask:
    mark = draw_sign(rng, held_out, _size(size, rng, 0.12, 0.4))
    return _put(mark, size, (float(rng.uniform(0.3, 0.7)), float(rng.uniform(0.3, 0.7))))


def _named_logo(size: Size, rng: Random, held_out: bool) -> Mask:
    """A small sign over a name: in the middle, held out in a corner."""
    height = _size(size, rng, 0.07, 0.14)
    sign = draw_sign(rng, held_out, height)
    mark = stack(sign, draw_name(rng, held_out, height * rng.uniform(0.3, 0.5)))
    corner = (float(rng.integers(2)), float(rng.integers(2)))
    return _put(mark, size, corner if held_out else (0.5, 0.5))


LAYOUTS: dict[str, dict[bool, tuple[Layout, ...]]] = {
    "tiled": {
        False: (_tiled_names, _tiled_names, _tiled_signs),
        True: (_tiled_names, _tiled_names, _tiled_signs),
    },
    "diagonal": {False: (_diagonal,), True: (_diagonal,)},
    "across": {False: (_center,), True: (_lower_third,)},
    "corner": {False: (_corner,), True: (_edge,)},
    "logo": {False: (_logo, _named_logo), True: (_logo, _named_logo)},
}
KINDS = tuple(LAYOUTS)
