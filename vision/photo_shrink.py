"""A decoded frame brought to working size, strip by strip, so that no second full copy is made.

First whole blocks of pixels are averaged (Pillow's `reduce`) down to no less than twice the
working size, then a Lanczos filter does the rest: within a rounding step of filtering the full
size, at the cost of an average. Both work in whole numbers, so that every machine gets the same
bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from vision.photo_limits import Deadline
from vision.photo_modes import splitter_for

_STRIP_PIXELS = 4_000_000
_REDUCING_GAP = 2  # blocks are averaged down to this many times the working size


@dataclass(frozen=True)
class Layers:
    """One frame, still in the photo's own colour space (mode L, RGB, CMYK or LAB).

    Attributes:
        shown: composited on white.
        under: the colours with transparency ignored; None when nothing is transparent.
        alpha: mode L; None when nothing is transparent.
    """

    shown: Image.Image
    under: Image.Image | None = None
    alpha: Image.Image | None = None


def working_size(size: tuple[float, float], working_side: int) -> tuple[int, int]:
    """Width and height with the longest side at most `working_side`, the shape kept."""
    share = min(1.0, working_side / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def shrink(
    image: Image.Image,
    extent: tuple[float, float],
    size: tuple[int, int],
    deadline: Deadline,
) -> Layers:
    """Take a loaded image apart and shrink each layer to `size`.

    Args:
        image: of any mode.
        extent: width and height of the part that holds the photo, in the image's pixels; a JPEG
            decoded at an eighth may end inside its last pixel.
        size: width and height to reach; no larger than the image.
    """
    gap = min(extent[0] / size[0], extent[1] / size[1]) / _REDUCING_GAP
    factor = max(1, int(gap))
    layers = _reduce(image, factor, deadline)
    box = (0.0, 0.0, extent[0] / factor, extent[1] / factor)
    return Layers(
        _resize(layers.shown, size, box),
        layers.under and _resize(layers.under, size, box),
        layers.alpha and _resize(layers.alpha, size, box),
    )


def _resize(
    image: Image.Image, size: tuple[int, int], box: tuple[float, float, float, float]
) -> Image.Image:
    if image.size == size == (box[2], box[3]):
        return image
    return image.resize(size, Image.Resampling.LANCZOS, box=box)


def _strips(image: Image.Image, factor: int, deadline: Deadline) -> Iterator[Image.Image]:
    width, height = image.size
    rows = max(1, _STRIP_PIXELS // (width * factor)) * factor
    for top in range(0, height, rows):
        deadline.check()
        yield image.crop((0, top, width, min(height, top + rows)))


def _reduce(image: Image.Image, factor: int, deadline: Deadline) -> Layers:
    split = splitter_for(image, lambda: _strips(image, factor, deadline))
    shown, under, alpha = [], [], []
    for strip in _strips(image, factor, deadline):
        color, cover = split(strip)
        if cover is not None:
            under.append(color.reduce(factor))
            alpha.append(cover.reduce(factor))
            white = Image.new(color.mode, color.size, "white")
            color = Image.composite(color, white, cover)
        shown.append(color.reduce(factor))
    if all(cover.getextrema() == (255, 255) for cover in alpha):
        return Layers(_stack(shown))
    return Layers(_stack(shown), _stack(under), _stack(alpha))


def _stack(strips: list[Image.Image]) -> Image.Image:
    if len(strips) == 1:
        return strips[0]
    whole = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    top = 0
    for strip in strips:
        whole.paste(strip, (0, top))
        top += strip.height
    return whole
