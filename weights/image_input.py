"""Photos as a model's image tower takes them: open_clip's preprocessing, without torch.

The steps and the numbers are those of `open_clip.transform.image_transform_v2`, which works on
tensors; here they are Pillow's and numpy's, so that nobody must load torch to run another backend.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ResizeMode = Literal["shortest", "longest", "squash"]
Prepared = NDArray[np.float32]
"""A model's input for one photo: 3 x height x width."""


@dataclass(frozen=True)
class ImageInput:
    """What a model's input is made of; the fields are those of open_clip's `PreprocessCfg`.

    Attributes:
        size: height and width.
        mean, std: of each channel, of values in 0..1.
        interpolation: "bilinear", or "bicubic", which any other word stands for.
        resize_mode: "shortest" crops the middle of what sticks out, "longest" pads what is missing
            with `fill_color`, "squash" does neither.
        fill_color: grey level, 0..255.
    """

    size: tuple[int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str
    resize_mode: ResizeMode
    fill_color: int

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """From a model's `preprocess_cfg`, or what `dataclasses.asdict` made of one of these.

        Raises KeyError, TypeError or ValueError for options that are none.
        """
        size = options["size"]
        height, width = (size, size) if isinstance(size, int) else size
        if options["resize_mode"] not in get_args(ResizeMode):
            raise ValueError(f"there is no resize mode '{options['resize_mode']}'")
        return cls(
            (int(height), int(width)),
            tuple(float(value) for value in options["mean"]),
            tuple(float(value) for value in options["std"]),
            str(options["interpolation"]),
            options["resize_mode"],
            int(options["fill_color"]),
        )

    def prepare(self, pixels: NDArray[np.uint8]) -> Prepared:
        """The model's input for one photo, RGB uint8 H x W x 3 of any shape."""
        image = _widen_strip(Image.fromarray(pixels), min(self.size))
        size = self._resized(image.height, image.width)
        small = np.asarray(image.resize(size[::-1], self._filter), dtype=np.uint8)
        values = self._fitted(small).transpose(2, 0, 1).astype(np.float32)
        values /= np.float32(255)
        values -= np.array(self.mean, np.float32)[:, None, None]
        values /= np.array(self.std, np.float32)[:, None, None]
        return np.ascontiguousarray(values)

    @property
    def _filter(self) -> Image.Resampling:
        rows, columns = self.size
        if self.resize_mode == "shortest" and rows != columns:  # there open_clip knows no other
            return Image.Resampling.BICUBIC
        bilinear = self.interpolation == "bilinear"
        return Image.Resampling.BILINEAR if bilinear else Image.Resampling.BICUBIC

    def _resized(self, height: int, width: int) -> tuple[int, int]:
        """Height and width of the whole photo at the model's scale."""
        rows, columns = self.size
        if self.resize_mode == "squash":
            return self.size
        if self.resize_mode == "shortest" and rows == columns:  # torchvision rounds down
            long = int(rows * max(height, width) / min(height, width))
            return (long, rows) if height > width else (rows, long)
        wanted = max if self.resize_mode == "longest" else min
        ratio = wanted(height / rows, width / columns)
        return round(height / ratio), round(width / ratio)

    def _fitted(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Cropped or padded to the model's size, the middle in the middle."""
        for axis, length in enumerate(self.size):
            there = pixels.shape[axis]
            if there > length:
                start = round((there - length) / 2)
                pixels = pixels.take(range(start, start + length), axis)
            elif there < length:
                before = (length - there) // 2
                around = [(0, 0)] * 3
                around[axis] = (before, length - there - before)
                pixels = np.pad(pixels, around, constant_values=self.fill_color)
        return pixels


def _widen_strip(image: Image.Image, size: int) -> Image.Image:
    """Stretches a strip whose short side would vanish when its long side is resized to `size`."""
    long, short = max(image.size), min(image.size)
    if 2 * short * size > long:
        return image
    least = math.ceil(long / size)
    return image.resize((max(image.width, least), max(image.height, least)))
