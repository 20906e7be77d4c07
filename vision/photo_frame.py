"""One frame of a decoded file, as a person sees it: upright, in sRGB, on white, at working size."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin

from vision.photo_color import to_srgb
from vision.photo_hidden import is_hidden, measure_hidden
from vision.photo_opened import OpenedImage
from vision.photo_orientation import read_orientation, swaps_sides, turn_upright
from vision.photo_shrink import shrink, working_size


@dataclass(frozen=True, eq=False)
class Frame:
    """A rendered frame.

    Attributes:
        pixels: H x W x 3 sRGB.
        hidden: of the same shape, what lies under transparent pixels when that is a picture of
            its own, else None.
        width, height: of the upright frame at full size.
    """

    pixels: NDArray[np.uint8]
    hidden: NDArray[np.uint8] | None
    width: int
    height: int


def render(opened: OpenedImage) -> Frame:
    """Decode the image's current frame, if it is not decoded yet, and render it.

    Raises whatever the codec raises, and PhotoError `timeout`.
    """
    image, working_side = opened.image, opened.limits.working_side
    full_size = image.size
    extent = _load(image, working_side, may_resize=opened.is_ours)
    opened.deadline.check()
    size = working_size(extent, working_side)
    layers = shrink(image, extent, size, opened.deadline)
    orientation = read_orientation(image)
    icc_profile = image.info.get("icc_profile")

    def finish(layer: Image.Image) -> NDArray[np.uint8]:
        return np.array(turn_upright(to_srgb(layer, icc_profile), orientation))

    pixels, hidden = finish(layers.shown), None
    if layers.under is not None and layers.alpha is not None:
        under = finish(layers.under)
        alpha = np.array(turn_upright(layers.alpha, orientation))
        hidden = under if is_hidden(measure_hidden(pixels, under, alpha)) else None
    width, height = full_size[::-1] if swaps_sides(orientation) else full_size
    return Frame(pixels, hidden, width, height)


def _load(image: Image.Image, working_side: int, *, may_resize: bool) -> tuple[float, float]:
    """Decode the image's current frame; a JPEG straight at 1/2, 1/4 or 1/8 of its size where that
    still covers the working size, so that memory follows the working size.

    Returns:
        Width and height of what holds the photo, in the decoded pixels.
    """
    extent: tuple[float, float] = image.size
    if may_resize and isinstance(image, JpegImagePlugin.JpegImageFile):
        image.decoderconfig = ()  # an earlier frame (MPO) may have left its own
        drafted = image.draft(None, working_size(image.size, working_side))
        if drafted is not None:
            extent = drafted[1][2:]
    image.load()
    # Only a size that changed while decoding makes the two differ.
    return min(extent[0], image.width), min(extent[1], image.height)
